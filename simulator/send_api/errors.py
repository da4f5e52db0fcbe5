"""The Send API's refusals.

https://developers.facebook.com/documentation/business-messaging/messenger-platform/error-codes
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from pydantic_core import ErrorDetails
from starlette.responses import Response

from simulator.faults import plain_answer
from simulator.graph.errors import GraphError
from simulator.schemas import Fault

TOO_FEW, TOO_MANY = 194, 105


def invalid(message: str, subcode: int | None = None) -> GraphError:
    return GraphError(100, message=f"(#100) {message}", subcode=subcode)


def spelled(path: str, loc: tuple[int | str, ...]) -> str:
    """A place as Graph writes it: `message[quick_replies][0][title]`."""
    parts = [str(part) for part in loc]
    if not path:
        path, parts = (parts[0], parts[1:]) if parts else ("", [])
    return path + "".join(f"[{part}]" for part in parts)


def of_shape(first: ErrorDetails, path: str) -> GraphError:
    """The refusal of a body whose shape is wrong, in Graph's words."""
    kind, loc = first["type"], first["loc"]
    place = spelled(path, loc)
    if kind.isdigit():
        return invalid(first["msg"], int(kind))
    if kind == "extra_forbidden":
        owner = spelled(path, loc[:-1])
        return invalid(f'Invalid keys "{loc[-1]}" were found in param "{owner}".')
    if kind in {"too_long", "too_short"}:
        many = kind == "too_long"
        words = f"param {place} has too {'many' if many else 'few'} elements."
        code = TOO_MANY if many else TOO_FEW
        return GraphError(code, message=f"(#{code}) {words}")
    return invalid(_WORDS.get(kind, _otherwise)(place, first))


def _otherwise(place: str, first: ErrorDetails) -> str:
    return f"Param {place} is invalid: {first['msg']}"


def _too_long(place: str, first: ErrorDetails) -> str:
    limits: dict[str, Any] = first.get("ctx", {})
    return f"Length of param {place} must be less than or equal to {limits.get('max_length')}"


def _blank(place: str, first: ErrorDetails) -> str:
    return f"Param {place} must be a non-empty UTF-8 encoded string"


def _one_of(place: str, first: ErrorDetails) -> str:
    known = str(first.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ")
    return f"Param {place} must be one of {{{known.upper()}}}"


_WORDS: Mapping[str, Callable[[str, ErrorDetails], str]] = {
    "missing": lambda place, _: f"The parameter {place} is required",
    "string_too_long": _too_long,
    "string_too_short": _blank,
    "string_pattern_mismatch": _blank,
    "string_type": lambda place, _: f"Param {place} must be a string",
    "list_type": lambda place, _: f"Param {place} must be an array.",
    "model_type": lambda place, _: f"Param {place} must be a JSON object",
    "dict_type": lambda place, _: f"Param {place} must be a JSON object",
    "literal_error": _one_of,
}


def unavailable() -> GraphError:
    """Of somebody who blocked the account."""
    message = "(#551) This person isn't available right now."
    return GraphError(551, message=message, subcode=1545041)


def no_permission() -> GraphError:
    return GraphError(10, message="(#10) Application does not have permission for this action")


def refuse(fault: Fault) -> Response:
    """How these platforms say a fault that accepts nothing."""
    if fault.kind == "throttle":
        seconds = 1.0 if fault.seconds is None else fault.seconds
        message = "(#613) Calls to this api have exceeded the rate limit."
        error = GraphError(613, message=message, status=fault.status)
        return error.response({"retry-after": str(-int(-seconds // 1))})
    if fault.body is not None:
        return plain_answer(fault, HTTPStatus.INTERNAL_SERVER_ERROR, "")
    return GraphError(
        1200,
        message="(#1200) Temporary send message failure. Please try again later.",
        status=fault.status or HTTPStatus.INTERNAL_SERVER_ERROR,
        transient=True,
    ).response()
