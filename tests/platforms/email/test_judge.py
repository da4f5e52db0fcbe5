"""Independent judges: Python's modern header parser on what we read, a reply parser on English answers."""

import string
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from platforms.email.quoting import part
from tests.platforms.contract import bodies
from tests.platforms.email.support import parsed

PLAIN = [
    "text",
    "reply_gmail_pt",
    "auto_reply",
    "html_only",
    "headers_words",
    "mailing_list",
    "inline_and_attached",
]
# Names in raw UTF-8 are left out: the library keeps their octets, we read them.


@pytest.mark.parametrize("name", PLAIN)
def test_headers_are_read_as_the_standard_library_reads_them(name: str) -> None:
    path = next(path for path in bodies("email") if path.stem == name)
    judge = message_from_bytes(path.read_bytes(), policy=policy.default)
    event = parsed(path.read_bytes())[0]
    assert isinstance(judge, EmailMessage)
    assert event.raw
    assert event.external_id == str(judge["message-id"])
    assert event.sent_at == judge["date"].datetime
    author = judge["from"].addresses[0]
    written = event.raw["from"][0]
    assert written["address"] == author.addr_spec
    assert written.get("name", "").split() == author.display_name.split()
    assert event.raw["subject"].split()[:2] == str(judge["subject"]).split()[:2]


def test_files_are_found_as_the_standard_library_finds_them() -> None:
    path = next(path for path in bodies("email") if path.stem == "inline_and_attached")
    judge = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(judge, EmailMessage)
    names = {part.get_filename() for part in judge.walk() if part.get_filename()}
    contents: list[Any] = [event.content for event in parsed(path.read_bytes())[1:]]
    assert {content.media.filename for content in contents} == names


ENGLISH = [
    "Sounds good.\nThanks\n\nOn Mon, Mar 2, 2026 at 3:30 PM Shop <shop@shop.example> wrote:\n\n> Tomorrow?\n> Bye\n",
    "Sounds good.\n\nOn Mon, Mar 2, 2026 at 3:30 PM, The Shop <\nshop@shop.example> wrote:\n\n> Tomorrow then?\n",
    "Sounds good.\n\nFrom: Shop <shop@shop.example>\nSent: Monday, March 2, 2026\nTo: Dee\nSubject: Order\n\nWhen?\n",
    "Just a note, nothing quoted.\n\nBye",
]


@pytest.mark.parametrize("text", ENGLISH, ids=string.ascii_lowercase[: len(ENGLISH)])
def test_english_answers_are_cut_as_a_reply_parser_cuts_them(text: str) -> None:
    judge = pytest.importorskip("mailparser_reply").EmailReplyParser(languages=["en"])
    assert part(text).text.split() == judge.parse_reply(text).split()
