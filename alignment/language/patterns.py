"""Regular expressions whose possessive quantifiers work: Python's own, or the package `regex` in its place.

CPython before 3.11.5 loses its place where a repeated group matches in part (gh-106052), and so reads `(?:ab?c)++`
in `aca` as three letters. Debian 12 has such a Python.
"""

from __future__ import annotations

import importlib
import re as _re
from typing import TYPE_CHECKING

__all__ = ["WORKS", "re"]


def _works() -> bool:
    found = _re.match("(?:ab?c)++", "aca")
    return found is not None and found.end() == 2


WORKS = _works()
"""Whether this Python's own expressions can be used."""

if TYPE_CHECKING:
    import re
else:
    re = importlib.import_module("re" if WORKS else "regex")
