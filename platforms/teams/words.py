"""The words of a message, without the mention that calls our bot and without what it quotes.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/channel-and-group-conversations
(read 2026-08), "Work with mentions"
"""

import html
import re
from typing import Any, NamedTuple

from platforms.reading import Json, as_object, as_objects, as_text, read_json
from platforms.teams.markup import Html
from platforms.teams.people import bot_of

_AT = re.compile(r"<at(?:\s[^<>]*)?>([^<]*)</at>", re.IGNORECASE)
_QUOTED = re.compile(r"<quoted\s[^<>]*>(?:</quoted>)?", re.IGNORECASE)
_SPACES = re.compile(r"[ \xa0]{2,}")
_HTML = "text/html"
_REFERENCE = "messagereference"


class Words(NamedTuple):
    """What a message says and what it answers."""

    text: str | None
    quoted: str | None
    """The platform's id of the quoted message."""
    pictures: int
    """How many pictures stand in it that are kept where a bot cannot get them."""


def read_words(activity: Json) -> Words:
    twin = _twin(activity)
    ours = _our_names(activity)
    said = _plain(activity, ours)
    if twin is not None and (said is None or twin.quotes):
        # The plain text repeats what is quoted, the HTML tells the two apart.
        said = twin.text(ours) or (said if not twin.quotes else None)
    quotes = [*_quoted_in_entities(activity), *(twin.quotes if twin else [])]
    quotes += _referenced(activity)
    return Words(said or None, next(iter(quotes), None), twin.pictures if twin else 0)


def _twin(activity: Json) -> Html | None:
    """The same message as HTML, which comes as an attachment."""
    for attachment in as_objects(activity.get("attachments")):
        source = attachment.get("content")
        if as_text(attachment.get("contentType")) == _HTML and isinstance(source, str):
            return Html(source)
    return None


def _our_names(activity: Json) -> frozenset[str]:
    """Under which names our bot is mentioned. Some senders leave out the mention's own text."""
    bot = bot_of(activity)
    names = [as_text(as_object(activity.get("recipient")).get("name"))]
    for mention in _mentions(activity):
        mentioned = as_object(mention.get("mentioned"))
        if bot is not None and as_text(mentioned.get("id")) == bot:
            inner = _AT.sub(r"\1", as_text(mention.get("text")) or "")
            names += [as_text(mentioned.get("name")), as_text(inner)]
    return frozenset(html.unescape(name).strip() for name in names if name)


def _mentions(activity: Json) -> list[Json]:
    return [one for one in as_objects(activity.get("entities")) if one.get("type") == "mention"]


def _plain(activity: Json, ours: frozenset[str]) -> str | None:
    text = activity.get("text")
    if not isinstance(text, str):
        return None

    def called(found: re.Match[str]) -> str:
        name = html.unescape(found.group(1)).strip()
        return "" if name in ours else f"@{html.escape(name)}"

    shown, mentioned = _AT.subn(called, _QUOTED.sub("", text))
    if activity.get("textFormat") == "xml":
        return Html(shown).text(ours) or None
    if mentioned:
        shown = _SPACES.sub(" ", shown)
    plain = html.unescape(shown).replace("\xa0", " ").replace("\r\n", "\n")
    return plain.strip() or None


def _quoted_in_entities(activity: Json) -> list[str]:
    found = [
        as_text(as_object(one.get("quotedReply")).get("messageId"))
        for one in as_objects(activity.get("entities"))
        if one.get("type") == "quotedReply"
    ]
    return [key for key in found if key]


def _referenced(activity: Json) -> list[str]:
    """https://learn.microsoft.com/graph/api/resources/chatmessageattachment (read 2026-08): `messageReference`."""
    found = [
        as_text(one.get("id")) or _named_inside(one.get("content"))
        for one in as_objects(activity.get("attachments"))
        if (as_text(one.get("contentType")) or "").lower() == _REFERENCE
    ]
    return [key for key in found if key]


def _named_inside(content: Any) -> str | None:
    """The content is JSON, mostly as a text."""
    try:
        inner = read_json(content) if isinstance(content, str) else content
    except ValueError:
        return None
    return as_text(as_object(inner).get("messageId"))
