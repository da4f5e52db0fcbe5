"""A flow as its author wrote it: one JSON document, immutable once published."""

import hashlib
import json
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from domain.value import Value
from flows.limits import MAX_NODES
from flows.nodes import Node
from flows.nodes.base import Slug

SCHEMA = "flow/1"


class FlowDefinition(Value, extra="forbid", serialize_by_alias=True):
    """One version of a flow. The order of `nodes` means nothing."""

    schema_: Annotated[Literal["flow/1"], Field(alias="schema")]
    name: str = Field(min_length=1, max_length=120)
    description: str | None = Field(default=None, max_length=2_000)
    language: str = Field(default="en", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    start: Slug
    nodes: dict[Slug, Node] = Field(min_length=1, max_length=MAX_NODES)
    on_error: Slug | None = None
    """Where the run goes when an exit says so; None: people take over."""
    vars: dict[Slug, JsonValue] = Field(default_factory=dict)
    """Every variable that has a value from the start."""


def canonical_json(definition: FlowDefinition) -> str:
    """The one spelling of a definition: sorted keys, no spaces, nothing that equals its default.

    Leaving defaults out keeps a hash the same when the language later gains a field.
    """
    shape = definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return json.dumps(shape, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def content_hash(definition: FlowDefinition) -> str:
    """SHA-256 of the canonical JSON, in hex: what a run is pinned to."""
    return hashlib.sha256(canonical_json(definition).encode("ascii")).hexdigest()
