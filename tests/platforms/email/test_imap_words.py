"""The grammar of IMAP answers: what servers say is read, what they should not say breaks nothing."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.email import imap_words
from platforms.email.imap_errors import Status
from platforms.email.imap_words import Line


def line(*texts: bytes, literals: tuple[bytes | None, ...] = ()) -> Line:
    return Line(list(texts), list(literals))


FETCHES = [
    (
        line(
            b"12 FETCH (UID 7 RFC822.SIZE 44 FLAGS (\\Seen $Label) BODY[] {5}",
            b")",
            literals=(b"a(b\r\n",),
        ),
        {"UID": "7", "RFC822.SIZE": "44", "FLAGS": ["\\Seen", "$Label"], "BODY[]": b"a(b\r\n"},
    ),
    (
        line(
            b'1 FETCH (INTERNALDATE " 1-Aug-2026 12:00:00 -0300" body[header]<0> "x\\"y\\\\" UID 3)'
        ),
        {
            "INTERNALDATE": b" 1-Aug-2026 12:00:00 -0300",
            "BODY[HEADER]<0>": b'x"y\\',
            "UID": "3",
        },
    ),
    (
        line(b"1 FETCH (BODY[HEADER.FIELDS (MESSAGE-ID)] {4}", b" UID 9)", literals=(b"\r\n\r\n",)),
        {"BODY[HEADER.FIELDS (MESSAGE-ID)]": b"\r\n\r\n", "UID": "9"},
    ),
    (line(b"1 FETCH (BODY[] NIL UID 9)"), {"BODY[]": None, "UID": "9"}),
    (line(b"1 FETCH (BODY[] {99}", b" UID 9)", literals=(None,)), {"BODY[]": None, "UID": "9"}),
]


@pytest.mark.parametrize(("said", "items"), FETCHES)
def test_a_fetch(said: Line, items: dict[str, object]) -> None:
    assert imap_words.fetched(said) == items


@given(st.lists(st.binary(max_size=60), min_size=1, max_size=4), st.lists(st.binary(max_size=9)))
def test_damage_breaks_nothing(texts: list[bytes], literals: list[bytes]) -> None:
    said = line(*texts, literals=tuple(literals))
    assert isinstance(imap_words.fetched(said), dict)
    imap_words.listed(said)
    imap_words.uids([said])
    imap_words.status(said.first)
    imap_words.numbered(said.first)


def test_deep_parentheses_are_no_way_to_exhaust_us() -> None:
    assert imap_words.fetched(line(b"1 FETCH " + b"(" * 100_000)) == {}


STATUSES = [
    ("OK done", Status("OK", "", "done")),
    ("no [AUTHENTICATIONFAILED] wrong", Status("NO", "AUTHENTICATIONFAILED", "wrong")),
    ("OK [UIDVALIDITY 12] fine", Status("OK", "UIDVALIDITY 12", "fine")),
    ("BYE", Status("BYE", "", "")),
    ("FLAGS (\\Seen)", None),
]


@pytest.mark.parametrize(("said", "status"), STATUSES)
def test_a_status(said: str, status: Status | None) -> None:
    assert imap_words.status(said) == status


FOLDERS = [
    ("INBOX", b'"INBOX"'),
    ("Não lidos", b'"N&AOM-o lidos"'),
    ("A&B", b'"A&-B"'),
    ('a"b', b'"a\\"b"'),
]


@pytest.mark.parametrize(("name", "sent"), FOLDERS)
def test_a_folders_name(name: str, sent: bytes) -> None:
    """The second is from RFC 3501's own scheme: ã is U+00E3."""
    assert imap_words.mailbox(name) == sent


DATES = [
    (b"17-Jul-1996 02:44:25 -0700", datetime(1996, 7, 17, 9, 44, 25, tzinfo=UTC)),
    (b" 1-Aug-2026 00:00:00 +0000", datetime(2026, 8, 1, tzinfo=UTC)),
    (b"31-Feb-2026 00:00:00 +0000", None),
    (b"1-Abr-2026 00:00:00 +0000", None),
    (None, None),
]


@pytest.mark.parametrize(("said", "at"), DATES)
def test_a_date(said: object, at: datetime | None) -> None:
    assert imap_words.moment(said) == at


def test_the_marks_of_a_folder() -> None:
    said = line(b'LIST (\\HasNoChildren \\Sent) "/" "Sent Items"')
    assert imap_words.listed(said) == (["\\hasnochildren", "\\sent"], b"Sent Items")
