"""Which option a reply means: a table of what people write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.matching import Option, match, pressed

TOPICS = [
    Option("sales", "Sales", ("buy", "vendas")),
    Option("support", "Support", ("help",)),
    Option("tech", "Technical support"),
    Option("hours", "Opening hours", ("horário",)),
    Option("person", "🙋 Talk to a person"),
]


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("2", "support"),
        (" 2. ", "support"),
        ("#2", "support"),
        ("(3)", "tech"),
        ("2️⃣", "support"),
        ("２", "support"),  # noqa: RUF001  full width
        ("٢", "support"),
        ("9", None),
        ("0", None),
        ("sales", "sales"),
        ("SALES!!", "sales"),
        ("  talk to a person", "person"),
        ("vendas", "sales"),
        ("HORARIO", "hours"),
        ("I'd like to buy something", "sales"),
        ("technical support please", "tech"),
        ("sales or support", None),
        ("support with technical support", None),
        ("helpful", None),
        ("suport", "support"),
        ("supprot", "support"),
        ("salez", "sales"),
        ("bye", None),
        ("technicalsupport", "tech"),
        ("opening hourss", "hours"),
        ("", None),
        ("   ", None),
        ("???", None),
    ],
)
def test_meaning(text: str, option: str | None) -> None:
    assert match(TOPICS, text) == option


def test_a_number_means_the_label_where_labels_are_numbers() -> None:
    tables = [Option("two", "2"), Option("four", "4"), Option("six", "6")]
    assert [match(tables, text) for text in ("2", "4", "6", "3")] == ["two", "four", "six", None]


def test_emoji_labels_match_themselves() -> None:
    thumbs = [Option("up", "👍"), Option("down", "👎")]
    assert (match(thumbs, "👍🏽"), match(thumbs, "👎"), match(thumbs, "👌")) == ("up", "down", None)


def test_two_options_with_one_label_are_never_guessed_between() -> None:
    same = [Option("a", "Other"), Option("b", "other")]
    assert (match(same, "other"), match(same, "2")) == (None, "b")


def test_marks_that_are_letters_stay() -> None:
    hindi = [Option("day", "दिन"), Option("poor", "दीन")]
    assert (match(hindi, "दिन"), match(hindi, "दीन")) == ("day", "poor")


def test_one_letter_names_are_not_looked_for_in_sentences() -> None:
    letters = [Option("a", "A"), Option("b", "B")]
    assert (match(letters, "a"), match(letters, "a good one")) == ("a", None)


@pytest.mark.parametrize(
    ("payload", "option"),
    [
        ("topic:1:sales", "sales"),
        ("topic:12:sales", "sales"),
        ("other:1:sales", None),
        ("topic:1:gone", None),
        ("topic:x:sales", None),
        ("xtopic:1:sales", None),
        ("topic:1:sales:more", None),
        ("", None),
        (None, None),
    ],
)
def test_payloads(payload: str | None, option: str | None) -> None:
    assert pressed(TOPICS, payload, "topic") == option


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    assert match(TOPICS, text) in {None, *(option.id for option in TOPICS)}
