"""A message, new or edited, as an event.

https://core.telegram.org/bots/api#message
"""

import re
from typing import Any

from domain.content import (
    MessageContent,
    OrderContent,
    UnsupportedContent,
)
from domain.events import Referral
from platforms.reading import Json, as_object, as_text
from platforms.telegram.content import read_caption, read_content
from platforms.telegram.people import author, chat_id, is_bot, message_id, person, thread_of
from platforms.telegram.reading import as_moment
from platforms.telegram.service import Fields, read_service


def read_message(message: Json) -> Fields:
    """What was written in a chat, or what happened to it."""
    address = chat_id(message)
    if address is None:
        return ignored("it names no chat")
    common = {
        "sender": author(message, address),
        "sent_at": as_moment(message.get("date")),
        "thread": thread_of(message),
    }
    content = read_content(message)
    partly = content is None or isinstance(content, UnsupportedContent | OrderContent)
    if content is None and (service := read_service(message)) is not None:
        return {**common, **service}
    if (reason := _objection(message)) is not None:
        return {**common, **ignored(reason)}
    content = content or read_caption(message) or _unknown(message)
    if content is None:
        return {**common, **ignored("a message without content")}
    # Kept whole where our word for it says less than it does.
    raw = message if partly or "rich_message" in message else None
    return {**common, **_said(message, content), "raw": raw}


def read_business_message(message: Json) -> Fields:
    """What was written in a chat of a business account, by the customer or by the account itself.

    https://core.telegram.org/bots/api#businessconnection: such chats are private, and have the customer's id.
    """
    fields = read_message(message)
    chat = as_object(message.get("chat"))
    writer = as_text(as_object(message.get("from")).get("id"))
    own = "sender_business_bot" in message or writer not in {None, chat_id(message)}
    if not own or fields["kind"] == "ignored":
        return fields
    return {**fields, "sender": person(chat, fields["sender"].address), "echo": True}


def read_edit(message: Json) -> Fields:
    return as_edit(read_message(message), message)


def read_business_edit(message: Json) -> Fields:
    return as_edit(read_business_message(message), message)


def as_edit(fields: Fields, message: Json) -> Fields:
    """The same message with what it says now. A live location moves by edits."""
    if fields["kind"] == "ignored":
        return fields
    target = message_id(message)
    if fields["kind"] != "message" or target is None:
        return ignored("an edit of nothing that was said")
    return {
        **fields,
        "kind": "edit",
        "external_id": None,
        "target_external_id": target,
        "referral": None,
        "sent_at": as_moment(message.get("edit_date")) or fields["sent_at"],
    }


def ignored(reason: str) -> Fields:
    return {"kind": "ignored", "reason": reason}


def _objection(message: Json) -> str | None:
    """Why nobody is to answer this."""
    if is_bot(message) and "sender_business_bot" not in message:
        return "written by a bot"
    if "direct_messages_topic" in message:
        # One chat holds the topics of many customers: an answer by chat could reach the wrong one.
        return "a direct message to a channel"
    return None


def _said(message: Json, content: MessageContent) -> Fields:
    return {
        "kind": "message",
        "external_id": message_id(message),
        "reply_to": _reply_to(message),
        "referral": _referral(message),
        "content": content,
        "details": _details(message) or None,
    }


def _reply_to(message: Json) -> str | None:
    """The quoted message. In a forum's topic every message hangs below the one that opened it: no quote."""
    quoted = as_object(message.get("reply_to_message"))
    if message.get("is_topic_message") is True:
        root = as_text(message.get("message_thread_id"))
        if "forum_topic_created" in quoted or as_text(quoted.get("message_id")) == root:
            return None
    return message_id(quoted) or message_id(as_object(message.get("external_reply")))


# https://core.telegram.org/bots/features#deep-linking: up to 64 of these. Groups get `/start@bot payload`.
_START = re.compile(r"/start(?P<bot>@\w+)?\s+(?P<payload>[A-Za-z0-9_-]{1,64})\s*")


def _referral(message: Json) -> Referral | None:
    """The link that opened the chat with the bot, or the story that is answered."""
    text = message.get("text")
    start = _START.fullmatch(text) if isinstance(text, str) else None
    in_private = as_object(message.get("chat")).get("type") == "private"
    if start and not (in_private and start["bot"]):
        return Referral(source="link", ref=start["payload"])
    story = as_object(message.get("reply_to_story"))
    key = as_text(story.get("id"))
    return Referral(source="story", id=f"{chat_id(story) or ''}:{key}") if key else None


def _details(message: Json) -> dict[str, Any]:
    """What a message tells beside its content."""
    details: dict[str, Any] = {}
    if (album := as_text(message.get("media_group_id"))) is not None:
        details["media_group"] = album
    shared = as_text(as_object(message.get("contact")).get("user_id"))
    if shared is not None:
        # Only then is the number proven to be the sender's.
        details["own_contact"] = shared == as_text(as_object(message.get("from")).get("id"))
    button = as_text(as_object(message.get("web_app_data")).get("button_text"))
    if button is not None:
        details["button"] = button
    return details


_FRAME = frozenset(
    {
        "author_signature",
        "business_connection_id",
        "caption",
        "caption_entities",
        "chat",
        "date",
        "direct_messages_topic",
        "edit_date",
        "effect_id",
        "entities",
        "external_reply",
        "forward_date",
        "forward_from",
        "forward_from_chat",
        "forward_from_message_id",
        "forward_origin",
        "forward_sender_name",
        "forward_signature",
        "from",
        "guest_bot_caller_chat",
        "guest_bot_caller_user",
        "guest_query_id",
        "has_media_spoiler",
        "has_protected_content",
        "is_automatic_forward",
        "is_from_offline",
        "is_paid_post",
        "is_topic_message",
        "link_preview_options",
        "media_group_id",
        "message_id",
        "message_thread_id",
        "paid_star_count",
        "quote",
        "reply_markup",
        "reply_to_checklist_task_id",
        "reply_to_message",
        "reply_to_poll_option_id",
        "reply_to_story",
        "sender_boost_count",
        "sender_business_bot",
        "sender_chat",
        "sender_tag",
        "show_caption_above_media",
        "suggested_post_info",
        "via_bot",
    }
)
"""What any message may have and none is about."""


def _unknown(message: Json) -> MessageContent | None:
    """A kind of message that is newer than this: kept under its name."""
    news = (key for key in message if key not in _FRAME and message[key] is not None)
    kind = next(news, None)
    return UnsupportedContent(platform_type=kind) if kind else None
