"""The reply window: how long after a contact's last message free content may still be sent.

Templates are what a platform offers for afterwards: they are always allowed, and nobody asks here about them.
"""

from datetime import datetime, timedelta

MARGIN = timedelta(minutes=1)
"""A send takes a while, and the platform's clock is not ours: we stop this much earlier."""


def agents_window(reply: timedelta | None, agent: timedelta | None) -> timedelta | None:
    """How long a person may answer, where the platform gives people longer than machines; None: always."""
    return None if reply is None else max(reply, agent or reply)


def reply_window_closes(
    window: timedelta | None, last_inbound_at: datetime | None
) -> datetime | None:
    """When the window closes by the platform's rule; None when it never closes or has never opened."""
    if window is None or last_inbound_at is None:
        return None
    return last_inbound_at + window


def is_open(
    window: timedelta | None,
    last_inbound_at: datetime | None,
    now: datetime,
    margin: timedelta = MARGIN,
) -> bool:
    """Whether free content may leave now. A contact who never wrote has opened no window."""
    if window is None:
        return True
    closes = reply_window_closes(window, last_inbound_at)
    return closes is not None and now < closes - margin
