"""What is rendered stays within Discord's limits, and what is not is refused with the limit's name."""

import json
from typing import Any

import pytest

from domain.content import MessageContent
from domain.errors import ContentRejected, MediaRejected
from domain.fitting import fit
from platforms.base import OutboundRequest
from platforms.discord.facts import CAPABILITIES, MAX_UPLOAD
from platforms.discord.platform import Discord
from tests.platforms.discord.harness import ACCOUNT
from tests.platforms.discord.support import outbound_message


def render(content: dict[str, Any], **fields: Any) -> OutboundRequest:
    return Discord().render(outbound_message(content, **fields), ACCOUNT)


def body(request: OutboundRequest) -> dict[str, Any]:
    if request.json_body is not None:
        return request.json_body
    assert request.form is not None
    told = json.loads(request.form["payload_json"])
    assert isinstance(told, dict)
    return told


def options(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"id": f"o{n}", "title": f"Opção {n}", **more} for n in range(count)]


def buttons(**fields: Any) -> dict[str, Any]:
    return {"type": "buttons", "text": "Qual?", "buttons": options(2), **fields}


def rows(**fields: Any) -> dict[str, Any]:
    return {"type": "list", "text": "Qual?", "rows": options(2), **fields}


def stored(kind: str, mime_type: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "media": {"key": "t1/a", "mime_type": mime_type}, **more}


def test_nobody_is_called_in_and_nothing_is_sent_twice() -> None:
    for content in ({"type": "text", "text": "@everyone <@7>"}, stored("image", "image/png")):
        told = body(render(content))
        assert told["allowed_mentions"] == {"parse": []}
        assert told["enforce_nonce"] is True
        assert told["nonce"] == body(render(content))["nonce"]
        assert told["nonce"] != body(render(content, id="another"))["nonce"]


@pytest.mark.parametrize(
    ("content", "limit"),
    [
        ({"type": "text", "text": "a" * 2001}, "2000"),
        ({"type": "text", "text": "😀" * 1001}, "2000"),
        ({"type": "text", "text": " \n"}, "empty"),
        (buttons(text="a" * 2001), "2000"),
        (buttons(buttons=options(26)), "25"),
        (buttons(buttons=options(1, title="a" * 81)), "80"),
        (buttons(buttons=options(1, id="a" * 101)), "100"),
        (buttons(buttons=options(1, id="é" * 51)), "100"),
        (buttons(buttons=options(1, id="")), "empty"),
        (buttons(buttons=options(2, id="same")), "same id"),
        (buttons(buttons=options(1, url="https://loja.example/" + "a" * 500)), "512"),
        (buttons(buttons=options(1, url="javascript:alert(1)")), "https://"),
        (buttons(buttons=options(1, url="https://loja.example/a b")), "space"),
        (buttons(buttons=options(1, url="http://[::1")), "not a URL"),
        (rows(rows=options(26)), "25"),
        (rows(rows=options(1, title="a" * 101)), "100"),
        (rows(rows=options(1, description="a" * 101)), "100"),
        (rows(rows=options(2, id="same")), "same id"),
        (rows(button="a" * 151), "150"),
        ({"type": "card", "title": "a" * 257}, "256"),
        ({"type": "card", "title": "a", "text": "a" * 4097}, "4096"),
        (stored("image", "image/png", caption="a" * 2001), "2000"),
        (stored("audio", "audio/ogg", voice=True, caption="ouça"), "no text"),
        ({"type": "image", "media": {"id": "1382000000000000001"}}, "by its id"),
        ({"type": "card", "title": "a", "media": {"id": "7"}}, "by its id"),
        ({"type": "image", "media": {"url": "file:///etc/passwd"}}, "https://"),
    ],
)
def test_what_discord_would_refuse_is_refused_before(content: dict[str, Any], limit: str) -> None:
    with pytest.raises(ContentRejected, match=limit):
        render(content)


def test_a_file_beyond_the_limit_is_refused_before() -> None:
    media = {"key": "t1/a", "mime_type": "image/png", "size": MAX_UPLOAD + 1}
    with pytest.raises(MediaRejected, match=str(MAX_UPLOAD)):
        render({"type": "image", "media": media})


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("nota 88.pdf", "nota 88.pdf"),
        ('../../a"b\r\n.pdf', "a_b_.pdf"),
        ("...", "a.pdf"),
        (None, "a.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_of_a_file_is_only_a_name(name: str | None, sent: str) -> None:
    media = {"key": "t1/a", "mime_type": "application/pdf", "filename": name}
    request = render({"type": "document", "media": media})
    assert request.file is not None
    assert request.file.filename == sent
    assert body(request)["attachments"] == [{"id": 0, "filename": sent}]


@pytest.mark.parametrize("reply_to", ["interaction:1383000000000000001", "é", "", "frame:x", "٣"])
def test_what_is_no_message_is_not_quoted(reply_to: str) -> None:
    assert "message_reference" not in body(render({"type": "text", "text": "a"}, reply_to=reply_to))


def test_an_address_cannot_leave_its_place_in_the_url() -> None:
    message = outbound_message({"type": "text", "text": "a"}, address="../users/@me?x=#")
    url = Discord().render(message, ACCOUNT).url
    assert url.endswith("/channels/..%2Fusers%2F%40me%3Fx%3D%23/messages")


WORDY = "Uma frase com acentos e 😀. " * 300
FITTED: dict[str, dict[str, Any]] = {
    "text": {"type": "text", "text": WORDY},
    "caption": stored("image", "image/png", caption=WORDY),
    "voice": stored("audio", "audio/ogg", voice=True, caption="ouça"),
    "sticker": stored("sticker", "image/webp"),
    "link": {
        "type": "video",
        "media": {"url": "https://loja.example/a.mp4"},
        "caption": "a" * 2000,
    },
    "place": {"type": "location", "latitude": -23.5, "longitude": -46.6, "name": "Loja"},
    "person": {"type": "contacts", "contacts": [{"name": "Ana", "phones": ["+55119"]}]},
    "buttons": buttons(text=WORDY, buttons=options(25), footer="Loja"),
    "more_buttons": buttons(buttons=options(40)),
    "list": rows(text=WORDY, rows=options(25), button="Ver " * 30, footer="Loja"),
    "headings": {
        "type": "list",
        "text": WORDY,
        "button": "B" * 60,
        "sections": [
            {"title": f"{n}" * 100, "rows": [{"id": f"r{n}", "title": f"{n}" * 100}]}
            for n in range(5)
        ],
    },
    "card": {"type": "card", "title": "Lua", "text": WORDY, "buttons": options(3)},
}


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("name", FITTED)
def test_what_is_fitted_is_rendered_within_the_limits(name: str) -> None:
    fitted: list[MessageContent] = fit(outbound_message(FITTED[name]).content, CAPABILITIES)
    for content in fitted:
        told = body(render(content.model_dump()))
        assert len(told.get("content", "")) <= 2000
        assert len(told.get("components", [])) <= 5
        assert all(len(row["components"]) <= 5 for row in told.get("components", []))
        assert told.keys() & {"content", "embeds", "attachments"}
        assert all(_texts(told))
