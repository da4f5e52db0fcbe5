"""What a message says: one part for each file, sticker, text, poll and forwarded message in it.

https://docs.discord.com/developers/resources/message#message-object
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from domain.content import MediaContent, MessageContent, TextContent, UnsupportedContent
from platforms.discord.attachments import files, stickers
from platforms.discord.reading import Fields, as_number, present
from platforms.discord.words import words_of
from platforms.reading import Json, as_object, as_objects, as_text

FORWARD = 1
"""https://docs.discord.com/developers/resources/message#message-reference-types"""

_NO_WORD = ("activity", "call", "shared_client_theme", "gift_info")
"""What a message may be about that we have no word for."""


class Part(NamedTuple):
    """One content of a message."""

    content: MessageContent
    whole: bool = True
    """Whether it says all there is; what it leaves out stays in the raw item."""
    details: Fields | None = None


def read_parts(message: Json) -> list[Part]:
    """Everything a message says, in order; empty when it says nothing."""
    parts = [*_own(message), *_forwarded(message)]
    if parts:
        return parts
    kind = next((key for key in _NO_WORD if message.get(key)), None)
    return [Part(UnsupportedContent(platform_type=kind), whole=False)] if kind else []


def _own(message: Json) -> Iterator[Part]:
    text = as_text(message.get("content"))
    media = [*files(message), *stickers(message)]
    if media:
        yield from _with_text(media, text)
    elif text is not None:
        yield Part(TextContent(text=text), whole=not _more_than_text(message))
    elif (words := words_of(message)) is not None:
        yield Part(TextContent(text=words), whole=False)
    if poll := as_object(message.get("poll")):
        details = {"poll": _poll(poll)}
        yield Part(UnsupportedContent(platform_type="poll"), whole=False, details=details)


def _with_text(media: list[MediaContent], text: str | None) -> Iterator[Part]:
    """The text stands beside all files; here it goes with the first."""
    first, *rest = media
    yield Part(first.model_copy(update={"caption": text}))
    yield from map(Part, rest)


def _more_than_text(message: Json) -> bool:
    """Whether buttons or embeds hang below it. Under what people write, embeds only preview its links."""
    by_bot = as_object(message.get("author")).get("bot") is True
    return bool(message.get("components")) or (by_bot and bool(message.get("embeds")))


def _forwarded(message: Json) -> Iterator[Part]:
    """https://docs.discord.com/developers/resources/message#message-snapshot-object: copies, without their authors."""
    reference = as_object(message.get("message_reference"))
    source = {
        "message": as_text(reference.get("message_id")),
        "channel": as_text(reference.get("channel_id")),
        "server": as_text(reference.get("guild_id")),
    }
    origin = present(source) if as_number(reference.get("type")) == FORWARD else {}
    for snapshot in as_objects(message.get("message_snapshots")):
        copied = as_object(snapshot.get("message"))
        parts = list(_own(copied)) or [_nothing_known(copied)]
        for part in parts:
            yield part._replace(details={**(part.details or {}), "forwarded": origin or True})


def _nothing_known(copied: Json) -> Part:
    return Part(UnsupportedContent(platform_type="forwarded message"), whole=not copied)


def _poll(poll: Json) -> dict[str, Any]:
    """https://docs.discord.com/developers/resources/poll#poll-object."""
    answers = [as_object(answer.get("poll_media")) for answer in as_objects(poll.get("answers"))]
    return present(
        {
            "question": as_text(as_object(poll.get("question")).get("text")),
            "answers": [text for media in answers if (text := as_text(media.get("text")))],
            "expires": as_text(poll.get("expiry")),
        }
    )
