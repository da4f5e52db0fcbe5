"""The simulated Discord against our own adapter: sends, refusals, frames and interactions, faults."""

import base64
from typing import Any

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
from simulator.client import SimulatorError
from simulator.schemas import ContactChange, Fault, Post
from tests.simulator.discord_world import ANA, APPLICATION, BIA, MESSAGE_ID, DiscordWorld
from tests.simulator.harness import World

BUTTONS = {
    "type": "buttons",
    "text": "Quer?",
    "buttons": [{"id": "s", "title": "Sim"}, {"id": "n", "title": "Não"}],
}
MENU = {
    "type": "list",
    "text": "Qual?",
    "rows": [{"id": "a", "title": "Bolo"}, {"id": "b", "title": "Torta"}],
}


@pytest.fixture
async def discord(sim: World) -> DiscordWorld:
    started = DiscordWorld(sim)
    await started.register()
    return started


async def test_a_text_is_a_frame_that_our_adapter_trusts(discord: DiscordWorld) -> None:
    said = await discord.say("olá 😀")
    (event,) = discord.events(discord.world.receiver.received[-1])
    assert event.content == TextContent(text="olá 😀")
    assert event.sender is not None
    assert (event.sender.name, event.sender.user_id) == ("Ana Lima", ANA)
    assert (said.contact, event.account) == (ANA, APPLICATION)
    assert event.external_id.endswith(str(said.external_id))
    frames = [one.json["s"] for one in discord.world.receiver.received]
    assert frames == [1]


async def test_another_key_proves_nothing(discord: DiscordWorld) -> None:
    await discord.register(signing_key="0" * 64)
    await discord.say()
    with pytest.raises(SignatureInvalid):
        discord.events(discord.world.receiver.received[-1])


async def test_a_send_is_in_the_ledger_and_comes_back_as_an_echo(discord: DiscordWorld) -> None:
    channel = await discord.chat()
    receipt = await discord.send("**Olá**", channel)
    (entry,) = await discord.world.control.ledger(platform="discord", to=ANA)
    assert (entry.text, entry.external_id) == ("**Olá**", receipt.message_external_id)
    assert entry.reference == entry.request["nonce"]
    (echo,) = discord.events((await discord.world.receiver.count(1))[0])
    assert echo.echo
    assert echo.receipt is not None
    assert echo.receipt.reference == MESSAGE_ID
    assert echo.sender is not None
    assert echo.sender.address == channel


async def test_the_same_nonce_is_the_same_message(discord: DiscordWorld) -> None:
    channel = await discord.chat()
    first = await discord.send("oi", channel)
    again = await discord.send("oi", channel)
    assert first == again
    assert len(await discord.world.control.ledger()) == 1
    await discord.write(channel, content="oi", nonce="n")
    await discord.write(channel, content="oi", nonce="n")
    assert len(await discord.world.control.ledger()) == 3


async def test_what_was_taken_unseen_is_told_again(discord: DiscordWorld) -> None:
    channel = await discord.chat()
    await discord.world.control.arm(Fault(platform="discord", kind="drop_after"))
    with pytest.raises(OutcomeUnknown):
        await discord.send("oi", channel)
    receipt = await discord.send("oi", channel)
    (entry,) = await discord.world.control.ledger()
    assert entry.external_id == receipt.message_external_id


@pytest.mark.parametrize(
    ("content", "choice", "title"), [(BUTTONS, "n", "Não"), (MENU, "b", "Torta")]
)
async def test_a_press_is_an_interaction(
    discord: DiscordWorld, content: dict[str, Any], choice: str, title: str
) -> None:
    channel = await discord.chat()
    receipt = await discord.send(content, channel)
    await discord.world.receiver.count(1)
    (entry,) = await discord.world.control.ledger()
    assert (choice, title) in [(one.id, one.title) for one in entry.options]
    assert (await discord.say(choice={"id": choice})).accepted
    pressed = discord.world.receiver.received[-1]
    (event,) = discord.events(pressed)
    assert event.content == ChoiceContent(id=choice, title=title)
    assert event.reply_to == receipt.message_external_id
    assert event.sender is not None
    assert (event.sender.address, event.thread) == (f"user:{ANA}", channel)
    assert pressed.json["application_id"] == APPLICATION


async def test_what_nobody_offers_cannot_be_pressed(discord: DiscordWorld) -> None:
    with pytest.raises(SimulatorError, match="no message offers"):
        await discord.say(choice={"id": "x"})


async def test_a_file_of_a_customer_can_be_fetched(discord: DiscordWorld) -> None:
    content = base64.b64encode(b"some bytes").decode()
    await discord.say(media={"type": "image", "caption": "Olha", "content_base64": content})
    (event,) = discord.events(discord.world.receiver.received[-1])
    assert isinstance(event.content, MediaContent)
    assert event.content.caption == "Olha"
    media = event.content.media
    fetched = await discord.adapter.fetch_media(discord.world.http, discord.channel, media, 10_000)
    assert fetched.content == b"some bytes"


async def test_a_file_is_uploaded_beside_the_message(discord: DiscordWorld) -> None:
    channel = await discord.chat()

    async def load(key: str) -> bytes:
        return b"%PDF of " + key.encode()

    file = {"key": "k1", "filename": "nota.pdf", "mime_type": "application/pdf"}
    await discord.send({"type": "document", "caption": "Nota", "media": file}, channel, load)
    (entry,) = await discord.world.control.ledger()
    described = {"filename": "nota.pdf", "mime_type": "application/pdf", "size": 10}
    assert (entry.text, entry.request["files"]) == ("Nota", [described])
    made = (await discord.world.receiver.count(1))[0].json["d"]
    answer = await discord.world.http.get(made["attachments"][0]["url"])
    assert answer.content == b"%PDF of k1"


async def test_a_direct_channel_is_opened_for_who_shares_a_server(discord: DiscordWorld) -> None:
    await discord.send("oi", f"user:{BIA}")
    (entry,) = await discord.world.control.ledger(to=BIA)
    profile = await discord.adapter.fetch_profile(
        discord.world.http, discord.channel, f"user:{BIA}"
    )
    assert profile is not None
    assert (profile.name, entry.to) == ("Bia Mota", BIA)
    with pytest.raises(ContactUnreachable) as told:
        await discord.send("oi", "user:1380000000000000999")
    assert told.value.vendor_code == "50033"


async def test_the_channel_tells_who_is_behind_it(discord: DiscordWorld) -> None:
    channel = await discord.chat()
    found = await discord.adapter.fetch_profile(discord.world.http, discord.channel, channel)
    assert found is not None
    assert found.name == "Ana Lima"
    me = (await discord.call("GET", "/users/@me")).json()
    assert (me["id"], me["bot"]) == (APPLICATION, True)
    for path, code in (
        ("/users/1380000000000000999", 10013),
        ("/channels/13800000000009999", 10003),
    ):
        answer = await discord.call("GET", path)
        assert (answer.status_code, answer.json()["code"]) == (404, code)


async def test_typing_is_no_message(discord: DiscordWorld) -> None:
    channel = await discord.chat()
    answer = await discord.call("POST", f"/channels/{channel}/typing")
    assert (answer.status_code, answer.content) == (204, b"")
    await discord.adapter.show_activity(discord.world.http, discord.channel, channel, None)
    assert await discord.world.control.ledger() == []


async def test_a_quote_of_what_exists_and_of_what_does_not(discord: DiscordWorld) -> None:
    channel = await discord.chat()
    said = await discord.say("pergunta")
    await discord.send("resposta", channel, reply_to=said.external_id)
    made = (await discord.world.receiver.count(2))[-1].json["d"]
    assert made["message_reference"]["message_id"] == said.external_id
    unknown = {"message_id": "1380000000000000777"}
    refused = await discord.write(channel, content="x", message_reference=unknown)
    assert (
        refused.json()["errors"]["message_reference"]["_errors"][0]["message"] == "Unknown message"
    )
    kind = {**unknown, "fail_if_not_exists": False}
    assert (await discord.write(channel, content="x", message_reference=kind)).status_code == 200


async def test_who_blocked_the_bot_cannot_be_written_to(discord: DiscordWorld) -> None:
    channel = await discord.chat()
    change = ContactChange(platform="discord", account=APPLICATION, contact=ANA, blocked=True)
    await discord.world.control.change_contact(change)
    with pytest.raises(ContactUnreachable) as told:
        await discord.send("oi", channel)
    assert told.value.vendor_code == "50007"
    assert (await discord.call("POST", f"/channels/{channel}/typing")).status_code == 403


async def test_faults(discord: DiscordWorld) -> None:
    channel = await discord.chat()
    await discord.world.control.arm(Fault(platform="discord", kind="throttle", seconds=1.5))
    with pytest.raises(Throttled) as told:
        await discord.send("oi", channel)
    assert told.value.retry_after is not None
    assert told.value.retry_after.total_seconds() == 1.5
    await discord.world.control.arm(Fault(platform="discord", kind="throttle", seconds=1.5))
    answer = await discord.write(channel, content="oi")
    assert answer.headers["retry-after"] == "2"
    assert answer.json() == {
        "message": "You are being rate limited.",
        "retry_after": 1.5,
        "global": False,
    }
    await discord.world.control.arm(Fault(platform="discord", kind="error"))
    with pytest.raises(PlatformUnavailable):
        await discord.send("oi", channel)
    assert await discord.world.control.ledger() == []


async def test_who_calls_must_be_a_bot_with_its_token(discord: DiscordWorld) -> None:
    channel = await discord.chat()
    path = f"/channels/{channel}/messages"
    refused = await discord.call("POST", path, token="wrong", json={"content": "x"})
    assert (refused.status_code, refused.json()) == (
        401,
        {"message": "401: Unauthorized", "code": 0},
    )
    strange = await discord.call("POST", path, agent="python", json={"content": "x"})
    assert (strange.status_code, strange.json()["code"]) == (403, 40333)
    discord.channel = discord.channel.model_copy(
        update={"bot_token": type(discord.channel.bot_token)("no")}
    )
    with pytest.raises(ChannelUnauthorized):
        await discord.send("oi", channel)
    broken = await discord.call("POST", path, content=b"{")
    assert (broken.status_code, broken.json()["code"]) == (400, 50109)
    empty = await discord.call("POST", path, json={"content": " "})
    assert (empty.status_code, empty.json()["code"]) == (400, 50006)
    nowhere = await discord.call("GET", "/nothing")
    assert nowhere.json() == {"message": "404: Not Found", "code": 0}


def row(*components: dict[str, Any]) -> dict[str, Any]:
    return {"content": "x", "components": [{"type": 1, "components": list(components)}]}


def button(**fields: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Sim", "custom_id": "s", **fields}


def select(*values: str) -> dict[str, Any]:
    options = [{"label": value, "value": value} for value in values]
    return {"type": 3, "custom_id": "m", "options": options}


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"content": "a" * 2001}, "content", "BASE_TYPE_MAX_LENGTH"),
    ({"content": 42}, "content", "BASE_TYPE_BAD_TYPE"),
    ({"content": "x", "nonce": "n" * 26}, "nonce", "BASE_TYPE_MAX_LENGTH"),
    ({"embeds": [{"title": "t" * 257}]}, "embeds.0.title", "BASE_TYPE_MAX_LENGTH"),
    ({"embeds": [{"description": "d" * 4096}] * 2}, "embeds", "MAX_EMBED_SIZE_EXCEEDED"),
    (
        {"embeds": [{"image": {"url": "attachment://a.png"}}]},
        "embeds.0.image.url",
        "URL_TYPE_INVALID_SCHEME",
    ),
    (
        {"content": "x", "allowed_mentions": {"parse": ["all"]}},
        "allowed_mentions.parse.0",
        "BASE_TYPE_CHOICES",
    ),
    (
        row(*[button(custom_id=str(n)) for n in range(6)]),
        "components.0.components",
        "BASE_TYPE_MAX_LENGTH",
    ),
    (row(button(label="l" * 81)), "components.0.components.0.label", "BASE_TYPE_MAX_LENGTH"),
    (row(button(custom_id="")), "components.0.components.0.custom_id", "BASE_TYPE_BAD_LENGTH"),
    (row(button(custom_id=None)), "components.0.components.0.custom_id", "BASE_TYPE_REQUIRED"),
    (
        row(button(), button()),
        "components.0.components.1.custom_id",
        "COMPONENT_CUSTOM_ID_DUPLICATED",
    ),
    (row(button(style=5)), "components.0.components.0.url", "BASE_TYPE_REQUIRED"),
    (
        row(button(style=5, url="ftp://x")),
        "components.0.components.0.url",
        "URL_TYPE_INVALID_SCHEME",
    ),
    (row(button(), select("a")), "components.0", "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
    (row(select()), "components.0.components.0.options", "BASE_TYPE_BAD_LENGTH"),
    (
        row(select("a", "a")),
        "components.0.components.0.options",
        "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
    ),
    (
        row(select(*map(str, range(26)))),
        "components.0.components.0.options",
        "BASE_TYPE_MAX_LENGTH",
    ),
    ({"content": "x", "attachments": [{"id": 0}]}, "attachments.0.id", "BASE_TYPE_BAD_VALUE"),
]


@pytest.mark.parametrize(("fields", "place", "code"), REFUSED)
async def test_a_form_that_does_not_fit(
    discord: DiscordWorld, fields: dict[str, Any], place: str, code: str
) -> None:
    channel = await discord.chat()
    answer = await discord.write(channel, **fields)
    body = answer.json()
    assert (answer.status_code, body["code"], body["message"]) == (400, 50035, "Invalid Form Body")
    node = body["errors"]
    for part in place.split("."):
        node = node[part]
    assert node["_errors"][0]["code"] == code
    assert await discord.world.control.ledger() == []


async def test_a_voice_message_says_how_long_it_is(discord: DiscordWorld) -> None:
    channel = await discord.chat()
    path = f"/channels/{channel}/messages"
    sound = {"files[0]": ("voice-message.ogg", b"OggS", "audio/ogg")}
    bare = '{"flags": 8192, "attachments": [{"id": 0, "filename": "voice-message.ogg"}]}'
    refused = await discord.call("POST", path, data={"payload_json": bare}, files=sound)
    assert (refused.status_code, refused.json()["code"]) == (400, 50161)
    text = '{"flags": 8192, "content": "x"}'
    mixed = await discord.call("POST", path, data={"payload_json": text}, files=sound)
    assert (mixed.status_code, mixed.json()["code"]) == (400, 50160)
    large = {"files[0]": ("a.bin", b"0" * (10 * 1024 * 1024 + 1), "application/octet-stream")}
    refused = await discord.call("POST", path, data={"payload_json": "{}"}, files=large)
    assert (refused.status_code, refused.json()["code"]) == (413, 40005)


async def test_any_body_is_posted_signed(discord: DiscordWorld) -> None:
    order = Post(platform="discord", account=APPLICATION, body={"type": 1})
    assert (await discord.world.control.post(order)).accepted
    (event,) = discord.events(discord.world.receiver.received[-1])
    assert event.kind == "ignored"
    command = {"type": 2, "data": {"id": "1", "name": "ajuda", "type": 1}}
    assert (await discord.say(raw=command)).accepted
    (event,) = discord.events(discord.world.receiver.received[-1])
    assert event.kind == "message"
