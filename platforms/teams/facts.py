"""What Teams carries, each value beside the page that says so.

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

DOCS = "https://learn.microsoft.com/microsoftteams/platform"
CONNECTOR = "https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference"

MAX_ACTIVITY_UNITS = 50 * 1024
"""/bots/how-to/format-your-bot-messages: a message has about 100 KB, counted in UTF-16 (read 2026-08)."""

LIMITS = Limits(
    # Of those 100 KB: a text in which every character has to be escaped still fits, beside what is around it.
    text=10_000,
    text_unit=LengthUnit.UTF16,
    # /bots/how-to/conversations/conversation-messages: text beside an attachment becomes a message of its own, and
    # the answer then names neither. It is sent by itself.
    caption=None,
    # /task-modules-and-cards/cards/cards-reference: six actions to a card, the others hide behind three dots
    buttons=6,
    # No page limits these: longer titles are cut on phones, and ids only take from the card's size.
    button_title=80,
    button_id_bytes=1000,
    # A card has the size of its message: this leaves room for the options.
    buttons_text=6000,
    # A list is a part of the card that opens on a press; rows are our choice, for the same reason.
    list_rows=20,
    list_row_title=100,
    list_row_description=200,
    list_row_id_bytes=200,
    list_button=80,
    list_text=3000,
    # Small print of a card; its length is our choice.
    footer=200,
)

# /bots/how-to/bots-filesv4: pictures in messages are PNG, JPEG or GIF of up to 1024 by 1024 points and 1 MB
IMAGE_TYPES = ("image/png", "image/jpeg", "image/gif")
MAX_IMAGE = 1024 * 1024
MEDIA: dict[str, MediaRule] = {"image": MediaRule(mime_types=IMAGE_TYPES, max_bytes=MAX_IMAGE)}

_FILES = f"{DOCS}/bots/how-to/bots-filesv4"

CAPABILITIES = PlatformCapabilities(
    platform=Platform("teams"),
    display_name="Microsoft Teams",
    limits=LIMITS,
    # Files of other kinds are offered on a card first, and given only when somebody takes them: they go as links.
    media=MEDIA,
    location=Support.FALLBACK,
    contacts=Support.FALLBACK,
    templates=Support.NONE,
    # /bots/how-to/conversations/conversation-messages, "Receive a read receipt": in private chats, with a permission
    receipts=frozenset({"read"}),
    # Only in personal chats, and once the person looks.
    receipt_within=None,
    rates=(
        # /bots/how-to/rate-limit#per-bot-per-thread-limit: all four hold at once
        Rate(scope="address", count=7, per=timedelta(seconds=1)),
        Rate(scope="address", count=8, per=timedelta(seconds=2)),
        Rate(scope="address", count=60, per=timedelta(seconds=30)),
        Rate(scope="address", count=1800, per=timedelta(hours=1)),
        # The same page: an app in one tenant, whatever it calls
        Rate(scope="channel", count=30, per=timedelta(seconds=1)),
    ),
    # /bots/how-to/conversations/conversation-messages: until the next message
    typing=True,
    read_marks=False,
    # https://github.com/microsoft/teams.py, `MessageActivityInput.prepend_quote`: a placeholder with an entity
    reply_quotes=True,
    # /bots/how-to/conversations/send-proactive-messages: whoever has the app may be written to at any time
    reply_window=None,
    # No call takes a key, and our own messages do not come back.
    idempotency=Idempotency.NONE,
    absent={
        # Cards and attachments of the list show neither.
        "location": f"{DOCS}/task-modules-and-cards/cards/cards-reference",
        "contacts": f"{DOCS}/task-modules-and-cards/cards/cards-reference",
        "templates": f"{DOCS}/bots/how-to/conversations/send-proactive-messages",
        "video": _FILES,
        "audio": _FILES,
        "document": _FILES,
        # There is no call that marks a message as read by the bot.
        "read marks": CONNECTOR,
    },
    conditions={"delivery status": "in private chats, where the app has that permission"},
    docs_url=f"{DOCS}/bots/what-are-bots",
)
