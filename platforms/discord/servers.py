"""What happens to servers, channels, threads and members around conversations.

https://docs.discord.com/developers/events/gateway-events#guilds
"""

from collections.abc import Callable, Iterator

from domain.events import Sender
from platforms.discord.people import THREADS, USER, Own, described, is_own, person
from platforms.discord.reading import Fields, as_moment, as_number, ignored, present
from platforms.reading import Json, as_list, as_object, as_objects, as_text

Reader = Callable[[Json, Own], Iterator[Fields]]


def read_server(server: Json, own: Own) -> Iterator[Fields]:
    """https://docs.discord.com/developers/events/gateway-events#guild-create.

    Sent for every server after each start, and then with `unavailable: false`; without that, the bot is new there.
    """
    back = "unavailable" in server
    kind = "server_available" if back else "bot_added"
    if server.get("unavailable") is True:
        kind = "server_unavailable"
    yield _server(server, kind)


def read_server_lost(server: Json, own: Own) -> Iterator[Fields]:
    """https://docs.discord.com/developers/events/gateway-events#guild-delete: an outage, or the bot was removed."""
    out = server.get("unavailable") is True
    yield _server(server, "server_unavailable" if out else "bot_removed")


def _server(server: Json, kind: str) -> Fields:
    key = as_text(server.get("id"))
    if key is None:
        return ignored("it names no server")
    told = {"type": kind, "server": key, "name": as_text(server.get("name"))}
    about_us = kind in {"bot_added", "bot_removed"}
    return {
        "kind": "lifecycle" if about_us else "channel",
        "sent_at": as_moment(server.get("joined_at")) if kind == "bot_added" else None,
        "details": present(told),
    }


def place_changed(change: str) -> Reader:
    """A channel or a thread was made, changed or deleted: with it, what was said there."""

    def read(place: Json, own: Own) -> Iterator[Fields]:
        key = as_text(place.get("id"))
        if key is None:
            yield ignored("it names no channel")
            return
        thread = as_number(place.get("type")) in THREADS
        owner = as_text(place.get("owner_id"))
        yield {
            "kind": "lifecycle",
            "sender": Sender(address=key, user_id=owner),
            "thread": key if thread else None,
            "sent_at": _made_at(place) if change == "created" else None,
            "details": present(
                {
                    "type": f"{'thread' if thread else 'channel'}_{change}",
                    "name": as_text(place.get("name")),
                    "server": as_text(place.get("guild_id")),
                    "parent": as_text(place.get("parent_id")),
                    **_state(place),
                }
            ),
        }

    return read


def _made_at(place: Json) -> object:
    metadata = as_object(place.get("thread_metadata"))
    return as_moment(as_text(metadata.get("create_timestamp")))


def _state(place: Json) -> Fields:
    """Whether a thread is put away, and may be written in."""
    metadata = as_object(place.get("thread_metadata"))
    return {key: metadata.get(key) is True for key in ("archived", "locked") if key in metadata}


def member_changed(change: str, kind: str = "lifecycle") -> Reader:
    """Somebody joined a server, left it, or is called otherwise there. They have no channel with us yet."""

    def read(change_of: Json, own: Own) -> Iterator[Fields]:
        user = as_object(change_of.get("user"))
        key = as_text(user.get("id"))
        if key is None:
            yield ignored("it names nobody")
            return
        if is_own(key, own):
            yield ignored("our own bot as a member")
            return
        joined = as_moment(as_text(change_of.get("joined_at")))
        yield {
            "kind": kind,
            "sender": person(user, f"{USER}{key}", change_of),
            "sent_at": joined if change == "member_joined" else None,
            "details": present(
                {
                    "type": change,
                    "server": as_text(change_of.get("guild_id")),
                    "members": [described(user)],
                }
            ),
        }

    return read


def read_thread_members(change: Json, own: Own) -> Iterator[Fields]:
    """https://docs.discord.com/developers/events/gateway-events#thread-members-update."""
    thread = as_text(change.get("id"))
    joined = [as_text(member.get("user_id")) for member in as_objects(change.get("added_members"))]
    left = [as_text(key) for key in as_list(change.get("removed_member_ids"))]
    moves = [("member_joined", joined), ("member_left", left)]
    found = [(kind, [key for key in keys if key is not None]) for kind, keys in moves]
    if thread is None or not any(keys for _, keys in found):
        yield ignored("nobody moved")
        return
    for kind, keys in found:
        if keys:
            members = [{"id": key} for key in keys]
            yield {
                "kind": "lifecycle",
                "sender": Sender(address=thread),
                "thread": thread,
                "details": {"type": kind, "members": members},
            }
