"""What Slack carries, each value beside the page that says so.

The comments name pages below https://docs.slack.dev (`DOCS`), read 2026-08.
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

DOCS = "https://docs.slack.dev"

# reference/block-kit/blocks/section-block: the text of one section
MAX_SECTION = 3000
# reference/block-kit/blocks/header-block
MAX_HEADER = 150
# reference/block-kit/block-elements/button-element: `url`
MAX_URL = 3000
# reference/block-kit/blocks/image-block: `alt_text`
MAX_ALT_TEXT = 2000
# No page says it, the error `msg_blocks_too_long` does: all texts of a message's blocks, about 13,200 characters.
MAX_BLOCKS_TEXT = 13_000
DEFAULT_LIST_BUTTON = "Menu"
"""A menu must have a placeholder, which is optional in our content; this word is the same in most languages."""
# messaging/message-metadata: its name is for developers to see
METADATA_TYPE = "pytake_message"
# reference/scopes/metadata.message.read: without it a history may come without them
METADATA_SCOPE = "metadata.message:read"

LIMITS = Limits(
    # reference/methods/chat.postMessage advises 4,000 characters and cuts what is beyond 40,000.
    text=4000,
    text_unit=LengthUnit.CODE_POINTS,
    # A caption stands in sections beside a picture by link; see `buttons_text`.
    caption=2200,
    # reference/block-kit/blocks/actions-block: 25 elements
    buttons=25,
    # reference/block-kit/block-elements/button-element: `text` 75, `value` 2,000
    button_title=75,
    button_id_bytes=2000,
    # A `&` is five characters long once it is escaped: this many fit into a message's blocks, whatever they are.
    buttons_text=2200,
    # reference/block-kit/block-elements/select-menu-element: 100 options
    list_rows=100,
    # reference/block-kit/composition-objects/option-object: `text` and `description` 75, `value` 150
    list_row_title=75,
    list_row_description=75,
    list_row_id_bytes=150,
    # reference/block-kit/block-elements/select-menu-element: `placeholder`
    list_button=150,
    list_text=2200,
    # reference/block-kit/blocks/context-block: a line of small print; its length is our choice.
    footer=200,
)

# https://slack.com/help/articles/201330736-Add-files-to-Slack: 1 GB
GIGABYTE = 1024 * 1024 * 1024

MEDIA: dict[str, MediaRule] = {
    # reference/methods/files.getUploadURLExternal: any type; the app shows what it can and offers the rest to save.
    "image": MediaRule(mime_types=("image/*",), max_bytes=GIGABYTE),
    "video": MediaRule(mime_types=("video/*",), max_bytes=GIGABYTE),
    "audio": MediaRule(mime_types=("audio/*",), max_bytes=GIGABYTE),
    "document": MediaRule(mime_types=("*/*",), max_bytes=GIGABYTE),
}

# reference/block-kit/blocks/image-block: PNG, JPG, JPEG and GIF by link
LINKED_IMAGE_TYPES = frozenset({"image/png", "image/jpeg", "image/jpg", "image/gif"})

CAPABILITIES = PlatformCapabilities(
    platform=Platform("slack"),
    display_name="Slack",
    limits=LIMITS,
    media=MEDIA,
    location=Support.FALLBACK,
    contacts=Support.FALLBACK,
    templates=Support.NONE,
    # reference/events has no kind for what became of a message.
    receipts=frozenset(),
    receipt_within=None,
    # apis/web-api/rate-limits: `chat.postMessage` one a second in a channel, more for a moment without a promise; the
    # "several hundred a minute" of a workspace are no number to hold.
    rates=(Rate(scope="address", count=1, per=timedelta(seconds=1)),),
    # reference/methods/users.info: events hold ids and no names
    profiles=True,
    # reference/methods/assistant.threads.setStatus, with `chat:write` since changelog/2026/03/05: in threads only
    typing=True,
    read_marks=False,
    # reference/methods/chat.postMessage: `thread_ts` with `reply_broadcast`, shown with what it answers
    reply_quotes=True,
    # Nothing limits how late an app may answer.
    reply_window=None,
    # messaging/message-metadata: our id travels as metadata and comes back with the message's own event.
    idempotency=Idempotency.ECHO,
    absent={
        # No block of the list shows a place or an address-book entry.
        "location": f"{DOCS}/reference/block-kit/blocks",
        "contacts": f"{DOCS}/reference/block-kit/blocks",
        # A message is free in what it says: there is nothing to approve.
        "templates": f"{DOCS}/messaging",
        # No event of the list tells that a message arrived or was read.
        "delivery status": f"{DOCS}/reference/events",
        # It moves the cursor of whoever calls, which nobody else sees.
        "read marks": f"{DOCS}/reference/methods/conversations.mark",
    },
    conditions={"typing": "in threads"},
    docs_url=DOCS,
)
