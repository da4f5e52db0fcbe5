"""Where a flow run stands: all that is carried from one event to the next, and nothing else."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, JsonValue

from domain.value import Value
from flows.effects import End, HandOver, WaitKind


class PromptOption(Value):
    """One option of a menu as the contact saw it."""

    id: str
    label: str


class Prompt(Value):
    """What a parked run waits for."""

    node: str = ""
    visit: int = 0
    """Which visit of that node, from 1."""
    kind: WaitKind = "reply"
    attempts: int = 0
    """Answers that did not fit, so far."""
    parts: int = 0
    """Messages sent in this visit, so far."""
    options: list[PromptOption] = Field(default_factory=list[PromptOption])
    deadline: AwareDatetime | None = None


class FlowState(Value):
    """One run. It travels through continue-as-new, so every field has a default and stays small."""

    status: Literal["running", "ended"] = "running"
    outcome: str | None = None
    """How it ended: the author's word, or one of the engine's.

    Those are `completed`, `expired`, `invalid`, `undeliverable`, `guard:…` and `error:…`.
    """
    ending: Annotated[HandOver | End, Field(discriminator="type")] | None = None
    """Its last word, kept for a caller who was interrupted before performing it."""
    node: str | None = None
    """The node it is at, or ended at; None before `Started`."""
    vars: dict[str, JsonValue] = Field(default_factory=dict)
    contact: dict[str, str] = Field(default_factory=dict)
    channel: dict[str, str] = Field(default_factory=dict)
    input: dict[str, str] = Field(default_factory=dict)
    """The contact's last message: `text`, `type`."""
    language: str | None = None
    prompt: Prompt | None = None
    visits: dict[str, int] = Field(default_factory=dict)
    """How often each node was entered."""
    total_visits: int = 0
    unanswered: int = 0
    """Messages sent since the contact last wrote."""
    recent: list[str] = Field(default_factory=list)
    """Keys of those messages, whose failure still matters."""
    at: AwareDatetime | None = None
    """When the last event happened."""
