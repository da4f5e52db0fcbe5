"""What Messenger carries, each value beside the page that says so (read 2026-08).

The comments name pages below `DOCS`.
"""

from datetime import timedelta

from domain.platform import (
    Idempotency,
    LengthUnit,
    Limits,
    MediaRule,
    Platform,
    PlatformCapabilities,
    Rate,
    Support,
)
from platforms.meta.checks import MEGABYTE

DOCS = "https://developers.facebook.com/documentation/business-messaging/messenger-platform"

# The length of `metadata`: reference/send-api#message
MAX_METADATA = 1000
# send-messages/saving-assets#supported-asset-types
MAX_FILE = 25 * MEGABYTE

LIMITS = Limits(
    # reference/send-api#message
    text=2000,
    # The pages say "characters" and not which kind; UTF-16 units never count fewer than code points do.
    text_unit=LengthUnit.UTF16,
    # Text and attachment exclude each other: reference/send-api#message
    caption=None,
    # send-messages/quick-replies; up to three go as a template (send-messages/template/button)
    buttons=13,
    button_title=20,
    button_id_bytes=1000,
    # send-messages/template/button: the shorter of the two forms
    buttons_text=640,
)

MEDIA: dict[str, MediaRule] = {
    # send-messages/saving-assets; 8 MB where the platform fetches an image itself
    "image": MediaRule(
        mime_types=("image/jpeg", "image/png", "image/gif", "image/webp"), max_bytes=MAX_FILE
    ),
    "video": MediaRule(mime_types=("video/*",), max_bytes=MAX_FILE),
    "audio": MediaRule(mime_types=("audio/*",), max_bytes=MAX_FILE),
    "document": MediaRule(mime_types=("*/*",), max_bytes=MAX_FILE),
}

CAPABILITIES = PlatformCapabilities(
    platform=Platform("messenger"),
    display_name="Messenger",
    limits=LIMITS,
    media=MEDIA,
    location=Support.FALLBACK,
    contacts=Support.FALLBACK,
    # send-messages/utility-messages
    templates=Support.NATIVE,
    # webhooks/message-echoes ("sent", with our id), webhooks/message-deliveries, webhooks/message-reads
    receipts=frozenset({"sent", "delivered", "read"}),
    # The echo of a message comes when the message does, whether anybody looks or not: seconds. It needs the
    # subscription to `message_echoes`, without which only `delivered` is left, and that takes a phone that is on.
    receipt_within=timedelta(minutes=5),
    # https://developers.facebook.com/docs/graph-api/overview/rate-limiting#messenger-api: 300 calls a second with texts
    # and links, and 10 with audio or video, which is the vendor's to refuse; nothing is said of a single contact.
    rates=(Rate(scope="channel", count=300, per=timedelta(seconds=1)),),
    # send-messages/sender-actions
    typing=True,
    read_marks=True,
    # identity/user-profile: webhooks bring an id and no name
    profiles=True,
    # reference/send-api: `reply_to`
    reply_quotes=True,
    # policy#standard-messaging
    reply_window=timedelta(hours=24),
    # send-messages/message-tags: HUMAN_AGENT
    agent_window=timedelta(days=7),
    # No key against sending twice; `metadata` comes back on the echo of a message (webhooks/message-echoes).
    idempotency=Idempotency.ECHO,
    # https://developers.facebook.com/docs/graph-api/webhooks/getting-started
    max_webhook_bytes=3 * MEGABYTE,
    absent={
        "location": f"{DOCS}/reference/send-api",
        "contacts": f"{DOCS}/reference/send-api",
    },
    docs_url=DOCS,
)
