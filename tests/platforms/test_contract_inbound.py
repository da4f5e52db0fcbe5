"""What holds for whatever is posted to any platform: who may post it, how much at once, and that nothing is lost."""

import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.errors import PayloadUnreadable, SignatureInvalid
from domain.events import InboundEvent
from tests.platforms.contract import (
    EXPECTED,
    bodies,
    expected,
    fields,
    harness,
    keys,
    load,
    missing,
    posted,
    together,
    unread,
    unregistered,
    written,
)

pytestmark = pytest.mark.usefixtures("socket_disabled")

KEYS = keys()
each = pytest.mark.parametrize("key", KEYS)


def parse(key: str, body: bytes, **request: Any) -> list[InboundEvent]:
    spoken = harness(key)
    return spoken.platform.parse(spoken.request(body, **request))


# --- folders


def test_every_folder_of_code_is_registered() -> None:
    assert unregistered() == []


def test_a_folder_that_nobody_registered_is_named(tmp_path: Path) -> None:
    for name in ("pigeon", "telegram", "meta/whatsapp", "meta/parrot"):
        folder = tmp_path / "platforms" / name
        folder.mkdir(parents=True)
        (folder / "platform.py").touch()
    (tmp_path / "platforms" / "__pycache__").mkdir()
    assert unregistered(tmp_path / "platforms") == ["platforms/pigeon", "platforms/meta/parrot"]


@each
def test_no_fixture_is_left_unread(key: str) -> None:
    assert unread(key) == []


def test_a_fixture_without_its_other_half_is_named(tmp_path: Path) -> None:
    for name in ("inbound/a.json", "inbound/b.expected.json", "outbound/c.json", "outbound/d.txt"):
        path = tmp_path / "pigeon" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('{"content": {}, "request": {}}')
    assert unread("pigeon", tmp_path) == ["a.json", "b.expected.json", "c.json", "d.txt"]
    assert "no body with its .expected.json" in missing("pigeon", tmp_path)[0]


# --- proofs

TIMELESS = {
    **dict.fromkeys(("instagram", "messenger", "whatsapp"), "a signature of the body"),
    "linkedin": "a signature of the body",
    "rbm": "a signature of the body",
    "sms/infobip": "a name and a password",
    "sms/twilio": "a signature of the address and the form",
    "sms/zenvia": "a shared word",
    "telegram": "a shared word",
}
"""What their vendors give for a proof holds no time: a replay is known by the ids of its events alone."""


def test_whoever_signs_a_time_says_when() -> None:
    assert {key for key in KEYS if harness(key).signed_at is None} == {*TIMELESS}


@pytest.mark.parametrize("key", sorted({*KEYS} - {*TIMELESS}))
def test_a_stale_proof_is_refused(key: str) -> None:
    spoken = harness(key)
    body = bodies(key)[0].read_bytes()
    at = spoken.signed_at
    assert at is not None
    for near in (timedelta(0), timedelta(minutes=1)):
        spoken.platform.verify(spoken.request(body, received_at=at + near), spoken.account)
    for far in (-timedelta(hours=2), timedelta(hours=2)):
        stale = spoken.request(body, received_at=at + far)
        with pytest.raises(SignatureInvalid):
            spoken.platform.verify(stale, spoken.account)


def _other_letter(value: str) -> str:
    """Changed in its middle, where neither padding nor a version stands."""
    middle = len(value) // 2
    return value[:middle] + ("a" if value[middle] != "a" else "b") + value[middle + 1 :]


@each
def test_every_part_of_a_proof_counts(key: str) -> None:
    """Also the time beside a signature: else an old body would pass for a new one."""
    spoken = harness(key)
    body = bodies(key)[0].read_bytes()
    proof = spoken.sign(body)
    for name, value in proof.items():
        without = {other: proof[other] for other in proof if other != name}
        for headers in (without, {**proof, name: _other_letter(value)}):
            request = spoken.request(body, headers, spoken.signed_at)
            with pytest.raises(SignatureInvalid) as caught:
                spoken.platform.verify(request, spoken.account)
            told = f"{caught.value!r} {caught.value.detail}"
            assert not any(secret in told for secret in [*spoken.secrets, *proof.values()])


# --- batches

ALONE = {
    "email": "one message is posted at a time",
    "slack": "one event, one press, one command is posted at a time",
    "sms/twilio": "a form is about one message",
}
"""Vendors that never post several items at once."""

FORGOTTEN = frozenset({"ignored", "typing"})
BROKEN: list[Any] = [None, 7, "?", [], {}, {"id": []}]


def told(events: list[InboundEvent]) -> list[InboundEvent]:
    """Without the keys of what is forgotten at once: an item without an id may be named by its place."""
    return [
        event.model_copy(update={"external_id": ""}) if event.kind in FORGOTTEN else event
        for event in events
    ]


def test_whoever_posts_batches_says_how() -> None:
    assert {key for key in KEYS if harness(key).batch is None} == {*ALONE}


@pytest.mark.parametrize("key", sorted({*KEYS} - {*ALONE}))
def test_a_batch_is_the_sum_of_its_items(key: str) -> None:
    items, around, paths = together(key)
    apart = [event for path in paths for event in parse(key, path.read_bytes())]
    assert len(paths) > 2
    assert told(parse(key, posted(key, items, around))) == told(apart)


@pytest.mark.parametrize("key", sorted({*KEYS} - {*ALONE}))
def test_bad_items_cost_the_good_ones_nothing(key: str) -> None:
    items, around, _ = together(key)
    good = told(parse(key, posted(key, items, around)))
    mixed = [one for n, item in enumerate(items) for one in (BROKEN[n % len(BROKEN)], item)]
    found = iter(told(parse(key, posted(key, mixed, around))))
    assert all(any(event == other for other in found) for event in good)


# --- what nobody knows yet

KINDS = {
    *(
        "action",
        "activity",
        "channel",
        "contentType",
        "content_type",
        "direction",
        "event",
        "eventType",
    ),
    *("event_type", "field", "item", "kind", "messageType", "MessageStatus", "method", "name"),
    *("object", "SmsStatus", "status", "subtype", "t", "type", "verb"),
}
"""Under these names vendors say what a thing is."""


def places(value: Any) -> Iterator[tuple[Any, ...]]:
    """The way to every place of a body that says what something is."""
    pairs: list[tuple[Any, Any]] = []
    if isinstance(value, dict | list):
        pairs = [*(value.items() if isinstance(value, dict) else enumerate(value))]
    for name, inner in pairs:
        if name in KINDS and isinstance(inner, str):
            yield (name,)
        for rest in places(inner):
            yield (name, *rest)


def of_tomorrow(body: Any, place: tuple[Any, ...]) -> Any:
    """A body in which something is of a kind that nobody knows."""
    changed = copy.deepcopy(body)
    inner = changed
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = "hologram"
    return changed


def renamed(body: Any) -> Iterator[Any]:
    """Bodies in which one part of the outermost object has a name that nobody knows."""
    for name in [name for name in body if isinstance(body[name], dict | list)]:
        yield {("hologram" if other == name else other): body[other] for other in body}


@each
def test_what_nobody_knows_is_kept(key: str) -> None:
    """An event at the least; of what is ignored, why, and the item itself: nothing is dropped in silence."""
    for path in [path for path in bodies(key) if path.suffix in {".json", ".form"}]:
        known = load(path.with_suffix(EXPECTED))
        # A check of our address holds a token, and of `null` there is nothing to keep.
        if not known or any(event["kind"] == "ignored" and "raw" not in event for event in known):
            continue
        body = fields(path)
        changed = [of_tomorrow(body, place) for place in places(body)]
        changed += renamed(body) if isinstance(body, dict) else ()
        for unknown in changed:
            with suppress(PayloadUnreadable):
                assert kept(parse(key, written(unknown, path))), (path.name, unknown)


def kept(events: list[InboundEvent]) -> bool:
    ignored = [event for event in events if event.kind == "ignored"]
    return bool(events) and all(event.reason and event.raw is not None for event in ignored)


# --- repeats

LATER = datetime(2031, 1, 1, tzinfo=UTC)


@each
def test_a_repeat_is_known_by_its_keys(key: str) -> None:
    """However late it comes and whatever proves it: the same keys, and as many of them as there are things told."""
    for path in expected(key):
        body = path.read_bytes()
        first = parse(key, body)
        again = parse(key, body, proof={"x-retry": "1"}, received_at=LATER)
        assert [event.external_id for event in again] == [event.external_id for event in first]
        different = {event.model_dump_json(): event.external_id for event in first}
        assert len({*different.values()}) == len(different), path.name
        assert all(json.loads(shown)["external_id"] for shown in different)
