"""Generated graphs, for transitive closure."""

from __future__ import annotations

import numpy as np

from bench.tables import NUMBER, Codes, Table, World, distinct

EDGES_A_NODE = 3
"""With three edges a node about 88% of all pairs of nodes are in the closure."""


def random_graph(nodes: int, seed: int = 1) -> World:
    """Edges between nodes at random, three a node."""
    chance = np.random.default_rng(seed)
    ends = chance.integers(0, nodes, (2, nodes * EDGES_A_NODE))
    return _graph(distinct((ends[0], ends[1]), (nodes, nodes), chance), nodes)


def chain(edges: int) -> World:
    """One path of that many edges: as many rounds, and edges * (edges + 1) / 2 pairs."""
    nodes = np.arange(edges + 1)
    return _graph((nodes[:-1], nodes[1:]), edges + 1)


def _graph(edges: tuple[Codes, ...], nodes: int) -> World:
    return World({"edge": Table((NUMBER, NUMBER), edges), "node": Table((NUMBER,), (np.arange(nodes),))})
