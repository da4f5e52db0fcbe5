"""Whether Slack would take the blocks of a message, and what people read and press in them."""

import copy
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from simulator.schemas import Option
from simulator.slack.arguments import Arguments, Json
from simulator.slack.errors import InvalidBlocks, SlackError
from simulator.slack.shapes import Blocks
from simulator.slack.world import new_id

MAX_TEXT = 13_200
"""No page says it: all texts of a message's blocks, as those found who met `msg_blocks_too_long`."""

_BLOCKS: TypeAdapter[Any] = TypeAdapter(Blocks)


def read_blocks(args: Arguments, knows_file: Callable[[str], bool]) -> list[Json]:
    """The blocks of a call, none or more, each with its ids. Raises `SlackError`."""
    given = args.structure("blocks", list, "invalid_blocks_format")
    if not given:
        return []
    try:
        _BLOCKS.validate_python(given)
    except ValidationError as error:
        raise InvalidBlocks([_problem(one, given) for one in error.errors()]) from None
    problems = [*_twice(given), *_unknown_files(given, knows_file)]
    if problems:
        raise InvalidBlocks(problems)
    if sum(map(len, words_of(given))) > MAX_TEXT:
        raise SlackError("msg_blocks_too_long")
    return _named(given)


_WORDS: dict[str, str] = {
    "missing": "missing required field: {name}",
    "extra_forbidden": "invalid additional property: {name}",
    "union_tag_invalid": "unsupported type: {tag}",
    "union_tag_not_found": "missing required field: type",
    "string_too_short": "must be more than {less} characters",
    "string_too_long": "must be less than {more} characters",
    "too_short": "must have at least {least} items",
    "too_long": "no more than {most} items allowed",
}


def _problem(error: ErrorDetails, given: list[Json]) -> str:
    """In Slack's words, with where it is."""
    kind, context, path = error["type"], error.get("ctx", {}), _pointer(error["loc"], given)
    least, most = context.get("min_length", 0), context.get("max_length", 0)
    words = {"less": least - 1, "more": most + 1, "least": least, "most": most}
    words |= {"name": error["loc"][-1] if error["loc"] else "", "tag": context.get("tag")}
    if kind == "extra_forbidden":
        path = path[:-1]
    if kind == "union_tag_invalid":
        path = [*path, "type"]
    if kind == "slack":
        path = [*path, *filter(None, [context["below"]])]
        return _at(str(context["problem"]), path)
    return _at(_WORDS.get(kind, "failed to match all allowed schemas").format(**words), path)


def _at(problem: str, path: list[str]) -> str:
    return f"{problem} [json-pointer:/{'/'.join(['blocks', *path])}]"


def _pointer(location: tuple[int | str, ...], given: Any) -> list[str]:
    """The way through what was sent; names of types, which pydantic puts in between, are left out."""
    path: list[str] = []
    for step in location:
        if isinstance(given, dict):
            inside: Json = given
            if step not in inside:
                continue
            given = inside[str(step)]
        elif isinstance(given, list) and isinstance(step, int):
            given = given[step]
        path.append(str(step))
    return path


def _twice(blocks: list[Json]) -> Iterator[str]:
    """Ids that Slack wants to be unique: of blocks in the message, of elements in their block."""
    for name, count in Counter(block.get("block_id") for block in blocks).items():
        if name is not None and count > 1:
            yield _at(f"`block_id` {name} already exists", [])
    for number, block in enumerate(blocks):
        names = Counter(element.get("action_id") for element in elements_of([block]))
        for name, count in names.items():
            if name is not None and count > 1:
                yield _at(f"`action_id` {name} already exists", [str(number), "elements"])


def _unknown_files(blocks: list[Json], knows_file: Callable[[str], bool]) -> Iterator[str]:
    for number, block in enumerate(blocks):
        file = block.get("slack_file")
        if file is not None and not knows_file(str(file.get("id"))):
            yield _at("invalid slack file", [str(number), "slack_file"])


def _named(blocks: list[Json]) -> list[Json]:
    """Slack gives an id to what has none."""
    named = copy.deepcopy(blocks)
    for block in named:
        block.setdefault("block_id", new_id("b"))
        for element in elements_of([block]):
            element.setdefault("action_id", new_id("a"))
    return named


def elements_of(blocks: list[Json]) -> list[Json]:
    """What can be pressed."""
    found: list[Json] = []
    for block in blocks:
        if block["type"] == "actions":
            found += block["elements"]
        elif block.get("accessory", {}).get("type", "image") != "image":
            found.append(block["accessory"])
    return found


def choices_of(element: Json) -> list[Json]:
    """The lines of a menu; none of a button."""
    groups = element.get("option_groups", [])
    return [*element.get("options", []), *(line for group in groups for line in group["options"])]


def value_of(button: Json) -> str:
    """What tells a button apart from others."""
    return str(button.get("value") or button.get("url") or button["action_id"])


def options_of(blocks: list[Json]) -> list[Option]:
    """What people can press, as the ledger lists it."""
    found: list[Option] = []
    for element in elements_of(blocks):
        if element["type"] == "button":
            found.append(Option(id=value_of(element), title=element["text"]["text"]))
        found += [
            Option(id=line["value"], title=line["text"]["text"]) for line in choices_of(element)
        ]
    return found


def words_of(blocks: list[Json]) -> list[str]:
    """The texts that stand in blocks, without those of buttons and menus."""
    found: list[Any] = []
    for block in blocks:
        found += [block.get("text"), *block.get("fields", [])]
        if block["type"] == "context":
            found += block["elements"]
    return [str(part["text"]) for part in found if isinstance(part, dict) and "text" in part]
