"""What a message becomes, at the limits and beyond them."""

import json
from typing import Any

import pytest

from domain.errors import ContentRejected, MediaRejected
from domain.platform import LengthUnit
from domain.text import length
from platforms.teams.facts import LIMITS, MAX_ACTIVITY_UNITS
from platforms.teams.markup import escape, quotable
from tests.platforms.teams.support import CHANNEL, CHAT, THREAD, rendered

TEXT = {"type": "text", "text": "oi"}


def activity_of(content: dict[str, Any], **fields: Any) -> dict[str, Any]:
    body = rendered(content, **fields).json_body
    assert body is not None
    return body


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("*a* _b_ ~c~ `d` [e](f)", "\\*a\\* \\_b\\_ \\~c\\~ \\`d\\` \\[e\\](f)"),
        (
            "# um\n- dois\n> três\n1. quatro\n2) cinco",
            "\\# um\n\\- dois\n\\> três\n1\\. quatro\n2\\) cinco",
        ),
        ("R$ 1.50 - ok", "R$ 1.50 - ok"),
        ("a\\b", "a\\\\b"),
        ("veja https://x.example/a_b_c e _d_", "veja https://x.example/a_b_c e \\_d\\_"),
    ],
)
def test_nothing_written_is_taken_for_markup(text: str, safe: str) -> None:
    assert escape(text) == safe


def test_a_quoting_text_keeps_its_lines() -> None:
    assert quotable("<b>\r\n& c\n\nd") == "&lt;b>\n\n&amp; c\n\n\n\nd"


@pytest.mark.parametrize(
    ("address", "thread", "where"),
    [
        (CHANNEL, "1785585600100", "tacv2%3Bmessageid%3D1785585600100"),
        (THREAD, "9", "tacv2%3Bmessageid%3D1785585600100"),
        (CHANNEL, "../x", "tacv2"),
        (CHANNEL, None, "tacv2"),
        (CHAT, "9", "a%3A1luminaria-rita-0001"),
        ("a:../../x?y#z", None, "a%3A..%2F..%2Fx%3Fy%23z"),
    ],
)
def test_where_it_goes(address: str, thread: str | None, where: str) -> None:
    url = rendered(TEXT, address, thread=thread).url
    assert url.endswith(f"{where}/activities")


@pytest.mark.parametrize("address", ["", ".", ".."])
def test_what_is_no_conversation(address: str) -> None:
    with pytest.raises(ContentRejected):
        rendered(TEXT, address)


@pytest.mark.parametrize(
    ("reply_to", "quoted"),
    [
        (f"{CHAT}:17", "17"),
        ("17", "17"),
        ("a:other:17", None),
        (f"{CHAT}:", None),
        (f'{CHAT}:1"/><b>', None),
    ],
)
def test_only_what_is_in_the_conversation_is_quoted(reply_to: str, quoted: str | None) -> None:
    body = activity_of(TEXT, reply_to=reply_to)
    assert body.get("replyToId") == quoted
    assert body["text"] == (f'<quoted messageId="{quoted}"/> oi' if quoted else "oi")


AT_THE_LIMIT: list[dict[str, Any]] = [
    {"type": "text", "text": "&" * LIMITS.text},
    {
        "type": "buttons",
        "text": "_" * 6000,
        "footer": "f" * 200,
        "buttons": [{"id": f"{n}" + "i" * 999, "title": "t" * 80} for n in range(6)],
    },
    {
        "type": "list",
        "text": "*\n" * 1500,
        "button": "b" * 80,
        "rows": [
            {"id": f"{n:02}" + "i" * 198, "title": "[" * 100, "description": "]" * 200}
            for n in range(20)
        ],
    },
]


@pytest.mark.parametrize("content", AT_THE_LIMIT, ids=lambda content: content["type"])
@pytest.mark.parametrize("reply_to", [None, f"{CHAT}:1785585601200"])
def test_what_the_limits_allow_fits(content: dict[str, Any], reply_to: str | None) -> None:
    body = activity_of(content, reply_to=reply_to)
    told = json.dumps(body, ensure_ascii=False)
    assert length(told, LengthUnit.UTF16) <= MAX_ACTIVITY_UNITS


def test_a_text_of_many_lines() -> None:
    content = {"type": "buttons", "text": "a\n" * 99, "buttons": [{"id": "a", "title": "A"}]}
    blocks = activity_of(content)["attachments"][0]["content"]["body"]
    assert len(blocks) == 41
    assert blocks[-1]["text"].split() == ["a"] * 59
    assert {block.get("spacing") for block in blocks} == {None, "None"}


@pytest.mark.parametrize(
    "content",
    [
        {"type": "text", "text": " "},
        {"type": "text", "text": "a" * 10_001},
        {"type": "buttons", "text": "a", "buttons": [{"id": "", "title": "A"}]},
        {"type": "buttons", "text": "a", "buttons": [{"id": "a" * 1001, "title": "A"}]},
        {"type": "buttons", "text": "a", "buttons": [{"id": "a", "title": "A" * 81}]},
        {
            "type": "buttons",
            "text": "a",
            "buttons": [{"id": str(n), "title": "A"} for n in range(7)],
        },
        {"type": "buttons", "text": "a", "buttons": [{"id": "a", "title": "A", "url": "ftp://x"}]},
        {
            "type": "buttons",
            "text": "a",
            "buttons": [{"id": "a", "title": "A", "url": "https://["}],
        },
        {"type": "list", "text": "a", "rows": [{"id": str(n), "title": "A"} for n in range(21)]},
        {"type": "image", "media": {"url": "https://x.example/a.png"}, "caption": "a"},
        {"type": "image", "media": {"url": "javascript:alert(1)"}},
        {"type": "image", "media": {"url": "https://["}},
        {"type": "card", "title": "a", "media": {"url": "https://["}},
        {"type": "image", "media": {"url": "data:text/html,x"}},
        {"type": "image", "media": {"id": "7"}},
        {"type": "video", "media": {"url": "https://x.example/a.mp4"}},
        {"type": "template", "name": "a", "language": "pt"},
    ],
    ids=str,
)
def test_what_is_refused(content: dict[str, Any]) -> None:
    with pytest.raises(ContentRejected):
        rendered(content)


def test_pictures_of_other_types_are_refused() -> None:
    for media in ({"url": "https://x.example/a.webp"}, {"key": "a", "mime_type": "image/heic"}):
        with pytest.raises(MediaRejected):
            rendered({"type": "image", "media": media})
