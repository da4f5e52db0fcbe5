"""The simulated Teams against our own adapter: tokens, sends, activities, keys, files, faults."""

import base64
from datetime import timedelta
from typing import Any

import httpx
import pytest

from domain.content import ChoiceContent, MediaContent, TextContent
from domain.errors import (
    ChannelUnauthorized,
    ContactUnreachable,
    OutcomeUnknown,
    PlatformUnavailable,
    SignatureInvalid,
    Throttled,
)
from domain.events import InboundEvent
from simulator.client import SimulatorError
from simulator.media import SAMPLE_PNG
from simulator.schemas import ContactChange, Fault, Post, ReceiptPolicy
from tests.simulator.harness import World
from tests.simulator.teams_world import ANA, APP, BIA, CHANNEL, GROUP, TENANT, TeamsWorld
from tests.stack import eventually

BUTTONS = {
    "type": "buttons",
    "text": "Quer *mais*?\n1. hoje",
    "buttons": [{"id": "s", "title": "Sim"}, {"id": "n", "title": "Não"}],
}
MENU = {
    "type": "list",
    "text": "Qual?",
    "sections": [
        {
            "title": "Doces",
            "rows": [
                {"id": "a", "title": "Bolo"},
                {"id": "b", "title": "Torta", "description": "x"},
            ],
        }
    ],
}


@pytest.fixture
async def teams(sim: World) -> TeamsWorld:
    started = TeamsWorld(sim)
    await started.register()
    return started


async def test_a_text_is_an_activity_that_our_adapter_trusts(teams: TeamsWorld) -> None:
    said = await teams.say("olá 😀")
    event = await teams.told()
    assert event.content == TextContent(text="olá 😀")
    assert event.sender is not None
    assert event.sender.name == "Ana Lima"
    assert event.sender.address.startswith("a:1")
    assert (said.contact, event.account) == (ANA, f"28:{APP}")
    assert event.external_id == f"{event.sender.address}:{said.external_id}"
    assert event.sent_at is not None
    assert teams.channel.is_service(teams.world.receiver.received[-1].json["serviceUrl"])


async def test_another_directory_is_not_heard(teams: TeamsWorld) -> None:
    await teams.say(raw={"text": "oi", "channelData": {"tenant": {"id": "elsewhere"}}})
    with pytest.raises(SignatureInvalid, match="tenant"):
        await teams.told()


async def test_a_key_that_is_not_known_yet_proves_nothing_and_then_it_does(
    teams: TeamsWorld,
) -> None:
    old = await teams.keys()
    changed = await teams.change_key()
    assert changed["published"] == [changed["kid"], *old]
    await teams.say()
    received = teams.world.receiver.received[-1]
    with pytest.raises(SignatureInvalid, match="not published"):
        await teams.events(received, old)
    assert [event.kind for event in await teams.events(received)] == ["message"]
    only = await teams.change_key(keep_old=False)
    assert list(await teams.keys()) == [only["kid"]]
    with pytest.raises(SignatureInvalid, match="not published"):
        await teams.events(received)


async def test_a_key_for_other_channels_is_none_for_teams(teams: TeamsWorld) -> None:
    await teams.change_key(endorsements=["webchat"])
    await teams.say()
    with pytest.raises(SignatureInvalid, match="endorsed"):
        await teams.told()


async def test_a_send_is_in_the_ledger(teams: TeamsWorld) -> None:
    chat = await teams.chat()
    receipt = await teams.send("**Olá**\n\n<b> & \\* 1. x", chat)
    (entry,) = await teams.world.control.ledger(platform="teams", to=ANA)
    assert entry.text == "**Olá**\n\n<b> & \\* 1. x"
    assert (entry.type, entry.account) == ("text", APP)
    assert receipt.message_external_id == f"{chat}:{entry.external_id}"


async def test_an_answer_goes_to_the_service_that_the_conversation_named(teams: TeamsWorld) -> None:
    asked: list[httpx.URL] = []

    async def note(request: httpx.Request) -> None:
        asked.append(request.url)

    await teams.register(region="emea")
    await teams.say()
    event = await teams.told()
    assert event.sender is not None
    teams.world.http.event_hooks["request"].append(note)
    await teams.send("oi", event.sender.address, answers=event.raw)
    assert asked[-1].path.startswith(f"/teams/emea/{TENANT}/v3/conversations/")
    assert len(await teams.world.control.ledger(to=ANA)) == 1


@pytest.mark.parametrize(
    ("content", "choice", "title"), [(BUTTONS, "n", "Não"), (MENU, "b", "Torta")]
)
async def test_a_press_is_a_message_with_the_value_of_the_button(
    teams: TeamsWorld, content: dict[str, Any], choice: str, title: str
) -> None:
    chat = await teams.chat()
    receipt = await teams.send(content, chat)
    (entry,) = await teams.world.control.ledger()
    assert entry.text == content["text"]
    assert (choice, title) in [(one.id, one.title) for one in entry.options]
    assert (await teams.say(choice={"id": choice})).accepted
    event = await teams.told()
    assert event.content == ChoiceContent(id=choice, title=title)
    assert event.reply_to == receipt.message_external_id
    assert event.sender is not None
    assert event.sender.address == chat


async def test_what_nobody_offers_cannot_be_pressed(teams: TeamsWorld) -> None:
    chat = await teams.chat()
    link = {
        "type": "buttons",
        "text": "x",
        "buttons": [{"id": "l", "title": "L", "url": "https://a.example/"}],
    }
    await teams.send(link, chat)
    (entry,) = await teams.world.control.ledger()
    assert [(one.id, one.title) for one in entry.options] == [("https://a.example/", "L")]
    for key in ("x", "l", "https://a.example/"):
        with pytest.raises(SimulatorError, match="no message offers"):
            await teams.say(choice={"id": key})


async def test_a_quote_is_no_part_of_the_text(teams: TeamsWorld) -> None:
    said = await teams.say("pergunta")
    event = await teams.told()
    assert event.sender is not None
    await teams.send("a_b\n* <c> & d", event.sender.address, reply_to=event.external_id)
    (entry,) = await teams.world.control.ledger()
    assert entry.text == "a_b\n* <c> & d"
    assert entry.request["entities"][0]["quotedReply"]["messageId"] == said.external_id


async def test_a_picture_is_shown_to_the_bot_alone(teams: TeamsWorld) -> None:
    content = base64.b64encode(b"some bytes").decode()
    await teams.say(media={"type": "image", "caption": "Olha", "content_base64": content})
    event = await teams.told()
    assert isinstance(event.content, MediaContent)
    assert (event.content.type, event.content.caption) == ("image", "Olha")
    media = event.content.media
    fetched = await teams.adapter.fetch_media(teams.world.http, teams.channel, media, 10_000)
    assert fetched.content == b"some bytes"
    assert media.url is not None
    assert (await teams.world.http.get(media.url)).status_code == 401
    await teams.register("another-bot")
    other = {"authorization": f"Bearer {await teams.token(client_id='another-bot')}"}
    assert (await teams.world.http.get(media.url, headers=other)).status_code == 404


@pytest.mark.parametrize("kind", ["video", "audio", "document"])
async def test_a_file_is_given_to_who_has_its_address(teams: TeamsWorld, kind: str) -> None:
    await teams.say(media={"type": kind})
    event = await teams.told()
    assert isinstance(event.content, MediaContent)
    assert event.content.type == kind
    media = event.content.media
    fetched = await teams.adapter.fetch_media(teams.world.http, teams.channel, media, 10_000)
    assert fetched.content == f"simulated {kind}".encode()
    assert media.url is not None
    assert (await teams.world.http.get(media.url)).status_code == 200
    gone = media.url.replace(str(media.id), "gone")
    assert (await teams.world.http.get(gone)).status_code == 404


async def test_a_picture_of_ours_travels_inside(teams: TeamsWorld) -> None:
    chat = await teams.chat()

    async def load(key: str) -> bytes:
        return SAMPLE_PNG

    picture = {"type": "image", "media": {"key": "k1", "mime_type": "image/png"}}
    await teams.send(picture, chat, load)
    (entry,) = await teams.world.control.ledger()
    assert entry.type == "image"
    (attachment,) = entry.request["attachments"]
    assert attachment["contentUrl"].startswith("data:image/png;base64,")


async def test_who_somebody_is(teams: TeamsWorld) -> None:
    chat = await teams.chat()
    found = await teams.adapter.fetch_profile(teams.world.http, teams.channel, chat)
    event_of = await teams.say()
    event = await teams.told()
    assert event_of.contact == ANA
    assert found is not None
    assert event.sender is not None
    assert (found.name, found.user_id) == ("Ana Lima", event.sender.user_id)
    unknown = await teams.adapter.fetch_profile(teams.world.http, teams.channel, "a:1nobody")
    assert unknown is None


async def test_typing_is_no_message(teams: TeamsWorld) -> None:
    chat = await teams.chat()
    answer = await teams.write(chat, type="typing")
    assert (answer.status_code, answer.json()) == (201, {})
    await teams.adapter.show_activity(teams.world.http, teams.channel, chat, None)
    assert await teams.world.control.ledger() == []


async def test_a_channel_has_threads(teams: TeamsWorld) -> None:
    said = await teams.say(raw={"conversation": {"id": CHANNEL}, "text": "oi"})
    event = await teams.told()
    assert event.sender is not None
    thread = f"{CHANNEL};messageid={said.external_id}"
    assert (event.sender.address, said.contact) == (thread, thread)
    await teams.send(BUTTONS, thread)
    (entry,) = await teams.world.control.ledger(to=thread)
    pressed = await teams.say(choice={"id": "s"})
    event = await teams.told()
    assert event.content == ChoiceContent(id="s", title="Sim")
    assert event.reply_to == f"{CHANNEL}:{entry.external_id}"
    assert pressed.contact == thread


async def test_a_group_has_several_people_and_tells_of_no_reading(teams: TeamsWorld) -> None:
    await teams.world.control.set_receipts(ReceiptPolicy(platform="teams", read=True))
    for person in (ANA, BIA):
        await teams.say(raw={"conversation": {"id": GROUP}, "text": "oi"}, **{"from": person})
    found = await teams.call("GET", f"/v3/conversations/{GROUP}/pagedmembers")
    assert [one["id"] for one in found.json()["members"]] == [ANA, BIA]
    chat = await teams.chat()
    await teams.send("em grupo", GROUP)
    receipt = await teams.send("a dois", chat)
    (seen,) = await teams.events((await teams.world.receiver.count(1))[0])
    assert isinstance(seen, InboundEvent)
    assert (seen.kind, seen.target_external_id) == ("read", receipt.message_external_id)
    assert seen.up_to is not None
    with pytest.raises(SimulatorError, match="thread"):
        await teams.say(raw={"conversation": {"id": "19:x"}, "text": "oi"})


async def test_an_invoke_is_posted_once(teams: TeamsWorld) -> None:
    teams.world.receiver.script.extend([500, 500])
    action = {"type": "Action.Execute", "verb": "sim", "data": {}}
    raw = {"type": "invoke", "name": "adaptiveCard/action", "value": {"action": action}}
    posted = await teams.say(raw=raw)
    assert (posted.accepted, posted.deliveries) == (False, 1)
    posted = await teams.say("oi")
    assert (posted.accepted, posted.deliveries) == (True, 2)
    bodies = [one.body for one in teams.world.receiver.received[-2:]]
    assert bodies[0] == bodies[1]


async def test_an_app_that_was_removed_is_in_no_roster(teams: TeamsWorld) -> None:
    chat = await teams.chat()
    await teams.say(raw={"type": "installationUpdate", "action": "remove"})
    assert (await teams.told()).kind == "lifecycle"
    with pytest.raises(ContactUnreachable) as told:
        await teams.send("oi", chat)
    assert told.value.vendor_code == "BotNotInConversationRoster"
    await teams.say()
    await teams.send("oi", chat)


async def test_who_blocked_the_bot_cannot_be_written_to(teams: TeamsWorld) -> None:
    chat = await teams.chat()
    change = ContactChange(platform="teams", account=APP, contact=ANA, blocked=True)
    await teams.world.control.change_contact(change)
    with pytest.raises(ContactUnreachable) as told:
        await teams.send("oi", chat)
    assert told.value.vendor_code == "ConversationBlockedByUser"
    await teams.say()
    await teams.send("oi", chat)


async def test_a_token_that_is_over_is_fetched_anew(teams: TeamsWorld) -> None:
    await teams.register(token_seconds=1)
    chat = await teams.chat()
    await teams.send("um", chat)
    stale = await teams.token()

    async def over() -> bool | None:
        path = f"/v3/conversations/{chat}/pagedmembers"
        return (await teams.call("GET", path, stale)).status_code == 401 or None

    await eventually(over, "the token ends")
    await teams.register()
    await teams.send("dois", chat)
    assert [entry.text for entry in await teams.world.control.ledger()] == ["um", "dois"]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "throttle", "seconds": 2.5}, Throttled),
        ({"kind": "error", "status": 412}, PlatformUnavailable),
        ({"kind": "error", "status": 502}, PlatformUnavailable),
        ({"kind": "error"}, OutcomeUnknown),
        ({"kind": "drop_before"}, OutcomeUnknown),
        ({"kind": "garbage"}, OutcomeUnknown),
    ],
)
async def test_faults(teams: TeamsWorld, fault: dict[str, Any], error: type[Exception]) -> None:
    chat = await teams.chat()
    await teams.world.control.arm(Fault.model_validate({"platform": "teams", **fault}))
    with pytest.raises(error) as told:
        await teams.send("oi", chat)
    if isinstance(told.value, Throttled):
        assert told.value.retry_after == timedelta(seconds=3)
    kept = await teams.world.control.ledger()
    assert len(kept) == (fault["kind"] == "garbage")
    await teams.send("oi", chat)


async def test_a_fault_of_the_token_endpoint(teams: TeamsWorld) -> None:
    chat = await teams.chat()
    for kind, error in (("throttle", Throttled), ("error", PlatformUnavailable)):
        fault = Fault.model_validate({"platform": "teams", "kind": kind, "on": "call"})
        await teams.world.control.arm(fault)
        with pytest.raises(error):
            await teams.send("oi", chat)
    await teams.send("oi", chat)


async def test_a_wrong_secret_is_told_to_the_channel(teams: TeamsWorld) -> None:
    chat = await teams.chat()
    await teams.register(client_secret="another")
    with pytest.raises(ChannelUnauthorized):
        await teams.send("oi", chat)


async def test_any_body_is_posted_with_a_proof(teams: TeamsWorld) -> None:
    posted = await teams.world.control.post(Post(platform="teams", account=APP, body="{broken"))
    assert posted.accepted
    received = teams.world.receiver.received[-1]
    assert received.body == b"{broken"
    with pytest.raises(SignatureInvalid, match="names no service"):
        await teams.events(received)


async def test_a_trusting_account_knows_every_conversation(teams: TeamsWorld) -> None:
    await teams.register(trusting=True)
    await teams.send("oi", "a:1chosen-by-a-benchmark")
    (entry,) = await teams.world.control.ledger(platform="teams")
    assert (entry.to, entry.text) == ("a:1chosen-by-a-benchmark", "oi")
