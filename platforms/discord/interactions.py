"""Commands, pressed buttons, chosen options and submitted forms.

https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object
"""

from collections.abc import Callable, Iterator

from platforms.base import MASK
from platforms.discord.commands import read_command
from platforms.discord.forms import read_form
from platforms.discord.people import DIRECT, THREADS, USER, Own, Place, made_at, person
from platforms.discord.presses import read_press
from platforms.discord.reading import Fields, as_number, ignored, present
from platforms.reading import Json, as_object, as_text

PING, COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 1, 2, 3, 4, 5
"""https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object-interaction-type"""

_IN_SERVER, _PRIVATE_CHANNEL = 0, 2
"""The second is a conversation between others, where the command was brought along: bots cannot write there.

https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object-interaction-context-types
"""
INTERACTION = "interaction"
"""Where the raw of an event keeps what ends the "thinking" that somebody is shown: see `followups`."""


def read_interaction(interaction: Json, own: Own) -> Iterator[Fields]:
    """The events of one interaction, of which the first has its id."""
    kind = as_number(interaction.get("type"))
    reader = _READERS.get(kind if kind is not None else 0, _unknown)
    key = as_text(interaction.get("id"))
    common = _common(interaction)
    for number, fields in enumerate(reader(interaction)):
        known = {**common, **fields}
        if known["kind"] == "message" and known["sender"] is None:
            known |= {**ignored("it names nobody"), "content": None}
        details = {**common["details"], **fields.get("details", {})}
        if known["kind"] == "ignored":
            known["raw"] = without_token(interaction)
        elif number == 0:
            known["raw"] = _to_finish(interaction)
        external_id = f"interaction:{key}" + (f":{number}" if number else "") if key else None
        yield {**known, "details": present(details) or None, "external_id": external_id}


def _to_finish(interaction: Json) -> Fields | None:
    """A command, and a form without a message, are answered with "thinking": what ends it."""
    kind = as_number(interaction.get("type"))
    key, token = as_text(interaction.get("id")), as_text(interaction.get("token"))
    unanswered = kind == COMMAND or (kind == MODAL and not as_object(interaction.get("message")))
    return {INTERACTION: {"id": key, "token": token}} if key and token and unanswered else None


def without_token(interaction: Json) -> Json:
    """Whoever has the token can answer in our name for a quarter of an hour."""
    return {**interaction, "token": MASK} if "token" in interaction else interaction


def _common(interaction: Json) -> Fields:
    member = as_object(interaction.get("member"))
    user = as_object(member.get("user")) or as_object(interaction.get("user"))
    channel = as_object(interaction.get("channel"))
    place = _place(interaction, channel, as_text(user.get("id")))
    return {
        "kind": "message",
        "account": as_text(interaction.get("application_id")),
        "sender": person(user, place.address, member) if place else None,
        "sent_at": made_at(as_text(interaction.get("id"))),
        "reply_to": as_text(as_object(interaction.get("message")).get("id")),
        "thread": place.thread if place else None,
        "details": {
            "server": as_text(interaction.get("guild_id")),
            "locale": as_text(interaction.get("locale")),
        },
    }


def _place(interaction: Json, channel: Json, user_id: str | None) -> Place | None:
    """The channel of a server; elsewhere whoever did it, with their direct channel where it happened in that."""
    key = as_text(interaction.get("channel_id")) or as_text(channel.get("id"))
    elsewhere = as_number(interaction.get("context")) == _PRIVATE_CHANNEL
    if user_id and (elsewhere or key is None):
        return Place(f"{USER}{user_id}", None)
    if user_id and _is_direct(interaction, channel):
        return Place(f"{USER}{user_id}", key)
    threaded = as_number(channel.get("type")) in THREADS
    return Place(key, key if threaded else None) if key else None


def _is_direct(interaction: Json, channel: Json) -> bool:
    if as_number(channel.get("type")) == DIRECT:
        return True
    in_server = interaction.get("guild_id") or interaction.get("member")
    return not in_server and as_number(interaction.get("context")) != _IN_SERVER


def _unknown(interaction: Json) -> Iterator[Fields]:
    yield ignored(f"unknown kind of interaction: {interaction.get('type')!r}")


def _ping(interaction: Json) -> Iterator[Fields]:
    yield ignored("the platform checks our URL")


def _autocomplete(interaction: Json) -> Iterator[Fields]:
    yield ignored("a command is being typed")


_READERS: dict[int, Callable[[Json], Iterator[Fields]]] = {
    PING: _ping,
    COMMAND: read_command,
    COMPONENT: read_press,
    AUTOCOMPLETE: _autocomplete,
    MODAL: read_form,
}
