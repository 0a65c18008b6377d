"""The fast path for the annotations of runs of facts: what is plainly right need not become nodes.

The grammar has read every tail already; an expression here finds those with nothing to complain of.
Whatever it does not recognise is looked at as nodes, so there is no second meaning.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from alignment.language import tree

_DAY = r"\d{4}-\d\d-\d\d"
_LIKELIHOOD = "|".join(tree.LIKELIHOOD)
_PLAIN = re.compile(
    rf"""(?:[\s,]+from\s+[a-z]\w*)*  # sources first: their names are looked up one by one
        (?:[\s,]+(?:(?P<on>on)\s+{_DAY}|since\s+(?P<since>{_DAY})(?:[\s,]+until\s+(?P<until>{_DAY}))?))?
        (?:[\s,]+from\s+[a-z]\w*)*
        (?:[\s,]+(?P<word>{_LIKELIHOOD}))?
        (?:[\s,]+from\s+[a-z]\w*)*\s*\Z""",
    re.ASCII | re.VERBOSE,
)
_SOURCE = re.compile(r"\bfrom\s+([a-z]\w*)", re.ASCII)


_TIMES = (tree.On, tree.Since, tree.Until, tree.During)


def is_plain(tail: str, shared: Iterable[tree.Annotation], sources: Collection[str], is_event: bool) -> bool:
    """Whether the annotations of a tail are right at first sight, beside those `shared` in its block."""
    found = _PLAIN.match(f" {tail}")
    if found is None or (is_event and found["until"]):
        return False
    if found["until"] and found["since"] >= found["until"]:
        return False
    has_time = found["on"] or found["since"]
    if has_time and any(isinstance(annotation, _TIMES) for annotation in shared):
        return False
    return all(name in sources for name in _SOURCE.findall(tail))
