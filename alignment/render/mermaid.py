"""Proofs in Mermaid's flowchart language, for Markdown pages and wikis."""

from __future__ import annotations

import re
from collections.abc import Sequence

from alignment.render.diagram import Box, Drawing

_SHAPES = {
    "reported": ('(["', '"])'),
    "derived": ('["', '"]'),
    "absent": ('{{"', '"}}'),
    "compared": ('[/"', '"/]'),
    "aggregated": ('[["', '"]]'),
    "defeated": ('[\\"', '"\\]'),
    "cut_off": ('["', '"]'),
}

_STYLES = """\
classDef derived fill:#e8eef9,stroke:#34558b,color:#14213d
classDef reported fill:#e9f5ec,stroke:#2f7d4f,color:#12301f
classDef absent fill:#f6f6f6,stroke:#888888,color:#333333,stroke-dasharray:4 3
classDef compared fill:#fffbe8,stroke:#a68a2d,color:#3d3413
classDef aggregated fill:#f3ecfa,stroke:#6b4a94,color:#2b1b40
classDef defeated fill:#fbeceb,stroke:#a0413a,color:#3f1714,stroke-dasharray:4 3
classDef cut_off fill:#ffffff,stroke:#888888,color:#333333,stroke-dasharray:4 3"""

_SPECIAL = re.compile(r'["#&<>`\\\[\](){}|;:]')
"""What Mermaid, its Markdown strings or the HTML of its labels would read as more than a letter.

The colon is one of them: a name such as `style x:` would make Mermaid drop the end of a `#number;`.
"""


def to_mermaid(graphs: Sequence[Drawing]) -> str:
    """A flowchart, the conclusion on top; each proof a subgraph where there are several."""
    lines = ["flowchart BT"]
    for number, graph in enumerate(graphs, 1):
        body = [_box(box) for box in graph.boxes]
        body += [f"{start} {'-.-' if start in graph.defeated else '-->'} {end}" for start, end in graph.arrows]
        if len(graphs) > 1:
            body = [f'subgraph p{number}["{_escaped(graph.title)}"]', *(f"  {line}" for line in body), "end"]
        lines += [f"  {line}" for line in body]
    lines += [f"  {line}" for line in _STYLES.split("\n")]
    return "\n".join(lines) + "\n"


def _box(box: Box) -> str:
    opening, closing = _SHAPES[box.kind]
    text = "<br/>".join(map(_escaped, box.lines))
    return f"{box.id}{opening}{text}{closing}:::{box.kind}"


def _escaped(text: str) -> str:
    """The text with every character that could end or change it as Mermaid's `#number;`."""
    return _SPECIAL.sub(lambda found: f"#{ord(found[0])};", text)
