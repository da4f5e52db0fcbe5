"""Every kind of update that is not a message, as events.

https://core.telegram.org/bots/api#update
"""

from collections.abc import Callable, Iterator
from typing import Any

from domain.content import ChoiceContent, MessageContent, UnsupportedContent
from platforms.reading import Json, as_list, as_object, as_text
from platforms.telegram.messages import (
    ignored,
    read_business_edit,
    read_business_message,
    read_edit,
    read_message,
)
from platforms.telegram.people import chat_id, message_id, person, thread_of
from platforms.telegram.reading import as_moment
from platforms.telegram.service import Fields, members

Reader = Callable[[Json], Iterator[Fields]]


def _one(read: Callable[[Json], Fields]) -> Reader:
    def reader(item: Json) -> Iterator[Fields]:
        yield read(item)

    return reader


def _pressed(query: Json) -> Fields:
    """https://core.telegram.org/bots/api#callbackquery: a button under one of our messages.

    The message may be too old to be shown (`date` 0) or, when it was sent through the inline mode, not be named at
    all: then the presser's private chat stands for it.
    """
    user, message = as_object(query.get("from")), as_object(query.get("message"))
    address = chat_id(message) or as_text(user.get("id"))
    content = _choice(query, message)
    if address is None or content is None:
        return ignored("a press that names no chat" if address is None else "a press of no button")
    return {
        "kind": "message",
        "sender": person(user, address),
        "reply_to": message_id(message),
        "thread": thread_of(message),
        "content": content,
        "details": {"callback_query_id": as_text(query.get("id"))},
        "raw": query if isinstance(content, UnsupportedContent) else None,
    }


def _choice(query: Json, message: Json) -> MessageContent | None:
    chosen = query.get("data")
    if isinstance(chosen, str) and chosen:
        return ChoiceContent(id=chosen, title=_title(chosen, message) or chosen)
    return UnsupportedContent(platform_type="game") if "game_short_name" in query else None


def _title(chosen: str, message: Json) -> str | None:
    """What stood on the button."""
    markup = as_object(message.get("reply_markup"))
    for row in as_list(markup.get("inline_keyboard")):
        for button in map(as_object, as_list(row)):
            if button.get("callback_data") == chosen:
                return as_text(button.get("text"))
    return None


def _reactions(change: Json) -> Iterator[Fields]:
    """https://core.telegram.org/bots/api#messagereactionupdated: what went, then what came."""
    address, target = chat_id(change), message_id(change)
    party = as_object(change.get("user")) or as_object(change.get("actor_chat"))
    if address is None or target is None:
        yield ignored("a reaction to no message")
        return
    if party.get("is_bot") is True:
        yield ignored("a reaction of a bot")
        return
    before, after = _emojis(change.get("old_reaction")), _emojis(change.get("new_reaction"))
    common = {
        "kind": "reaction",
        "sender": person(party, address),
        "sent_at": as_moment(change.get("date")),
        "target_external_id": target,
    }
    gone = [emoji for emoji in before if emoji not in after]
    come = [emoji for emoji in after if emoji not in before]
    yield from ({**common, "details": {"removed": emoji}} for emoji in gone)
    yield from ({**common, "emoji": emoji} for emoji in come)
    if not gone and not come:
        yield ignored("reactions that did not change")


def _emojis(reactions: Any) -> list[str]:
    """https://core.telegram.org/bots/api#reactiontype: an emoji, a custom one by its id, or a paid star."""
    found: list[str] = []
    for reaction in map(as_object, as_list(reactions)):
        custom = as_text(reaction.get("custom_emoji_id"))
        paid = "⭐" if reaction.get("type") == "paid" else None
        emoji = as_text(reaction.get("emoji")) or (f"custom:{custom}" if custom else paid)
        if emoji and emoji not in found:
            found.append(emoji)
    return found


def _own_membership(change: Json) -> Fields:
    """https://core.telegram.org/bots/api#chatmemberupdated about the bot itself.

    In a private chat the contact blocked it or started it again; in a group it was added, removed, or its rights
    changed.
    """
    private = as_object(change.get("chat")).get("type") == "private"
    was_in, is_in = _is_in(change.get("old_chat_member")), _is_in(change.get("new_chat_member"))
    if private:
        value = {"value": "unblock" if is_in else "block"}
        return _member_event(change, "preference", value)
    moved = "bot_added" if is_in else "bot_removed"
    return _member_event(change, "lifecycle", {"type": moved if was_in != is_in else "bot_changed"})


def _membership(change: Json) -> Fields:
    """The same about anybody else."""
    was_in, is_in = _is_in(change.get("old_chat_member")), _is_in(change.get("new_chat_member"))
    moved = "member_joined" if is_in else "member_left"
    kind = moved if was_in != is_in else "member_changed"
    user = as_object(change.get("new_chat_member")).get("user")
    return _member_event(change, "lifecycle", {"type": kind, "members": members(user)})


def _join_request(request: Json) -> Fields:
    """https://core.telegram.org/bots/api#chatjoinrequest: somebody waits to be let in."""
    details = {"type": "join_requested", "members": members(request.get("from"))}
    return _member_event(request, "lifecycle", details)


def _member_event(change: Json, kind: str, details: Fields) -> Fields:
    address = chat_id(change)
    if address is None:
        return ignored("it names no chat")
    status = as_text(as_object(change.get("new_chat_member")).get("status"))
    return {
        "kind": kind,
        "sender": person(as_object(change.get("from")), address),
        "sent_at": as_moment(change.get("date")),
        "details": {**details, **({"status": status} if status else {})},
    }


def _is_in(member: Any) -> bool:
    """https://core.telegram.org/bots/api#chatmember: `left` and `kicked` are out, `restricted` says it apart."""
    fields = as_object(member)
    status = as_text(fields.get("status"))
    if status == "restricted":
        return fields.get("is_member") is not False
    return status in {"creator", "administrator", "member"}


def _deleted(deletion: Json) -> Iterator[Fields]:
    """https://core.telegram.org/bots/api#businessmessagesdeleted: the only deletions that bots are told of."""
    address = chat_id(deletion)
    ids = [key for key in map(as_text, as_list(deletion.get("message_ids"))) if key is not None]
    if address is None or not ids:
        yield ignored("a deletion of nothing")
        return
    for key in ids:
        yield {
            "kind": "delete",
            "sender": person(as_object(deletion.get("chat")), address),
            "thread": thread_of(deletion),
            "target_external_id": f"{address}:{key}",
        }


def _business_connection(connection: Json) -> Fields:
    """https://core.telegram.org/bots/api#businessconnection: a business account took the bot, or let it go."""
    details = {
        "type": "business_connection",
        "id": as_text(connection.get("id")),
        "user_id": as_text(as_object(connection.get("user")).get("id")),
        "enabled": connection.get("is_enabled") is True,
    }
    return {
        "kind": "channel",
        "sent_at": as_moment(connection.get("date")),
        "details": {key: value for key, value in details.items() if value is not None},
    }


READERS: dict[str, Reader] = {
    "message": _one(read_message),
    "edited_message": _one(read_edit),
    "channel_post": _one(read_message),
    "edited_channel_post": _one(read_edit),
    "business_connection": _one(_business_connection),
    "business_message": _one(read_business_message),
    "edited_business_message": _one(read_business_edit),
    "deleted_business_messages": _deleted,
    "callback_query": _one(_pressed),
    "message_reaction": _reactions,
    "my_chat_member": _one(_own_membership),
    "chat_member": _one(_membership),
    "chat_join_request": _one(_join_request),
}

UNUSED = frozenset(
    {
        "chat_boost",
        "chosen_inline_result",
        "guest_message",
        "inline_query",
        "managed_bot",
        "message_reaction_count",
        "poll",
        "poll_answer",
        "pre_checkout_query",
        "purchased_paid_media",
        "removed_chat_boost",
        "shipping_query",
    }
)
"""Documented, and nothing that a conversation is made of."""
