"""What can be said about one node that parses: its exits, its options, its templates."""

from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from flows import templates
from flows.diagnostics import Diagnostic, diagnostic
from flows.nodes.base import Default, Exit, NodeBase
from flows.nodes.branch import BranchNode
from flows.nodes.menu import MenuNode
from flows.parts import Place
from flows.places import nearest
from flows.text import fold

Variables = Mapping[str, None]
"""The names of all variables that a flow sets."""


def lint_node(
    name: str, node: NodeBase, shape: JsonValue, variables: Variables | None
) -> Iterator[Diagnostic]:
    """Everything about one node; `shape` is the node as its author wrote it.

    `variables` is None where not every node could be read.
    """
    ways = {way.name: way for way in node.ways()}
    yield from _unknown_exits(name, node, ways)
    yield from _open_exits(name, node, ways)
    yield from _templates(name, node, shape, variables)
    if isinstance(node, MenuNode):
        yield from _options(name, node)
    if isinstance(node, BranchNode):
        yield from _cases(name, node)


def _unknown_exits(name: str, node: NodeBase, ways: dict[str, Exit]) -> Iterator[Diagnostic]:
    for way in sorted(node.exits):
        if way not in ways:
            yield diagnostic(
                "UNKNOWN_FIELD",
                f"this node has no exit {way!r}",
                ("nodes", name, "exits", way),
                field=way,
                hint=f"its exits: {', '.join(ways)}" if ways else "it has no exits",
            )


_DEFAULTS: dict[Default, str] = {
    "end": "the run ends as completed",
    "expire": "the run ends as expired",
    "on_error": "the run goes to on_error, and without one people take over",
    "hand_over": "people take over",
}


def _open_exits(name: str, node: NodeBase, ways: dict[str, Exit]) -> Iterator[Diagnostic]:
    for way in ways.values():
        if way.name in node.exits or way.quiet:
            continue
        default = f"as {way.falls_to}" if way.falls_to else _DEFAULTS[way.default]
        yield diagnostic(
            "EXIT_OPEN",
            f"the exit {way.name!r} leads nowhere: {default}",
            ("nodes", name),
            field=way.name,
        )


def _options(name: str, node: MenuNode) -> Iterator[Diagnostic]:
    ids: list[str] = []
    labels: list[str] = []
    for number, option in enumerate(node.options):
        place: Place = ("nodes", name, "options", number)
        if option.id in ids:
            message = f"the option {option.id!r} stands here twice"
            yield diagnostic("DUP_OPTION", message, (*place, "id"), field="id")
        if fold(option.label) in labels:
            yield diagnostic(
                "SAME_LABEL",
                f"another option reads like {option.label!r}",
                (*place, "label"),
                field="label",
                hint="a contact who types it cannot be understood",
            )
        ids.append(option.id)
        labels.append(fold(option.label))


def _cases(name: str, node: BranchNode) -> Iterator[Diagnostic]:
    ids: list[str] = []
    for number, case in enumerate(node.cases):
        place: Place = ("nodes", name, "cases", number)
        if case.id in ids:
            message = f"the case {case.id!r} stands here twice"
            yield diagnostic("DUP_ID", message, (*place, "id"), field="id")
        ids.append(case.id)
        for kind, tests in (("all", case.all), ("any", case.any)):
            for index, test in enumerate(tests):
                if not templates.parse(test.left).outputs:
                    yield diagnostic(
                        "EXPR_CONSTANT",
                        f"{test.left!r} is a fixed text, so this test is always the same",
                        (*place, kind, index, "left"),
                        field="left",
                        hint="write {{ vars.x }} to read a value",
                    )


def _templates(
    name: str, node: NodeBase, shape: JsonValue, variables: Variables | None
) -> Iterator[Diagnostic]:
    for place, text in node.templates():
        template = templates.parse(text)
        # A bare string is short for a list of parts, so the place may be deeper than the document.
        where: Place = ("nodes", name, *nearest(shape, place))
        for problem in template.problems:
            yield diagnostic(
                problem.code,
                problem.detail,
                where,
                field=_field(where),
                column=problem.column,
                hint=f"filters: {', '.join(templates.FILTER_NAMES)}"
                if problem.code == "EXPR_UNKNOWN_FILTER"
                else None,
            )
        for output in template.outputs:
            yield from _reads(output.path, where, variables)


def _reads(
    path: tuple[str, ...], where: Place, variables: Variables | None
) -> Iterator[Diagnostic]:
    field = _field(where)
    if path[0] not in templates.ROOTS or len(path) == 1:
        yield diagnostic(
            "EXPR_UNKNOWN_NAME",
            f"there is nothing called {'.'.join(path)!r}",
            where,
            field=field,
            hint=f"names begin with {', '.join(root + '.' for root in templates.ROOTS)}",
        )
    elif path[0] == "vars" and variables is not None and path[1] not in variables:
        yield diagnostic(
            "VAR_UNDECLARED",
            f"nothing in this flow sets vars.{path[1]}",
            where,
            field=field,
            hint="save an answer into it, set it, or give it a value in the flow's vars",
        )


def _field(where: Place) -> str:
    return next(str(step) for step in reversed(where) if isinstance(step, str))
