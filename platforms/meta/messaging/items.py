"""Takes a webhook's body apart: every item of every entry, with whom it is from and for.

https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks
https://developers.facebook.com/documentation/instagram-platform/webhooks
"""

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import Any

from domain.events import InboundEvent, Sender
from platforms.meta.reading import as_list, as_text, digest, parse_timestamp
from platforms.reading import as_object

GUEST = "user_ref:"
"""Before an address that is no page-scoped id yet, but the reference of a plugin's visitor."""

_NOBODY = {None, "0"}
"""Samples of the app dashboard name an entry 0."""


class Item:
    """One item of `messaging[]` or `standby[]`, or the value of one change."""

    def __init__(self, channel: str, value: Any, entry: dict[str, Any], raw: Any) -> None:
        self.channel = channel
        """The list it was in, or the field of the change."""
        self.value = as_object(value)
        self.raw = raw
        self.entry_id = as_text(entry.get("id"))
        self._time = entry.get("time")
        self._sender = as_object(self.value.get("sender"))
        self._recipient = as_object(self.value.get("recipient"))

    @cached_property
    def echo(self) -> bool:
        """Whether our own account wrote it."""
        flagged = as_object(self.value.get("message")).get("is_echo") is True
        return flagged or self._is_account(self._sender)

    @cached_property
    def contact(self) -> Sender | None:
        """The other side. The flag tells the direction, but our own account is never the contact."""
        sides = [self._recipient, self._sender] if self.echo else [self._sender, self._recipient]
        side = sides[1] if self.echo and self._is_account(sides[0]) else sides[0]
        if self._is_account(side):
            return None
        address, guest = as_text(side.get("id")), as_text(side.get("user_ref"))
        if address is None:
            return visitor(guest) if guest else None
        return Sender(address=address)

    @property
    def account(self) -> str | None:
        """The page or professional account; samples name it only as the other party."""
        if self.entry_id not in _NOBODY:
            return self.entry_id
        own = self._sender if self.echo else self._recipient
        return as_text(own.get("id")) or self.entry_id

    @property
    def sent_at(self) -> datetime | None:
        own = parse_timestamp(self.value.get("timestamp"))
        return own or parse_timestamp(self._time)

    def key(self, kind: str) -> str:
        """A stable id for what comes without one."""
        return f"{kind}:{digest(self.entry_id, self.raw)}"

    def event(self, **fields: Any) -> InboundEvent:
        """An event of this item; the fields given say what sets it apart."""
        common: dict[str, Any] = {
            "sender": self.contact,
            "sent_at": self.sent_at,
            "account": self.account,
            "echo": self.echo,
        }
        return InboundEvent(**{**common, **fields})

    def ignored(self, reason: str, external_id: str | None = None) -> InboundEvent:
        """Noted and nothing more, kept whole."""
        key = external_id or self.key("ignored")
        return self.event(kind="ignored", external_id=key, reason=reason, raw=self.raw)

    def _is_account(self, side: dict[str, Any]) -> bool:
        own = as_text(side.get("id"))
        return own is not None and own not in _NOBODY and own == self.entry_id


def visitor(reference: str) -> Sender:
    """Somebody who is known by a reference only."""
    return Sender(address=GUEST + reference)


LISTS = ("messaging", "standby")


def items(body: dict[str, Any]) -> Iterator[Item]:
    """Every item, in order. An entry that holds none comes as one item without a channel.

    A body may also be one bare change: that is how the app dashboard shows its samples.
    """
    entries = as_list(body.get("entry"))
    if "entry" not in body and "field" in body:
        entries = [body]
    for entry in entries:
        found = list(_of_entry(as_object(entry)))
        yield from found or [Item("", {}, as_object(entry), entry)]


def _of_entry(entry: dict[str, Any]) -> Iterator[Item]:
    for key, value in entry.items():
        if key in LISTS:
            yield from (Item(key, each, entry, each) for each in as_list(value))
        if key == "changes":
            yield from (_change(as_object(each), entry, each) for each in as_list(value))
    # Some apps get a change without the list around it.
    if "field" in entry:
        yield _change(entry, entry, entry)


def _change(change: dict[str, Any], entry: dict[str, Any], raw: Any) -> Item:
    return Item(as_text(change.get("field")) or "", change.get("value"), entry, raw)
