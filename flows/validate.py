"""Says everything that is wrong with a flow at once, and never raises, whatever it is given."""

from collections.abc import Iterator
from difflib import get_close_matches

from pydantic import JsonValue, TypeAdapter, ValidationError

from flows.diagnostics import Diagnostic, Report, diagnostic
from flows.graph import loops, reachable
from flows.jsonvalue import unfit
from flows.limits import MAX_DIAGNOSTICS, MAX_NODES
from flows.lint import lint_node
from flows.model import FlowDefinition
from flows.nodes import Node
from flows.nodes.base import NodeBase, WaitingNode
from flows.schema_errors import schema_errors

_NODE: TypeAdapter[Node] = TypeAdapter(Node)
_RANK = {"error": 0, "warning": 1, "info": 2}


def validate(raw: JsonValue) -> Report:
    """Check a definition as it comes out of JSON."""
    if not isinstance(raw, dict):
        return Report(diagnostics=[diagnostic("SCHEMA", "a flow is a JSON object")])
    if reason := unfit(raw):
        return Report(diagnostics=[diagnostic("SCHEMA", f"this document cannot be kept: {reason}")])
    definition, found = _parse(raw)
    found += _check(raw)
    found.sort(key=lambda item: (_RANK[item.severity], item.path, item.code, item.message))
    broken = any(item.severity == "error" for item in found)
    return Report(definition=None if broken else definition, diagnostics=found[:MAX_DIAGNOSTICS])


def _parse(raw: dict[str, JsonValue]) -> tuple[FlowDefinition | None, list[Diagnostic]]:
    try:
        return FlowDefinition.model_validate(raw), []
    except ValidationError as error:
        return None, schema_errors(raw, error)


def _check(raw: dict[str, JsonValue]) -> list[Diagnostic]:
    """What no schema can see. Nodes that do not parse are judged by their exits alone."""
    shapes = raw.get("nodes")
    if not isinstance(shapes, dict) or len(shapes) > MAX_NODES:
        return []
    nodes = {name: _node(shapes[name]) for name in sorted(shapes)}
    exits = {name: _exits(shapes[name]) for name in sorted(shapes)}
    return [
        *_targets(raw, exits),
        *_unreachable(raw, exits),
        *_endless(nodes, exits),
        *_nodes(raw, shapes, nodes),
    ]


def _node(shape: JsonValue) -> NodeBase | None:
    try:
        return _NODE.validate_python(shape)
    except ValidationError:
        return None


def _exits(shape: JsonValue) -> dict[str, str]:
    exits = shape.get("exits") if isinstance(shape, dict) else None
    if not isinstance(exits, dict):
        return {}
    return {name: target for name, target in sorted(exits.items()) if isinstance(target, str)}


def _targets(raw: dict[str, JsonValue], exits: dict[str, dict[str, str]]) -> Iterator[Diagnostic]:
    names = list(exits)
    for name, code in (("start", "START_MISSING"), ("on_error", "TARGET_MISSING")):
        target = raw.get(name)
        if isinstance(target, str) and target not in exits:
            yield diagnostic(
                code, f"there is no node {target!r}", (name,), field=name, hint=_near(target, names)
            )
    for node, targets in exits.items():
        for way, target in targets.items():
            if target not in exits:
                yield diagnostic(
                    "TARGET_MISSING",
                    f"the exit {way!r} leads to {target!r}, which does not exist",
                    ("nodes", node, "exits", way),
                    field=way,
                    hint=_near(target, names),
                )


def _near(name: str, names: list[str]) -> str | None:
    # Ids are at most 64 characters; a longer one has no near relative and would be slow to compare.
    near = get_close_matches(name, names, n=1) if len(name) <= 64 and len(names) <= 1_000 else []
    return f"did you mean {near[0]}?" if near else None


def _unreachable(
    raw: dict[str, JsonValue], exits: dict[str, dict[str, str]]
) -> Iterator[Diagnostic]:
    start = raw.get("start")
    if not isinstance(start, str) or start not in exits:
        return
    graph = {name: tuple(targets.values()) for name, targets in exits.items()}
    found = reachable(graph, (start, str(raw.get("on_error"))))
    for node in exits:
        if node not in found:
            yield diagnostic(
                "UNREACHABLE",
                "no way leads here",
                ("nodes", node),
                hint="connect an exit to it, or delete it",
            )


def _endless(
    nodes: dict[str, NodeBase | None], exits: dict[str, dict[str, str]]
) -> Iterator[Diagnostic]:
    """Loops in which the contact is never waited for. A failed message is an event, so it counts."""
    moving = {
        name: None for name, node in nodes.items() if node and not isinstance(node, WaitingNode)
    }
    graph = {
        name: tuple(t for way, t in exits[name].items() if t in moving and way != "undeliverable")
        for name in moving
    }
    for group in loops(graph):
        yield diagnostic(
            "LOOP_NO_WAIT",
            f"this loop never waits for the contact: {', '.join(group)}",
            ("nodes", group[0]),
            hint="put an ask, a menu or a wait into it",
        )


def _nodes(
    raw: dict[str, JsonValue], shapes: dict[str, JsonValue], nodes: dict[str, NodeBase | None]
) -> Iterator[Diagnostic]:
    declared = raw.get("vars")
    variables = dict.fromkeys(declared if isinstance(declared, dict) else ())
    for node in nodes.values():
        variables |= dict.fromkeys(node.writes() if node else ())
    complete = None not in nodes.values()
    for name, node in nodes.items():
        if node:
            yield from lint_node(name, node, shapes[name], variables if complete else None)
