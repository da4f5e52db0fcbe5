"""What a submission server's refusals mean for a send.

A reply is three digits and, nearly everywhere, an enhanced status code (RFC 3463) that says more; where both are known
the latter decides. https://www.iana.org/assignments/smtp-enhanced-status-codes (read 2026-08)
"""

import re
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from domain.errors import (
    ChannelUnauthorized,
    ContactUnreachable,
    ContentRejected,
    DeliveryError,
    MediaTooLarge,
    PlatformUnavailable,
    Throttled,
)
from platforms.base import MASK

MAX_DETAIL = 300


class Step(StrEnum):
    """How far a conversation with the server had come."""

    GREETING = "greeting"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"


class Reply(NamedTuple):
    """What the server said."""

    code: int
    text: str

    @property
    def status(self) -> str | None:
        """The enhanced status code, where there is one."""
        found = _STATUS.match(self.text)
        return found.group(1) if found else None

    @property
    def positive(self) -> bool:
        return 200 <= self.code < 400

    @property
    def temporary(self) -> bool:
        """The code says whether trying again helps; of the two that say it, the first is the surer."""
        return 400 <= self.code < 500


_STATUS = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?!\d)")

_FINAL: dict[str, type[DeliveryError]] = {
    # the recipient: not there, moved away, switched off, full
    **dict.fromkeys(
        ("5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10", "5.4.4"),
        ContactUnreachable,
    ),
    **dict.fromkeys(("5.2.0", "5.2.1", "5.2.2", "5.4.1", "5.4.6"), ContactUnreachable),
    # us: no login, not our sender's address, mail without the proofs that its domain owes
    **dict.fromkeys(
        ("5.1.7", "5.1.8", "5.7.3", "5.7.8", "5.7.9", "5.7.11", "5.7.14"),
        ChannelUnauthorized,
    ),
    **dict.fromkeys(
        ("5.7.23", "5.7.25", "5.7.26", "5.7.30", "5.7.57", "5.7.60", "5.7.139", "5.7.515"),
        ChannelUnauthorized,
    ),
    # the day's quota: it is spent, and comes back
    **dict.fromkeys(("5.4.5", "5.7.705", "5.7.708"), Throttled),
    # the message
    **dict.fromkeys(("5.2.3", "5.3.4"), MediaTooLarge),
}
"""The registry above; https://support.google.com/a/answer/3726730 (read 2026-08) for 5.4.5, 5.7.14 and 5.7.26; those
from 5.7.57 on are Microsoft's."""

_BY_CODE: dict[int, type[DeliveryError]] = {
    530: ChannelUnauthorized,
    534: ChannelUnauthorized,
    535: ChannelUnauthorized,
    538: ChannelUnauthorized,
    552: MediaTooLarge,
}
_BY_STEP: dict[Step, type[DeliveryError]] = {
    Step.GREETING: PlatformUnavailable,
    Step.LOGIN: ChannelUnauthorized,
    Step.SENDER: ChannelUnauthorized,
    Step.RECIPIENT: ContactUnreachable,
    Step.CONTENT: ContentRejected,
}
"""A refusal for good that says no more: of whom, or of what, the server had just been told."""

# A server that relays for nobody it does not know: our login is not what it should be.
_RELAY = re.compile(r"(?i)\brelay")
# A sender that is not the login's is refused with the recipient by servers that look at all of it together.
_NOT_OUR_ADDRESS = 553
# Where no code tells a rate from a wall, the words do.
_TOO_FAST = re.compile(r"(?i)\brate\b|too (?:many|fast)|try again|quota|throttl|limit exceeded")
_HOW_LONG = re.compile(r"(?i)\b(\d{1,5})\s*(sec|min|hour|h\b|m\b|s\b)")
_UNITS = {"s": 1, "m": 60, "h": 3600}

_GREYLISTED = timedelta(minutes=5)
_FULL = timedelta(hours=1)
_SPENT = timedelta(hours=1)
_SLOWER = timedelta(minutes=1)
_LONGEST = timedelta(hours=4)

_WAITS = {
    "4.2.2": _FULL,
    "4.5.3": _SLOWER,
    "4.7.28": _SPENT,
    "4.7.0": _GREYLISTED,
    "4.7.1": _GREYLISTED,
}
_BUSY = frozenset({421, 432, 454})
"""The server itself, not this recipient: it shuts down, or its list of logins is away."""


def to_delivery_error(reply: Reply, step: Step, secrets: Iterable[str] = ()) -> DeliveryError:
    """The domain error of a refusal, with the server's own words. Its detail holds no secret."""
    shown = safe(f"{reply.code} {reply.text}", secrets)
    code = reply.status or str(reply.code)
    if reply.temporary:
        return _for_now(reply, step, shown, code)
    meaning = _meaning(reply, step)
    if meaning is Throttled:
        return Throttled(shown, retry_after=_asked(reply.text) or _SPENT, vendor_code=code)
    return meaning(shown, vendor_code=code)


def _for_now(reply: Reply, step: Step, shown: str, code: str) -> DeliveryError:
    """A recipient's server that wants to be asked again later is no outage of ours: the delay is the message's own."""
    fast = bool(_TOO_FAST.search(reply.text)) or code in _WAITS
    if reply.code in _BUSY and not (fast and reply.code == 421):
        return PlatformUnavailable(shown, vendor_code=code)
    if step in {Step.RECIPIENT, Step.CONTENT} or fast:
        wait = _asked(reply.text) or _WAITS.get(code) or _SLOWER
        return Throttled(shown, retry_after=wait, vendor_code=code)
    return PlatformUnavailable(shown, vendor_code=code)


def _meaning(reply: Reply, step: Step) -> type[DeliveryError]:
    status = reply.status or ""
    if status in _FINAL:
        return _FINAL[status]
    if reply.code in _BY_CODE:
        return _BY_CODE[reply.code]
    if reply.code == _NOT_OUR_ADDRESS and status == "5.7.1":
        return ChannelUnauthorized
    if _TOO_FAST.search(reply.text) and step is not Step.LOGIN:
        return Throttled
    if _RELAY.search(reply.text):
        return ChannelUnauthorized
    return _BY_STEP[step]


def _asked(text: str) -> timedelta | None:
    """How long the server's words ask to wait: `try again in 300 seconds`."""
    found = _HOW_LONG.search(text)
    if found is None:
        return None
    seconds = int(found.group(1)) * _UNITS[found.group(2)[0].lower()]
    return min(timedelta(seconds=max(seconds, 1)), _LONGEST)


def safe(text: str, secrets: Iterable[str]) -> str:
    """A server's words on one line, without what must not be seen."""
    for secret in secrets:
        text = text.replace(secret, MASK)
    return " ".join(text.split())[:MAX_DETAIL]
