"""Opt-outs: which events are wishes, and what may be sent to whom afterwards."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.consent import (
    Choice,
    Consent,
    ConsentScope,
    ConsentState,
    LastWord,
    check_consent,
    choice_in,
)
from domain.content import MessageContent, TemplateContent, TextContent
from domain.errors import OptedOut
from domain.events import InboundEvent, Sender

ASKED = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
LATER = ASKED + timedelta(minutes=5)
WORDS = TextContent(text="Hello")
NEWS = TemplateContent(name="news", language="en", category="marketing")
BILL = TemplateContent(name="bill", language="en")


def wish(value: str, category: str | None = None) -> Choice | None:
    details = {"value": value, "category": category}
    return choice_in(
        InboundEvent(
            kind="preference",
            external_id="p-1",
            sender=Sender(address="ana"),
            details={name: each for name, each in details.items() if each},
        )
    )


def out(scope: ConsentScope = ConsentScope.ALL, message: str | None = None) -> Consent:
    state = ConsentState.OUT
    return Consent(scope=scope, state=state, at=ASKED, source="p-1", message=message)


def refused(
    content: MessageContent, last: LastWord, *consents: Consent, automatic: bool = False
) -> bool:
    try:
        check_consent(consents, content, last, automatic=automatic)
    except OptedOut:
        return True
    return False


@pytest.mark.parametrize(
    ("value", "category", "expected"),
    [
        ("opt_out", None, ("all", "out")),
        ("opt_in", None, ("all", "in")),
        ("block", None, ("all", "out")),
        ("unblock", None, ("all", "in")),
        ("opt_out", "complaint", ("all", "out")),
        ("stop", "marketing_messages", ("marketing", "out")),
        ("resume", "marketing_messages", ("marketing", "in")),
        ("opt_in", "marketing", ("marketing", "in")),
        ("accept", "calls", None),
        ("opt_in", "one_time_notification", None),
        ("something new", None, None),
    ],
)
def test_what_a_preference_asks_for(
    value: str, category: str | None, expected: tuple[str, str] | None
) -> None:
    choice = wish(value, category)
    assert (choice and (choice.scope.value, choice.state.value)) == expected


def test_a_preference_of_nobody_asks_for_nothing() -> None:
    event = InboundEvent(kind="preference", external_id="p-1", details={"value": "opt_out"})
    assert choice_in(event) is None


BEFORE = LastWord(at=ASKED - timedelta(minutes=5), external_id="m-0")
AFTER = LastWord(at=LATER, external_id="m-2")


@pytest.mark.parametrize("last", [BEFORE, AFTER, LastWord()])
def test_a_machine_is_silent_whatever_was_written_since(last: LastWord) -> None:
    assert refused(WORDS, last, out(), automatic=True)
    assert not refused(WORDS, last, automatic=True)


def test_a_person_answers_only_what_was_written_since() -> None:
    assert refused(WORDS, BEFORE, out())
    assert refused(WORDS, LastWord(), out())
    assert not refused(WORDS, AFTER, out())


@pytest.mark.parametrize("key", ["m-1", "m-1:1", "m-1#2"])
def test_the_words_that_opted_out_are_not_written_since(key: str) -> None:
    assert refused(WORDS, LastWord(at=LATER, external_id=key), out(message="m-1"))


def test_a_word_that_a_button_wrote_is_not_either() -> None:
    assert refused(WORDS, LastWord(at=ASKED + timedelta(seconds=3), external_id="m-2"), out())
    assert not refused(
        WORDS, LastWord(at=ASKED + timedelta(seconds=3), external_id="m-2"), out(message="m-1")
    )


@pytest.mark.parametrize("key", ["m-10", "m-2", "m-1:x"])
def test_other_words_are(key: str) -> None:
    assert not refused(WORDS, LastWord(at=LATER, external_id=key), out(message="m-1"))


@pytest.mark.parametrize("scope", ConsentScope)
def test_marketing_goes_to_nobody_who_opted_out_of_either(scope: ConsentScope) -> None:
    assert refused(NEWS, AFTER, out(scope))


def test_without_marketing_everything_else_goes_on() -> None:
    none = out(ConsentScope.MARKETING)
    assert not refused(WORDS, BEFORE, none, automatic=True)
    assert not refused(BILL, BEFORE, none)


def test_who_opted_in_is_written_to() -> None:
    back = out().model_copy(update={"state": ConsentState.IN})
    assert not refused(NEWS, BEFORE, back, automatic=True)
