"""Templates: what they render to, and what cannot go wrong with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from flows.limits import MAX_TEMPLATE
from flows.templates import evaluate, parse, render

ROOTS: dict[str, dict[str, JsonValue]] = {
    "vars": {
        "name": "ana LIMA",
        "n": 2,
        "price": 12.5,
        "ok": True,
        "no": False,
        "zero": 0,
        "empty": "",
        "none": None,
        "code": "{{ contact.name }}",
        "deep": {"list": ["a", 1], "inner": {"x": "found"}},
        "long": "x" * 8_000,
    },
    "contact": {"name": "Rui"},
}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("plain { text }", "plain { text }"),
        ("Hi {{contact.name}}!", "Hi Rui!"),
        ("{{ vars.n }} x {{ vars.price }} = {{ vars.ok }}/{{ vars.no }}", "2 x 12.5 = true/false"),
        ("{{ vars.name | downcase | capitalize }}", "Ana lima"),
        ("{{ vars.name|upcase }}", "ANA LIMA"),
        ('{{ vars.missing | default: "friend" | upcase }}', "FRIEND"),
        ("{{ vars.empty | default: 'x' }}{{ vars.no | default: 'y' }}", "xy"),
        ('{{ vars.zero | default: "x" }}', "0"),
        ("{{ vars.missing | default: 5 }}", "5"),
        ("{{ vars.none }}", ""),
        ("{{ vars.deep.inner.x }}", "found"),
        ("{{ vars.deep.list }}", '["a", 1]'),
        ("{{ vars.code }}", "{{ contact.name }}"),
        ('{{ " }}', ""),
    ],
)
def test_renders(source: str, text: str) -> None:
    assert render(source, ROOTS).text == text


@pytest.mark.parametrize(
    "source", ["{{ vars.missing }}", "{{ vars }}", "{{ other.x }}", "{{ vars.name.x }}"]
)
def test_an_unknown_value_is_empty_and_named(source: str) -> None:
    rendered = render(f"a{source}b", ROOTS)
    assert rendered.text == "ab"
    assert [problem.code for problem in rendered.problems] == ["UNKNOWN_VALUE"]


@pytest.mark.parametrize(
    ("source", "code", "column"),
    [
        ("Hi {{ vars.x", "EXPR_SYNTAX", 4),
        ("{{ }}", "EXPR_SYNTAX", 1),
        ("{{ 1 + 1 }}", "EXPR_SYNTAX", 1),
        ("{{ vars.x + 1 }}", "EXPR_SYNTAX", 11),
        ("{{ vars..x }}", "EXPR_SYNTAX", 8),
        ("{% if vars.x %}", "EXPR_SYNTAX", 1),
        ("{% if", "EXPR_SYNTAX", 1),
        ("{{ vars.x | default }}", "EXPR_SYNTAX", 1),
        ('{{ vars.x | upcase: "a" }}', "EXPR_SYNTAX", 1),
        ("ab {{ vars.x | shout }}", "EXPR_UNKNOWN_FILTER", 4),
        ("{{ vars" + ".x" * 30 + " }}", "EXPR_SYNTAX", 1),
    ],
)
def test_what_cannot_be_read_is_named_and_left_out(source: str, code: str, column: int) -> None:
    template = parse(source)
    assert [(problem.code, problem.column) for problem in template.problems] == [(code, column)]
    assert template.outputs == []


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("{{ vars.n }}", 2),
        ("{{ vars.deep.list }}", ["a", 1]),
        ("{{ vars.n }} ", "2 "),
        ("{{ vars.missing }}", None),
        ("text", "text"),
    ],
)
def test_one_output_alone_keeps_its_type(source: str, value: JsonValue) -> None:
    assert evaluate(source, ROOTS).value == value


def test_the_result_is_bounded() -> None:
    rendered = render("{{ vars.long }}" * 500, ROOTS)
    assert len(rendered.text) == MAX_TEMPLATE
    assert rendered.problems[-1].code == "OUTPUT_TOO_LONG"
    assert len(render("y" * (MAX_TEMPLATE + 1), ROOTS).text) == MAX_TEMPLATE


@given(st.text(alphabet="{}%|:. \"'avrsdefult_-0", max_size=80))
def test_no_text_breaks_it(source: str) -> None:
    rendered = render(source, ROOTS)
    assert len(rendered.text) <= MAX_TEMPLATE
    assert evaluate(source, ROOTS).problems == rendered.problems
