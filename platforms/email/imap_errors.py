"""What an IMAP server's refusals mean for the connection: by response code (RFC 5530), else by when it said no."""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from domain.errors import ChannelUnauthorized, DeliveryError, PlatformUnavailable, Throttled
from platforms.email.errors import safe

_MEANINGS: dict[str, type[DeliveryError]] = {
    **dict.fromkeys(
        (
            "AUTHENTICATIONFAILED",
            "AUTHORIZATIONFAILED",
            "EXPIRED",
            "PRIVACYREQUIRED",
            "CONTACTADMIN",
            "WEBALERT",
            "NOPERM",
            "NONEXISTENT",
        ),
        ChannelUnauthorized,
    ),
    **dict.fromkeys(("LIMIT", "OVERQUOTA", "THROTTLED"), Throttled),
    **dict.fromkeys(("UNAVAILABLE", "INUSE", "SERVERBUG", "CORRUPTION"), PlatformUnavailable),
}
# Big providers say these without a code.
_TOO_MUCH = re.compile(r"(?i)too many|throttl|rate limit|bandwidth limit|connection limit|quota")
# `User is authenticated but not connected`: the login is right and Exchange does not reach the mailbox just now.
_NOT_NOW = re.compile(r"(?i)not connected|temporar|try again|unavailable|server error|system error")

LATER = timedelta(minutes=1)
_MUCH_LATER = timedelta(minutes=15)


class Status(NamedTuple):
    """An answer of the server: `OK`, `NO`, `BAD`, `BYE` or `PREAUTH`, perhaps a code, and words for people."""

    word: str
    code: str
    """As `UIDVALIDITY 12`, in upper case; empty without one."""
    text: str

    @property
    def ok(self) -> bool:
        return self.word == "OK"


def to_delivery_error(
    status: Status, *, login: bool = False, secrets: Iterable[str] = ()
) -> DeliveryError:
    """The domain error of a NO, BAD or BYE, in the server's own words. Its detail holds no secret."""
    code = status.code.partition(" ")[0]
    said = f"[{status.code}] {status.text}" if status.code else status.text
    detail = safe(f"{status.word} {said}".strip(), secrets)
    meaning = _MEANINGS.get(code)
    if meaning is None or (meaning is ChannelUnauthorized and _TOO_MUCH.search(status.text)):
        meaning = _by_words(status, login=login)
    if meaning is Throttled:
        wait = _MUCH_LATER if "bandwidth" in status.text.lower() else LATER
        return Throttled(detail, retry_after=wait, vendor_code=code or status.word)
    return meaning(detail, vendor_code=code or status.word)


def _by_words(status: Status, *, login: bool) -> type[DeliveryError]:
    if _TOO_MUCH.search(status.text):
        return Throttled
    refused = login and status.word == "NO" and not _NOT_NOW.search(status.text)
    return ChannelUnauthorized if refused else PlatformUnavailable
