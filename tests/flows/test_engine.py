"""The engine: the contract of a step, the guards, and what happens to events that do not fit."""

import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows import limits
from flows.effects import Effect, End, HandOver, SendMessage, WaitFor
from flows.engine import advance
from flows.events import Event, MessageReceived, Started
from flows.model import FlowDefinition
from flows.state import FlowState
from flows.validate import validate
from tests.flows.runs import T0, Run, flow, texts, warnings

EXAMPLE = Path(__file__).parents[2] / "examples" / "flows" / "welcome.json"
QUESTION = {"type": "ask", "prompt": "Well?"}


def example() -> FlowDefinition:
    report = validate(json.loads(EXAMPLE.read_text("utf-8")))
    assert report.definition is not None
    return report.definition


def assert_contract(run: Run, effects: tuple[Effect, ...]) -> None:
    """A run that goes on ends its step with one `WaitFor`; one that ends, with its last word."""
    waits = [effect for effect in effects if isinstance(effect, WaitFor)]
    ends = [effect for effect in effects if isinstance(effect, (HandOver, End))]
    if run.state.status == "running":
        assert waits == [effects[-1]]
        assert ends == []
    else:
        assert waits == []
        assert ends == [effects[-1]]
        assert run.state.outcome
        assert run.state.prompt is None


class TestExample:
    def test_it_has_nothing_to_complain_about(self) -> None:
        assert validate(json.loads(EXAMPLE.read_text("utf-8"))).diagnostics == []

    def test_support_reaches_people_with_name_and_description(self) -> None:
        run = Run(example())
        assert len(texts(run.start())) == 2
        assert texts(run.say("Ana")) == ["How can we help you, Ana?"]
        run.say("suport")
        last = run.say("The till does not open")[-1]
        assert isinstance(last, HandOver)
        assert (last.queue, last.priority) == ("support", "high")
        assert last.note == "Ana needs support: The till does not open"

    def test_hours_lead_back_to_the_menu_and_out(self) -> None:
        run = Run(example())
        run.start()
        run.say("Ana")
        assert "Monday" in texts(run.say("3"))[0]
        assert texts(run.say("sim")) == ["How can we help you, Ana?"]
        run.say("opening hours?")
        effects = run.say("no, thank you")
        assert texts(effects) == ["Happy to help. Have a lovely day, Ana!"]
        assert effects[-1] == End(outcome="answered", resolve=True)

    def test_silence_ends_it_quietly(self) -> None:
        run = Run(example())
        run.start()
        assert run.time_out(24 * 3600) == (End(outcome="no_reply", resolve=True),)

    @settings(max_examples=150, deadline=None)
    @given(
        st.lists(
            st.one_of(
                st.text(max_size=60),
                st.sampled_from(
                    ["1", "2", "#3", "4.", "sim", "no", "hours", "👍", "sales support"]
                ),
                st.sampled_from(["topic:1:hours", "topic:2:sales", "x:1:y", "topic:1:", "::"]).map(
                    lambda payload: ("", payload)
                ),
                st.just(None),
            ),
            max_size=40,
        )
    )
    def test_no_conversation_breaks_it(self, replies: list[str | tuple[str, str] | None]) -> None:
        run = Run(example())
        effects = run.start(contact={"address": "5511"})
        for reply in replies:
            assert_contract(run, effects)
            if run.state.status == "ended":
                break
            if reply is None:
                effects = run.time_out(24 * 3600)
            elif isinstance(reply, tuple):
                effects = run.say(reply[0], choice_id=reply[1], content_type="choice")
            else:
                effects = run.say(reply)
        assert not (run.state.outcome or "").startswith(("guard:", "error:"))

    def test_a_step_is_cheap(self) -> None:
        definition, state = example(), FlowState()
        events: list[Event] = [
            Started(at=T0),
            *(
                MessageReceived(message_id=str(n), text=text, at=T0)
                for n, text in enumerate(["Ana", "what?", "opening hours please", "yes", "suport"])
            ),
        ]
        spent = []
        for event in events:
            begun = time.process_time()
            state = advance(definition, state, event).state
            spent.append(time.process_time() - begun)
        # Typically 0.2 ms; the bound leaves room for a slow machine, and catches a slow engine.
        assert sorted(spent)[len(spent) // 2] < 0.005


class TestWaiting:
    def test_until_is_the_moment_that_seconds_count_to(self) -> None:
        run = Run(flow({"it": {**QUESTION, "timeout": {"after": "PT90S"}}}))
        wait = run.start()[-1]
        assert isinstance(wait, WaitFor)
        assert (wait.seconds, wait.until) == (90.0, T0 + timedelta(seconds=90))

    def test_a_message_before_the_start_waits_for_the_start(self) -> None:
        run = Run(flow({"it": QUESTION}))
        effects = run.say("hello")
        assert warnings(effects) == ["NOT_STARTED"]
        assert_contract(run, effects)
        assert texts(run.start()) == ["Well?"]

    def test_a_second_start_changes_nothing(self) -> None:
        run = Run(flow({"it": QUESTION}, vars={"x": 1}))
        run.start(contact={"name": "Ana"})
        prompt = run.state.prompt
        effects = run.start(contact={"name": "Eve"})
        assert warnings(effects) == ["ALREADY_STARTED"]
        assert (run.state.prompt, run.state.contact) == (prompt, {"name": "Ana"})

    def test_a_timer_without_a_deadline_changes_nothing(self) -> None:
        run = Run(flow({"it": QUESTION}))
        run.start()
        assert warnings(run.time_out(10**6)) == ["TIMED_OUT_EARLY"]
        assert run.state.status == "running"

    def test_a_burst_is_answered_in_order(self) -> None:
        nodes = {
            "it": {**QUESTION, "save": "a", "exits": {"next": "two"}},
            "two": {**QUESTION, "save": "b", "exits": {"next": "bye"}},
            "bye": {"type": "end"},
        }
        run = Run(flow(nodes))
        run.start()
        assert [len(run.say(text)) for text in ("first", "second", "third")] == [2, 1, 1]
        assert run.state.vars == {"a": "first", "b": "second"}

    def test_half_a_character_does_not_stop_a_run(self) -> None:
        run = Run(flow({"it": {**QUESTION, "save": "x"}}))
        run.start(contact={"name": "\ud83d"})
        run.say("a\ud83d")
        assert (run.state.vars, run.state.contact) == ({"x": "a?"}, {"name": "?"})

    def test_values_given_with_the_state_win_over_the_definition(self) -> None:
        run = Run(flow({"it": QUESTION}, vars={"x": 1, "y": 2}), FlowState(vars={"x": 9}))
        run.start()
        assert run.state.vars == {"x": 9, "y": 2}

    def test_a_run_that_has_ended_stays_as_it_is(self) -> None:
        run = Run(flow({"it": {"type": "end"}}))
        run.start()
        ended = run.state
        again = (End(outcome="completed", resolve=True),)
        for effects in (run.say("hi"), run.time_out(5), run.fail("it:1:1"), run.start()):
            assert effects == again
        assert run.state == ended


class TestFailures:
    def test_last_words_that_fail_do_not_hide_the_ending(self) -> None:
        run = Run(flow({"it": {"type": "handover", "message": "One moment.", "queue": "x"}}))
        (message, ending) = run.start()
        assert isinstance(message, SendMessage)
        assert run.fail(message.key) == (ending,)

    def test_one_failure_speaks_for_all_messages_of_its_stretch(self) -> None:
        nodes = {
            "it": {
                "type": "message",
                "parts": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}],
                "exits": {"next": "q", "undeliverable": "plan_b"},
            },
            "q": QUESTION,
            "plan_b": {**QUESTION, "prompt": "Does this arrive?"},
        }
        run = Run(flow(nodes))
        run.start()
        assert texts(run.fail("it:1:1", "media_rejected")) == ["Does this arrive?"]
        assert warnings(run.fail("it:1:2", "media_rejected")) == ["SEND_FAILED_LATE"]
        assert run.state.node == "plan_b"

    def test_without_a_time_of_its_own_a_failure_keeps_the_deadline(self) -> None:
        run = Run(flow({"it": {**QUESTION, "timeout": {"after": "PT60S"}}}))
        run.start()
        wait = run.feed({"type": "send_failed", "message_key": "other:1:1", "at": None})[-1]
        assert wait == WaitFor(kind="reply", seconds=60.0, until=T0 + timedelta(seconds=60))


def relay(length: int, **first: Any) -> dict[str, Any]:
    """A chain of `length` nodes that do nothing, from `it` to the question `q`."""
    chain = {
        f"n{number}": {
            "type": "set",
            "assign": [{"target": "x", "value": "1"}],
            "exits": {"next": f"n{number + 1}" if number < length - 1 else "q"},
        }
        for number in range(1, length)
    }
    start = {"type": "set", "assign": [{"target": "x", "value": "1"}], "exits": {"next": "n1"}}
    return {"it": {**start, **first}, **chain, "q": {**QUESTION, "exits": {"next": "it"}}}


def loop_of(nodes: dict[str, Any], vars_: dict[str, Any] | None = None) -> FlowDefinition:
    """A definition that the validator refuses: the guards are for what it could not see."""
    return FlowDefinition.model_validate(
        {"schema": "flow/1", "name": "Loop", "start": "it", "nodes": nodes, "vars": vars_ or {}}
    )


class TestGuards:
    def test_many_nodes_between_two_waits_are_fine_up_to_the_limit(self) -> None:
        run = Run(flow(relay(limits.MAX_SPRINT_VISITS - 1)))
        assert_contract(run, run.start())
        assert run.state.node == "q"

    @pytest.mark.parametrize(
        ("guard", "definition"),
        [
            ("sprint_visits", flow(relay(limits.MAX_SPRINT_VISITS + 1))),
            (
                "node_visits",
                loop_of(
                    {
                        "it": {
                            "type": "branch",
                            "cases": [
                                {"id": "a", "all": [{"left": "x", "op": "eq", "right": "x"}]}
                            ],
                            "exits": {"case:a": "it"},
                        }
                    }
                ),
            ),
            (
                "messages",
                flow(
                    {
                        "it": {"type": "message", "parts": "a", "exits": {"next": "pause"}},
                        "pause": {"type": "wait", "for": "PT1H", "exits": {"next": "it"}},
                    }
                ),
            ),
        ],
    )
    def test_a_run_beyond_reason_goes_to_people(
        self, guard: str, definition: FlowDefinition
    ) -> None:
        run = Run(definition)
        effects = run.start()
        sent = len(texts(effects))
        while run.state.status == "running":
            effects = run.time_out(3600)
            sent += len(texts(effects))
            assert run.state.total_visits < limits.MAX_RUN_VISITS
        assert_contract(run, effects)
        assert run.state.outcome == f"guard:{guard}"
        last = effects[-1]
        assert isinstance(last, HandOver)
        assert last.reason == f"guard:{guard}"
        assert last.note
        assert sent <= limits.MAX_UNANSWERED

    def test_a_run_of_a_thousand_visits_goes_to_people(self) -> None:
        run = Run(flow({"it": {**QUESTION, "exits": {"next": "it"}}}))
        run.start()
        replies = 0
        while run.state.status == "running":
            run.say("again")
            replies += 1
        assert (run.state.outcome, replies) == ("guard:run_visits", limits.MAX_RUN_VISITS)

    def test_a_reply_starts_the_count_of_messages_again(self) -> None:
        run = Run(flow({"it": {**QUESTION, "exits": {"next": "it"}}}))
        run.start()
        for _ in range(limits.MAX_UNANSWERED * 2):
            run.say("again")
        assert (run.state.status, run.state.unanswered) == ("running", 1)

    def test_values_stay_within_their_bounds(self) -> None:
        assign = [{"target": f"v{n}", "value": "{{ vars.v0 }}{{ vars.v0 }}"} for n in range(1, 20)]
        nodes = {
            "it": {**QUESTION, "save": "v0", "exits": {"next": "grow"}},
            "grow": {"type": "set", "assign": assign, "exits": {"next": "it"}},
        }
        run = Run(flow(nodes))
        run.start()
        effects = run.say("x" * 100_000)
        assert "VAR_TOO_LARGE" in warnings(effects)
        assert sum(len(str(value)) for value in run.state.vars.values()) <= limits.MAX_VARIABLES
        assert len(run.state.input["text"]) <= limits.MAX_INPUT

    def test_warnings_of_a_step_are_bounded(self) -> None:
        text = "{{ contact.nobody }}" * 100
        run = Run(flow({"it": {"type": "message", "parts": text, "exits": {}}}))
        assert len(warnings(run.start())) == limits.MAX_WARNINGS


class TestBrokenDefinitions:
    """A definition that was never validated cannot make the engine raise either."""

    def test_a_missing_start(self) -> None:
        run = Run(loop_of({"other": {"type": "end"}}))
        assert isinstance(run.start()[-1], HandOver)
        assert run.state.outcome == "error:node_missing"

    def test_a_node_that_is_gone(self) -> None:
        run = Run(flow({"it": QUESTION}))
        run.start()
        run.definition = flow({"it": {"type": "end"}})
        assert isinstance(run.say("hi")[-1], HandOver)

    def test_a_failed_message_of_a_node_that_is_gone(self) -> None:
        run = Run(flow({"it": QUESTION}))
        (message, _) = run.start()
        assert isinstance(message, SendMessage)
        run.definition = loop_of({"other": {"type": "end"}})
        run.fail(message.key)
        assert run.state.outcome == "error:node_missing"
