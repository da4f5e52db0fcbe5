"""Every content under `outbound/` becomes exactly the request beside it, or is refused naming the limit."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from domain.errors import ContentRejected, MediaRejected
from platforms.telegram.platform import Telegram
from tests.platforms.telegram.harness import ACCOUNT
from tests.platforms.telegram.support import CHAT, SECRETS, outbound_message

CASES = sorted((Path(__file__).parent / "outbound").glob("*.json"))
MEGABYTE = 1024 * 1024


def render(content: dict[str, Any], **fields: str) -> dict[str, Any]:
    message = outbound_message(content, **fields)
    return Telegram().render(message, ACCOUNT).masked(SECRETS)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_content_becomes_its_request(path: Path) -> None:
    case = json.loads(path.read_text("utf-8"))
    message = outbound_message(
        case["content"],
        case["address"],
        reply_to=case.get("reply_to"),
        thread=case.get("thread"),
    )
    assert Telegram().render(message, ACCOUNT).masked(SECRETS) == case["request"]


def test_there_is_a_case_for_every_content_we_send() -> None:
    kinds = {json.loads(path.read_text("utf-8"))["content"]["type"] for path in CASES}
    media = {"image", "video", "audio", "document", "sticker"}
    assert kinds == media | {"text", "location", "contacts", "buttons", "list", "card"}


def test_the_token_shows_nowhere() -> None:
    for path in CASES:
        request = json.loads(path.read_text("utf-8"))["request"]
        assert request["url"].startswith("https://api.telegram.org/bot***/send")


TEXT = {"type": "text", "text": "oi"}


@pytest.mark.parametrize(
    ("reply_to", "quoted"),
    [
        (f"{CHAT}:41", 41),
        ("41", 41),
        ("-100777:41", None),
        ("wamid.X", None),
        (f"{CHAT}:²", None),
        (f"{CHAT}:", None),
    ],
)
def test_a_quote_is_of_this_chat_or_left_out(reply_to: str, quoted: int | None) -> None:
    shown = render(TEXT, reply_to=reply_to)["json"].get("reply_parameters")
    assert shown == (
        {"message_id": quoted, "allow_sending_without_reply": True} if quoted else None
    )


@pytest.mark.parametrize(
    ("address", "sent"), [("-1002003004", -1002003004), ("@loja_avisos", "@loja_avisos")]
)
def test_groups_and_channels_are_addressed(address: str, sent: int | str) -> None:
    assert render(TEXT, address=address)["json"]["chat_id"] == sent


def test_a_thread_is_a_number() -> None:
    assert render(TEXT, thread="17")["json"]["message_thread_id"] == 17
    with pytest.raises(ContentRejected, match="topic"):
        render(TEXT, thread="general")


def test_a_business_account_is_answered_for_by_its_connection() -> None:
    shown = render(TEXT, thread="business:bc_77")["json"]
    assert shown == {"chat_id": int(CHAT), "business_connection_id": "bc_77", "text": "oi"}
    with pytest.raises(ContentRejected, match="topic"):
        render(TEXT, thread="business:")


def _buttons(*buttons: dict[str, str], **fields: Any) -> dict[str, Any]:
    return {"type": "buttons", "text": "Qual?", "buttons": list(buttons), **fields}


def _link(url: str) -> dict[str, Any]:
    return _buttons({"id": "a", "title": "A", "url": url})


def _list(*rows: dict[str, str], **fields: Any) -> dict[str, Any]:
    return {"type": "list", "text": "Qual?", "rows": list(rows), **fields}


def _contacts(*cards: dict[str, Any]) -> dict[str, Any]:
    return {"type": "contacts", "contacts": list(cards)}


A = {"id": "a", "title": "A"}
MANY = [{"id": f"{n}", "title": f"{n}"} for n in range(101)]
PNG = {"id": "AgACfile", "mime_type": "image/png"}
RITA = {"name": "Rita Lima", "phones": ["+5511955500144"]}

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"type": "text", "text": "x" * 4097}, "4096"),
    ({"type": "text", "text": "😀" * 2049}, "4096"),
    ({"type": "text", "text": " \n"}, "empty"),
    ({"type": "image", "media": PNG, "caption": "x" * 1025}, "1024"),
    ({"type": "image", "media": PNG, "caption": "😀" * 513}, "1024"),
    ({"type": "sticker", "media": {"id": "s"}, "caption": "oi"}, "caption"),
    ({"type": "image", "media": {}}, "no file"),
    ({"type": "image", "media": {"url": "ftp://loja.example/a.png"}}, "https"),
    ({"type": "image", "media": {"url": "https://[loja"}}, "not a URL"),
    (_buttons(*MANY), "limit is 100"),
    (_buttons({"id": "a" * 65, "title": "A"}), "64"),
    (_buttons({"id": "ã" * 33, "title": "A"}), "66 bytes, the limit is 64"),
    (_buttons({"id": "", "title": "A"}), "empty"),
    (_buttons({"id": "a", "title": " "}), "empty"),
    (_buttons(A, text="x" * 4097), "4096"),
    (_buttons(A, text="x" * 4090, footer="y" * 10), "4096"),
    (_link("mailto:rita@loja.example"), "https"),
    (_link("tel:+551155500100"), "https"),
    (_link("http://localhost/pedido"), "dot"),
    (_link("https://intranet/pedido"), "dot"),
    (_link("https:///pedido"), "dot"),
    (_link("https://loja.example/a b"), "space"),
    (_link("https://[loja"), "not a URL"),
    (_list(*MANY), "limit is 100"),
    (_list({"id": "a" * 65, "title": "A"}), "64"),
    (_list({"id": "a", "title": "A", "description": "d" * 4090}), "4096"),
    ({"type": "card", "title": "T", "media": PNG, "text": "x" * 1023}, "1024"),
    ({"type": "card", "title": "T", "text": "x" * 4096}, "4096"),
    (_contacts(), "empty"),
    (_contacts(*[{"name": "x" * 2048}] * 2), "4096"),
    (_contacts({**RITA, "name": " "}), "empty"),
    (_contacts({**RITA, "emails": ["r" * 2048]}), "2048"),
    ({"type": "template", "name": "t", "language": "pt_BR"}, "template"),
    ({"type": "choice", "id": "a", "title": "A"}, "choice"),
    ({"type": "form", "fields": {}}, "form"),
    ({"type": "order", "items": []}, "order"),
    ({"type": "unsupported", "platform_type": "poll"}, "unsupported"),
]


def test_contacts_that_cannot_be_saved_are_told_as_text() -> None:
    several = render(_contacts(RITA, {"name": "Caio", "emails": ["caio@loja.example"]}))
    assert several["url"].endswith("/sendMessage")
    assert several["json"]["text"] == "Rita Lima\n+5511955500144\n\nCaio\ncaio@loja.example"
    assert render(_contacts({"name": "Rita Lima"}))["json"]["text"] == "Rita Lima"


@pytest.mark.parametrize(("content", "named"), REFUSED)
def test_what_telegram_refuses_is_refused_before(content: dict[str, Any], named: str) -> None:
    with pytest.raises(ContentRejected, match=re.escape(named)):
        render(content)


@pytest.mark.parametrize(
    ("kind", "media", "named"),
    [
        ("image", {"key": "k", "size": 10 * MEGABYTE + 1}, "10 MB"),
        ("image", {"url": "https://loja.example/a.jpg", "size": 5 * MEGABYTE + 1}, "5 MB"),
        ("document", {"key": "k", "size": 50 * MEGABYTE + 1}, "50 MB"),
        ("video", {"url": "https://loja.example/a.mp4", "size": 20 * MEGABYTE + 1}, "20 MB"),
    ],
)
def test_files_too_large(kind: str, media: dict[str, Any], named: str) -> None:
    with pytest.raises(MediaRejected, match=named):
        render({"type": kind, "media": media})


def test_a_file_telegram_has_already_has_no_size_to_refuse() -> None:
    media = {"id": "BQACfile", "size": 900 * MEGABYTE}
    assert render({"type": "document", "media": media})["json"]["document"] == "BQACfile"


@pytest.mark.parametrize(
    "url", ["https://203.0.113.7/x", "https://[2001:db8::7]/x", "tg://resolve?domain=loja"]
)
def test_addresses_and_links_into_the_app_are_taken(url: str) -> None:
    markup = render(_link(url))["json"]["reply_markup"]
    assert markup == {"inline_keyboard": [[{"text": "A", "url": url}]]}


@pytest.mark.parametrize(
    ("content", "method"),
    [
        ({"type": "audio", "voice": True, "media": {"id": "f"}}, "sendVoice"),
        (
            {
                "type": "audio",
                "voice": True,
                "media": {"id": "f", "mime_type": "audio/ogg; codecs=opus"},
            },
            "sendVoice",
        ),
        (
            {"type": "audio", "voice": True, "media": {"id": "f", "mime_type": "audio/amr"}},
            "sendAudio",
        ),
        ({"type": "audio", "media": {"id": "f", "mime_type": "audio/ogg"}}, "sendAudio"),
        ({"type": "image", "media": {"id": "f", "mime_type": "IMAGE/GIF"}}, "sendAnimation"),
        ({"type": "image", "media": {"id": "f"}}, "sendPhoto"),
        (
            {"type": "card", "title": "T", "media": {"id": "f", "mime_type": "video/mp4"}},
            "sendVideo",
        ),
        (
            {"type": "card", "title": "T", "media": {"id": "f", "mime_type": "image/gif"}},
            "sendAnimation",
        ),
    ],
)
def test_the_method_follows_the_file(content: dict[str, Any], method: str) -> None:
    assert render(content)["url"].endswith(f"/{method}")


@pytest.mark.parametrize(
    ("media", "filename"),
    [
        ({"key": "t1/ab12", "mime_type": "application/pdf"}, "ab12.pdf"),
        ({"key": "t1/ab12", "filename": "nota fiscal.pdf"}, "nota fiscal.pdf"),
        ({"key": "t1/ab12", "filename": '../../a"b\r\n.pdf'}, "a_b_.pdf"),
        ({"key": "t1/ab12", "filename": "..."}, "ab12"),
        ({"key": "t1/", "mime_type": "text/plain"}, "t1.txt"),
    ],
)
def test_uploads_have_names_that_harm_nobody(media: dict[str, str], filename: str) -> None:
    assert render({"type": "document", "media": media})["file"]["filename"] == filename


def test_the_longest_of_everything_passes() -> None:
    render({"type": "text", "text": "😀" * 2048})
    render({"type": "image", "media": PNG, "caption": "x" * 1024})
    many = [{"id": f"{n}".ljust(64, "i"), "title": f"{n}"} for n in range(100)]
    render(_buttons(*many, text="x" * 4096))
    render(_list(*many, text="x" * 4096))
