"""What a pressed button brings along: the value that its card gave it, with what was typed beside it.

https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-actions (read 2026-08)
"""

import json
from typing import Any

from domain.content import ChoiceContent, FormContent, MessageContent
from platforms.reading import Json, as_object, as_text, read_json
from platforms.teams.reading import Fields

ACTION = "actionId"
"""Under which our own cards keep the id of a button, beside its `TITLE`."""
TITLE = "title"
_IDS = (ACTION, "action_id", "action", "verb", "id", "choice", "key", "command")
"""Under which cards of others keep it, as a rule."""
_OF_TEAMS = "msteams"
"""Instructions to the app, not to us."""


def read_value(value: Any) -> Any:
    """A value, which some cards give as the JSON of an object."""
    if not isinstance(value, str):
        return value
    try:
        inner = read_json(value)
    except ValueError:
        return value
    return inner if isinstance(inner, dict) else value


def pressed(value: Any, title: str | None = None) -> MessageContent:
    """The choice that a value stands for; a form, where it names no button and has several fields."""
    found = read_value(value)
    if not isinstance(found, dict):
        plain = as_text(found) or _canonical(found)
        return ChoiceContent(id=plain, title=title or plain)
    fields = own_fields(found)
    named = _key(fields)
    if named is None and title is None and fields:
        return FormContent(fields=fields)
    key = named or _canonical(fields)
    return ChoiceContent(id=key, title=title or as_text(fields.get(TITLE)) or key)


def submitted(value: Any) -> FormContent:
    """A dialog that somebody filled in."""
    found = read_value(value)
    if not isinstance(found, dict):
        return FormContent(fields={"value": found})
    return FormContent(fields=own_fields(found))


def executed(action: Json) -> MessageContent:
    """A universal action: our own button's id, else the verb that the card's author gave it.

    https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/work-with-universal-actions-for-adaptive-cards
    (read 2026-08)
    """
    fields = own_fields(as_object(action.get("data")))
    key = (
        as_text(fields.get(ACTION))
        or as_text(action.get("verb"))
        or as_text(action.get("id"))
        or _key(fields)
    )
    if key is None and fields:
        return FormContent(fields=fields)
    title = as_text(action.get("title")) or as_text(fields.get(TITLE))
    return ChoiceContent(id=key or "action", title=title or key or "action")


def own_fields(value: Json) -> Fields:
    return {key: item for key, item in value.items() if key != _OF_TEAMS}


def _key(fields: Fields) -> str | None:
    keys = (as_text(fields.get(name)) for name in _IDS)
    found = next((key for key in keys if key), None)
    if found is None and len(fields) == 1:
        return as_text(next(iter(fields.values())))
    return found


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
