"""A frame of the Gateway, read as JSON: `{"op": 0, "s": 42, "t": "MESSAGE_CREATE", "d": {…}}`.

https://docs.discord.com/developers/events/gateway-events
"""

from collections.abc import Iterator

from platforms.discord.envelope import CONNECTION, SESSION
from platforms.discord.interactions import read_interaction
from platforms.discord.messages import read_deletion, read_edit, read_message
from platforms.discord.people import Own
from platforms.discord.reactions import read_added, read_cleared, read_removed, read_typing
from platforms.discord.reading import Fields, as_number, ignored, present
from platforms.discord.servers import (
    Reader,
    member_changed,
    place_changed,
    read_server,
    read_server_lost,
    read_thread_members,
)
from platforms.reading import Json, as_object, as_objects, as_text, digest

DISPATCH = 0

# https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-opcodes
_OPERATIONS = {
    1: "heartbeat",
    2: "identify",
    3: "presence update",
    4: "voice state update",
    6: "resume",
    7: "reconnect and resume",
    8: "request of members",
    9: "invalid session",
    10: "hello",
    11: "heartbeat acknowledged",
    31: "request of sounds",
}


def read_frame(frame: Json, own: Own) -> Iterator[Fields]:
    """The events of one frame. What has no id of its own gets one that a replay of the frame has too."""
    if (operation := as_number(frame.get("op", DISPATCH))) != DISPATCH:
        name = _OPERATIONS.get(operation if operation is not None else -1)
        yield ignored(f"connection: {name}" if name else f"unknown operation {frame.get('op')!r}")
        return
    kind, content = as_text(frame.get("t")), frame.get("d")
    reader = READERS.get(kind or "")
    if reader is None:
        known = kind in UNUSED
        yield ignored(f"{kind} is not used" if known else f"unknown kind of event: {kind}")
    elif not isinstance(content, dict):
        yield ignored(f"{kind} is not an object")
    else:
        for fields in reader(content, own):
            yield {"account": own.application, **fields}


def frame_key(frame: Json) -> str:
    """Reactions, signs of typing and most news have no id; in one session the sequence number tells them apart."""
    told = {key: value for key, value in frame.items() if key != CONNECTION}
    session = as_object(frame.get(CONNECTION)).get(SESSION)
    said = digest(told if session is None else [session, told])
    return f"frame:{as_text(frame.get('t')) or as_text(frame.get('op')) or '-'}:{said}"


def _ready(session: Json, own: Own) -> Iterator[Fields]:
    """https://docs.discord.com/developers/events/gateway-events#ready."""
    bot, application = as_object(session.get("user")), as_object(session.get("application"))
    servers = [as_text(server.get("id")) for server in as_objects(session.get("guilds"))]
    yield {
        "kind": "channel",
        "account": as_text(application.get("id")) or own.application,
        "details": present(
            {
                "type": "connected",
                "bot": as_text(bot.get("id")),
                "username": as_text(bot.get("username")),
                "servers": [key for key in servers if key],
            }
        ),
    }


def _resumed(session: Json, own: Own) -> Iterator[Fields]:
    yield {"kind": "channel", "details": {"type": "resumed"}}


def _limited(limit: Json, own: Own) -> Iterator[Fields]:
    """https://docs.discord.com/developers/events/gateway-events#rate-limited."""
    yield {"kind": "channel", "details": present({**limit, "type": "rate_limited"})}


READERS: dict[str, Reader] = {
    "READY": _ready,
    "RESUMED": _resumed,
    "RATE_LIMITED": _limited,
    "MESSAGE_CREATE": read_message,
    "MESSAGE_UPDATE": read_edit,
    "MESSAGE_DELETE": read_deletion,
    "MESSAGE_DELETE_BULK": read_deletion,
    "MESSAGE_REACTION_ADD": read_added,
    "MESSAGE_REACTION_REMOVE": read_removed,
    "MESSAGE_REACTION_REMOVE_ALL": read_cleared,
    "MESSAGE_REACTION_REMOVE_EMOJI": read_cleared,
    "TYPING_START": read_typing,
    "INTERACTION_CREATE": read_interaction,
    "GUILD_CREATE": read_server,
    "GUILD_DELETE": read_server_lost,
    "GUILD_MEMBER_ADD": member_changed("member_joined"),
    "GUILD_MEMBER_REMOVE": member_changed("member_left"),
    "GUILD_MEMBER_UPDATE": member_changed("member_changed", "identity"),
    "GUILD_BAN_ADD": member_changed("member_banned"),
    "GUILD_BAN_REMOVE": member_changed("member_unbanned"),
    "CHANNEL_CREATE": place_changed("created"),
    "CHANNEL_UPDATE": place_changed("changed"),
    "CHANNEL_DELETE": place_changed("deleted"),
    "THREAD_CREATE": place_changed("created"),
    "THREAD_UPDATE": place_changed("changed"),
    "THREAD_DELETE": place_changed("deleted"),
    "THREAD_MEMBERS_UPDATE": read_thread_members,
}

UNUSED = frozenset(
    {
        "APPLICATION_COMMAND_PERMISSIONS_UPDATE",
        "AUTO_MODERATION_ACTION_EXECUTION",
        "AUTO_MODERATION_RULE_CREATE",
        "AUTO_MODERATION_RULE_DELETE",
        "AUTO_MODERATION_RULE_UPDATE",
        "CHANNEL_PINS_UPDATE",
        "ENTITLEMENT_CREATE",
        "ENTITLEMENT_DELETE",
        "ENTITLEMENT_UPDATE",
        "GUILD_AUDIT_LOG_ENTRY_CREATE",
        "GUILD_EMOJIS_UPDATE",
        "GUILD_INTEGRATIONS_UPDATE",
        "GUILD_MEMBERS_CHUNK",
        "GUILD_ROLE_CREATE",
        "GUILD_ROLE_DELETE",
        "GUILD_ROLE_UPDATE",
        "GUILD_SCHEDULED_EVENT_CREATE",
        "GUILD_SCHEDULED_EVENT_DELETE",
        "GUILD_SCHEDULED_EVENT_UPDATE",
        "GUILD_SCHEDULED_EVENT_USER_ADD",
        "GUILD_SCHEDULED_EVENT_USER_REMOVE",
        "GUILD_SOUNDBOARD_SOUNDS_UPDATE",
        "GUILD_SOUNDBOARD_SOUND_CREATE",
        "GUILD_SOUNDBOARD_SOUND_DELETE",
        "GUILD_SOUNDBOARD_SOUND_UPDATE",
        "GUILD_STICKERS_UPDATE",
        "GUILD_UPDATE",
        "INTEGRATION_CREATE",
        "INTEGRATION_DELETE",
        "INTEGRATION_UPDATE",
        "INVITE_CREATE",
        "INVITE_DELETE",
        "MESSAGE_POLL_VOTE_ADD",
        "MESSAGE_POLL_VOTE_REMOVE",
        "PRESENCE_UPDATE",
        "SOUNDBOARD_SOUNDS",
        "STAGE_INSTANCE_CREATE",
        "STAGE_INSTANCE_DELETE",
        "STAGE_INSTANCE_UPDATE",
        "SUBSCRIPTION_CREATE",
        "SUBSCRIPTION_DELETE",
        "SUBSCRIPTION_UPDATE",
        "THREAD_LIST_SYNC",
        "THREAD_MEMBER_UPDATE",
        "USER_UPDATE",
        "VOICE_CHANNEL_EFFECT_SEND",
        "VOICE_CHANNEL_STATUS_UPDATE",
        "VOICE_CHANNEL_START_TIME_UPDATE",
        "VOICE_SERVER_UPDATE",
        "VOICE_STATE_UPDATE",
        "WEBHOOKS_UPDATE",
    }
)
"""Documented, and nothing that a conversation is made of."""
