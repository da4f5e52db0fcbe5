"""One message becomes one call that creates it. Pure.

https://docs.discord.com/developers/resources/message#create-message
"""

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
from domain.text import joined
from platforms.base import OutboundMessage, OutboundRequest
from platforms.discord.account import DiscordAccount
from platforms.discord.calls import Fields, messages_path, request_of, upload_of
from platforms.discord.checks import link, within
from platforms.discord.components import button_rows, menu
from platforms.discord.facts import LIMITS, MAX_EMBED_TEXT, MAX_EMBED_TITLE
from platforms.discord.nonce import nonce_of
from platforms.discord.uploads import Draft, media, picture, with_duration


def render(
    message: OutboundMessage, account: DiscordAccount, *, seconds: float | None = None
) -> OutboundRequest:
    """The request that sends a message; `seconds` is how long a voice message plays. Raises `ContentRejected`.

    A file of our store goes with the message itself, so that every message is exactly one call.
    """
    renderer = _RENDERERS.get(type(message.content))
    if renderer is None:
        raise ContentRejected(f"{message.content.type} cannot be sent on Discord")
    draft = renderer(message.content)
    if seconds is not None:
        draft = with_duration(draft, seconds)
    fields = {**draft.fields, **_always(message), **_quote(message)}
    path = messages_path(message.thread or message.address)
    if draft.file is None:
        return request_of(account, "POST", path, fields)
    return upload_of(account, path, fields, draft.file)


def _always(message: OutboundMessage) -> Fields:
    """What people write never calls everybody in; the same message sent twice is one message."""
    return {
        "allowed_mentions": {"parse": []},
        "nonce": nonce_of(message.id),
        "enforce_nonce": True,
    }


def _quote(message: OutboundMessage) -> Fields:
    """A message that is gone costs the quote, never the answer. What is no message cannot be quoted.

    https://docs.discord.com/developers/resources/message#message-reference
    """
    number = (message.reply_to or "").partition(":")[0]
    if not (number.isascii() and number.isdecimal()):
        return {}
    return {"message_reference": {"message_id": number, "fail_if_not_exists": False}}


def _text(content: TextContent) -> Draft:
    return Draft({"content": within(content.text, LIMITS.text, "the text")})


def _buttons(content: ButtonsContent) -> Draft:
    text = joined((content.text, content.footer), "\n\n")
    words = within(text, LIMITS.text, "the text beside buttons")
    return Draft({"content": words, "components": button_rows(content.buttons)})


def _list(content: ListContent) -> Draft:
    text, components = menu(content)
    words = within(text, LIMITS.text, "the text of a list")
    return Draft({"content": words, "components": components})


def _card(content: CardContent) -> Draft:
    """https://docs.discord.com/developers/resources/message#embed-object: a picture under its words."""
    embed: Fields = {"title": within(content.title, MAX_EMBED_TITLE, "a card's title")}
    if content.text:
        embed["description"] = within(content.text, MAX_EMBED_TEXT, "a card's text")
    fields: Fields = {"embeds": [embed]}
    if content.buttons:
        fields["components"] = button_rows(content.buttons)
    if content.media is None:
        return Draft(fields)
    if content.media.key:
        file = picture(content.media, content.media.key)
        embed["image"] = {"url": f"attachment://{file.filename}"}
        return Draft({**fields, "attachments": [{"id": 0, "filename": file.filename}]}, file)
    if not content.media.url:
        raise ContentRejected("a picture on Discord is sent anew, not by its id")
    embed["image"] = {"url": link(content.media.url, "the link to the picture")}
    return Draft(fields)


_RENDERERS: dict[type[MessageContent], Callable[[Any], Draft]] = {
    TextContent: _text,
    MediaContent: media,
    ButtonsContent: _buttons,
    ListContent: _list,
    CardContent: _card,
}
