"""Webhook events: news about the application, which Discord posts to a second URL of it.

https://docs.discord.com/developers/events/webhook-events
"""

from collections.abc import Iterator

from platforms.discord.people import USER, described, person
from platforms.discord.reading import Fields, as_moment, ignored, present
from platforms.reading import Json, as_object, as_text, digest

PING = 0

_LIFECYCLE = {
    "APPLICATION_AUTHORIZED": "bot_added",
    "APPLICATION_DEAUTHORIZED": "bot_removed",
}
_UNUSED = frozenset(
    {
        "ENTITLEMENT_CREATE",
        "ENTITLEMENT_UPDATE",
        "ENTITLEMENT_DELETE",
        "QUEST_USER_ENROLLMENT",
        # What players write to each other in a game; the bot has no part in it.
        "LOBBY_MESSAGE_CREATE",
        "LOBBY_MESSAGE_UPDATE",
        "LOBBY_MESSAGE_DELETE",
        "GAME_DIRECT_MESSAGE_CREATE",
        "GAME_DIRECT_MESSAGE_UPDATE",
        "GAME_DIRECT_MESSAGE_DELETE",
    }
)
_PLACES = {0: "server", 1: "user"}
"""https://docs.discord.com/developers/resources/application#application-object-application-integration-types"""


def is_webhook_event(body: Json) -> bool:
    """Its ping has the type 0, an interaction's has 1; every other one has an `event`, and none has a token."""
    kind = body.get("type")
    return "event" in body or (kind == PING and type(kind) is int and "token" not in body)


def event_key(body: Json) -> str:
    """There is no id. A repeated delivery is the same event of the same moment."""
    return f"event:{digest([body.get('application_id'), body.get('event')])}"


def read_webhook_event(body: Json) -> Iterator[Fields]:
    event = as_object(body.get("event"))
    kind, account = as_text(event.get("type")), as_text(body.get("application_id"))
    moved = _LIFECYCLE.get(kind or "")
    if moved is not None:
        yield {"account": account, **_moved(moved, event)}
        return
    reason = f"{kind} is not used" if kind in _UNUSED else f"unknown kind of event: {kind}"
    if "event" not in body:
        reason = "the platform checks our URL"
    yield {"account": account, "sent_at": as_moment(event.get("timestamp")), **ignored(reason)}


def _moved(kind: str, event: Json) -> Fields:
    """Somebody added the application to a server or to their own account, or took back what they had allowed it."""
    data = as_object(event.get("data"))
    user, server = as_object(data.get("user")), as_object(data.get("guild"))
    key, place = as_text(user.get("id")), data.get("integration_type")
    return {
        "kind": "lifecycle",
        "sender": person(user, f"{USER}{key}") if key else None,
        "sent_at": as_moment(event.get("timestamp")),
        "details": present(
            {
                "type": kind,
                "added_to": _PLACES.get(place) if type(place) is int else None,
                "server": as_text(server.get("id")),
                "name": as_text(server.get("name")),
                "scopes": data.get("scopes"),
                "user": described(user),
            }
        ),
    }
