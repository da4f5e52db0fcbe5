"""What e-mail carries, each value beside the document that says so (read 2026-08)."""

from domain.platform import (
    Idempotency,
    LengthUnit,
    Limits,
    MediaRule,
    Platform,
    PlatformCapabilities,
    Support,
)

RFC_5322 = "https://www.rfc-editor.org/rfc/rfc5322"

MEGABYTE = 1024 * 1024

# https://support.google.com/mail/answer/6584: 25 MB of attachments. As base64 a file grows by more than a third, and
# servers announce limits that allow for it (SIZE 35882577 at Gmail); a smaller one is asked before each message.
MAX_FILE_BYTES = 25 * MEGABYTE
# A message in a mailbox may be as large as its provider takes: 25 MB of files and the text around them.
MAX_MESSAGE_BYTES = 36 * MEGABYTE

INLINE_PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp")
"""What mail programs show within a message."""

LIMITS = Limits(
    # RFC 5322, section 2.1.1 limits lines, which are encoded, and no text. Gmail clips what it shows at 102 KB.
    text=100_000,
    text_unit=LengthUnit.CODE_POINTS,
    caption=100_000,
    # A message is a document: nothing in it calls back. Choices are numbered in the text.
    buttons=0,
    list_rows=0,
)

MEDIA: dict[str, MediaRule] = {
    "image": MediaRule(mime_types=INLINE_PICTURES, max_bytes=MAX_FILE_BYTES),
    "video": MediaRule(mime_types=("video/*",), max_bytes=MAX_FILE_BYTES),
    "audio": MediaRule(mime_types=("audio/*",), max_bytes=MAX_FILE_BYTES),
    "document": MediaRule(mime_types=("*/*",), max_bytes=MAX_FILE_BYTES),
}

CAPABILITIES = PlatformCapabilities(
    platform=Platform("email"),
    display_name="E-mail",
    limits=LIMITS,
    media=MEDIA,
    # No content type for a place: the text has a link.
    location=Support.FALLBACK,
    # https://www.rfc-editor.org/rfc/rfc6350: a card beside the text
    contacts=Support.NATIVE,
    templates=Support.NONE,
    # https://www.rfc-editor.org/rfc/rfc3464 (bounces), https://www.rfc-editor.org/rfc/rfc8098 (read receipts, where the
    # contact's program sends them unasked)
    receipts=frozenset({"failed", "read"}),
    # A report comes when something went wrong; that a message was read, only who is asked may say.
    receipt_within=None,
    # Every server has its own, and says so when it is reached (450, 452, 4.7.0).
    rates=(),
    typing=False,
    read_marks=False,
    # RFC 5322, section 3.6.4: In-Reply-To and References
    reply_quotes=True,
    reply_window=None,
    # The Message-ID is made of our message id; a bounce brings it back. Servers do not promise to drop a second copy.
    idempotency=Idempotency.ECHO,
    max_webhook_bytes=MAX_MESSAGE_BYTES,
    absent={
        # Submission has commands for the message and its envelope, and none for what a writer is doing.
        "typing": "https://www.rfc-editor.org/rfc/rfc6409",
        # Section 2.1: a receipt is the reader's own to send, never a machine's in their name.
        "read marks": "https://www.rfc-editor.org/rfc/rfc8098#section-2.1",
        # Mail programs run no scripts and forms; what a press would call back is not part of the format.
        "buttons": "https://www.rfc-editor.org/rfc/rfc2046",
        "templates": RFC_5322,
        "location": "https://www.iana.org/assignments/media-types/media-types.xhtml",
    },
    docs_url=RFC_5322,
)
