"""What look-ups have in common: how far back one reads, and what it may conclude."""

import contextlib
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from domain.errors import (
    ChannelUnauthorized,
    ContactUnreachable,
    ContentRejected,
    DeliveryError,
    OutcomeUnknown,
)
from platforms.asking import asking
from platforms.base import OutboundMessage

CLOCKS = timedelta(minutes=10)
"""How far our clock and a vendor's may be apart; twice what signatures allow."""

ON_ITS_WAY = timedelta(minutes=2)
"""For how long a call that was given up may still be carried out: four times what we wait for an answer."""


class Reach(NamedTuple):
    """How far a list is read before nobody can tell."""

    pages: int = 10
    of: int = 100
    """How many messages are asked for at once."""

    def exhausted(self) -> OutcomeUnknown:
        return OutcomeUnknown(f"not on the newest {self.pages} pages, and there are more")


def begin_of(message: OutboundMessage) -> datetime | None:
    """Nothing that was written before can be this message. None: nobody says when it was first handed over."""
    return None if message.attempted_at is None else message.attempted_at - CLOCKS


def check_settled(message: OutboundMessage, read_at: datetime) -> None:
    """Before a list without the message is believed: raises `OutcomeUnknown` when it was read too early."""
    if message.attempted_at is not None and read_at - message.attempted_at < ON_ITS_WAY:
        raise OutcomeUnknown("not there yet: the call may still be on its way")


@contextlib.contextmanager
def looking(permissions: Collection[str] | None = None) -> Iterator[None]:
    """Around a question: a list that we may not see, or that is gone, tells nothing about what stands in it.

    `permissions`: the vendor's codes of a refusal that leaves the token as good as it was; None: every refusal does.
    """
    try:
        with asking():
            yield
    except (ContactUnreachable, ContentRejected) as error:
        raise _hidden(error) from None
    except ChannelUnauthorized as error:
        if permissions is not None and error.vendor_code not in permissions:
            raise
        raise _hidden(error) from None


def _hidden(error: DeliveryError) -> OutcomeUnknown:
    return OutcomeUnknown(f"not looked up: {error.detail}", vendor_code=error.vendor_code)
