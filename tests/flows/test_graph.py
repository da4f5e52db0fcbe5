"""The shape of a flow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.graph import Graph, loops, reachable


@pytest.mark.parametrize(
    ("graph", "groups"),
    [
        ({}, []),
        ({"a": ("b",), "b": ()}, []),
        ({"a": ("a",)}, [["a"]]),
        ({"a": ("b",), "b": ("c", "d"), "c": ("a",), "d": ()}, [["a", "b", "c"]]),
        ({"a": ("b",), "b": ("a", "c"), "c": ("d",), "d": ("c",)}, [["a", "b"], ["c", "d"]]),
    ],
)
def test_loops(graph: Graph, groups: list[list[str]]) -> None:
    assert loops(graph) == groups


def test_a_long_chain_needs_no_recursion() -> None:
    chain = {f"n{n}": (f"n{n + 1}",) for n in range(5_000)} | {"n5000": ("n0",)}
    assert [len(group) for group in loops(chain)] == [5_001]


def test_reachable_leaves_out_what_lies_elsewhere() -> None:
    graph: Graph = {"a": ("b", "gone"), "b": ("a",), "c": ("a",)}
    assert sorted(reachable(graph, ["a", "nowhere"])) == ["a", "b"]


_EDGES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=20)


@given(_EDGES)
def test_a_node_is_in_a_loop_when_it_can_come_back_to_itself(edges: list[tuple[int, int]]) -> None:
    graph: Graph = {
        str(node): tuple(str(target) for source, target in edges if source == node)
        for node in range(7)
    }
    on_loops = sorted(node for group in loops(graph) for node in group)
    assert on_loops == [node for node in sorted(graph) if node in reachable(graph, graph[node])]
