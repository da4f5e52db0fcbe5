"""The validator: each code on the right place, all at once, and never an exception."""

import copy
import json
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from flows.diagnostics import SEVERITIES, Diagnostic, Severity
from flows.limits import MAX_DIAGNOSTICS, MAX_NODES
from flows.nodes import NODE_TYPES
from flows.validate import validate
from tests.flows.runs import Run
from tests.flows.test_engine import EXAMPLE, assert_contract

END = {"type": "end"}


def document(nodes: Any, **fields: Any) -> dict[str, Any]:
    return {"schema": "flow/1", "name": "Case", "start": "a", "nodes": nodes, **fields}


def found(raw: Any) -> list[Diagnostic]:
    return validate(raw).diagnostics


def menu(*options: dict[str, Any], **fields: Any) -> dict[str, Any]:
    exits = {"next": "b", "invalid": "b"}
    return {"type": "menu", "text": "Which?", "options": list(options), "exits": exits, **fields}


def say(text: str) -> dict[str, Any]:
    return {"type": "message", "parts": text, "exits": {"next": "b"}}


def branch_on(left: str) -> dict[str, Any]:
    tests = [{"left": left, "op": "is_set"}]
    return {
        "type": "branch",
        "cases": [{"id": "x", "all": tests}],
        "exits": {"case:x": "b", "else": "b"},
    }


CASES: list[tuple[str, Any, str, str | None]] = [
    ("SCHEMA", [], "", None),
    ("SCHEMA", "text", "", None),
    ("SCHEMA", document([]), "/nodes", "nodes"),
    ("SCHEMA", document({"a": END}, name=7), "/name", "name"),
    ("SCHEMA", document({"a": END}, schema="flow/9"), "/schema", "schema"),
    ("SCHEMA", document({"a": END}, vars={"x": float("inf")}), "", None),
    ("SCHEMA", document({"a": END}, vars={"x": "\ud800"}), "", None),
    ("SCHEMA", document({"a": END}, vars={"B~/": 1}), "/vars/B~0~1", "B~/"),
    ("SCHEMA", document({"a": {"type": "message"}}), "/nodes/a", "parts"),
    (
        "SCHEMA",
        document({"a": {**say("x"), "parts": [{"type": "text"}]}, "b": END}),
        "/nodes/a/parts/0",
        "text",
    ),
    ("SCHEMA", document({"a": {"type": "wait", "for": "PT0S"}}), "/nodes/a/for", "for"),
    ("SCHEMA", document({"a": {"type": "wait", "for": "P400D"}}), "/nodes/a/for", "for"),
    (
        "SCHEMA",
        document({"a": {"type": "ask", "prompt": "?", "rules": {"min": 1}}}),
        "/nodes/a",
        "ask",
    ),
    (
        "SCHEMA",
        document(
            {"a": {"type": "ask", "prompt": "?", "input": "number", "rules": {"min": 2, "max": 1}}}
        ),
        "/nodes/a",
        "ask",
    ),
    ("UNKNOWN_TYPE", document({"a": {"type": "teleport"}}), "/nodes/a", "type"),
    ("UNKNOWN_TYPE", document({"a": {}}), "/nodes/a", "type"),
    (
        "UNKNOWN_TYPE",
        document({"a": {**say("x"), "parts": [{"type": "poem"}]}, "b": END}),
        "/nodes/a/parts/0",
        "type",
    ),
    ("UNKNOWN_FIELD", document({"a": END}, extra=1), "/extra", "extra"),
    ("UNKNOWN_FIELD", document({"a": {**END, "outcom": "x"}}), "/nodes/a/outcom", "outcom"),
    (
        "UNKNOWN_FIELD",
        document({"a": {**END, "exits": {"next": "b"}}, "b": END}),
        "/nodes/a/exits/next",
        "next",
    ),
    (
        "UNKNOWN_FIELD",
        document(
            {"a": {**say("x"), "parts": [{"type": "text", "text": "x", "txt": "y"}]}, "b": END}
        ),
        "/nodes/a/parts/0/txt",
        "txt",
    ),
    ("START_MISSING", document({"b": END}), "/start", "start"),
    ("TARGET_MISSING", document({"a": say("x")}), "/nodes/a/exits/next", "next"),
    ("TARGET_MISSING", document({"a": END}, on_error="gone"), "/on_error", "on_error"),
    ("UNREACHABLE", document({"a": END, "b": END}), "/nodes/b", None),
    (
        "LOOP_NO_WAIT",
        document({"a": say("x"), "b": {**say("y"), "exits": {"next": "a"}}}),
        "/nodes/a",
        None,
    ),
    (
        "DUP_OPTION",
        document({"a": menu({"id": "x", "label": "X"}, {"id": "x", "label": "Y"}), "b": END}),
        "/nodes/a/options/1/id",
        "id",
    ),
    (
        "SAME_LABEL",
        document({"a": menu({"id": "x", "label": "Sim"}, {"id": "y", "label": "sim!"}), "b": END}),
        "/nodes/a/options/1/label",
        "label",
    ),
    (
        "DUP_ID",
        document(
            {
                "a": {
                    **branch_on("{{ contact.name }}"),
                    "cases": branch_on("{{ contact.name }}")["cases"] * 2,
                },
                "b": END,
            }
        ),
        "/nodes/a/cases/1/id",
        "id",
    ),
    ("EXPR_SYNTAX", document({"a": say("Hi {{ vars"), "b": END}), "/nodes/a/parts", "parts"),
    (
        "EXPR_UNKNOWN_FILTER",
        document({"a": say("{{ contact.name | shout }}"), "b": END}),
        "/nodes/a/parts",
        "parts",
    ),
    (
        "EXPR_UNKNOWN_NAME",
        document({"a": say("{{ customer.name }}"), "b": END}),
        "/nodes/a/parts",
        "parts",
    ),
    (
        "VAR_UNDECLARED",
        document({"a": say("{{ vars.gone }}"), "b": END}),
        "/nodes/a/parts",
        "parts",
    ),
    (
        "EXPR_CONSTANT",
        document({"a": branch_on("vars.x"), "b": END}),
        "/nodes/a/cases/0/all/0/left",
        "left",
    ),
    ("EXIT_OPEN", document({"a": {"type": "ask", "prompt": "?"}}), "/nodes/a", "next"),
]


@pytest.mark.parametrize(("code", "raw", "path", "field"), CASES)
def test_a_code_stands_on_its_place(code: str, raw: Any, path: str, field: str | None) -> None:
    report = validate(raw)
    assert (code, path, field) in [(one.code, one.path, one.field) for one in report.diagnostics]
    errors = [one.code for one in report.diagnostics if one.severity == "error"]
    assert (report.definition is None) == bool(errors)
    # Nothing else is said about so small a mistake.
    assert {one.code for one in report.diagnostics} <= {code, "EXIT_OPEN"}


def test_every_code_has_a_case_and_a_severity() -> None:
    assert {code for code, *_ in CASES} == set(SEVERITIES)
    assert set(SEVERITIES.values()) == set(get_args(Severity))


def test_a_flow_without_nodes() -> None:
    assert [one.code for one in found(document({}))] == ["SCHEMA", "START_MISSING"]


def test_everything_is_said_at_once() -> None:
    raw = document(
        {
            "a": {"type": "message", "parts": "{{ x", "exits": {"next": "gone"}},
            "lost": {"type": "teleport", "exits": {"next": "nowhere"}},
            "bad": {**END, "resolve": "perhaps"},
        },
        name="",
    )
    codes = [one.code for one in found(raw)]
    assert sorted(dict.fromkeys(codes)) == [
        "EXPR_SYNTAX",
        "SCHEMA",
        "TARGET_MISSING",
        "UNKNOWN_TYPE",
        "UNREACHABLE",
    ]
    assert codes.count("SCHEMA") == codes.count("TARGET_MISSING") == 2
    severities = [one.severity for one in found(raw)]
    assert severities == sorted(severities, key=["error", "warning", "info"].index)


def test_hints_name_the_nearest_thing() -> None:
    raw = document({"a": {**say("x"), "exits": {"next": "goodby"}, "exit": {}}, "goodbye": END})
    hints = {one.code: one.hint for one in found(raw)}
    assert hints["TARGET_MISSING"] == "did you mean goodbye?"
    assert hints["UNKNOWN_FIELD"] == "did you mean exits?"
    (unknown,) = found(document({"a": {"type": "mesage"}}))
    assert unknown.hint == f"node types: {', '.join(NODE_TYPES)}"


def test_an_expression_is_found_in_a_list_of_parts_too() -> None:
    raw = document({"a": {"type": "ask", "prompt": [{"type": "text", "text": "{{ x }}"}]}})
    assert "/nodes/a/prompt/0/text" in [one.path for one in found(raw)]


def test_an_expression_says_its_column() -> None:
    (wrong,) = found(document({"a": say("Hello {{ vars.x ? }}"), "b": END}))
    assert (wrong.code, wrong.column, wrong.node_id) == ("EXPR_SYNTAX", 17, "a")


@pytest.mark.parametrize(
    "waiting", [{"type": "wait", "for": "PT1H"}, {"type": "ask", "prompt": "?"}]
)
def test_a_loop_that_waits_is_fine(waiting: dict[str, Any]) -> None:
    nodes = {"a": say("x"), "b": {**waiting, "exits": {"next": "a"}}}
    assert [one.code for one in found(document(nodes)) if one.severity == "error"] == []


def test_a_failed_message_is_a_wait_of_its_own() -> None:
    nodes = {"a": {**say("x"), "exits": {"next": "b", "undeliverable": "a"}}, "b": END}
    assert found(document(nodes)) == []


def test_a_variable_may_be_set_anywhere() -> None:
    ask = {"type": "ask", "prompt": "?", "save": "x", "exits": {"next": "b"}}
    nodes = {"a": ask, "b": {"type": "end", "message": "{{ vars.x }} {{ vars.y }}"}}
    assert [one.code for one in found(document(nodes, vars={"y": None}))] == []


def test_hostile_sizes_are_answered_quickly_and_shortly() -> None:
    deep: Any = 1
    for _ in range(5_000):
        deep = [deep]
    assert [one.code for one in found(document({"a": END}, vars={"x": deep}))] == ["SCHEMA"]
    many = {f"n{number}": {"type": "?"} for number in range(MAX_NODES * 2)}
    assert len(found(document(many))) <= MAX_DIAGNOSTICS
    long = {f"n{number}": say("x") | {"exits": {"next": f"n{number + 1}"}} for number in range(999)}
    assert [one.code for one in found(document(long | {"n999": END}, start="n0"))] == []


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None), max_size=12)
    | st.sampled_from(["{{ vars.x }}", "{{", "a", "next", *NODE_TYPES]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "exits", "parts", "options", "nodes", "a", "id"])
            | st.text(max_size=5),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_no_json_breaks_it(raw: JsonValue) -> None:
    report = validate(raw)
    assert report.definition is None
    assert report.diagnostics
    assert report.model_dump_json()


@given(JSON)
def test_no_nodes_break_it(nodes: JsonValue) -> None:
    report = validate(document(nodes))
    assert report.model_dump_json()


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a document, as (container, key)."""
    keys = (
        list(value)
        if isinstance(value, dict)
        else range(len(value))
        if isinstance(value, list)
        else ()
    )
    return [place for key in keys for place in ((value, key), *_places(value[key]))]


REPLIES = ["Ana", "1", "2", "3", "4", "yes", "no", "sales", "what?", ""]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_mutation_of_a_good_flow_breaks_it(data: st.DataObject) -> None:
    raw = json.loads(EXAMPLE.read_text("utf-8"))
    for _ in range(data.draw(st.integers(1, 3))):
        mutate(raw, data)
    report = validate(raw)
    assert report.model_dump_json()
    errors = [one for one in report.diagnostics if one.severity == "error"]
    assert (report.definition is None) == bool(errors)
    if report.definition is None:
        return
    # What the validator lets through, the engine can run.
    run = Run(report.definition)
    assert_contract(run, run.start())
    for reply in data.draw(st.lists(st.sampled_from(REPLIES), max_size=12)):
        if run.state.status == "ended":
            break
        assert_contract(run, run.say(reply))


def mutate(raw: dict[str, Any], data: st.DataObject) -> None:
    """Change one thing somewhere in a document."""
    places = _places(raw)
    container, key = places[data.draw(st.integers(0, len(places) - 1))]
    other, name = places[data.draw(st.integers(0, len(places) - 1))]
    change = data.draw(st.sampled_from(["drop", "replace", "add", "swap"]))
    if change == "drop":
        del container[key]
    elif change == "replace":
        container[key] = data.draw(JSON)
    elif change == "swap":
        container[key] = copy.deepcopy(other[name])
    elif isinstance(container, dict):
        container[data.draw(st.text(max_size=6))] = data.draw(JSON)
