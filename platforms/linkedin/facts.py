"""What LinkedIn carries, each value beside the page that says so.

There is no public API by which a company reads or writes the inbox of its Page. Comments on its posts are open to
apps that pass a review; direct messages to partners that LinkedIn approves. The limits here are those of comments.
The comments name pages below https://learn.microsoft.com/en-us/linkedin (`DOCS`), read 2026-08.
"""

from domain.platform import (
    Idempotency,
    LengthUnit,
    Limits,
    MediaRule,
    Platform,
    PlatformCapabilities,
    Support,
)

DOCS = "https://learn.microsoft.com/en-us/linkedin"
COMMENTS = f"{DOCS}/marketing/community-management/shares/comments-api"
MESSAGES = f"{DOCS}/shared/integrations/communications/messages"
NOTIFICATIONS = (
    f"{DOCS}/marketing/community-management/organizations/organization-social-action-notifications"
)

LIMITS = Limits(
    # marketing/community-management/shares/comments-api: 1,250 characters; UTF-16 units are never fewer.
    text=1250,
    text_unit=LengthUnit.UTF16,
    # A picture stands under the words of its comment; they leave room for the link of one that cannot.
    caption=1000,
    # Nothing that can be pressed: menus become numbered text.
    buttons=0,
    list_rows=0,
)

MEGABYTE = 1024 * 1024
# marketing/community-management/shares/images-api: JPG, PNG, GIF; no size is named, so that of an attachment stands.
# https://www.linkedin.com/help/linkedin/answer/a548389: attachments of messages, 20 MB
LARGEST_FILE = 20 * MEGABYTE

MEDIA: dict[str, MediaRule] = {
    "image": MediaRule(mime_types=("image/jpeg", "image/png", "image/gif"), max_bytes=LARGEST_FILE),
    # In direct messages only (shared/integrations/communications/messages, `attachments`): under a comment a link.
    "document": MediaRule(mime_types=("*/*",), max_bytes=LARGEST_FILE),
}

CAPABILITIES = PlatformCapabilities(
    platform=Platform("linkedin"),
    display_name="LinkedIn",
    limits=LIMITS,
    media=MEDIA,
    location=Support.FALLBACK,
    contacts=Support.FALLBACK,
    templates=Support.NONE,
    receipts=frozenset(),
    receipt_within=None,
    # shared/api-guide/concepts/rate-limits: by application and member in a day, told in the developer portal only
    rates=(),
    typing=False,
    read_marks=False,
    # A comment under the comment it answers: shares/comments-api, `parentComment`
    reply_quotes=True,
    reply_window=None,
    # Neither call takes a key, and nothing echoes one.
    idempotency=Idempotency.NONE,
    absent={
        # Words, mentions and one picture: the list has nothing else, and messages are words with files.
        "location": COMMENTS,
        "contacts": COMMENTS,
        "buttons": COMMENTS,
        "video": COMMENTS,
        "audio": COMMENTS,
        # Messages are written by members, each for itself.
        "templates": MESSAGES,
        # The API answers that it took the message, and tells no more.
        "delivery status": MESSAGES,
        "typing": MESSAGES,
        "read marks": MESSAGES,
    },
    conditions={"document": "in direct messages, below a comment as a link"},
    docs_url=f"{DOCS}/marketing/community-management/community-management-overview",
)
