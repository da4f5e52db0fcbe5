"""Commands, pressed buttons, chosen options and submitted forms.

https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object
"""

from collections.abc import Callable, Iterator

from platforms.base import MASK
from platforms.discord.commands import read_command
from platforms.discord.forms import read_form
from platforms.discord.people import THREADS, USER, Own, made_at, person
from platforms.discord.presses import read_press
from platforms.discord.reading import Fields, as_number, ignored, present
from platforms.reading import Json, as_object, as_text

PING, COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 1, 2, 3, 4, 5
"""https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object-interaction-type"""

_PRIVATE_CHANNEL = 2
"""A conversation between others, where the command was brought along: bots cannot write there."""


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
            details |= _to_finish(interaction)
        external_id = f"interaction:{key}" + (f":{number}" if number else "") if key else None
        yield {**known, "details": present(details) or None, "external_id": external_id}


def _to_finish(interaction: Json) -> Fields:
    """What finishes a "thinking" that a command or a form is answered with: see `followups`."""
    kind, token = as_number(interaction.get("type")), as_text(interaction.get("token"))
    unanswered = kind == COMMAND or (kind == MODAL and not as_object(interaction.get("message")))
    if token is None or not unanswered:
        return {}
    application = as_text(interaction.get("application_id"))
    return {"interaction": present({"application": application, "token": token})}


def without_token(interaction: Json) -> Json:
    """Whoever has the token can answer in our name for a quarter of an hour."""
    return {**interaction, "token": MASK} if "token" in interaction else interaction


def _common(interaction: Json) -> Fields:
    member = as_object(interaction.get("member"))
    user = as_object(member.get("user")) or as_object(interaction.get("user"))
    channel = as_object(interaction.get("channel"))
    address = _address(interaction, user)
    threaded = as_number(channel.get("type")) in THREADS
    return {
        "kind": "message",
        "account": as_text(interaction.get("application_id")),
        "sender": person(user, address, member) if address else None,
        "sent_at": made_at(as_text(interaction.get("id"))),
        "reply_to": as_text(as_object(interaction.get("message")).get("id")),
        "thread": address if threaded else None,
        "details": {
            "server": as_text(interaction.get("guild_id")),
            "locale": as_text(interaction.get("locale")),
        },
    }


def _address(interaction: Json, user: Json) -> str | None:
    channel = as_text(interaction.get("channel_id"))
    channel = channel or as_text(as_object(interaction.get("channel")).get("id"))
    key = as_text(user.get("id"))
    elsewhere = as_number(interaction.get("context")) == _PRIVATE_CHANNEL
    return f"{USER}{key}" if key and (elsewhere or channel is None) else channel


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
