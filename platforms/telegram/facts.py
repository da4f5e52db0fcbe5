"""What Telegram carries, each value beside the page that says so.

The comments name anchors of https://core.telegram.org/bots/api (`DOCS`), read for Bot API 10.1 of June 2026.
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

DOCS = "https://core.telegram.org/bots/api"

MEGABYTE = 1024 * 1024

LIMITS = Limits(
    # #sendmessage: 1-4096 characters
    text=4096,
    # #messageentity counts in UTF-16 code units, which are never fewer than code points.
    text_unit=LengthUnit.UTF16,
    # #sendphoto and the other files: 0-1024 characters
    caption=1024,
    # No page says it: from 101 on the server answers "reply markup is too long".
    buttons=100,
    # No page says it: longer ones are cut on phones, one button to a row.
    button_title=64,
    # #inlinekeyboardbutton: `callback_data` has 1-64 bytes
    button_id_bytes=64,
    # There is no list that opens on a tap; `domain.menus` makes buttons of it, with its descriptions in the text.
    list_rows=0,
)

MEDIA: dict[str, MediaRule] = {
    # #sending-files: 10 MB for photos, 50 MB for other files, when uploaded
    "image": MediaRule(
        # A GIF goes as an animation, which moves.
        mime_types=("image/jpeg", "image/png", "image/webp", "image/gif"),
        max_bytes=10 * MEGABYTE,
    ),
    # #sendvideo: MPEG4 plays in the chat, other formats arrive as a file
    "video": MediaRule(mime_types=("video/*",), max_bytes=50 * MEGABYTE),
    # #sendaudio: MP3 and M4A play in the chat; #sendvoice: OGG with Opus, MP3 or M4A
    "audio": MediaRule(mime_types=("audio/*",), max_bytes=50 * MEGABYTE),
    # #senddocument: files of any type
    "document": MediaRule(mime_types=("*/*",), max_bytes=50 * MEGABYTE),
    # #sendsticker: still .WEBP, animated .TGS or video .WEBM. https://core.telegram.org/stickers: 512, 64 and 256 KB
    "sticker": MediaRule(
        mime_types=("image/webp", "application/x-tgsticker", "video/webm"), max_bytes=512 * 1024
    ),
}

CAPABILITIES = PlatformCapabilities(
    platform=Platform("telegram"),
    display_name="Telegram",
    limits=LIMITS,
    media=MEDIA,
    # #sendlocation, #sendvenue
    location=Support.NATIVE,
    # #sendcontact
    contacts=Support.NATIVE,
    # #update has no kind for what became of a bot's message: a 200 is all there is.
    receipts=frozenset(),
    receipt_within=None,
    rates=(
        # https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: about 30 a second in all
        Rate(scope="channel", count=30, per=timedelta(seconds=1)),
        # The same page: one a second in one chat. "Short bursts" pass, which has no number there; three are short. In
        # groups it is 20 a minute besides, which is not held here: a 429 says how long to wait.
        Rate(scope="address", count=1, per=timedelta(seconds=1), burst=3),
    ),
    # #sendchataction
    typing=True,
    read_marks=False,
    # #replyparameters
    reply_quotes=True,
    # A contact who once wrote may be written to until they block the bot.
    reply_window=None,
    # No method takes a key or an own reference.
    idempotency=Idempotency.NONE,
    absent={
        # No method of the list takes a text that somebody approved.
        "templates": f"{DOCS}#available-methods",
        "delivery status": f"{DOCS}#update",
        # The one method for it is for accounts of people that a bot is connected to.
        "read marks": f"{DOCS}#readbusinessmessage",
    },
    docs_url=DOCS,
)
