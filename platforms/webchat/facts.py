"""What web chat carries. The protocol is ours: docs/platforms/webchat.md is where these values are promised."""

from domain.platform import (
    Idempotency,
    LengthUnit,
    Limits,
    MediaRule,
    Platform,
    PlatformCapabilities,
)

DOCS = "docs/platforms/webchat.md"

MEGABYTE = 1024 * 1024
MAX_FILE_BYTES = 20 * MEGABYTE
MAX_ATTACHMENTS = 5
MAX_FRAME_BYTES = 64 * 1024
MAX_TEXT = 4000

LIMITS = Limits(
    text=MAX_TEXT,
    text_unit=LengthUnit.CODE_POINTS,
    caption=MAX_TEXT,
    buttons=13,
    button_title=40,
    button_id_bytes=256,
    list_rows=10,
    list_row_title=60,
    list_row_description=120,
    list_row_id_bytes=256,
    list_button=30,
    footer=120,
)

_OFFICE = "application/vnd.openxmlformats-officedocument"

MEDIA: dict[str, MediaRule] = {
    # What every current browser shows by itself. SVG and HTML can carry scripts and are taken of nobody.
    "image": MediaRule(
        mime_types=("image/png", "image/jpeg", "image/gif", "image/webp"), max_bytes=MAX_FILE_BYTES
    ),
    "video": MediaRule(mime_types=("video/mp4", "video/webm"), max_bytes=MAX_FILE_BYTES),
    "audio": MediaRule(
        mime_types=("audio/mpeg", "audio/mp4", "audio/aac", "audio/ogg", "audio/webm", "audio/wav"),
        max_bytes=MAX_FILE_BYTES,
    ),
    "document": MediaRule(
        mime_types=(
            "application/pdf",
            "application/zip",
            "application/msword",
            "application/vnd.ms-excel",
            "application/vnd.ms-powerpoint",
            f"{_OFFICE}.wordprocessingml.document",
            f"{_OFFICE}.spreadsheetml.sheet",
            f"{_OFFICE}.presentationml.presentation",
            "text/plain",
            "text/csv",
        ),
        max_bytes=MAX_FILE_BYTES,
    ),
}

CAPABILITIES = PlatformCapabilities(
    platform=Platform("webchat"),
    display_name="Web chat",
    limits=LIMITS,
    media=MEDIA,
    receipts=frozenset({"delivered", "read"}),
    # Only while the visitor's browser is there.
    receipt_within=None,
    # Nobody counts what we show to a visitor.
    rates=(),
    typing=True,
    read_marks=True,
    reply_quotes=True,
    # The message's own id is its key: the transcript holds it once.
    idempotency=Idempotency.KEY,
    max_webhook_bytes=1 * MEGABYTE,
    absent={
        "location": f"{DOCS}#limits",
        "contacts": f"{DOCS}#limits",
        # A visitor may be written to at any time: there is nothing to approve.
        "templates": f"{DOCS}#limits",
    },
    docs_url=DOCS,
)
