"""What Discord carries, each value beside the page that says so.

Paths in comments are below `DOCS`, read 2026-08.
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

DOCS = "https://docs.discord.com/developers"

MAX_UPLOAD = 10 * 1024 * 1024
"""/reference#uploading-files: 10 MiB for each file, where nobody has paid for more (read 2026-08)."""

BUTTONS_PER_ROW = 5
ROWS = 5
"""/components/reference#action-row: five buttons or one select to a row, five rows to a message (read 2026-08)."""

MAX_LINK = 512
"""/components/reference#button: `url` of a link button (read 2026-08)."""
MAX_PLACEHOLDER = 150
"""/components/reference#string-select: what stands on a closed select (read 2026-08)."""
MAX_EMBED_TITLE, MAX_EMBED_TEXT = 256, 4096
"""/resources/message#embed-object-embed-limits (read 2026-08)."""

LIMITS = Limits(
    # /resources/message#create-message: `content` has up to 2000 characters (read 2026-08)
    text=2000,
    # The page does not say characters of which kind; of UTF-16 units there are never fewer.
    text_unit=LengthUnit.UTF16,
    # There are no captions: the text of the message that a file is attached to stands above it (same page).
    caption=2000,
    # Five rows of five (see ROWS).
    buttons=BUTTONS_PER_ROW * ROWS,
    # /components/reference#button: `label` 80 characters, `custom_id` 1-100 (read 2026-08)
    button_title=80,
    button_id_bytes=100,
    # /components/reference#string-select: 25 options; label, value and description 100 each (read 2026-08)
    list_rows=25,
    list_row_title=100,
    list_row_description=100,
    list_row_id_bytes=100,
    # The placeholder of 150 also tells a heading of up to 100, behind " · ".
    list_button=MAX_PLACEHOLDER - 100 - len(" · "),
    footer=0,
)

MEDIA: dict[str, MediaRule] = {
    # /resources/message#attachment-object: any file; these are shown in the chat (read 2026-08)
    "image": MediaRule(
        mime_types=("image/jpeg", "image/png", "image/gif", "image/webp"), max_bytes=MAX_UPLOAD
    ),
    "video": MediaRule(mime_types=("video/*",), max_bytes=MAX_UPLOAD),
    # /resources/message#voice-messages: OGG with Opus plays as a voice message, all else as a file (read 2026-08)
    "audio": MediaRule(mime_types=("audio/*",), max_bytes=MAX_UPLOAD),
    "document": MediaRule(mime_types=("*/*",), max_bytes=MAX_UPLOAD),
}

CAPABILITIES = PlatformCapabilities(
    platform=Platform("discord"),
    display_name="Discord",
    limits=LIMITS,
    media=MEDIA,
    # /resources/message#message-object has a field for neither (read 2026-08)
    location=Support.FALLBACK,
    contacts=Support.FALLBACK,
    templates=Support.NONE,
    # /events/gateway-events#messages: nothing tells what became of a message once it stands there (read 2026-08)
    receipts=frozenset(),
    receipt_within=None,
    rates=(
        # /topics/rate-limits#global-rate-limit: 50 calls of any kind a second (read 2026-08)
        Rate(scope="channel", count=50, per=timedelta(seconds=1)),
        # The same page gives no number for a route, only headers; `X-RateLimit-Limit` of this one has long been five in
        # five seconds in a channel, which is what an address is.
        Rate(scope="address", count=5, per=timedelta(seconds=5)),
    ),
    # /resources/channel#trigger-typing-indicator: for ten seconds (read 2026-08)
    profiles=True,
    typing=True,
    read_marks=False,
    # /resources/message#message-reference (read 2026-08)
    reply_quotes=True,
    # /resources/user#create-dm: no window, while a server is shared and direct messages are allowed (read 2026-08)
    reply_window=None,
    # /resources/message#create-message: `nonce` with `enforce_nonce`, remembered for "a few minutes" (read 2026-08)
    idempotency=Idempotency.KEY,
    # The page gives no number; "a few" are more than two.
    idempotency_window=timedelta(minutes=2),
    absent={
        "location": f"{DOCS}/resources/message#message-object",
        "contacts": f"{DOCS}/resources/message#message-object",
        "templates": f"{DOCS}/resources/message#create-message",
        "delivery status": f"{DOCS}/events/gateway-events#messages",
        "read marks": f"{DOCS}/events/gateway-events#messages",
    },
    docs_url=f"{DOCS}/resources/message",
)
