"""What proves a body, and everything that does not."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import SignatureInvalid
from platforms.base import WebhookRequest
from platforms.discord.platform import Discord
from platforms.discord.signing import SIGNATURE, TIMESTAMP
from tests.platforms.discord.harness import ACCOUNT, SIGNED_AT, sign

BODY = b'{"type":1}'
AT = datetime.fromtimestamp(SIGNED_AT, UTC)


def verify(
    headers: dict[str, str], body: bytes = BODY, at: datetime | None = AT, key: str | None = None
) -> None:
    account = ACCOUNT if key is None else ACCOUNT.model_copy(update={"public_key": key})
    Discord().verify(WebhookRequest(headers=headers, body=body, received_at=at), account)


@pytest.mark.parametrize("late", [-300, -1, 0, 1, 300])
def test_what_was_signed_just_now_is_taken(late: int) -> None:
    verify(sign(BODY), at=AT + timedelta(seconds=late))


def test_without_a_clock_only_the_signature_counts() -> None:
    verify(sign(BODY), at=None)


def test_a_body_that_is_no_text_is_taken_as_the_bytes_it_is() -> None:
    body = b"\xff\xfe\x00"
    verify(sign(body), body)


@pytest.mark.parametrize("late", [-301, 301, 86_400])
def test_what_was_signed_long_ago_is_refused(late: int) -> None:
    with pytest.raises(SignatureInvalid):
        verify(sign(BODY), at=AT + timedelta(seconds=late))


GOOD = sign(BODY)
BAD: dict[str, dict[str, str]] = {
    "nothing": {},
    "no signature": {TIMESTAMP: GOOD[TIMESTAMP]},
    "no time": {SIGNATURE: GOOD[SIGNATURE]},
    "another time": {**GOOD, TIMESTAMP: str(SIGNED_AT + 1)},
    "no number": {**GOOD, TIMESTAMP: "now"},
    "a time in other digits": {**GOOD, TIMESTAMP: "١٧٨٥٥٨٥٦٠٠"},
    "a signed time": {**GOOD, TIMESTAMP: f"+{SIGNED_AT}"},
    "not hex": {**GOOD, SIGNATURE: "z" * 128},
    "spaces between": {**GOOD, SIGNATURE: f"{GOOD[SIGNATURE][:64]} {GOOD[SIGNATURE][64:]}"},
    "too short": {**GOOD, SIGNATURE: GOOD[SIGNATURE][:-2]},
    "too long": {**GOOD, SIGNATURE: f"{GOOD[SIGNATURE]}00"},
    "of another body": {**GOOD, SIGNATURE: sign(b"{}")[SIGNATURE]},
    "all zeros": {**GOOD, SIGNATURE: "0" * 128},
    "no text": {**GOOD, SIGNATURE: "é\udcff"},
}


@pytest.mark.parametrize("name", BAD)
def test_anything_else_is_refused(name: str) -> None:
    with pytest.raises(SignatureInvalid):
        verify(BAD[name])


@pytest.mark.parametrize("key", ["", "00" * 31, "ff" * 32, "zz" * 32, "not a key"])
def test_with_another_key_or_none_nothing_is_taken(key: str) -> None:
    with pytest.raises(SignatureInvalid):
        verify(GOOD, key=key)


def test_hex_may_be_written_in_capitals() -> None:
    verify({**GOOD, SIGNATURE: GOOD[SIGNATURE].upper()}, key=ACCOUNT.public_key.upper())
