"""What Instagram Direct carries, each value beside the page that says so (read 2026-08).

The comments name pages below `DOCS` and `PLATFORM`.
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

DOCS = "https://developers.facebook.com/documentation/business-messaging/instagram-messaging"
PLATFORM = "https://developers.facebook.com/documentation/instagram-platform"
SENDING = f"{PLATFORM}/instagram-api-with-instagram-login/messaging-api"

# DOCS/features/attachment-upload
MAX_FILE = 25 * MEGABYTE

LIMITS = Limits(
    # PLATFORM/instagram-api-with-instagram-login/messaging-api: bytes of UTF-8, not characters
    text=1000,
    text_unit=LengthUnit.BYTES,
    # DOCS/features/send-message: a text and a file are two messages
    caption=None,
    # DOCS/features/quick-replies; up to three go as a template (DOCS/features/button-template)
    buttons=13,
    button_title=20,
    button_id_bytes=1000,
    buttons_text=640,
)

MEDIA: dict[str, MediaRule] = {
    # DOCS/features/attachment-upload
    "image": MediaRule(mime_types=("image/jpeg", "image/png", "image/gif"), max_bytes=8 * MEGABYTE),
    "video": MediaRule(
        mime_types=(
            "video/mp4",
            "video/ogg",
            "video/quicktime",
            "video/webm",
            "video/x-msvideo",
        ),
        max_bytes=MAX_FILE,
    ),
    "audio": MediaRule(
        mime_types=(
            "audio/aac",
            "audio/mp4",
            "audio/wav",
            "audio/x-m4a",
            "audio/x-wav",
        ),
        max_bytes=MAX_FILE,
    ),
    "document": MediaRule(mime_types=("application/pdf",), max_bytes=MAX_FILE),
}

CAPABILITIES = PlatformCapabilities(
    platform=Platform("instagram"),
    display_name="Instagram",
    limits=LIMITS,
    media=MEDIA,
    location=Support.FALLBACK,
    contacts=Support.FALLBACK,
    templates=Support.NONE,
    # PLATFORM/webhooks: `messaging_seen`; there is no event of a delivery
    receipts=frozenset({"read"}),
    # Only once the contact looks.
    receipt_within=None,
    # https://developers.facebook.com/docs/graph-api/overview/rate-limiting#instagram-messaging-api: 100 calls a second
    # with texts and links (a newer page: 300), and 10 with audio or video; nothing is said of a single contact.
    rates=(Rate(scope="channel", count=100, per=timedelta(seconds=1)),),
    # DOCS/features/sender-actions
    typing=True,
    read_marks=True,
    # DOCS/features/user-profile: webhooks bring an id and no name
    profiles=True,
    # https://developers.facebook.com/docs/graph-api/reference/page/messages: `reply_to`
    reply_quotes=True,
    # PLATFORM/instagram-api-with-instagram-login/messaging-api#limitations
    reply_window=timedelta(hours=24),
    # DOCS/features/human-agent
    agent_window=timedelta(days=7),
    # Echoes bring nothing of ours back.
    idempotency=Idempotency.NONE,
    # https://developers.facebook.com/docs/graph-api/webhooks/getting-started
    max_webhook_bytes=3 * MEGABYTE,
    absent={
        "location": SENDING,
        "contacts": SENDING,
        "templates": SENDING,
    },
    docs_url=DOCS,
)
