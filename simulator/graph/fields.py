"""Which fields of an object are asked for, and a list page by page.

https://developers.facebook.com/docs/graph-api/overview#fields, https://developers.facebook.com/docs/graph-api/results
"""

import base64
import re
from collections.abc import Mapping
from typing import Any

from fastapi import Request

from simulator.graph.errors import GraphError

Json = dict[str, Any]
MOST_TO_A_PAGE = 100
_PART = re.compile(r"([a-z_]+)(?:\{([a-z_,]*)\})?(?:,|$)")


def chosen(known: Mapping[str, Any], asked: str, default: tuple[str, ...], kind: str) -> Json:
    """The fields that are asked for, and always the id. Raises `GraphError` for one that there is not."""
    wanted = _parsed(asked) or dict.fromkeys(default, "")
    found: Json = {}
    for name, inner in wanted.items():
        if name not in known:
            raise GraphError(
                100,
                message=f"(#100) Tried accessing nonexisting field ({name}) on node type ({kind})",
            )
        value = known[name]
        if value is not None:
            found[name] = chosen(value, inner, ("id",), kind) if inner else value
    return {**found, "id": known["id"]}


def _parsed(asked: str) -> dict[str, str]:
    parts = list(_PART.finditer(asked))
    if sum(len(part[0]) for part in parts) != len(asked):
        raise GraphError(2500, message=f"(#2500) Syntax error in fields: {asked}")
    return {part[1]: part[2] or "" for part in parts}


def page(request: Request, items: list[Json]) -> Json:
    """`limit` items after the one that the cursor `after` names. Raises `GraphError`."""
    limit, after = request.query_params.get("limit", "25"), request.query_params.get("after")
    if not limit.isdigit() or not 1 <= int(limit) <= MOST_TO_A_PAGE:
        raise GraphError(100, message="(#100) Param limit must be between 1 and 100")
    start = 0 if after is None else _place(after) + 1
    shown = items[start : start + int(limit)]
    if not shown:
        return {"data": []}
    last = start + len(shown) - 1
    cursors = {"before": _cursor(start), "after": _cursor(last)}
    if last + 1 >= len(items):
        return {"data": shown, "paging": {"cursors": cursors}}
    following = request.url.include_query_params(after=cursors["after"])
    return {"data": shown, "paging": {"cursors": cursors, "next": str(following)}}


def _cursor(place: int) -> str:
    return base64.urlsafe_b64encode(f"item:{place}".encode()).decode()


def _place(cursor: str) -> int:
    try:
        return int(base64.urlsafe_b64decode(cursor).decode().removeprefix("item:"))
    except ValueError:
        raise GraphError(100, message="(#100) Invalid cursors values") from None
