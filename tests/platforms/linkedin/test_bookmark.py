"""How far a feed was read, whatever LinkedIn's lists hold."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.linkedin.bookmark import LATEST, Bookmark, kept_place
from platforms.linkedin.feeds import CHANGES, NOTIFICATIONS, Feed, render
from tests.platforms.linkedin.harness import ACCOUNT

NOW = 1_785_586_000_000
PLACE = Bookmark(since=NOW, newest=NOW)

_NAMES = st.sampled_from(
    ["activityId", "id", "notificationId", "processedAt", "lastModifiedAt", "resourceName", "x"]
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
ITEMS = st.lists(st.dictionaries(_NAMES, _VALUES, max_size=6), max_size=5)


@pytest.mark.parametrize("feed", [CHANGES, NOTIFICATIONS], ids=["changes", "notifications"])
@given(items=ITEMS)
def test_any_list_leaves_a_bookmark_that_can_be_kept(
    feed: Feed, items: list[dict[str, Any]]
) -> None:
    assert all(item in items for item in PLACE.fresh(items, feed))
    behind = PLACE.after(items, feed)
    assert NOW <= behind.newest < LATEST
    for place in (behind, behind.at_the_end(7.0)):
        written = json.loads(json.dumps(place.model_dump(mode="json")))
        assert kept_place(written) == place


def change(name: str, at: int) -> dict[str, Any]:
    return {"activityId": name, "processedAt": at, "resourceName": "messages"}


def test_what_was_read_of_the_newest_moment_is_not_read_again() -> None:
    page = [change("b", NOW + 5), change("a", NOW + 1), change("c", NOW + 5)]
    assert [item["activityId"] for item in PLACE.fresh(page, CHANGES)] == ["a", "b", "c"]
    behind = PLACE.after(page, CHANGES).at_the_end(0.0)
    assert (behind.since, behind.start) == (NOW + 5, 0)
    again = [page[0], page[2], change("d", NOW + 5)]
    assert [item["activityId"] for item in behind.fresh(again, CHANGES)] == ["d"]
    later = behind.after(again, CHANGES)
    assert later.fresh(again, CHANGES) == []


def test_a_moment_that_is_none_moves_nothing() -> None:
    page = [change("a", 10**30), {"activityId": "b", "processedAt": "soon"}]
    assert PLACE.after(page, CHANGES).newest == NOW


@pytest.mark.parametrize(("until", "end"), [(NOW + 9, NOW + 9), (NOW - 9, NOW + 1)])
def test_a_range_never_ends_before_it_begins(until: int, end: int) -> None:
    request = render(ACCOUNT, NOW, until, 0)
    assert request.method == "GET"
    assert f"&timeRange=(start:{NOW},end:{end})&start=0&count=50" in request.url
    assert "organizationalEntity=urn%3Ali%3Aorganization%3A" in request.url
    assert "LIKE" not in request.url
