"""An Internet message (RFC 5322) of any make: what its headers say, never an exception.

The standard library takes a message apart. Its `default` policy would read the headers too, but fails on some that
arrive every day, so they are kept as they are and read here.
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import mktime_tz, parsedate_tz

from domain.errors import PayloadUnreadable
from platforms.base import WebhookRequest
from platforms.email.charsets import unfolded, words
from platforms.email.mailboxes import Mailbox, mailboxes

POLICY = policy.compat32

_KNOWN = {"from", "to", "cc", "subject", "date", "message-id", "received", "sender", "return-path"}
_MAX_HEADER = 64 * 1024
_MAX_DEPTH_OF_BOUNDARIES = 100
_ID = re.compile(r"<([^<>\s]{1,480})>")
_LOOSE_ID = re.compile(r"<([^<>]{1,480})>")
_BARE_ID = re.compile(r"[^\s<>@,;\"]{1,240}@[^\s<>@,;\"]{1,240}")
_MULTIPART = re.compile(rb"^content-type:\s*multipart/", re.IGNORECASE | re.MULTILINE)
# A clock that is a little ahead is no lie; further ahead it would put a message behind those of tomorrow.
_AHEAD = timedelta(minutes=10)


class Mail:
    """One message, and the headers at its top."""

    def __init__(self, message: Message, body: bytes, received_at: datetime | None) -> None:
        self.message = message
        self.body = body
        self.received_at = received_at
        self.digest = hashlib.sha256(body).hexdigest()
        self._values: dict[str, list[str]] = {}
        for name, value in message.raw_items():
            line = unfolded(str(value)[:_MAX_HEADER])
            self._values.setdefault(str(name).lower(), []).append(line)

    def all(self, name: str) -> list[str]:
        """Every occurrence of a header, unfolded, its encoded words as they are."""
        return self._values.get(name, [])

    def text(self, name: str) -> str:
        """The first occurrence of a header that says something, decoded; empty without one."""
        return next((text for value in self.all(name) if (text := words(value))), "")

    def mailboxes(self, *names: str) -> list[Mailbox]:
        return mailboxes(value for name in names for value in self.all(name))

    def ids(self, name: str) -> list[str]:
        """Message ids in angle brackets, each once, in order."""
        found = [one for value in self.all(name) for one in _ids(value)]
        return list(dict.fromkeys(found))

    @property
    def own_id(self) -> str | None:
        """The message's id in angle brackets."""
        if found := self.ids("message-id"):
            return found[0]
        loose = _LOOSE_ID.search(self.text("message-id"))
        bare = re.sub(r"[\s<>]", "", loose.group(1) if loose else self.text("message-id"))
        return f"<{bare[:480]}>" if bare else None

    @property
    def key(self) -> str:
        """The message's id, or one made of its octets where it has none."""
        return self.own_id or f"<{self.digest[:32]}@no-id.invalid>"

    @property
    def answers(self) -> list[str]:
        """The ids of what it answers, the nearest first."""
        return list(dict.fromkeys([*self.ids("in-reply-to"), *reversed(self.ids("references"))]))

    @property
    def sent_at(self) -> datetime | None:
        """When it was written by its own word, else when we were given it."""
        written = next((at for value in self.all("date") if (at := moment(value))), None)
        if self.received_at and (written is None or written > self.received_at + _AHEAD):
            return self.received_at
        return written


def read(request: WebhookRequest) -> Mail:
    """The message of a body. Raises `PayloadUnreadable` when it is none."""
    body = request.body
    start = body.lstrip(b"\r\n\t \xef\xbb\xbf\x00")[:1]
    if start in {b"{", b"["}:
        raise PayloadUnreadable("the body is JSON, not an Internet message")
    mail = Mail(_taken_apart(body.lstrip(b"\r\n")), body, request.received_at)
    if not any(mail.all(name) for name in _KNOWN):
        raise PayloadUnreadable("the body has no header of an Internet message")
    return mail


def _taken_apart(body: bytes) -> Message:
    """The message's tree; only its headers where the tree is made to exhaust whoever climbs it."""
    try:
        if len(_MULTIPART.findall(body)) <= _MAX_DEPTH_OF_BOUNDARIES * 10:
            return message_from_bytes(body, policy=POLICY)
    except (RecursionError, ValueError, LookupError, AttributeError, TypeError, IndexError):
        pass
    return BytesHeaderParser(policy=POLICY).parsebytes(body)


def moment(value: str) -> datetime | None:
    """A header's date, aware, UTC; a date without a zone is taken for UTC. None when it is none."""
    try:
        parsed = parsedate_tz(value[:200])
        if parsed is None or not (parsed[3] < 24 and parsed[4] < 60 and parsed[5] <= 60):
            return None
        return datetime.fromtimestamp(mktime_tz(parsed), UTC)
    except (ValueError, OverflowError, OSError, TypeError, IndexError):
        return None


def _ids(value: str) -> Iterator[str]:
    found = _ID.findall(value)
    yield from (f"<{one}>" for one in found)
    if not found and "<" not in value:
        yield from (f"<{one}>" for one in _BARE_ID.findall(value))
