"""Commands: typed behind a slash with their options, or chosen in the menu of a person or a message.

https://docs.discord.com/developers/interactions/application-commands
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from domain.content import TextContent
from domain.text import joined
from platforms.discord.attachments import file
from platforms.discord.people import described
from platforms.discord.reading import Fields, as_number, ignored, present
from platforms.discord.resolved import Resolved
from platforms.reading import Json, as_object, as_objects, as_text

_SUB_COMMANDS = frozenset({1, 2})
"""https://docs.discord.com/developers/interactions/application-commands#application-command-object-application-command-option-type"""
_ON_USER, _ON_MESSAGE = 2, 3


class _Typed(NamedTuple):
    """A command as it was typed: the words of its name, and its options in order."""

    path: list[str]
    options: list[Json]


def read_command(interaction: Json) -> Iterator[Fields]:
    """A command is text, as everybody sees it who runs one; files among its options follow by themselves."""
    data, resolved = as_object(interaction.get("data")), Resolved.of(interaction)
    name = as_text(data.get("name"))
    if name is None:
        yield ignored("a command without a name")
        return
    if as_number(data.get("type")) in {_ON_USER, _ON_MESSAGE}:
        yield _chosen_in_menu(name, data, resolved)
        return
    typed = _typed([name], data.get("options"))
    command = {
        "name": " ".join(typed.path),
        "options": {str(option.get("name")): option.get("value") for option in typed.options},
    }
    yield _event(_text(typed, resolved), {"command": present(command)})
    for option in typed.options:
        for content in filter(None, map(file, resolved.attachments(option.get("value")))):
            yield {"kind": "message", "content": content, "details": {"command": present(command)}}


def _typed(path: list[str], options: Any) -> _Typed:
    """A group leads to one command below it, and that to its options."""
    found = as_objects(options)
    inner = next((one for one in found if as_number(one.get("type")) in _SUB_COMMANDS), None)
    if inner is None:
        return _Typed(path, [option for option in found if as_text(option.get("name"))])
    return _typed([*path, as_text(inner.get("name")) or "?"], inner.get("options"))


def _text(typed: _Typed, resolved: Resolved) -> str:
    options = [f"{option['name']}: {_shown(option, resolved)}" for option in typed.options]
    return joined(["/" + " ".join(typed.path), *options], " ")


def _shown(option: Json, resolved: Resolved) -> str:
    """Ids by the names of what they stand for, files by theirs."""
    value = option.get("value")
    if isinstance(value, bool):
        return str(value).lower()
    filename = as_text(resolved.get("attachments", value).get("filename"))
    shown = resolved.name(value) or filename or as_text(value)
    return shown if shown is not None else str(value)


def _chosen_in_menu(name: str, data: Json, resolved: Resolved) -> Fields:
    """In the menu of a person or of a message: the name says what is wanted, the target with whom or what."""
    key = as_text(data.get("target_id"))
    message = resolved.get("messages", key)
    if message:
        author = as_object(message.get("author"))
        target = {"message": key, "text": as_text(message.get("content")), "of": described(author)}
    else:
        target = {"user": described({**resolved.get("users", key), "id": key})}
    on_message = as_number(data.get("type")) == _ON_MESSAGE
    fields = _event(name, {"command": {"name": name, "target": present(target)}})
    return {**fields, "reply_to": key if on_message else None}


def _event(text: str, details: Fields) -> Fields:
    return {"kind": "message", "content": TextContent(text=text), "details": details}
