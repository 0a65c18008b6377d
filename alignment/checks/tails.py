"""The fast path for the annotations of runs of facts: what is plainly right need not become nodes.

The grammar has read every tail already; an expression here finds those with nothing to complain of.
Whatever it does not recognise is looked at as nodes, so there is no second meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from alignment.language import tree

_DAY = r"\d{4}-\d\d-\d\d"
_UNIT = re.compile(
    rf"""[\s,]+(?:
        from\s+(?P<source>[a-z]\w*)(?:\s+"(?P<quote>[^"\\\n]*)")?
        | on\s+(?P<on>{_DAY}) | since\s+(?P<since>{_DAY}) | until\s+(?P<until>{_DAY})
        | (?P<word>{"|".join(tree.LIKELIHOOD)})\b
        | confidence\s+(?P<number>0(?:\.\d+)?|1(?:\.0+)?)(?![\w.])
    )""",
    re.ASCII | re.VERBOSE,
)
_TIMES = (tree.On, tree.Since, tree.Until, tree.During)


def is_plain(
    tail: str,
    shared: Iterable[tree.Annotation],
    proved: Callable[[str, str | None], bool],
    *,
    is_event: bool,
) -> bool:
    """Whether the annotations of a tail are right at first sight, beside those `shared` in its block.

    `proved` says of a source, and of a quote from it, that there is nothing wrong with them.
    """
    found: dict[str, str] = {}
    at, text = 0, f" {tail.rstrip()}"
    while at < len(text):
        unit = _UNIT.match(text, at)
        if unit is None:
            return False
        at = unit.end()
        kind = unit.lastgroup or ""
        if unit["source"] is not None:
            if not proved(unit["source"], unit["quote"]):
                return False
        elif kind in found:
            return False
        else:
            found[kind] = unit[kind]
    return _agree(found, is_event) and not _meets_a_time(found, shared)


def _agree(found: dict[str, str], is_event: bool) -> bool:
    """Whether these are one confidence, and one day or period."""
    if "word" in found and "number" in found:
        return False
    if "on" in found and ("since" in found or "until" in found):
        return False
    if "until" in found:
        return not is_event and ("since" not in found or found["since"] < found["until"])
    return True


def _meets_a_time(found: dict[str, str], shared: Iterable[tree.Annotation]) -> bool:
    """Whether the fact and its block both speak of time: then they are looked at together."""
    has_time = "on" in found or "since" in found or "until" in found
    return has_time and any(isinstance(annotation, _TIMES) for annotation in shared)
