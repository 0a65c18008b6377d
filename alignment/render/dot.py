"""Proofs in the DOT language of Graphviz."""

from __future__ import annotations

from collections.abc import Sequence

from alignment.render.diagram import Box, Drawing

_SHAPES = {
    "reported": 'shape=box, style="rounded,filled", fillcolor="#e9f5ec"',
    "derived": 'shape=box, style=filled, fillcolor="#e8eef9"',
    "absent": 'shape=hexagon, style="dashed,filled", fillcolor="#f6f6f6"',
    "compared": 'shape=parallelogram, style=filled, fillcolor="#fffbe8"',
    "aggregated": 'shape=box, peripheries=2, style=filled, fillcolor="#f3ecfa"',
    "defeated": 'shape=box, style="dashed,filled", fillcolor="#fbeceb"',
    "cut_off": "shape=box, style=dashed",
}


LOST = " [style=dashed, arrowhead=none]"


def to_dot(graphs: Sequence[Drawing]) -> str:
    """A digraph, the conclusion on top; each proof a cluster where there are several."""
    lines = ["digraph proof {", "  rankdir=BT;", '  node [fontname="sans-serif"];']
    for number, graph in enumerate(graphs, 1):
        body = [_box(box) for box in graph.boxes]
        body += [f"{start} -> {end}{LOST if start in graph.defeated else ''};" for start, end in graph.arrows]
        if len(graphs) > 1:
            head = [f"subgraph cluster_{number} {{", f"  label={_quoted([graph.title])};"]
            body = [*head, *(f"  {line}" for line in body), "}"]
        lines += [f"  {line}" for line in body]
    return "\n".join([*lines, "}"]) + "\n"


def _box(box: Box) -> str:
    return f"{box.id} [label={_quoted(box.lines)}, {_SHAPES[box.kind]}];"


def _quoted(lines: Sequence[str]) -> str:
    """Lines as one quoted string; a backslash would begin an escape, `&` an entity."""
    escaped = (line.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return '"' + "\\n".join(escaped) + '"'
