"""How a caller may dress parts of a text. Nothing in this room knows colours."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Style: TypeAlias = Callable[[str, str], str]
"""Takes the kind of a part and its text, and gives the text to show. It must not change its width.

Kinds: `claim`, `absent`, `rule`, `report`, `branch`, `closing`, `holds`, `fails`, `header`, `error`,
`warning`, `place`, `hint`.
"""


def plain(kind: str, text: str) -> str:
    """The style of files, pipes and tests: the text as it is."""
    del kind
    return text
