"""Expressions whose possessive quantifiers work, whatever the Python."""

import re as own
import subprocess
import sys
from pathlib import Path

import pytest

from alignment.language.patterns import WORKS, re


def test_a_group_that_matches_in_part_is_not_counted() -> None:
    found = re.match("(?:ab?c)++", "aca")
    assert found is not None
    assert found.end() == 2
    assert (re is own) == WORKS


@pytest.mark.skipif(not Path("/usr/bin/python3").exists(), reason="there is no other Python")
def test_another_python_is_told_apart() -> None:
    """What is asked of a Python, asked of the system's: it is as its version says (gh-106052 came with 3.11.5)."""
    code = "import re, sys; print(sys.version_info[:3], re.match('(?:ab?c)++', 'aca').end() == 2)"
    told = subprocess.run(["/usr/bin/python3", "-c", code], capture_output=True, text=True, check=False).stdout
    if not told:
        pytest.skip("it knows no possessive quantifiers")
    version, _, works = told.strip().rpartition(" ")
    numbers = tuple(int(part) for part in version.strip("()").split(","))
    assert (works == "True") == (numbers >= (3, 11, 5)), told
    assert WORKS == (sys.version_info >= (3, 11, 5))
