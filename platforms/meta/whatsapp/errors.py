"""WhatsApp's error codes: one table for answers of the API and for failures reported later.

https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
"""

from datetime import timedelta

from domain.errors import ContactUnreachable, MediaRejected, Throttled, WindowClosed
from domain.receipts import ReceiptError
from platforms.meta.errors import (
    APP_THROTTLED,
    GRAPH_RULES,
    UNAUTHORIZED,
    UNAVAILABLE,
    ErrorRule,
    GraphError,
    Rules,
    rule_for,
)

UNREACHABLE = ErrorRule(ContactUnreachable)
MEDIA_REFUSED = ErrorRule(MediaRejected)
NUMBER_THROTTLED = ErrorRule(Throttled, timedelta(seconds=1))
PAIR_THROTTLED = ErrorRule(Throttled, timedelta(seconds=6), "address")
"""One message every six seconds is what one pair of numbers may keep up for long."""
SPAM_THROTTLED = ErrorRule(Throttled, timedelta(hours=1))
"""Blocks and reports of contacts slow the number down for hours; hammering makes it worse."""

RULES: Rules = {
    **GRAPH_RULES,
    0: UNAUTHORIZED,
    # Rates.
    80007: APP_THROTTLED,
    130429: NUMBER_THROTTLED,
    131048: SPAM_THROTTLED,
    131056: PAIR_THROTTLED,
    131064: SPAM_THROTTLED,
    131208: APP_THROTTLED,
    132069: APP_THROTTLED,
    133016: ErrorRule(Throttled, timedelta(hours=72)),
    138005: APP_THROTTLED,
    # For a while.
    131000: UNAVAILABLE,
    131016: UNAVAILABLE,
    131057: UNAVAILABLE,
    133004: UNAVAILABLE,
    133015: UNAVAILABLE,
    134101: UNAVAILABLE,
    139102: UNAVAILABLE,
    2494100: UNAVAILABLE,
    # The channel: somebody has to act.
    131005: UNAUTHORIZED,
    131031: UNAUTHORIZED,
    131037: UNAUTHORIZED,
    131042: UNAUTHORIZED,
    131044: UNAUTHORIZED,
    131045: UNAUTHORIZED,
    133010: UNAUTHORIZED,
    134011: UNAUTHORIZED,
    # The contact. 130497 is a country that this business may not write to: one contact, not the channel.
    130403: UNREACHABLE,
    130472: UNREACHABLE,
    130497: UNREACHABLE,
    131021: UNREACHABLE,
    131026: UNREACHABLE,
    131030: UNREACHABLE,
    131049: UNREACHABLE,
    131050: UNREACHABLE,
    137000: UNREACHABLE,
    131047: ErrorRule(WindowClosed),
    # The file. 131014 is no longer listed and still seen: our link could not be fetched.
    131014: MEDIA_REFUSED,
    131052: MEDIA_REFUSED,
    131053: MEDIA_REFUSED,
}
"""What is not listed is a fault of the message itself: `ContentRejected`."""

MEDIA_RULES: Rules = {**RULES, 33: MEDIA_REFUSED, 100: MEDIA_REFUSED, (100, 33): MEDIA_REFUSED}
"""Asked for a file, "no such object" speaks of the file and not of the channel: ids live seven days."""


def receipt_error(error: GraphError) -> ReceiptError:
    """A failure that came later, through the same table."""
    rule = rule_for(error, RULES)
    return ReceiptError(code=error.vendor_code, title=error.title, retryable=rule.error.retryable)
