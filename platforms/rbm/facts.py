"""What RCS for Business carries, each value beside the page that says so.

The comments name pages below
https://developers.google.com/business-communications/rcs-business-messaging (`DOCS`), read 2026-08.
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

DOCS = "https://developers.google.com/business-communications/rcs-business-messaging"

# reference/rest/v1/phones.agentMessages#CardContent
MAX_CARD_TITLE = 200
MAX_CARD_DESCRIPTION = 2000
MAX_CARD_SUGGESTIONS = 4
# reference/rest/v1/phones.agentMessages#CarouselCard
MIN_CAROUSEL = 2
MAX_CAROUSEL = 10
# reference/rest/v1/phones.agentMessages#OpenUrlAction
MAX_URL = 2048
# guides/build/messages/send: the whole message as JSON
MAX_PAYLOAD = 250 * 1024

LIMITS = Limits(
    # 3,072 characters: reference/rest/v1/phones.agentMessages#AgentContentMessage
    text=3072,
    # No page says how they are counted; UTF-16 units are never fewer than code points.
    text_unit=LengthUnit.UTF16,
    # A file travels alone: its words follow as a message of their own.
    caption=None,
    # 11 beside a message: reference/rest/v1/phones.agentMessages#AgentContentMessage
    buttons=11,
    # `text` 25, `postbackData` 2,048 characters: reference/rest/v1/phones.agentMessages#SuggestedReply
    button_title=25,
    button_id_bytes=2048,
    # There is no menu that opens on a tap; `domain.menus` makes suggestions of it.
    list_rows=0,
)

# guides/build/messages/send: 100 MiB for one file, also of all files of a carousel
LARGEST_FILE = 100 * 1024 * 1024

MEDIA: dict[str, MediaRule] = {
    # reference/rest/v1/files/create: the types of all four
    "image": MediaRule(
        mime_types=("image/jpeg", "image/jpg", "image/png", "image/gif"), max_bytes=LARGEST_FILE
    ),
    "video": MediaRule(
        mime_types=(
            "video/mp4",
            "video/mpeg",
            "video/mpeg4",
            "video/webm",
            "video/m4v",
            "video/h263",
        ),
        max_bytes=LARGEST_FILE,
    ),
    "audio": MediaRule(
        mime_types=(
            "audio/aac",
            "audio/mp3",
            "audio/mpeg",
            "audio/mpg",
            "audio/mp4",
            "audio/mp4-latm",
            "audio/3gpp",
            "audio/ogg",
            "application/ogg",
        ),
        max_bytes=LARGEST_FILE,
    ),
    "document": MediaRule(mime_types=("application/pdf",), max_bytes=LARGEST_FILE),
}

CAPABILITIES = PlatformCapabilities(
    platform=Platform("rbm"),
    display_name="RCS (Google RBM)",
    limits=LIMITS,
    media=MEDIA,
    # A text with a chip that opens the map: guides/build/messages/send#view_a_location_action
    location=Support.NATIVE,
    contacts=Support.FALLBACK,
    templates=Support.NONE,
    # reference/rest/v1/UserEvent.EventType; reference/rest/v1/ServerEvent for those that expired
    receipts=frozenset({"delivered", "read", "failed"}),
    # DELIVERED comes from the phone, which may be off for as long as the message lives: 30 days, unless it says less.
    receipt_within=None,
    # No page gives a number for messages; Google and the carrier set it for each agent, and answer 429.
    rates=(),
    # reference/rest/v1/phones.agentEvents: IS_TYPING and READ
    typing=True,
    read_marks=True,
    # reference/rest/v1/phones.agentMessages has no field for it.
    reply_quotes=False,
    # guides/get-started/how-it-works: once the agent has begun, either side writes when it likes.
    reply_window=None,
    # reference/rest/v1/phones.agentMessages/create, `messageId`: ours, and good for one message
    idempotency=Idempotency.KEY,
    absent={
        # No content of the list is an address-book entry.
        "contacts": f"{DOCS}/reference/rest/v1/phones.agentMessages",
        "quotes": f"{DOCS}/reference/rest/v1/phones.agentMessages",
        # Agents are approved, not their wording.
        "templates": f"{DOCS}/guides/learn/agent-use-cases",
    },
    docs_url=DOCS,
)
