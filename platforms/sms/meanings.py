"""What a provider's code means: for a call that was refused, and for a message that failed later."""

import re
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import NamedTuple

from domain.errors import (
    ChannelUnauthorized,
    ContactUnreachable,
    ContentRejected,
    DeliveryError,
    PlatformUnavailable,
    Throttled,
)
from domain.platform import RateScope
from domain.receipts import ReceiptError
from platforms.base import MASK
from platforms.http import retry_after

_NUMBER = re.compile(r"\+?\d{8,}")
_MAX_DETAIL = 300


class Meaning(NamedTuple):
    """What one code means."""

    title: str
    error: type[DeliveryError] = ContentRejected
    later: bool = False
    """Sending it once more, later, may work, although this message is lost."""
    opt_out: bool = False
    """The contact has asked the provider or carrier not to be written to."""
    delay: timedelta | None = None
    """How long to wait where the provider does not say it."""
    scope: RateScope = "channel"
    """Of a limit: whose messages come too fast."""

    @property
    def retryable(self) -> bool:
        return self.later or self.error.retryable


Meanings = Mapping[str, Meaning]


def rejected(title: str) -> Meaning:
    return Meaning(title)


def gone(title: str) -> Meaning:
    """The contact cannot be reached, today or ever."""
    return Meaning(title, ContactUnreachable)


def absent(title: str) -> Meaning:
    """The contact cannot be reached at present."""
    return Meaning(title, ContactUnreachable, later=True)


def opted_out(title: str) -> Meaning:
    return Meaning(title, ContactUnreachable, opt_out=True)


def ours(title: str) -> Meaning:
    """Something is wrong with the channel: its credentials, its balance, its sender."""
    return Meaning(title, ChannelUnauthorized)


def slower(title: str, delay: timedelta | None = None, scope: RateScope = "channel") -> Meaning:
    return Meaning(title, Throttled, delay=delay, scope=scope)


def down(title: str) -> Meaning:
    return Meaning(title, PlatformUnavailable)


def receipt_error(code: str, meaning: Meaning) -> ReceiptError:
    return ReceiptError(code=code, title=meaning.title, retryable=meaning.retryable)


def to_error(
    code: str,
    meaning: Meaning,
    said: str | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    secrets: Collection[str] = (),
) -> DeliveryError:
    """The domain error of a refused call. It names no number and no secret: where codes stand, some write sentences."""
    code = safe(code, secrets)
    detail = safe(f"{code}: {said or meaning.title}", secrets)
    if not issubclass(meaning.error, Throttled):
        return meaning.error(detail, vendor_code=code)
    asked = retry_after(headers or {}) or meaning.delay
    return meaning.error(detail, retry_after=asked, scope=meaning.scope, vendor_code=code)


def safe(text: str, secrets: Collection[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, MASK)
    return _NUMBER.sub("(number)", text)[:_MAX_DETAIL]
