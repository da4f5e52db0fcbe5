"""What requests share: unknown fields are refused, and so is what no store of ours can hold."""

import math
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

MAX_DEPTH = 64
"""Levels of lists and objects within a body: nobody needs more, and serialisers give up soon after."""
MAX_NUMBER = 2**63 - 1
"""PostgreSQL's `bigint`."""


def storable(text: str) -> str:
    """The text itself. Raises `ValueError` for what neither PostgreSQL nor UTF-8 can hold."""
    if "\0" in text:
        raise ValueError("the character NUL (U+0000) cannot be stored")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("half of a surrogate pair (U+D800 to U+DFFF) is no character") from None
    return text


def _in_utc(moment: datetime) -> datetime:
    """The same moment in UTC; a year that exists only in another time zone could be written and never read."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("this moment is out of range") from None


Words = Annotated[str, AfterValidator(storable)]
"""A text in a query or a path."""
SequenceNumber = Annotated[int, Field(ge=0, le=MAX_NUMBER)]
"""The number of an event or a message of a conversation."""
Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A moment, in UTC whatever offset it was written with."""


class Body(BaseModel):
    """A request body. What it brings is looked through once, however deep it lies: some fields take any JSON."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _check(cls, raw: Any) -> Any:
        check(raw)
        return raw


def check(raw: Any) -> None:
    """Raise `ValueError`, naming the place, unless all of a JSON value can be stored."""
    waiting: list[tuple[tuple[str, ...], Any]] = [((), raw)]
    while waiting:
        path, value = waiting.pop()
        try:
            waiting += [((*path, name), item) for name, item in _within(value, len(path))]
        except ValueError as error:
            raise ValueError(f"{'.'.join(path)}: {error}" if path else str(error)) from None


def _within(value: Any, depth: int) -> list[tuple[str, Any]]:
    """The named parts of a value that is fit itself."""
    if isinstance(value, str):
        storable(value)
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number must be finite")
    elif isinstance(value, dict | list) and depth >= MAX_DEPTH:
        raise ValueError("nested too deeply")
    elif isinstance(value, dict):
        return [(storable(str(name)), item) for name, item in value.items()]
    elif isinstance(value, list):
        return [(str(number), item) for number, item in enumerate(value)]
    return []
