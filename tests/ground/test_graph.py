"""Strong components come in an order of evaluation, and cycles are the shortest."""

import random

from alignment.graph import shortest_path, strong_components


def test_components_come_after_what_they_point_to() -> None:
    """A component is listed after every component it depends on."""
    graph = {"a": ["b"], "b": ["c", "a"], "c": ["d"], "d": []}
    assert [set(c) for c in strong_components(graph)] == [{"d"}, {"c"}, {"a", "b"}]


def test_a_long_chain_needs_no_recursion() -> None:
    """A chain of 50,000 relations is ordered without meeting Python's recursion limit."""
    graph = {i: [i + 1] for i in range(50_000)}
    assert len(strong_components(graph)) == 50_001


def test_components_agree_with_reachability_on_random_graphs() -> None:
    """Two nodes share a component exactly if each reaches the other."""
    draw = random.Random(5)
    for _ in range(200):
        nodes = range(draw.randint(1, 9))
        graph = {n: [draw.choice(nodes) for _ in range(draw.randint(0, 3))] for n in nodes}
        reach = {n: {m for m in nodes if shortest_path(graph, n, m)} for n in nodes}
        components = strong_components(graph)
        home = {n: i for i, component in enumerate(components) for n in component}
        for n in nodes:
            for m in nodes:
                together = n == m or (m in reach[n] and n in reach[m])
                assert (home[n] == home[m]) == together
                assert m not in reach[n] or home[m] <= home[n]


def test_shortest_path_is_shortest_and_starts_and_ends_right() -> None:
    """Of two ways round, the shorter is given; no way gives an empty list."""
    graph = {"p": ["q", "r"], "q": ["s"], "s": ["p"], "r": ["p"]}
    assert shortest_path(graph, "p", "p") == ["p", "r", "p"]
    assert shortest_path(graph, "p", "x") == []
