"""Messages that nobody wrote: Telegram tells in the chat what happened to it.

https://core.telegram.org/bots/api#message
"""

from collections.abc import Callable
from typing import Any

from platforms.reading import Json, as_list, as_object, as_text
from platforms.telegram.people import chat_id, full_name

Fields = dict[str, Any]
"""What sets one kind of event apart from another."""


def read_service(message: Json) -> Fields | None:
    """What a service message tells; None when it is not one."""
    for key, reader in _READERS.items():
        if message.get(key) is not None:
            return reader(message[key], message)
    notice = next((key for key in _NOTICES if message.get(key) is not None), None)
    return {"kind": "ignored", "reason": f"service message: {notice}"} if notice else None


def members(*users: Any) -> list[Fields]:
    """People as they are told of in `details`."""
    found = [
        {
            "id": as_text(user.get("id")),
            "name": full_name(user),
            "username": as_text(user.get("username")),
            "bot": user.get("is_bot") is True,
        }
        for user in map(as_object, users)
    ]
    return [{key: value for key, value in user.items() if value is not None} for user in found]


def _joined(value: Any, message: Json) -> Fields:
    users = as_list(value) or [value]
    return {
        "kind": "lifecycle",
        "details": {"type": "member_joined", "members": members(*users)},
    }


def _left(value: Any, message: Json) -> Fields:
    return {"kind": "lifecycle", "details": {"type": "member_left", "members": members(value)}}


def _created(value: Any, message: Json) -> Fields:
    return {"kind": "lifecycle", "details": {"type": "chat_created"}}


def _migrated_to(value: Any, message: Json) -> Fields:
    """Told in the old group: from now on it has the new id."""
    return _migration(chat_id(message), as_text(value))


def _migrated_from(value: Any, message: Json) -> Fields:
    """Told in the new group, of the same step."""
    return _migration(as_text(value), chat_id(message))


def _migration(old: str | None, new: str | None) -> Fields:
    if old is None or new is None:
        return {"kind": "ignored", "reason": "a migration without both its chats"}
    return {"kind": "identity", "details": {"type": "chat_migrated", "old": old, "new": new}}


def _may_write(value: Any, message: Json) -> Fields:
    """https://core.telegram.org/bots/api#writeaccessallowed: the contact lets the bot write first."""
    return {"kind": "preference", "details": {**as_object(value), "value": "opt_in"}}


_READERS: dict[str, Callable[[Any, Json], Fields]] = {
    "new_chat_members": _joined,
    "left_chat_member": _left,
    "migrate_to_chat_id": _migrated_to,
    "migrate_from_chat_id": _migrated_from,
    "group_chat_created": _created,
    "supergroup_chat_created": _created,
    "channel_chat_created": _created,
    "write_access_allowed": _may_write,
}

_NOTICES = (
    "boost_added",
    "chat_background_set",
    "chat_owner_changed",
    "chat_owner_left",
    "checklist_tasks_added",
    "checklist_tasks_done",
    "connected_website",
    "delete_chat_photo",
    "direct_message_price_changed",
    "forum_topic_closed",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_reopened",
    "general_forum_topic_hidden",
    "general_forum_topic_unhidden",
    "gift_upgrade_sent",
    "managed_bot_created",
    "message_auto_delete_timer_changed",
    "new_chat_photo",
    "new_chat_title",
    "paid_message_price_changed",
    "pinned_message",
    "poll_option_added",
    "poll_option_deleted",
    "proximity_alert_triggered",
    "refunded_payment",
    "suggested_post_approval_failed",
    "suggested_post_approved",
    "suggested_post_declined",
    "suggested_post_paid",
    "suggested_post_refunded",
    "video_chat_ended",
    "video_chat_participants_invited",
    "video_chat_scheduled",
    "video_chat_started",
    "voice_chat_ended",  # until Bot API 6.0
    "voice_chat_participants_invited",
    "voice_chat_scheduled",
    "voice_chat_started",
)
