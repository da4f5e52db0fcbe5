"""Every registered node type, by its fixture: a type without cases fails."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter

from flows.effects import Effect
from flows.nodes import NODE_TYPES, Node
from tests.flows.runs import Run, flow

FIXTURES = Path(__file__).parent / "nodes"
_EFFECT: TypeAdapter[Effect] = TypeAdapter(Effect)


def _cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{path.stem}: {case['description']}")
        for path in sorted(FIXTURES.glob("*.json"))
        for case in json.loads(path.read_text("utf-8"))
    ]


@pytest.mark.parametrize("case", _cases())
def test_a_node_does_what_its_fixture_says(case: dict[str, Any]) -> None:
    run = Run(flow(**case["definition"]))
    for step in case["steps"]:
        effects = run.feed(step["event"], step.get("after", 0))
        # `until` is `at` + `seconds`; test_engine.py checks it once for all.
        found = [effect.model_copy(update={"until": None}) for effect in effects]
        assert found == [_EFFECT.validate_python(effect) for effect in step["effects"]]
    assert run.state.vars == case["vars"]
    assert run.state.outcome == case["outcome"]


@pytest.mark.parametrize("name", NODE_TYPES)
def test_every_type_has_a_fixture_that_uses_it_first(name: str) -> None:
    cases = json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))
    assert len(cases) >= 2
    assert all(case["definition"]["nodes"]["it"]["type"] == name for case in cases)


def test_every_fixture_belongs_to_a_type() -> None:
    assert sorted(path.stem for path in FIXTURES.glob("*.json")) == sorted(NODE_TYPES)


def test_the_registry_and_the_union_name_the_same_types() -> None:
    union = get_args(get_args(Node)[0])
    assert list(NODE_TYPES.values()) == list(union)
    for name, model in NODE_TYPES.items():
        assert get_args(model.model_fields["type"].annotation) == (name,)
