"""Submitted forms, and the files that were uploaded with them.

https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object-modal-submit-data-structure
"""

from collections.abc import Iterator
from typing import Any

from domain.content import FormContent
from platforms.discord.attachments import file
from platforms.discord.reading import Fields
from platforms.discord.resolved import Resolved
from platforms.discord.trees import walk
from platforms.reading import Json, as_object, as_text


def read_form(interaction: Json) -> Iterator[Fields]:
    """Answers by the ids of their fields, whatever labels and rows these hang in."""
    data, resolved = as_object(interaction.get("data")), Resolved.of(interaction)
    answers: Fields = {}
    uploads: list[Json] = []
    for component in walk(data.get("components")):
        key = as_text(component.get("custom_id"))
        if key is None:
            continue
        answers[key] = _answer(component)
        uploads += resolved.attachments(answers[key])
    details = {"form": as_text(data.get("custom_id"))}
    yield {"kind": "message", "content": FormContent(fields=answers), "details": details}
    for content in filter(None, map(file, uploads)):
        yield {"kind": "message", "content": content, "details": details}


def _answer(component: Json) -> Any:
    """A text, a yes or no, or the list of what was chosen."""
    return component.get("values") if "values" in component else component.get("value")
