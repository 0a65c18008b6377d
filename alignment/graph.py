"""Strong components and shortest cycles: what stratification and its error messages need."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def strong_components(graph: Mapping[T, Iterable[T]]) -> list[tuple[T, ...]]:
    """The strongly connected components, each after all components it points to.

    `graph` maps each node to its successors. Tarjan (1972), with an explicit stack so that a long
    chain of rules does not meet Python's recursion limit.
    """
    index: dict[T, int] = {}
    low: dict[T, int] = {}
    open_nodes: dict[T, None] = {}
    components: list[tuple[T, ...]] = []
    for root in graph:
        if root in index:
            continue
        work = [(root, iter(graph.get(root, ())))]
        index[root] = low[root] = len(index)
        open_nodes[root] = None
        while work:
            node, successors = work[-1]
            for successor in successors:
                if successor not in index:
                    index[successor] = low[successor] = len(index)
                    open_nodes[successor] = None
                    work.append((successor, iter(graph.get(successor, ()))))
                    break
                if successor in open_nodes:
                    low[node] = min(low[node], index[successor])
            else:
                work.pop()
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[node])
                if low[node] == index[node]:
                    components.append(_pop_component(open_nodes, node))
    return components


def _pop_component(open_nodes: dict[T, None], root: T) -> tuple[T, ...]:
    component = []
    while True:
        node, _ = open_nodes.popitem()
        component.append(node)
        if node == root:
            return tuple(reversed(component))


def shortest_path(graph: Mapping[T, Iterable[T]], start: T, goal: T) -> list[T]:
    """The nodes of a shortest path of at least one edge from `start` to `goal`; [] if there is none."""
    previous: dict[T, T] = {}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for successor in graph.get(node, ()):
            if successor == goal:
                path = [goal, node]
                while path[-1] != start:
                    path.append(previous[path[-1]])
                return path[::-1]
            if successor not in previous and successor != start:
                previous[successor] = node
                queue.append(successor)
    return []


def reachable(graph: Mapping[T, Iterable[T]], starts: Iterable[T]) -> set[T]:
    """The nodes that some path of at least one edge leads to from one of `starts`."""
    found: set[T] = set()
    todo = [*starts]
    while todo:
        for node in graph.get(todo.pop(), ()):
            if node not in found:
                found.add(node)
                todo.append(node)
    return found


def reversed_edges(graph: Mapping[T, Iterable[T]]) -> dict[T, set[T]]:
    """The graph with every edge turned round."""
    found: dict[T, set[T]] = {}
    for node, successors in graph.items():
        for successor in successors:
            found.setdefault(successor, set()).add(node)
    return found
