"""Every kind of event that the Events API tells of, as events of ours.

https://docs.slack.dev/reference/events
"""

from collections.abc import Callable, Iterator
from typing import Any

from domain.events import Sender
from platforms.reading import Json, as_list, as_object
from platforms.slack import emoji
from platforms.slack.envelope import Envelope, Fields, app_of, ignored
from platforms.slack.messages import read_message, reference_of, sent
from platforms.slack.people import address_of, message_id, profile_name
from platforms.slack.reading import as_moment, as_text

Reader = Callable[[Json, Envelope], Iterator[Fields]]


def read_event(event: Json, envelope: Envelope) -> Iterator[Fields]:
    kind = as_text(event.get("type"))
    if kind is None:
        yield ignored("an event without a type")
    elif (reader := READERS.get(kind)) is not None:
        for fields in reader(event, envelope):
            moment = as_moment(event.get("event_ts")) or envelope.at
            yield {"sent_at": moment, **fields}
    else:
        known = kind in UNUSED
        yield ignored(f"{kind} is not used" if known else f"unknown kind of event: {kind}")


def _one(read: Callable[[Json, Envelope], Fields]) -> Reader:
    def reader(event: Json, envelope: Envelope) -> Iterator[Fields]:
        yield read(event, envelope)

    return reader


def _reaction(event: Json, envelope: Envelope) -> Fields:
    """https://docs.slack.dev/reference/events/reaction_added: to a message; files have had them in the past.

    The thread is not told. A message without answers is its own, which is as near as one can come.
    """
    item = as_object(event.get("item"))
    channel, ts = as_text(item.get("channel")), as_text(item.get("ts"))
    target, name = message_id(channel, ts), as_text(event.get("reaction"))
    if channel is None or target is None or name is None:
        return ignored("a reaction to no message")
    shown = emoji.of_name(name)
    added = event.get("type") == "reaction_added"
    fields: Fields = {
        "kind": "reaction",
        "sender": Sender(address=address_of(channel, ts), user_id=as_text(event.get("user"))),
        "target_external_id": target,
        "emoji": shown if added else None,
        "details": {"name": name} if added else {"name": name, "removed": shown},
    }
    if envelope.is_us(event.get("user")):
        return {**fields, **ignored("our own reaction"), "echo": True}
    return fields


def _member(anybody: str, bot: str) -> Callable[[Json, Envelope], Fields]:
    """https://docs.slack.dev/reference/events/member_joined_channel, and of those who left."""

    def read(event: Json, envelope: Envelope) -> Fields:
        user, channel = as_text(event.get("user")), as_text(event.get("channel"))
        details = {
            "type": bot if envelope.is_us(user) else anybody,
            "members": [{"id": user}] if user else None,
            "inviter": as_text(event.get("inviter")),
        }
        return _lifecycle(channel, user, details)

    return read


def _bot_left(event: Json, envelope: Envelope) -> Fields:
    """https://docs.slack.dev/reference/events/channel_left: our own app was taken out."""
    channel, actor = as_text(event.get("channel")), as_text(event.get("actor_id"))
    return _lifecycle(channel, None, {"type": "bot_removed", "by": actor})


def _home_opened(event: Json, envelope: Envelope) -> Fields:
    """https://docs.slack.dev/reference/events/app_home_opened: somebody came to our page, or to the chat with us."""
    details = {"type": "home_opened", "tab": event.get("tab")}
    return _lifecycle(as_text(event.get("channel")), as_text(event.get("user")), details)


def _assistant_opened(event: Json, envelope: Envelope) -> Fields:
    """https://docs.slack.dev/reference/events/assistant_thread_started."""
    thread = as_object(event.get("assistant_thread"))
    user, channel = as_text(thread.get("user_id")), as_text(thread.get("channel_id"))
    fields = _lifecycle(channel, user, {"type": "assistant_thread_started"})
    return {**fields, "thread": as_text(thread.get("thread_ts"))}


def _lifecycle(channel: str | None, user: str | None, details: dict[str, Any]) -> Fields:
    address = channel or user
    return {
        "kind": "lifecycle",
        "sender": Sender(address=address, user_id=user) if address else None,
        "details": _present(details),
    }


def _installed(what: str) -> Callable[[Json, Envelope], Fields]:
    """https://docs.slack.dev/reference/events/app_uninstalled: after it the tokens are worth nothing."""
    return lambda event, envelope: {"kind": "lifecycle", "details": {"type": what}}


def _access(event: Json, envelope: Envelope) -> Fields:
    """https://docs.slack.dev/reference/events/team_access_granted: workspaces of an organisation, in or out."""
    granted = event.get("type") == "team_access_granted"
    details = {
        "type": "app_installed" if granted else "app_uninstalled",
        "teams": as_list(event.get("team_ids")),
    }
    return {"kind": "lifecycle", "details": details}


def _tokens_revoked(event: Json, envelope: Envelope) -> Fields:
    """https://docs.slack.dev/reference/events/tokens_revoked names users, not tokens."""
    revoked = as_object(event.get("tokens"))
    users = {key: as_list(revoked.get(key)) for key in ("bot", "oauth")}
    return {"kind": "channel", "details": {"type": "tokens_revoked", **users}}


def _account_news(event: Json, envelope: Envelope) -> Fields:
    """Something about the workspace as a whole, in Slack's words."""
    news = {key: value for key, value in event.items() if key != "event_ts"}
    return {"kind": "channel", "details": _present(news)}


def _person_changed(event: Json, envelope: Envelope) -> Fields:
    """https://docs.slack.dev/reference/events/user_change: name, address or state of an account."""
    user = as_object(event.get("user"))
    key = as_text(user.get("id"))
    if key is None:
        return ignored("a change of nobody")
    name = profile_name(as_object(user.get("profile"))) or as_text(user.get("real_name"))
    sender = Sender(address=key, name=name, username=as_text(user.get("name")), user_id=key)
    details = {"type": "profile_changed", "deleted": user.get("deleted") is True or None}
    return {"kind": "identity", "sender": sender, "details": _present(details)}


def _metadata_posted(event: Json, envelope: Envelope) -> Fields:
    """https://docs.slack.dev/reference/events/message_metadata_posted: our own id, in an event of its own."""
    key = message_id(as_text(event.get("channel_id")), as_text(event.get("message_ts")))
    reference = reference_of(event)
    app = app_of(event)
    if key is None or reference is None or app is None or app != envelope.app_id:
        return ignored("metadata of another app")
    receipt = sent(key, reference)
    return {
        "kind": "receipt",
        "external_id": f"sent:{key}",
        "echo": True,
        "receipt": receipt,
    }


def _present(details: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in details.items() if value is not None}


READERS: dict[str, Reader] = {
    "message": read_message,
    # Delivered beside the message itself, with the same `ts`: whichever comes first is the message.
    "app_mention": read_message,
    "reaction_added": _one(_reaction),
    "reaction_removed": _one(_reaction),
    "member_joined_channel": _one(_member("member_joined", "bot_added")),
    "member_left_channel": _one(_member("member_left", "bot_removed")),
    "channel_left": _one(_bot_left),
    "group_left": _one(_bot_left),
    "app_home_opened": _one(_home_opened),
    "assistant_thread_started": _one(_assistant_opened),
    "app_installed": _one(_installed("app_installed")),
    "app_uninstalled": _one(_installed("app_uninstalled")),
    "app_uninstalled_team": _one(_installed("app_uninstalled")),
    "team_access_granted": _one(_access),
    "team_access_revoked": _one(_access),
    "tokens_revoked": _one(_tokens_revoked),
    "user_change": _one(_person_changed),
    "user_profile_changed": _one(_person_changed),
    "message_metadata_posted": _one(_metadata_posted),
    **dict.fromkeys(
        (
            "app_deleted",
            "grid_migration_finished",
            "grid_migration_started",
            "team_domain_change",
            "team_rename",
        ),
        _one(_account_news),
    ),
}

UNUSED = frozenset(
    {
        "app_context_changed",
        "app_requested",
        "assistant_thread_context_changed",
        "call_rejected",
        "channel_archive",
        "channel_created",
        "channel_deleted",
        "channel_history_changed",
        "channel_id_changed",
        "channel_rename",
        "channel_shared",
        "channel_unarchive",
        "channel_unshared",
        "dnd_updated_user",
        "email_domain_changed",
        "emoji_changed",
        "file_change",
        "file_created",
        "file_deleted",
        "file_public",
        # It comes beside the message that shares the file, and holds ids only.
        "file_shared",
        "file_unshared",
        "function_executed",
        "group_archive",
        "group_close",
        "group_deleted",
        "group_open",
        "group_rename",
        "group_unarchive",
        "im_close",
        "im_created",
        "im_history_changed",
        "im_open",
        "invite_requested",
        "link_shared",
        "message_metadata_deleted",
        "message_metadata_updated",
        "pin_added",
        "pin_removed",
        "shared_channel_invite_accepted",
        "shared_channel_invite_approved",
        "shared_channel_invite_declined",
        "shared_channel_invite_received",
        "shared_channel_invite_requested",
        "star_added",
        "star_removed",
        "subteam_created",
        "subteam_members_changed",
        "subteam_self_added",
        "subteam_self_removed",
        "subteam_updated",
        "team_join",
        "user_huddle_changed",
        "user_resource_denied",
        "user_resource_granted",
        "user_resource_removed",
        "user_status_changed",
        "workflow_step_execute",
    }
)
"""Documented, and nothing that a conversation is made of."""
