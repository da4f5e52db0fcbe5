"""What somebody chose or filled in, by the element they did it with.

https://docs.slack.dev/reference/block-kit/block-elements
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from platforms.reading import Json, as_list, as_object, as_objects
from platforms.slack.reading import as_text
from platforms.slack.rich import words_of_rich_text, words_of_text_object


class Choice(NamedTuple):
    """One thing out of several."""

    value: str
    title: str | None = None


def choice_of(element: Json) -> Choice | None:
    """What was chosen with an element that allows one choice; None when nothing was, or with another element."""
    option = as_object(element.get("selected_option"))
    if (value := _option_value(option)) is not None:
        return Choice(value, words_of_text_object(option.get("text")))
    for key in _SINGLE:
        chosen = element.get(key)
        if isinstance(chosen, int) and not isinstance(chosen, bool):
            chosen = str(chosen)
        if (value := as_text(chosen)) is not None:
            return Choice(value)
    return None


def value_of(element: Json) -> Any:
    """What an element holds, as JSON: a text, a list of texts, or None."""
    if (chosen := choice_of(element)) is not None:
        return chosen.value
    for key, read in _MANY.items():
        if isinstance(element.get(key), list):
            return [value for item in as_list(element[key]) if (value := read(item)) is not None]
    rich = element.get("rich_text_value")
    if isinstance(rich, dict):
        return words_of_rich_text(rich)
    typed = element.get("value")
    return typed if isinstance(typed, str) else None


def is_answered_by_many(element: Json) -> bool:
    """Whether this element takes several choices, or words: its answer is a form, not a choice."""
    keys = (*_MANY, "rich_text_value")
    typed = as_text(element.get("type")) in _TYPED
    return typed or any(isinstance(element.get(key), list | dict) for key in keys)


def _option_value(option: Any) -> str | None:
    return as_text(as_object(option).get("value"))


def _file_id(file: Any) -> str | None:
    return as_text(as_object(file).get("id"))


_SINGLE = (
    "selected_user",
    "selected_channel",
    "selected_conversation",
    "selected_date",
    "selected_time",
    "selected_date_time",
)
_MANY: dict[str, Callable[[Any], str | None]] = {
    "selected_options": _option_value,
    "selected_users": as_text,
    "selected_channels": as_text,
    "selected_conversations": as_text,
    "files": _file_id,
}
_TYPED = frozenset(
    {
        "plain_text_input",
        "email_text_input",
        "url_text_input",
        "number_input",
        "rich_text_input",
    }
)


def form_of(values: Any) -> dict[str, Any]:
    """The fields of a submitted view, by the action ids of their elements.

    https://docs.slack.dev/reference/views#view_state: `values.<block>.<action>`. Action ids are unique within their
    block only: where two blocks have the same one, the block's id stands before it.
    """
    filled = [
        (block, action, value_of(as_object(element)))
        for block, actions in as_object(values).items()
        for action, element in as_object(actions).items()
    ]
    names = [action for _, action, _ in filled]
    return {
        action if names.count(action) == 1 else f"{block}.{action}": value
        for block, action, value in filled
    }


def elements_of(blocks: Any) -> list[Json]:
    """Every element of a message that can be pressed."""
    found: list[Json] = []
    for block in as_objects(blocks):
        found += as_objects(block.get("elements")) + as_objects([block.get("accessory")])
        found += as_objects(block.get("actions"))
    return found
