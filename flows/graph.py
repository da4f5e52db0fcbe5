"""The shape of a flow: what can be reached, and which loops it holds."""

from collections.abc import Iterable, Mapping

Graph = Mapping[str, tuple[str, ...]]
"""Node id to the ids it leads to; every target is a key."""

Found = dict[str, None]
"""Nodes in the order they were found."""


def reachable(
    graph: Graph, roots: Iterable[str], beyond: Mapping[str, None] | None = None
) -> Found:
    """Every node that can be reached without entering one that lies `beyond`."""
    found: Found = {}
    waiting = list(roots)
    while waiting:
        node = waiting.pop()
        if node in graph and node not in found and node not in (beyond or {}):
            found[node] = None
            waiting.extend(graph[node])
    return found


def loops(graph: Graph) -> list[list[str]]:
    """Every group of nodes that lead to each other, sorted; a node that leads to itself is one.

    Kosaraju's strongly connected components, without recursion: a flow may be a thousand nodes long.
    """
    reverse = _reversed(graph)
    taken: Found = {}
    groups: list[list[str]] = []
    for node in reversed(_finished(graph)):
        if node not in taken:
            group = reachable(reverse, [node], taken)
            taken |= group
            groups.append(sorted(group))
    return sorted(group for group in groups if len(group) > 1 or group[0] in graph[group[0]])


def _reversed(graph: Graph) -> Graph:
    sources: dict[str, list[str]] = {node: [] for node in graph}
    for node, targets in graph.items():
        for target in targets:
            sources[target].append(node)
    return {node: tuple(found) for node, found in sources.items()}


def _finished(graph: Graph) -> list[str]:
    """All nodes, each after everything that is found through it."""
    seen: Found = {}
    finished: list[str] = []
    for root in sorted(graph):
        work = [] if root in seen else [(root, iter(graph[root]))]
        seen[root] = None
        while work:
            node, targets = work[-1]
            target = next((target for target in targets if target not in seen), None)
            if target is None:
                finished.append(node)
                work.pop()
            else:
                seen[target] = None
                work.append((target, iter(graph[target])))
    return finished
