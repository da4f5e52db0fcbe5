"""Where a message goes, and what LinkedIn would refuse."""

from typing import Any

import pytest

from domain.errors import ContentRejected, MediaRejected
from platforms.linkedin.facts import CAPABILITIES, LARGEST_FILE
from platforms.linkedin.little import read_little
from platforms.linkedin.outbound import place_of
from tests.platforms.linkedin.support import (
    COMMENT,
    PERSON,
    POST,
    THREAD,
    outbound_message,
    rendered,
)

TEXT = {"type": "text", "text": "oi"}
FILE = {"type": "document", "media": {"key": "t1/a.pdf", "mime_type": "application/pdf"}}


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({}, None),
        ({"address": "RitaL1ma_-"}, None),
        ({"reply_to": "2-msg1=="}, None),
        ({"thread": THREAD}, THREAD),
        ({"thread": COMMENT}, COMMENT),
        ({"thread": POST}, POST),
        ({"reply_to": COMMENT}, COMMENT),
        ({"address": COMMENT}, COMMENT),
        ({"thread": "urn:li:comment:(activity:7101000000000000001,71)"}, COMMENT),
        ({"thread": THREAD, "answers": {"place": COMMENT}}, COMMENT),
        ({"thread": COMMENT, "answers": {"place": THREAD}}, THREAD),
        ({"thread": COMMENT, "answers": {"place": None}}, COMMENT),
        ({"thread": COMMENT, "answers": {"place": ["x"]}}, COMMENT),
        ({"thread": "urn:li:comment:(x)"}, None),
    ],
)
def test_where_it_goes(fields: dict[str, Any], place: str | None) -> None:
    assert place_of(outbound_message(TEXT, **fields)) == place


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("the text is empty", {"type": "text", "text": " "}),
    ("1251 characters long, the limit is 1250", {"type": "text", "text": "a" * 1251}),
    ("the limit is 1250", {"type": "text", "text": "😀" * 626}),
    ("LinkedIn has no video", {"type": "video", "media": {"id": "urn:li:video:1"}}),
    ("names no file", {"type": "image", "media": {}}),
    ("must start with https://", {"type": "image", "media": {"url": "ftp://a.example/b"}}),
    ("under a post only pictures", FILE),
    ("cannot be sent on LinkedIn", {"type": "template", "name": "a", "language": "pt"}),
    ("cannot be sent on LinkedIn", {"type": "contacts", "contacts": []}),
    (
        "takes several messages",
        {"type": "buttons", "text": "a " * 2000, "buttons": [{"id": "a", "title": "A"}]},
    ),
]


@pytest.mark.parametrize(("why", "content"), REFUSED)
def test_refused(why: str, content: dict[str, Any]) -> None:
    with pytest.raises(ContentRejected, match=why):
        rendered(content, thread=COMMENT)


def test_a_file_that_is_too_large_is_refused() -> None:
    media = {"key": "t1/a.png", "size": LARGEST_FILE + 1}
    with pytest.raises(MediaRejected):
        rendered({"type": "image", "media": media})


def test_no_html_is_made_of_words() -> None:
    body = rendered({"type": "text", "text": "<b>oi</b> & tchau"}).json_body
    assert body is not None
    assert body["body"] == "<b>oi</b> & tchau"
    assert body["recipients"] == [PERSON]


def test_what_is_absent_names_a_page() -> None:
    assert {"buttons", "delivery status", "typing", "templates"} <= CAPABILITIES.absent.keys()
    assert all(url.startswith("https://") for url in CAPABILITIES.absent.values())


@pytest.mark.parametrize(
    ("written", "said", "voice"),
    [
        ("oi", "oi", []),
        (r"a\_b \{c\} \\d", r"a_b {c} \d", []),
        ("{audio|urn:li:x:a\\_b}", "", ["urn:li:x:a_b"]),
        ("{audio}", "", []),
        ("@[Ana \\] Souza](urn:li:person:1), oi", "Ana ] Souza, oi", []),
        ("{hashtag|\\#|lua} e {mention|urn:li:person:1}!", "#lua e !", []),
        ("um @ dois { três", "um @ dois { três", []),
        ("@[sem fim", "@[sem fim", []),
        ("\\", "\\", []),
    ],
)
def test_little_text(written: str, said: str, voice: list[str]) -> None:
    assert read_little(written) == (said, voice)


def test_little_text_takes_no_time() -> None:
    assert read_little("@[" * 20_000 + "{" * 20_000).voice == []
