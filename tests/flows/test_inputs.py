"""Answers in words and the values they become."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from flows.inputs import RULES_OF, Accepted, InputKind, Rejected, Reply, Rules, read


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("any", "", "[audio]"),
        ("any", " hi ", "hi"),
        ("text", "", "!not_text"),
        ("text", " Zé ", "Zé"),
        ("number", "12", 12),
        ("number", "-3.5", -3.5),
        ("number", "R$ 1.234,50", 1234.5),
        ("number", "1,234.50", 1234.5),
        ("number", "1,234", 1234),
        ("number", "0,250", 0.25),
        ("number", "1.5", 1.5),
        ("number", "1,5", 1.5),
        ("number", "1'500", 1500),
        ("number", "1.234.567", 1234567),
        ("number", "1.2.3", "!not_a_number"),
        ("number", "about 40 people", 40),
        ("number", "10-12", "!not_a_number"),
        ("number", "3 or 4", "!not_a_number"),
        ("number", "٤٢", 42),
        ("number", "12.", 12),
        ("number", "none", "!not_a_number"),
        ("number", "9" * 30, "!not_a_number"),
        ("integer", "7", 7),
        ("integer", "7.0", 7),
        ("integer", "7.5", "!not_an_integer"),
        ("email", "it is Ana.Lima+x@Example.COM, thanks", "Ana.Lima+x@example.com"),
        ("email", "ana@example.com.", "ana@example.com"),
        ("email", "<ana@example.com>", "ana@example.com"),
        ("email", "ana@example", "!not_an_email"),
        ("email", "ana@exa_mple.com", "!not_an_email"),
        ("email", "a@b.co and c@d.co", "!not_an_email"),
        ("email", "@handle", "!not_an_email"),
        ("phone", "+55 (11) 98765-4321", "+5511987654321"),
        ("phone", "my number: 11 98765.4321", "11987654321"),
        ("phone", "(11) 98765-4321", "11987654321"),
        ("phone", "123-4567", "!not_a_phone"),
        ("phone", "1234567890123456", "!not_a_phone"),
        ("phone", "no", "!not_a_phone"),
        ("yes_no", "Yes!", True),
        ("yes_no", "SIM, por favor", True),
        ("yes_no", "Sí", True),
        ("yes_no", "claro que sí", True),
        ("yes_no", "👍🏽", True),
        ("yes_no", "s", True),
        ("yes_no", "Não, obrigado", False),
        ("yes_no", "no gracias", False),
        ("yes_no", "n", False),
        ("yes_no", "y tú", "!not_yes_or_no"),
        ("yes_no", "moro no centro", "!not_yes_or_no"),
        ("yes_no", "not sure", "!not_yes_or_no"),
        ("yes_no", "maybe", "!not_yes_or_no"),
        ("yes_no", "I don't know", "!not_yes_or_no"),
    ],
)
def test_reading(kind: InputKind, text: str, expected: JsonValue) -> None:
    answer = read(kind, Reply(text, "audio" if not text else "text"), Rules())
    found = f"!{answer.code}" if isinstance(answer, Rejected) else answer.value
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("language", "value"), [("en", 1500), ("en-GB", 1500), ("pt-BR", 1.5), ("de", 1.5)]
)
def test_a_lone_comma_means_what_the_language_means(language: str, value: float) -> None:
    assert read("number", Reply("1,500", language=language), Rules()) == Accepted(value)


@pytest.mark.parametrize(
    ("kind", "text", "rules", "code"),
    [
        ("number", "0.5", Rules(min=1), "too_small"),
        ("integer", "11", Rules(max=10), "too_large"),
        ("text", "ab", Rules(min_length=3), "too_short"),
        ("text", "abcd", Rules(max_length=3), "too_long"),
    ],
)
def test_rules(kind: InputKind, text: str, rules: Rules, code: str) -> None:
    assert read(kind, Reply(text), rules) == Rejected(code)


def test_a_value_on_the_bound_fits() -> None:
    assert read("integer", Reply("10"), Rules(min=10, max=10)) == Accepted(10)
    assert read("yes_no", Reply("yes"), Rules(min=5)) == Accepted(value=True)


def test_every_kind_says_which_rules_it_knows() -> None:
    assert tuple(RULES_OF) == get_args(InputKind)


@given(st.sampled_from(get_args(InputKind)), st.text(max_size=120), st.sampled_from(["en", "pt"]))
def test_no_text_breaks_it(kind: InputKind, text: str, language: str) -> None:
    answer = read(kind, Reply(text, language=language), Rules())
    assert isinstance(answer, (Accepted, Rejected))


@given(st.sampled_from(get_args(InputKind)), st.sampled_from("1.,a@+- ('"))
def test_a_long_answer_is_read_as_quickly_as_a_short_one(kind: InputKind, letter: str) -> None:
    answer = read(kind, Reply((letter + "1.") * 50_000), Rules())
    assert isinstance(answer, (Accepted, Rejected))
