"""A run of a flow in a test: events in, effects out, with a clock that moves only when told."""

from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from flows.effects import Effect, SendMessage, Warn
from flows.engine import Step, advance
from flows.events import Event
from flows.model import FlowDefinition
from flows.state import FlowState
from flows.validate import validate

T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
_EVENT: TypeAdapter[Event] = TypeAdapter(Event)


def flow(nodes: dict[str, Any], **fields: Any) -> FlowDefinition:
    """A flow that starts at the node `it`; it must be free of errors."""
    raw = {"schema": "flow/1", "name": "Case", "start": "it", "nodes": nodes, **fields}
    report = validate(raw)
    assert report.definition is not None, report.diagnostics
    return report.definition


class Run:
    """One run. Its state is written to JSON and read again between every two events."""

    def __init__(self, definition: FlowDefinition, state: FlowState | None = None) -> None:
        self.definition = definition
        self.state = state or FlowState()
        self.at = T0
        self.messages = 0

    def feed(self, event: dict[str, Any], after: float = 0) -> tuple[Effect, ...]:
        """Give the run an event, `after` seconds later; `at` and `message_id` are filled in."""
        self.at += timedelta(seconds=after)
        self.messages += 1
        filled = {"at": self.at, "message_id": f"m{self.messages}", **event}
        return self._advance(_EVENT.validate_python(filled)).effects

    def start(self, **fields: Any) -> tuple[Effect, ...]:
        return self.feed({"type": "started", **fields})

    def say(self, text: str, **fields: Any) -> tuple[Effect, ...]:
        return self.feed({"type": "message_received", "text": text, **fields})

    def time_out(self, after: float) -> tuple[Effect, ...]:
        return self.feed({"type": "timed_out"}, after)

    def fail(self, key: str, code: str = "contact_unreachable") -> tuple[Effect, ...]:
        return self.feed({"type": "send_failed", "message_key": key, "code": code})

    def _advance(self, event: Event) -> Step:
        before = self.state.model_dump_json()
        step = advance(self.definition, self.state, event)
        assert advance(self.definition, self.state, event) == step
        assert self.state.model_dump_json() == before
        self.state = FlowState.model_validate_json(step.state.model_dump_json())
        assert self.state == step.state
        assert Step.model_validate_json(step.model_dump_json()) == step
        return step


def texts(effects: tuple[Effect, ...]) -> list[str]:
    """What was said, where it has a text."""
    return [
        getattr(effect.content, "text", effect.content.type)
        for effect in effects
        if isinstance(effect, SendMessage)
    ]


def warnings(effects: tuple[Effect, ...]) -> list[str]:
    return [effect.code for effect in effects if isinstance(effect, Warn)]
