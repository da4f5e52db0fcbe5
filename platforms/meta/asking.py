"""Questions to the Graph API: one object, or a list of many pages.

https://developers.facebook.com/docs/graph-api/results
"""

from collections.abc import AsyncIterator, Mapping
from http import HTTPMethod
from typing import Any

import httpx

from domain.errors import PlatformUnavailable
from platforms.asking import asking
from platforms.base import OutboundRequest
from platforms.http import call
from platforms.meta.account import GraphAccount
from platforms.meta.errors import GRAPH_RULES, Rules, read_answer
from platforms.meta.reading import as_list, as_text
from platforms.reading import Json, as_object

MOST_PAGES = 200
"""Of a hundred: no list that is read here may be longer."""


async def ask(
    client: httpx.AsyncClient,
    account: GraphAccount,
    path: str,
    query: Mapping[str, str] | None = None,
    *,
    rules: Rules = GRAPH_RULES,
    headers: dict[str, str] | None = None,
) -> Json:
    """The object at a path below the version. Raises a `DeliveryError`, and never `OutcomeUnknown`."""
    url = httpx.URL(f"{account.root}/{path}", params=dict(query or {}))
    request = OutboundRequest(
        method=HTTPMethod.GET, url=str(url), headers=headers or account.authorization
    )
    with asking():
        return read_answer(await call(client, request), rules, account.secrets())


async def ask_for_all(
    client: httpx.AsyncClient,
    account: GraphAccount,
    path: str,
    query: Mapping[str, str],
    *,
    rules: Rules = GRAPH_RULES,
) -> AsyncIterator[Json]:
    """The objects of every page of a list. Raises as `ask` does.

    Pages are followed by their cursors; the addresses that come along hold the token, and lead anywhere.
    """
    seen: set[str] = set()
    asked = dict(query)
    for _ in range(MOST_PAGES):
        page = await ask(client, account, path, asked, rules=rules)
        for item in as_list(page.get("data")):
            yield as_object(item)
        after = _next(page)
        if after is None:
            return
        if after in seen:
            raise PlatformUnavailable("the list begins anew and never ends")
        seen.add(after)
        asked["after"] = after
    raise PlatformUnavailable(f"the list has more than {MOST_PAGES} pages")


def _next(page: Json) -> str | None:
    """The cursor of the next page: the last page has one, too, but no address of a next one."""
    paging: Any = as_object(page.get("paging"))
    if as_text(paging.get("next")) is None:
        return None
    return as_text(as_object(paging.get("cursors")).get("after"))
