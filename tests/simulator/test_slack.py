"""The simulated Slack refuses what the Web API refuses, and tells the app what happens as the real one does."""

import asyncio
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from domain.content import ChoiceContent, MediaContent, MediaRef, TextContent
from domain.errors import SignatureInvalid
from platforms.base import OutboundMessage
from platforms.slack.platform import Slack
from simulator.client import SimulatorError
from simulator.schemas import ContactChange, Fault, Post, ReceiptPolicy
from tests.simulator import slack_world as slack
from tests.simulator.harness import World
from tests.simulator.slack_world import DM, SECRET, SHOP, TEAM, USER, buttons, menu, say, write


@pytest.fixture
async def sim(sim: World) -> World:
    """With an app in a workspace, which is told of no message of its own unless a test asks for it."""
    await sim.control.put_account("slack", TEAM, slack.account(sim))
    await sim.control.set_receipts(ReceiptPolicy(platform="slack", mode="none"))
    return sim


@pytest.fixture
async def open_sim(sim: World) -> World:
    """Ana has written, and that webhook is forgotten."""
    assert (await say(sim)).accepted
    sim.receiver.received.clear()
    return sim


def section(text: str = "a", **extra: Any) -> list[dict[str, Any]]:
    return [{"type": "section", "text": {"type": "mrkdwn", "text": text}, **extra}]


REFUSED_BLOCKS: dict[str, tuple[list[Any], str]] = {
    "section too long": (section("x" * 3001), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    "section empty": (section(""), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    "section of nothing": (
        [{"type": "section"}], "must define either `text` or `fields` [json-pointer:/blocks/0/type]",
    ),
    "unknown block": ([{"type": "carousel"}], "unsupported type: carousel [json-pointer:/blocks/0/type]"),
    "block without type": ([{"text": "a"}], "missing required field: type [json-pointer:/blocks/0]"),
    "key of another block": (
        [{"type": "divider", "text": "a"}], "invalid additional property: text [json-pointer:/blocks/0]",
    ),
    "header too long": (
        [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}],
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    "header with marks": (
        [{"type": "header", "text": {"type": "mrkdwn", "text": "a"}}],
        "failed to match all allowed schemas [json-pointer:/blocks/0/text/type]",
    ),
    "title too long": (
        buttons("x" * 76), "must be less than 76 characters [json-pointer:/blocks/1/elements/0/text/text]",
    ),
    "value too long": (
        buttons("a", value="x" * 2001),
        "must be less than 2001 characters [json-pointer:/blocks/1/elements/0/value]",
    ),
    "no title": (
        [{"type": "actions", "elements": [{"type": "button"}]}],
        "missing required field: text [json-pointer:/blocks/0/elements/0]",
    ),
    "too many buttons": (
        buttons(*(f"b{number}" for number in range(26))),
        "no more than 25 items allowed [json-pointer:/blocks/1/elements]",
    ),
    "same action ids": (
        buttons("a", "b", action_id="same"),
        "`action_id` same already exists [json-pointer:/blocks/1/elements]",
    ),
    "same block ids": (
        [*section(block_id="b"), *section(block_id="b")],
        "`block_id` b already exists [json-pointer:/blocks]",
    ),
    "link of another kind": (
        buttons("a", url="mailto:a@b.example"),
        "must be a valid url [json-pointer:/blocks/1/elements/0/url]",
    ),
    "menu too long": (
        menu(*(f"l{number}" for number in range(101))),
        "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    "value of a line too long": (
        menu("x" * 75, options=[{"text": {"type": "plain_text", "text": "a"}, "value": "x" * 151}]),
        "must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]",
    ),
    "menu without lines": (
        [{"type": "actions", "elements": [{"type": "static_select"}]}],
        "must define either `options` or `option_groups` [json-pointer:/blocks/0/elements/0]",
    ),
    "picture without words": (
        [{"type": "image", "image_url": "https://a.example/a.png"}],
        "missing required field: alt_text [json-pointer:/blocks/0]",
    ),
    "picture from nowhere": (
        [{"type": "image", "image_url": "file:///a.png", "alt_text": "a"}],
        "downloading image failed [json-pointer:/blocks/0/image_url]",
    ),
    "unknown file": (
        [{"type": "image", "slack_file": {"id": "F0NO"}, "alt_text": "a"}],
        "invalid slack file [json-pointer:/blocks/0/slack_file]",
    ),
    "a number for a text": (
        [{"type": "section", "text": {"type": "mrkdwn", "text": 1}}],
        "failed to match all allowed schemas [json-pointer:/blocks/0/text/text]",
    ),
    "too many blocks": ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
}  # fmt: skip


async def test_blocks_that_break_a_rule_are_refused_with_the_place(open_sim: World) -> None:
    for name, (blocks, problem) in REFUSED_BLOCKS.items():
        body = await write(open_sim, blocks=blocks)
        assert body == {
            "ok": False,
            "error": "invalid_blocks",
            "errors": [problem],
            "response_metadata": {"messages": [f"[ERROR] {problem}"]},
        }, name
    assert await open_sim.control.ledger() == []


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({"text": " "}, "no_text"),
    "no channel": ({"channel": None}, "channel_not_found"),
    "a name": ({"channel": "#balcao"}, "channel_not_found"),
    "unknown person": ({"channel": "U0NINGUEM"}, "channel_not_found"),
    "unknown chat": ({"channel": "DU0NINGUEM"}, "channel_not_found"),
    "unknown channel": ({"channel": "C0NADA"}, "channel_not_found"),
    "channel without us": ({"channel": "C0OUTRA"}, "not_in_channel"),
    "archived channel": ({"channel": "C0VELHA"}, "is_archived"),
    "no ts": ({"thread_ts": "ontem"}, "invalid_thread_ts"),
    "a number for a ts": ({"thread_ts": 1785585600.0002}, "invalid_thread_ts"),
    "unknown thread": ({"thread_ts": "1785585600.000200"}, "thread_not_found"),
    "blocks in a string that is no JSON": ({"blocks": "[{"}, "invalid_blocks_format"),
    "blocks that are no list": ({"blocks": {"type": "divider"}}, "invalid_blocks_format"),
    "blocks too long together": ({"blocks": section("x" * 3000) * 5}, "msg_blocks_too_long"),
    "two kinds of text": ({"markdown_text": "a"}, "markdown_text_conflict"),
    "metadata without a type": ({"metadata": {"event_payload": {}}}, "invalid_metadata_format"),
    "metadata too large": (
        {"metadata": {"event_type": "a", "event_payload": {"a": "x" * 9000}}}, "metadata_too_large",
    ),
}  # fmt: skip


async def test_messages_are_refused_with_their_code_and_200(open_sim: World) -> None:
    for name, (fields, code) in REFUSED.items():
        body = await write(open_sim, **fields)
        assert (body["ok"], body["error"]) == (False, code), name
    assert await open_sim.control.ledger() == []


async def test_tokens_scopes_and_names_of_methods_are_checked(open_sim: World) -> None:
    async def refused(method: str, **how: Any) -> dict[str, Any]:
        status, body = await slack.call(open_sim, method, **how)
        assert (status, body["ok"]) == (200, False)
        return body

    assert await refused("auth.test", token=None) == {"ok": False, "error": "not_authed"}
    assert await refused("auth.test", token="xoxb-nobody") == {"ok": False, "error": "invalid_auth"}
    unknown = {"ok": False, "error": "unknown_method", "req_method": "files.upload"}
    assert await refused("files.upload") == unknown
    narrow = slack.account(open_sim, scopes=["chat:write", "im:read"])
    await open_sim.control.put_account("slack", TEAM, narrow)
    assert await refused("users.info", data={"user": USER}) == {
        "ok": False,
        "error": "missing_scope",
        "needed": "users:read",
        "provided": "chat:write,im:read",
    }


async def test_how_a_call_is_written_is_checked(open_sim: World) -> None:
    """Only some methods take JSON; where it comes without its character set, the answer warns."""
    status, body = await slack.call(open_sim, "users.info", json={"user": USER})
    assert (status, body["error"]) == (200, "user_not_found")
    assert (await slack.call(open_sim, "users.info", data={"user": USER}))[1]["ok"]
    bare = {"content-type": "application/json"}
    content = json.dumps({"channel": DM, "text": "a"}).encode()
    response = await slack.raw_call(open_sim, "chat.postMessage", content=content, headers=bare)
    body = response.json()
    assert (body["ok"], body["warning"]) == (True, "missing_charset")
    assert body["response_metadata"] == {"warnings": ["missing_charset"]}
    for raw, code in ((b"{", "invalid_json"), (b"[]", "json_not_object")):
        response = await slack.raw_call(open_sim, "chat.postMessage", content=raw, headers=bare)
        assert response.json()["error"] == code
    plain = {"content-type": "text/plain"}
    response = await slack.raw_call(open_sim, "chat.postMessage", content=b"a", headers=plain)
    assert response.json() == {"ok": False, "error": "invalid_post_type"}


async def test_a_message_is_accepted_described_and_known_by_its_chat(open_sim: World) -> None:
    metadata = {"event_type": "pytake_message", "event_payload": {"id": "outbox-1"}}
    body = await write(open_sim, blocks=buttons("Sim", "Não"), metadata=metadata)
    assert (body["ok"], body["channel"]) == (True, DM)
    message = body["message"]
    assert (message["ts"], message["bot_id"], message["metadata"]) == (
        body["ts"],
        "B0BOT",
        metadata,
    )
    (entry,) = await open_sim.control.ledger(to=USER)
    assert (entry.external_id, entry.reference) == (f"{DM}:{body['ts']}", "outbox-1")
    assert (entry.type, entry.text, entry.account) == ("text", "Escolha", TEAM)
    assert [(one.id, one.title) for one in entry.options] == [("sim", "Sim"), ("não", "Não")]
    assert entry.request["metadata"] == metadata
    # By the person, by the chat, as a form: the same.
    form = {"channel": USER, "blocks": json.dumps(menu("Um", "Dois"))}
    _, other = await slack.call(open_sim, "chat.postMessage", data=form)
    assert (other["channel"], other["ok"]) == (DM, True)
    newest = (await open_sim.control.ledger(to=USER))[-1]
    assert [one.id for one in newest.options] == ["um", "dois"]
    assert float(other["ts"]) > float(body["ts"])


async def test_a_base_without_api_does_as_well(open_sim: World) -> None:
    url = f"{open_sim.control.url_of('slack')}/auth.test"
    answer = await open_sim.http.get(url, params={"token": slack.TOKEN})
    assert answer.json()["user_id"] == "U0BOT"


async def test_text_beyond_the_limit_is_cut_off(open_sim: World) -> None:
    assert (await write(open_sim, text="x" * 40_001))["ok"]
    (entry,) = await open_sim.control.ledger()
    assert len(entry.text) == 40_000


async def test_the_ledger_says_what_people_read(open_sim: World) -> None:
    link = "<https://a.example/?b=1&amp;c=2|nota &lt;1&gt;> para <@U0ANA>"
    assert (await write(open_sim, text=f"veja {link}"))["ok"]
    (entry,) = await open_sim.control.ledger()
    assert entry.text == "veja nota <1> para @U0ANA"


async def test_people_and_conversations_can_be_looked_up(open_sim: World) -> None:
    async def ask(method: str, **form: str) -> dict[str, Any]:
        return (await slack.call(open_sim, method, data=form))[1]

    user = (await ask("users.info", user=USER))["user"]
    assert (user["profile"]["display_name"], user["name"], user["deleted"]) == ("Ana", "ana", False)
    assert (await ask("users.info", user="U0NO"))["error"] == "user_not_found"
    channel = (await ask("conversations.info", channel=DM))["channel"]
    assert (channel["is_im"], channel["user"]) == (True, USER)
    assert (await ask("conversations.info", channel="C0OUTRA"))["channel"]["is_member"] is False
    assert (await ask("conversations.info", channel="C0NO"))["error"] == "channel_not_found"
    assert (await ask("conversations.open", users=USER))["channel"] == {"id": DM}
    assert (await ask("conversations.open"))["error"] == "users_list_not_supplied"
    replies = await ask("conversations.replies", channel=DM, ts="1.000000")
    assert replies["error"] == "thread_not_found"
    profile = await Slack().fetch_profile(open_sim.http, slack.channel_account(open_sim), DM)
    assert profile is not None
    assert (profile.name, profile.user_id) == ("Ana", USER)


async def test_a_text_is_a_signed_event_that_our_adapter_reads(sim: World) -> None:
    said = await say(sim, "a < b & c")
    (received,) = sim.receiver.received
    stamp = received.headers["x-slack-request-timestamp"]
    digest = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + received.body, hashlib.sha256)
    assert received.headers["x-slack-signature"] == f"v0={digest.hexdigest()}"
    body = received.json
    assert (body["type"], body["team_id"], body["api_app_id"]) == (
        "event_callback",
        TEAM,
        "A0PADARIA",
    )
    assert body["event"]["text"] == "a &lt; b &amp; c"
    (event,) = slack.events_of(sim, received)
    assert (event.kind, event.external_id) == ("message", said.external_id)
    assert event.content == TextContent(text="a < b & c")
    assert event.sender is not None
    assert (event.sender.address, event.sender.user_id, said.contact) == (DM, USER, USER)
    forged = slack.account(sim, signing_secret="another")
    await sim.control.put_account("slack", TEAM, forged)
    await say(sim)
    with pytest.raises(SignatureInvalid):
        slack.events_of(sim, sim.receiver.received[-1])


async def test_events_are_tried_four_times_and_say_so(sim: World) -> None:
    sim.receiver.script = [503] * 10
    said = await say(sim)
    assert (said.accepted, said.status, said.deliveries) == (False, 503, 4)
    received = sim.receiver.received
    assert len({one.body for one in received}) == 1
    numbers = [one.headers.get("x-slack-retry-num") for one in received]
    assert numbers == [None, "1", "2", "3"]
    assert received[1].headers["x-slack-retry-reason"] == "http_error"
    for one in received:
        assert slack.events_of(sim, one)[0].external_id == said.external_id


async def test_the_same_message_said_twice_is_the_same_event(sim: World) -> None:
    for _ in range(2):
        await say(sim, message_id="1785585600.000200")
    first, second = (one.json for one in sim.receiver.received)
    assert first["event_id"] == second["event_id"]
    with pytest.raises(SimulatorError, match="a ts"):
        await say(sim, message_id="7")


async def test_a_press_is_a_form_and_is_posted_once(open_sim: World) -> None:
    sent = await write(open_sim, blocks=buttons("Sim", "Não"))
    await write(open_sim, text="pense bem")
    said = await say(open_sim, choice={"id": "não"})
    (received,) = open_sim.receiver.received
    assert received.headers["content-type"] == "application/x-www-form-urlencoded"
    (payload,) = parse_qs(received.body.decode())["payload"]
    body = json.loads(payload)
    assert (body["type"], body["container"]["message_ts"]) == ("block_actions", sent["ts"])
    assert body["message"]["blocks"] == sent["message"]["blocks"]
    (event,) = slack.events_of(open_sim, received)
    assert event.content == ChoiceContent(id="não", title="Não")
    assert event.reply_to == f"{DM}:{sent['ts']}"
    assert event.external_id == f"action:{said.external_id}:{USER}"
    open_sim.receiver.script = [500]
    again = await say(open_sim, choice={"id": "sim"})
    assert (again.accepted, again.deliveries) == (False, 1)
    with pytest.raises(SimulatorError, match="no message offers"):
        await say(open_sim, choice={"id": "talvez"})


async def test_a_line_of_a_menu_can_be_chosen(open_sim: World) -> None:
    lines = menu("Um", "Dois", placeholder={"type": "plain_text", "text": "Menu"})
    assert (await write(open_sim, blocks=lines))["ok"]
    await say(open_sim, choice={"id": "dois"})
    (event,) = slack.events_of(open_sim, open_sim.receiver.received[0])
    assert event.content == ChoiceContent(id="dois", title="Dois")


async def test_our_own_message_comes_back_with_our_id(open_sim: World) -> None:
    await open_sim.control.set_receipts(ReceiptPolicy(platform="slack", mode="twice"))
    metadata = {"event_type": "pytake_message", "event_payload": {"id": "outbox-7"}}
    sent = await write(open_sim, metadata=metadata)
    received = await open_sim.receiver.count(2)
    assert received[0].body == received[1].body
    (event,) = slack.events_of(open_sim, received[0])
    assert (event.kind, event.echo) == ("receipt", True)
    assert event.receipt is not None
    assert event.receipt.reference == "outbox-7"
    assert event.receipt.message_external_id == f"{DM}:{sent['ts']}"


async def test_an_app_is_told_only_what_it_subscribed_to(open_sim: World) -> None:
    deaf = slack.account(open_sim, bot_events=["app_mention"])
    await open_sim.control.put_account("slack", TEAM, deaf)
    await open_sim.control.set_receipts(ReceiptPolicy(platform="slack"))
    said = await say(open_sim)
    assert (said.accepted, said.error) == (False, "the account asked for no such event")
    assert (await write(open_sim))["ok"]
    await asyncio.sleep(0.2)
    assert open_sim.receiver.received == []


async def test_a_mention_in_a_channel_is_told_twice_and_answered_in_its_thread(sim: World) -> None:
    said = await say(sim, raw={"channel": SHOP, "text": "<@U0BOT> oi"})
    assert said.external_id is not None
    received = await sim.receiver.count(2)
    kinds = {one.json["event"]["type"] for one in received}
    assert kinds == {"message", "app_mention"}
    events = [slack.events_of(sim, one)[0] for one in received]
    assert [one.external_id for one in events] == [said.external_id] * 2
    assert len({one.json["event_id"] for one in received}) == 2
    assert {one.sender.address for one in events if one.sender} == {said.external_id}

    ts = said.external_id.partition(":")[2]
    assert (await write(sim, channel=SHOP, thread_ts=ts, blocks=buttons("Sim")))["ok"]
    (entry,) = await sim.control.ledger(to=said.contact)
    assert entry.to == f"{SHOP}:{ts}"
    pressed = await say(sim, choice={"id": "sim"})
    (event,) = slack.events_of(sim, sim.receiver.received[-1])
    assert (event.thread, pressed.contact) == (ts, said.contact)
    assert event.sender is not None
    assert event.sender.address == said.contact

    status = {"channel_id": SHOP, "thread_ts": ts, "status": "is typing…"}
    assert (await slack.call(sim, "assistant.threads.setStatus", json=status))[1] == {"ok": True}
    nowhere = {**status, "thread_ts": "1.000000"}
    _, refused = await slack.call(sim, "assistant.threads.setStatus", json=nowhere)
    assert refused["error"] == "invalid_thread_ts"
    thread = {"channel": SHOP, "ts": ts, "limit": "1"}
    _, replies = await slack.call(sim, "conversations.replies", data=thread)
    assert ([one["user"] for one in replies["messages"]], replies["has_more"]) == ([USER], True)


async def test_a_deactivated_person_is_told_of_and_gets_nothing(open_sim: World) -> None:
    change = ContactChange(platform="slack", account=TEAM, contact=USER, blocked=True)
    await open_sim.control.change_contact(change)
    (received,) = await open_sim.receiver.count(1)
    (event,) = slack.events_of(open_sim, received)
    assert (event.kind, (event.details or {})["deleted"]) == ("identity", True)
    assert await write(open_sim) == {"ok": False, "error": "is_inactive"}
    _, body = await slack.call(open_sim, "conversations.open", json={"users": USER})
    assert body["error"] == "user_disabled"


async def test_a_file_of_a_person_can_be_fetched_with_the_token_only(sim: World) -> None:
    await say(sim, media={"type": "image", "caption": "Bolo", "filename": "bolo.png"})
    (event,) = slack.events_of(sim, sim.receiver.received[0])
    assert isinstance(event.content, MediaContent)
    assert (event.content.type, event.content.caption) == ("image", "Bolo")
    media = event.content.media
    fetched = await Slack().fetch_media(sim.http, slack.channel_account(sim), media, 1000)
    assert (fetched.content[:4], fetched.mime_type) == (b"\x89PNG", "image/png")
    page = await sim.http.get(media.url or "")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")

    await sim.control.put_account("slack", TEAM, slack.account(sim, api_base=""))
    await say(sim, media={"type": "audio", "voice": True})
    (event,) = slack.events_of(sim, sim.receiver.received[1])
    assert isinstance(event.content, MediaContent)
    assert (event.content.voice, event.content.media.url) == (True, None)
    found = await Slack().fetch_media(
        sim.http, slack.channel_account(sim), event.content.media, 1000
    )
    assert found.content == b"simulated audio"


async def test_a_file_of_ours_goes_in_three_steps(open_sim: World) -> None:
    async def load(key: str) -> bytes:
        return f"bytes of {key}".encode()

    media = MediaRef(key="nota", mime_type="application/pdf", filename="nota.pdf")
    content = MediaContent(type="document", media=media, caption="Segue")
    message = OutboundMessage(id="outbox-9", address=DM, content=content)
    receipt = await Slack().send(open_sim.http, slack.channel_account(open_sim), message, load)
    (entry,) = await open_sim.control.ledger(to=USER)
    assert (entry.type, entry.text) == ("document", "Segue")
    assert receipt.message_external_id == entry.external_id
    (file,) = entry.request["files"]
    assert (file["name"], file["mimetype"], file["size"]) == ("nota.pdf", "application/pdf", 13)


async def test_uploads_are_checked(open_sim: World) -> None:
    async def step(method: str, **how: Any) -> dict[str, Any]:
        return (await slack.call(open_sim, method, **how))[1]

    place, complete = "files.getUploadURLExternal", "files.completeUploadExternal"
    lacking = await step(place, data={"filename": "a.txt"})
    assert lacking["error"] == "invalid_arguments"
    assert lacking["response_metadata"]["messages"] == ["[ERROR] missing required field: length"]
    asked = await step(place, data={"filename": "a.txt", "length": "3"})
    share = {"files": [{"id": asked["file_id"]}], "channel_id": DM}
    assert (await step(complete, json=share))["error"] == "file_not_found"
    short = await open_sim.http.post(asked["upload_url"], content=b"a")
    assert short.status_code == 400
    done = await open_sim.http.post(asked["upload_url"], content=b"abc")
    assert (done.status_code, done.text) == (200, "OK - 3")
    assert (await open_sim.http.post(asked["upload_url"], content=b"abc")).status_code == 404
    person = await step(complete, json={**share, "channel_id": USER})
    assert person["error"] == "channel_not_found"
    older = {"files": share["files"], "channels": USER, "initial_comment": "veja"}
    assert (await step(complete, json=older))["ok"]
    assert (await step(complete, json=share))["error"] == "file_not_found"
    shares = (await step("files.info", data={"file": asked["file_id"]}))["file"]["shares"]
    (entry,) = await open_sim.control.ledger()
    assert shares == {
        "private": {
            DM: [{"ts": entry.external_id.partition(":")[2], "team_id": TEAM, "reply_users": []}]
        }
    }


async def test_faults_are_said_as_slack_says_them(open_sim: World) -> None:
    async def arm(**fault: Any) -> None:
        await open_sim.control.arm(Fault.model_validate({"platform": "slack", **fault}))

    await arm(kind="throttle", seconds=2.5)
    message = {"channel": DM, "text": "a"}
    limited = await slack.raw_call(open_sim, "chat.postMessage", json=message)
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "3")
    assert limited.json() == {"ok": False, "error": "ratelimited"}
    await arm(kind="error")
    assert await slack.call(open_sim, "chat.postMessage", json=message) == (
        503,
        {"ok": False, "error": "service_unavailable"},
    )
    await arm(kind="error", status=500)
    assert (await write(open_sim))["error"] == "internal_error"
    assert await open_sim.control.ledger() == []
    await arm(kind="drop_after")
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await write(open_sim)
    assert len(await open_sim.control.ledger()) == 1
    await arm(kind="error", on="call")
    status, _ = await slack.call(open_sim, "users.info", data={"user": USER})
    assert status == 503


async def test_any_body_can_be_posted_in_the_form_it_has_at_slack(sim: World) -> None:
    async def post(body: Any) -> str:
        await sim.control.post(Post(platform="slack", account=TEAM, body=body))
        return sim.receiver.received[-1].headers["content-type"]

    command = {"command": "/pedido", "text": "12", "user_id": USER, "team_id": TEAM}
    assert await post(command) == "application/x-www-form-urlencoded"
    (event,) = slack.events_of(sim, sim.receiver.received[-1])
    assert event.content == TextContent(text="/pedido 12")
    assert await post({"type": "app_rate_limited", "team_id": TEAM}) == "application/json"
    view = {"type": "view_submission", "team": {"id": TEAM}, "user": {"id": USER}, "view": {}}
    assert await post(view) == "application/x-www-form-urlencoded"
    assert await post("{ broken") == "application/json"
    assert sim.receiver.received[-1].body == b"{ broken"
    hello = {
        "type": "message",
        "user": "U0BIA",
        "channel": "D0OUTRO",
        "text": "a",
        "ts": "5.000000",
    }
    await post({"type": "event_callback", "team_id": TEAM, "event": hello})
    assert (await write(sim, channel="D0OUTRO"))["ok"]
    (entry,) = await sim.control.ledger()
    assert entry.to == "U0BIA"


async def test_a_url_that_does_not_answer_the_challenge_is_not_verified(sim: World) -> None:
    url = f"{sim.control.base_url}/control/slack/{TEAM}/url_verification"
    assert (await sim.http.post(url)).json() == {"verified": False, "status": 200}
    (received,) = sim.receiver.received
    assert received.json["type"] == "url_verification"
    assert received.headers["x-slack-signature"].startswith("v0=")
    assert (await sim.http.post(url.replace(TEAM, "T0NO"))).status_code == 404


async def test_a_customer_is_a_user(sim: World) -> None:
    for wrong in ("ana", "+5511", "D0ANA"):
        with pytest.raises(SimulatorError, match="422"):
            await say(sim, **{"from": wrong})


async def test_a_trusting_account_takes_anybody(sim: World) -> None:
    await sim.control.put_account("slack", TEAM, slack.account(sim, trusting=True))
    for channel in ("U0NOVO", "DU0NOVO", "C0NOVO", "D0ALGUEM"):
        body = await write(sim, channel=channel, thread_ts="1785585600.000200")
        assert body["ok"], channel
    entries = await sim.control.ledger()
    assert [entry.to for entry in entries] == [
        "U0NOVO", "U0NOVO", "C0NOVO:1785585600.000200", "D0ALGUEM",
    ]  # fmt: skip
