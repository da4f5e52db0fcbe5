"""One message becomes one request. Pure.

https://developers.facebook.com/documentation/business-messaging/messenger-platform/reference/send-api
https://developers.facebook.com/documentation/instagram-platform/instagram-api-with-instagram-login/messaging-api
"""

import re
from collections.abc import Callable
from typing import Any

from domain.content import (
    ButtonsContent,
    CardContent,
    MediaContent,
    MessageContent,
    TemplateContent,
    TextContent,
)
from domain.errors import ContentRejected
from platforms.base import OutboundMessage, OutboundRequest
from platforms.meta.checks import within
from platforms.meta.messaging import menus
from platforms.meta.messaging.account import MessagingAccount
from platforms.meta.messaging.dialect import Dialect
from platforms.meta.messaging.files import attachment
from platforms.meta.messaging.items import GUEST
from platforms.meta.messaging.parts import PART

Body = dict[str, Any]

_ADDRESSES = {
    GUEST: "user_ref",
    "comment:": "comment_id",
    "post:": "post_id",
    "notification_messages_token:": "notification_messages_token",
}
"""What stands before an address that is no scoped id -> how a recipient is named by it."""


def render(
    message: OutboundMessage, account: MessagingAccount, dialect: Dialect
) -> OutboundRequest:
    """The request that sends a message. Raises `ContentRejected`.

    A file that is only in our store shows as `upload:<key>`; `send` uploads it first.
    """
    said = _content(message.content, dialect)
    if dialect.metadata_limit:
        unit = dialect.capabilities.limits.text_unit
        said["metadata"] = within(message.id, dialect.metadata_limit, "the message id", unit)
    body = {
        "recipient": _recipient(message, account),
        **_purpose(message, dialect),
        "message": said,
        **_quote(message),
    }
    return _post(account, body)


def render_activity(action: str, address: str, account: MessagingAccount) -> OutboundRequest:
    """Shows the contact that we read or are writing; never together with a message (100/2018014)."""
    return _post(account, {"recipient": _addressed(address), "sender_action": action})


def _post(account: MessagingAccount, body: Body) -> OutboundRequest:
    return OutboundRequest(
        method="POST",
        url=account.edge("messages"),
        headers={**account.authorization, "Content-Type": "application/json"},
        json_body=body,
    )


_COMMENT = re.compile(r"^\d+(_\d+)?$")
"""Ids of comments and posts are numbers; those of messages never are."""


def _comment(message: OutboundMessage) -> str | None:
    """The public comment or post that is answered: it is quoted, or their last word and unanswered."""
    answered = message.reply_to or message.unanswered
    return answered if answered is not None and _COMMENT.match(answered) else None


def _recipient(message: OutboundMessage, account: MessagingAccount) -> Body:
    """The contact; or the comment or post that is answered, for their author need not have written to us.

    https://developers.facebook.com/documentation/business-messaging/messenger-platform/discovery/private-replies
    """
    number = _comment(message)
    if number is None:
        return _addressed(message.address)
    is_post = number.startswith(f"{account.account_id}_")
    return {"post_id" if is_post else "comment_id": number}


def _addressed(address: str) -> Body:
    for prefix, name in _ADDRESSES.items():
        if address.startswith(prefix):
            return {name: address.removeprefix(prefix)}
    return {"id": address}


def _purpose(message: OutboundMessage, dialect: Dialect) -> Body:
    """Why it is sent, which decides whether it may be.

    https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages#messaging_types
    """
    if isinstance(message.content, TemplateContent):
        return {"messaging_type": "UTILITY"}
    if _comment(message) is not None:
        return {}
    if message.late:
        return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    return {"messaging_type": "RESPONSE"} if dialect.says_type else {}


def _quote(message: OutboundMessage) -> Body:
    """Beside the message, not inside it. A part of a message is quoted by the whole."""
    if message.reply_to is None or _comment(message) is not None:
        return {}
    return {"reply_to": {"mid": message.reply_to.partition(PART)[0]}}


def _content(content: MessageContent, dialect: Dialect) -> Body:
    more = dialect.more_contents.get(type(content))
    if more is not None:
        return more(content)
    renderer = _RENDERERS.get(type(content))
    if renderer is None:
        raise ContentRejected(f"{content.type} cannot be sent on {dialect.name}")
    return renderer(content, dialect)


def _text(content: TextContent, dialect: Dialect) -> Body:
    limits = dialect.capabilities.limits
    return {"text": within(content.text, limits.text, "the text", limits.text_unit)}


def _media(content: MediaContent, dialect: Dialect) -> Body:
    if content.caption:
        raise ContentRejected(f"{dialect.name} has no captions: send the text by itself")
    return {"attachment": attachment(content, dialect)}


_RENDERERS: dict[type[MessageContent], Callable[[Any, Dialect], Body]] = {
    TextContent: _text,
    MediaContent: _media,
    ButtonsContent: lambda content, dialect: menus.buttons(content, dialect.capabilities.limits),
    CardContent: lambda content, dialect: menus.card(content, dialect.capabilities.limits),
}
