"""One message becomes one activity. Pure.

Texts go as plain text: what people write is never taken for markup. Text and card in one activity would become two
messages that the answer does not name, so each goes by itself.
https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages (read 2026-08)
"""

import re
from collections.abc import Callable
from typing import Any

from domain.content import (
    ButtonsContent,
    CardContent,
    ListContent,
    MediaContent,
    MessageContent,
    TextContent,
)
from domain.errors import ContentRejected
from domain.text import joined, shorten
from platforms.base import OutboundMessage, OutboundRequest
from platforms.reading import as_text
from platforms.teams import cards
from platforms.teams.account import TeamsAccount
from platforms.teams.calls import Fields, post_activity
from platforms.teams.checks import of_a_size, within
from platforms.teams.facts import LIMITS
from platforms.teams.frame import SERVICE
from platforms.teams.markup import quotable
from platforms.teams.people import in_thread, own_id
from platforms.teams.pictures import source, type_of

_MAX_SUMMARY = 200
_QUOTED = re.compile(r"[A-Za-z0-9:._-]{1,200}", re.ASCII)


def render(
    message: OutboundMessage, account: TeamsAccount, token: str | None = None
) -> OutboundRequest:
    """The request that sends a message. Raises `ContentRejected`.

    Without a `token` a mask stands for it. A picture of our store is `upload:<key>` until `send` puts it in.
    """
    renderer = _RENDERERS.get(type(message.content))
    if renderer is None:
        raise ContentRejected(f"{message.content.type} cannot be sent on Teams")
    activity: Fields = {"type": "message", **renderer(message.content)}
    conversation = in_thread(message.address, message.thread)
    quoted = _quoted(message)
    if quoted is not None:
        activity = _quoting(activity, quoted)
    service = account.service(as_text((message.answers or {}).get(SERVICE)))
    return post_activity(service, conversation, of_a_size(activity), token)


def render_typing(address: str, account: TeamsAccount, token: str) -> OutboundRequest:
    return post_activity(account.service(), address, {"type": "typing"}, token)


def _quoted(message: OutboundMessage) -> str | None:
    key = own_id(message.reply_to, message.address) if message.reply_to else None
    return key if key and _QUOTED.fullmatch(key) else None


def _quoting(activity: Fields, key: str) -> Fields:
    """Shown above a text: a tag in it, with its entity. A card has no text, and only says what it answers."""
    answer = {**activity, "replyToId": key}
    if "text" not in activity:
        return answer
    text = f'<quoted messageId="{key}"/> {quotable(activity["text"])}'
    entity = {"type": "quotedReply", "quotedReply": {"messageId": key}}
    return {**answer, "text": text, "textFormat": "markdown", "entities": [entity]}


def _text(content: TextContent) -> Fields:
    text = within(content.text, LIMITS.text, "the text")
    return {"text": text, "textFormat": "plain"}


def _buttons(content: ButtonsContent) -> Fields:
    text = within(content.text, LIMITS.buttons_text or LIMITS.text, "the text beside buttons")
    body = [*cards.paragraphs(text), *cards.footer(content.footer)]
    return _with_card(text, body, cards.buttons(content.buttons))


def _list(content: ListContent) -> Fields:
    text = within(content.text, LIMITS.list_text or LIMITS.text, "the text beside a list")
    body = [*cards.paragraphs(text), *cards.footer(content.footer)]
    return _with_card(text, body, cards.menu(content))


def _card(content: CardContent) -> Fields:
    text = joined((content.title, content.text), "\n")
    within(text, LIMITS.buttons_text or LIMITS.text, "the card")
    body = cards.paragraphs(content.title, size="Medium", weight="Bolder")
    body += cards.paragraphs(content.text or "")
    if content.media is None:
        return _with_card(text, body, cards.buttons(content.buttons))
    type_of(content.media)
    picture = cards.picture(source(content.media), content.title)
    return _with_card(text, [picture, *body], cards.buttons(content.buttons))


def _with_card(text: str, body: list[cards.Block], actions: list[cards.Block]) -> Fields:
    """`summary` is what notifications show of a card."""
    summary = shorten(" ".join(text.split()), _MAX_SUMMARY, LIMITS.text_unit)
    return {"attachments": [cards.card(body, actions)], "summary": summary}


def _media(content: MediaContent) -> Fields:
    if content.type not in {"image", "sticker"}:
        raise ContentRejected(f"{content.type} goes as a link on Teams")
    if content.caption and content.caption.strip():
        raise ContentRejected("a picture has no caption on Teams: send the text by itself")
    picture: Fields = {
        "contentType": type_of(content.media),
        "contentUrl": source(content.media),
    }
    if content.media.filename:
        picture["name"] = content.media.filename
    return {"attachments": [picture]}


_RENDERERS: dict[type[MessageContent], Callable[[Any], Fields]] = {
    TextContent: _text,
    MediaContent: _media,
    ButtonsContent: _buttons,
    ListContent: _list,
    CardContent: _card,
}
