"""Every content under `outbound/` becomes exactly the request beside it, or is refused naming the limit."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from domain.errors import ContentRejected, MediaRejected
from platforms.meta.whatsapp.facts import CAPABILITIES, LIMITS
from platforms.meta.whatsapp.platform import WhatsApp
from tests.platforms.whatsapp.support import ACCOUNT, HERE, MESSAGE_ID, SECRETS, outbound_message

CASES = sorted((HERE / "outbound").glob("*.json"))


def render(content: dict[str, Any], **fields: Any) -> dict[str, Any]:
    message = outbound_message(content).model_copy(update=fields)
    return WhatsApp().render(message, ACCOUNT).masked(SECRETS)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_content_becomes_its_request(path: Path) -> None:
    case = json.loads(path.read_text("utf-8"))
    message = outbound_message(case["content"], case["address"], case.get("reply_to"))
    assert WhatsApp().render(message, ACCOUNT).masked(SECRETS) == case["request"]


def test_there_is_a_case_for_every_content_we_send() -> None:
    kinds = {json.loads(path.read_text("utf-8"))["content"]["type"] for path in CASES}
    media = {"image", "video", "audio", "document", "sticker"}
    others = {"text", "location", "contacts", "buttons", "list", "template", "card"}
    assert kinds == media | others


def test_a_group_is_addressed_by_its_id() -> None:
    body = render({"type": "text", "text": "oi"}, thread="R3J1cG9UZXN0ZQ")["json"]
    assert (body["recipient_type"], body["to"]) == ("group", "R3J1cG9UZXN0ZQ")


def test_every_message_carries_our_id() -> None:
    for path in CASES:
        case = json.loads(path.read_text("utf-8"))
        assert case["request"]["json"]["biz_opaque_callback_data"] == MESSAGE_ID


def _buttons(*buttons: dict[str, str], **fields: Any) -> dict[str, Any]:
    return {"type": "buttons", "text": "Qual?", "buttons": list(buttons), **fields}


def _list(rows: list[dict[str, str]], **fields: Any) -> dict[str, Any]:
    return {"type": "list", "text": "Qual?", "rows": rows, **fields}


def _template(**fields: Any) -> dict[str, Any]:
    return {"type": "template", "name": "t", "language": "pt_BR", **fields}


A = {"id": "a", "title": "A"}
SECTIONS = [{"title": "x", "rows": [A]}, {"rows": [{"id": "b", "title": "B"}]}]
PNG = {"id": "1", "mime_type": "image/png"}

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"type": "text", "text": "x" * 4097}, "4096"),
    ({"type": "text", "text": "😀" * 2049}, "4096"),
    ({"type": "text", "text": " \n"}, "empty"),
    ({"type": "image", "media": PNG, "caption": "x" * 1025}, "1024"),
    ({"type": "audio", "media": {"id": "1"}, "caption": "ouça"}, "caption"),
    ({"type": "image", "media": {}}, "no file"),
    ({"type": "image", "media": {"url": "ftp://loja.example/a.png"}}, "https"),
    (_buttons(*({"id": str(n), "title": str(n)} for n in range(4))), "limit is 3"),
    (_buttons({"id": "a", "title": "x" * 21}), "20"),
    (_buttons({"id": "a" * 257, "title": "A"}), "256"),
    (_buttons({"id": " a", "title": "A"}), "spaces"),
    (_buttons({"id": "", "title": "A"}), "empty"),
    (_buttons(A, {"id": "b", "title": "A"}), "titles"),
    (_buttons(A, {"id": "a", "title": "B"}), "ids"),
    (_buttons(A, text="x" * 1025), "1024"),
    (_buttons(A, footer="x" * 61), "60"),
    (_buttons({"id": "a", "title": "A", "url": "tel:1"}), "https"),
    (_list([{"id": str(n), "title": "t"} for n in range(11)]), "limit is 10"),
    (_list([{"id": "a", "title": "x" * 25}]), "24"),
    (_list([{"id": "a", "title": "A", "description": "x" * 73}]), "72"),
    (_list([{"id": "a" * 201, "title": "A"}]), "200"),
    (_list([A, A]), "ids"),
    (_list([A], button="x" * 21), "20"),
    (_list([A], text="x" * 4097), "4096"),
    ({"type": "list", "text": "Qual?", "sections": SECTIONS}, "section"),
    ({"type": "contacts", "contacts": []}, "no contact"),
    ({"type": "contacts", "contacts": [{"name": "x"}] * 258}, "257"),
    ({"type": "contacts", "contacts": [{"name": " "}]}, "name"),
    (_template(body=["Ana", " "]), "body {{2}}"),
    (_template(header=[""]), "header {{1}}"),
    (_template(buttons=["url:"]), "button 0"),
    (_template(header_media={"type": "audio", "media": {"id": "1"}}), "audio"),
    ({"type": "choice", "id": "a", "title": "A"}, "choice"),
    ({"type": "form", "fields": {}}, "form"),
    ({"type": "order", "items": []}, "order"),
    ({"type": "unsupported", "platform_type": "poll"}, "unsupported"),
]


@pytest.mark.parametrize(("content", "named"), REFUSED)
def test_what_whatsapp_refuses_is_refused_before(content: dict[str, Any], named: str) -> None:
    with pytest.raises(ContentRejected, match=re.escape(named)):
        render(content)


@pytest.mark.parametrize(
    ("kind", "media", "named"),
    [
        ("image", {"id": "1", "mime_type": "image/webp"}, "image/jpeg"),
        ("image", {"key": "k", "size": 5 * 1024 * 1024 + 1}, "5 MB"),
        ("video", {"id": "1", "mime_type": "video/quicktime"}, "video/mp4"),
        ("sticker", {"id": "1", "mime_type": "image/png"}, "image/webp"),
        ("document", {"id": "1", "size": 100 * 1024 * 1024 + 1}, "100 MB"),
    ],
)
def test_files_whatsapp_refuses(kind: str, media: dict[str, Any], named: str) -> None:
    with pytest.raises(MediaRejected, match=re.escape(named)):
        render({"type": kind, "media": media})


def test_the_longest_of_everything_passes() -> None:
    rows = [
        {"id": f"{n}".ljust(200, "i"), "title": "t" * 24, "description": "d" * 72}
        for n in range(10)
    ]
    render({"type": "text", "text": "x" * 4096})
    render(_list(rows, button="b" * 20, footer="f" * 60, text="x" * 4096))
    many = [{"id": f"{n}".ljust(256, "i"), "title": f"{n}".ljust(20, "t")} for n in range(3)]
    render(_buttons(*many, text="x" * 1024))


def test_facts_agree_with_each_other() -> None:
    assert CAPABILITIES.receipts == {"sent", "delivered", "read", "failed"}
    assert CAPABILITIES.reply_window is not None
    assert CAPABILITIES.reply_window.total_seconds() == 24 * 3600
    assert LIMITS.list_rows == 10
