"""What WhatsApp carries, each value beside the page that says so.

The comments name pages below https://developers.facebook.com/documentation/business-messaging/whatsapp (`DOCS`).
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

DOCS = "https://developers.facebook.com/documentation/business-messaging/whatsapp"

# messages/contacts-messages
MAX_CONTACTS = 257
# webhooks/reference/messages/status: the length of `biz_opaque_callback_data`
MAX_REFERENCE = 512
# messages/interactive-list-messages
MAX_SECTIONS = 10
MAX_SECTION_TITLE = 24
DEFAULT_LIST_BUTTON = "Menu"
"""The label is required here and optional in our content; this word is the same in most languages."""

LIMITS = Limits(
    # messages/text-messages
    text=4096,
    # The pages say "characters" and not which kind; UTF-16 units never count fewer than code points do.
    text_unit=LengthUnit.UTF16,
    # messages/image-messages, messages/video-messages, messages/document-messages
    caption=1024,
    # messages/interactive-reply-buttons-messages
    buttons=3,
    button_title=20,
    button_id_bytes=256,
    buttons_text=1024,
    footer=60,
    # messages/interactive-list-messages
    list_rows=10,
    list_row_title=24,
    list_row_description=72,
    list_row_id_bytes=200,
    list_button=20,
    list_text=4096,
)

MEDIA: dict[str, MediaRule] = {
    # business-phone-numbers/media#supported-media-types
    "image": MediaRule(mime_types=("image/jpeg", "image/png"), max_bytes=5 * MEGABYTE),
    "video": MediaRule(mime_types=("video/mp4", "video/3gpp"), max_bytes=16 * MEGABYTE),
    "audio": MediaRule(
        mime_types=("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"),
        max_bytes=16 * MEGABYTE,
    ),
    # The page lists the office formats; "any valid MIME type" is what the API takes.
    "document": MediaRule(
        mime_types=("application/*", "text/*", "image/*", "video/*", "audio/*"),
        max_bytes=100 * MEGABYTE,
    ),
    # 100 KB when still, 500 KB when animated: the type does not tell which it is.
    "sticker": MediaRule(mime_types=("image/webp",), max_bytes=500 * 1024),
}

CAPABILITIES = PlatformCapabilities(
    platform=Platform("whatsapp"),
    display_name="WhatsApp",
    limits=LIMITS,
    media=MEDIA,
    # messages/location-messages, messages/contacts-messages, messages/template-messages
    location=Support.NATIVE,
    contacts=Support.NATIVE,
    templates=Support.NATIVE,
    # webhooks/reference/messages/status
    receipts=frozenset({"sent", "delivered", "read", "failed"}),
    # The same page: `sent` comes when the message has left WhatsApp's servers, whether the phone is on or not. That
    # takes seconds; no page gives a number, and a webhook that failed is repeated at once.
    receipt_within=timedelta(minutes=5),
    rates=(
        # throughput: 80 a second for a number until it is raised to 1,000; messages that come in count, too
        Rate(scope="channel", count=80, per=timedelta(seconds=1)),
        # The page `throughput`, "pair rate limits": to one contact one in six seconds, up to 45 at once on credit
        Rate(scope="address", count=1, per=timedelta(seconds=6), burst=45),
    ),
    # typing-indicators, messages/mark-message-as-read
    typing=True,
    read_marks=True,
    # messages/contextual-replies
    reply_quotes=True,
    # messages/send-messages#customer-service-windows
    reply_window=timedelta(hours=24),
    # No key against sending twice; `biz_opaque_callback_data` comes back on every status.
    # webhooks/reference/messages/status
    idempotency=Idempotency.ECHO,
    # webhooks/overview#payload-size
    max_webhook_bytes=3 * MEGABYTE,
    docs_url=DOCS,
)
