"""The error codes of the Send API, by code and subcode; what is not listed is a fault of the message itself.

https://developers.facebook.com/documentation/business-messaging/messenger-platform/error-codes
https://developers.facebook.com/documentation/instagram-platform/instagram-api-with-instagram-login/messaging-api
"""

from datetime import timedelta

from domain.errors import (
    ContactUnreachable,
    ContentRejected,
    MediaRejected,
    OutcomeUnknown,
    Throttled,
    WindowClosed,
)
from platforms.meta.errors import (
    APP_THROTTLED,
    GRAPH_RULES,
    UNAUTHORIZED,
    UNAVAILABLE,
    ErrorRule,
    Rules,
)

UNREACHABLE = ErrorRule(ContactUnreachable)
WINDOW = ErrorRule(WindowClosed)
MEDIA_REFUSED = ErrorRule(MediaRejected)
REFUSED = ErrorRule(ContentRejected)
IN_A_MINUTE = ErrorRule(Throttled, timedelta(minutes=1), "address")
TOO_OFTEN = ErrorRule(Throttled, timedelta(hours=24), "address")
"""Limits on how often one person may be written to: an hour does not heal them."""
MUCH_LATER = ErrorRule(Throttled, timedelta(hours=24))
"""Warnings for abuse."""

RULES: Rules = {
    **GRAPH_RULES,
    # The window. 10 alone is a missing permission.
    (10, 2018065): WINDOW,
    (10, 2018278): WINDOW,
    (10, 2534022): WINDOW,
    # The contact: gone, has blocked us, or never was one of this account.
    (10, 2018108): UNREACHABLE,
    (100, 2018001): UNREACHABLE,
    (100, 2534001): UNREACHABLE,
    (100, 2534014): UNREACHABLE,
    (200, 1545041): UNREACHABLE,
    551: UNREACHABLE,
    # The contact stopped our marketing messages.
    (10, 1893015): UNREACHABLE,
    # Another app has the conversation: only its pass of control, or a person, changes that.
    (10, 2018300): UNREACHABLE,
    2018300: UNREACHABLE,
    (100, 2018300): UNREACHABLE,
    (100, 2534037): UNREACHABLE,
    2534037: UNREACHABLE,
    # A comment that was answered, is too old, or may not be.
    10900: UNREACHABLE,
    10903: UNREACHABLE,
    (100, 2534025): UNREACHABLE,
    # The account: somebody has to act.
    (10, 1404170): UNAUTHORIZED,
    (10, 1893063): UNAUTHORIZED,
    (10, 2534077): UNAUTHORIZED,
    (100, 2534013): UNAUTHORIZED,
    (100, 2534029): UNAUTHORIZED,
    (200, 2018028): UNAUTHORIZED,
    (200, 2534041): UNAUTHORIZED,
    400: UNAUTHORIZED,
    2022: UNAUTHORIZED,
    10904: UNAUTHORIZED,
    36103: UNAUTHORIZED,
    # The file: too large, of another type than declared, out of reach, or its id has lapsed.
    **{
        key: MEDIA_REFUSED
        for code in (2018007, 2018008, 2018047, 2018074, 2018109, 2018294)
        for key in (code, (100, code))
    },
    36000: MEDIA_REFUSED,
    # Rates.
    (613, 2534040): APP_THROTTLED,
    # The platform's own automation is talking, for a moment.
    2018321: IN_A_MINUTE,
    (10, 2018321): IN_A_MINUTE,
    (4, 2018354): TOO_OFTEN,
    (9, 2018352): TOO_OFTEN,
    (613, 1893016): TOO_OFTEN,
    (613, 2018338): MUCH_LATER,
    # For a while.
    -1: UNAVAILABLE,
    -2: UNAVAILABLE,
    99: UNAVAILABLE,
    1200: UNAVAILABLE,
    # It says that it failed, and the message may be there.
    (1, 1357046): ErrorRule(OutcomeUnknown),
    # The message was taken back.
    9000001: REFUSED,
}

NO_PROFILE = frozenset({230, 2018218, 2018247, (100, 33), (100, 2018218), (100, 2018247)})
"""Asked for a profile, these say that there is none to be had: no consent, no such account, no permission."""
