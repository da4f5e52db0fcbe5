"""The working copy of a run between one event and the next wait: what nodes read and change."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from pydantic import JsonValue

from domain.content import MessageContent
from flows import limits, templates
from flows.effects import Effect, End, HandOver, SendMessage, WaitKind, Warn
from flows.state import FlowState, Prompt


class GuardTripped(Exception):
    """A run did more than any sane flow does."""

    def __init__(self, guard: str) -> None:
        super().__init__(guard)
        self.guard = guard


class Take(NamedTuple):
    """Leave the node through this exit."""

    exit: str


class Park(NamedTuple):
    """Stay at the node until something happens."""

    prompt: Prompt


class Stay(NamedTuple):
    """What happened does not concern the run: everything stays as it was."""


class Finish(NamedTuple):
    """End the run."""

    outcome: str
    effect: HandOver | End


Move = Take | Park | Stay | Finish
"""What a node decides."""


@dataclass(slots=True)
class Sprint:
    """One stretch of a run: begun from a state, closed into the next one."""

    state: FlowState
    at: datetime | None
    vars: dict[str, JsonValue]
    contact: dict[str, str]
    channel: dict[str, str]
    input: dict[str, str]
    language: str | None
    visits: dict[str, int]
    total_visits: int
    unanswered: int
    recent: list[str]
    node: str | None
    visit: int = 0
    parts: int = 0
    effects: list[Effect] = field(default_factory=list[Effect])
    warnings: int = 0
    entered: dict[str, int] = field(default_factory=dict[str, int])
    """Entries of each node in this sprint."""

    @classmethod
    def begin(cls, state: FlowState, at: datetime | None) -> "Sprint":
        prompt = state.prompt or Prompt()
        return cls(
            state=state,
            at=at or state.at,
            vars=dict(state.vars),
            contact=state.contact,
            channel=state.channel,
            input=state.input,
            language=state.language,
            visits=dict(state.visits),
            total_visits=state.total_visits,
            unanswered=state.unanswered,
            recent=list(state.recent),
            node=state.node,
            visit=prompt.visit,
            parts=prompt.parts,
        )

    def enter(self, node: str) -> None:
        """Count a visit. Raises `GuardTripped`."""
        self.node = node
        self.entered[node] = self.entered.get(node, 0) + 1
        self.visit = self.visits[node] = self.visits.get(node, 0) + 1
        self.total_visits += 1
        self.parts = 0
        if self.entered[node] > limits.MAX_NODE_VISITS:
            raise GuardTripped("node_visits")
        if sum(self.entered.values()) > limits.MAX_SPRINT_VISITS:
            raise GuardTripped("sprint_visits")
        if self.total_visits > limits.MAX_RUN_VISITS:
            raise GuardTripped("run_visits")

    def send(self, content: MessageContent) -> None:
        """Say something to the contact. Raises `GuardTripped`."""
        if self.unanswered >= limits.MAX_UNANSWERED:
            raise GuardTripped("messages")
        node = self.node or ""
        self.parts += 1
        self.unanswered += 1
        key = f"{node}:{self.visit}:{self.parts}"
        self.recent.append(key)
        self.effects.append(SendMessage(key=key, content=content, node_id=node))

    def hear(self, text: str, content_type: str) -> None:
        """The contact wrote: what was said before has been answered."""
        self.input = {"text": text[: limits.MAX_INPUT], "type": content_type}
        self.unanswered = 0
        self.recent = []

    def assign(self, name: str, value: JsonValue) -> None:
        """Set a variable. A text that is too long is cut; anything else too large is not stored."""
        if isinstance(value, str) and len(value) > limits.MAX_VARIABLE:
            self.warn("VAR_TOO_LONG", f"vars.{name}")
            value = value[: limits.MAX_VARIABLE]
        sizes = {key: _size(held) for key, held in self.vars.items()} | {name: _size(value)}
        if sizes[name] > limits.MAX_VARIABLE or sum(sizes.values()) > limits.MAX_VARIABLES:
            self.warn("VAR_TOO_LARGE", f"vars.{name}")
            return
        self.vars[name] = value

    def render(self, template: str) -> str:
        """The text of a template; unknown values are empty and noted."""
        rendered = templates.render(template, self._roots())
        self._note(rendered.problems)
        return rendered.text

    def evaluate(self, template: str, *, quiet: bool = False) -> JsonValue:
        """The value of a template; None where it is unknown. `quiet`: that is not worth a note."""
        evaluated = templates.evaluate(template, self._roots())
        if not quiet:
            self._note(evaluated.problems)
        return evaluated.value

    def warn(self, code: str, detail: str = "") -> None:
        """Leave a note in the run's trace."""
        self.warnings += 1
        if self.warnings <= limits.MAX_WARNINGS:
            self.effects.append(Warn(code=code, node_id=self.node, detail=detail))

    def park(self, kind: WaitKind) -> Prompt:
        """A prompt for this visit of this node."""
        return Prompt(node=self.node or "", visit=self.visit, kind=kind, parts=self.parts)

    def close(self, prompt: Prompt | None, finish: Finish | None = None) -> FlowState:
        """The state after this sprint."""
        return FlowState(
            status="ended" if finish else "running",
            outcome=finish.outcome if finish else None,
            ending=finish.effect if finish else None,
            node=self.node,
            vars=self.vars,
            contact=self.contact,
            channel=self.channel,
            input=self.input,
            language=self.language,
            prompt=prompt,
            visits=self.visits,
            total_visits=self.total_visits,
            unanswered=self.unanswered,
            recent=self.recent,
            at=self.at,
        )

    def _roots(self) -> Mapping[str, Mapping[str, JsonValue]]:
        return {
            "vars": self.vars,
            "contact": dict(self.contact),
            "channel": dict(self.channel),
            "input": dict(self.input),
        }

    def _note(self, problems: tuple[templates.Problem, ...]) -> None:
        for problem in problems:
            self.warn(problem.code, problem.detail)


def _size(value: JsonValue) -> int:
    return len(value) if isinstance(value, str) else len(json.dumps(value, ensure_ascii=False))
