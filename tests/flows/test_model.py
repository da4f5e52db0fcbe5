"""The document: its hash, and what it survives."""

import json
import re
from typing import Any

import pytest
from pydantic import ValidationError

from flows.engine import advance
from flows.events import Started
from flows.model import FlowDefinition, canonical_json, content_hash
from flows.state import FlowState
from tests.flows.runs import T0
from tests.flows.test_engine import EXAMPLE

SMALL: dict[str, Any] = {
    "schema": "flow/1",
    "name": "Small",
    "start": "it",
    "nodes": {"it": {"type": "message", "parts": "Hi"}, "b": {"type": "wait", "for": "PT90S"}},
}


def hashed(raw: dict[str, Any]) -> str:
    return content_hash(FlowDefinition.model_validate(raw))


def test_a_hash_depends_on_the_meaning_and_not_on_the_spelling() -> None:
    spelled = {
        "nodes": {
            "b": {"exits": {}, "for": 90, "type": "wait"},
            "it": {"parts": [{"text": "Hi", "type": "text"}], "type": "message", "note": None},
        },
        "language": "en",
        **{key: SMALL[key] for key in ("start", "name", "schema")},
    }
    assert hashed(spelled) == hashed(SMALL)
    assert re.fullmatch(r"[0-9a-f]{64}", hashed(SMALL))


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Other"},
        {"start": "b"},
        {"language": "pt"},
        {"vars": {"x": 1}},
        {"nodes": {**SMALL["nodes"], "it": {"type": "message", "parts": "Hi!"}}},
        {"nodes": {**SMALL["nodes"], "b": {"type": "wait", "for": "PT91S"}}},
        {"nodes": {**SMALL["nodes"], "b": {**SMALL["nodes"]["b"], "exits": {"next": "it"}}}},
    ],
)
def test_any_change_of_meaning_changes_the_hash(change: dict[str, Any]) -> None:
    assert hashed({**SMALL, **change}) != hashed(SMALL)


def test_the_hash_of_a_published_flow_stays_the_same() -> None:
    """A pinned version must be found again by the next release: this value never changes."""
    assert hashed(SMALL) == "608b355678eab8dc9090e968d902cccbf7fcacd27f224f648b740a740acc6a83"


def test_a_definition_survives_being_stored() -> None:
    definition = FlowDefinition.model_validate(json.loads(EXAMPLE.read_text("utf-8")))
    for stored in (
        definition.model_dump_json(),
        json.dumps(definition.model_dump(mode="json")),
        canonical_json(definition),
    ):
        again = FlowDefinition.model_validate_json(stored)
        assert again == definition
        assert content_hash(again) == content_hash(definition)


def test_the_order_of_nodes_means_nothing() -> None:
    raw = json.loads(EXAMPLE.read_text("utf-8"))
    turned = {**raw, "nodes": dict(reversed(raw["nodes"].items()))}
    steps = [
        advance(FlowDefinition.model_validate(form), FlowState(), Started(at=T0))
        for form in (raw, turned)
    ]
    assert steps[0] == steps[1]
    assert hashed(raw) == hashed(turned)


def test_a_definition_with_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError, match="extra_forbidden"):
        FlowDefinition.model_validate({**SMALL, "ui": {}})


def test_a_state_that_lacks_every_field_can_be_read() -> None:
    assert FlowState.model_validate({"written_by": "a newer release"}) == FlowState()
