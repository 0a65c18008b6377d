"""A small relation as JSON, below the digest of its bytes: read without NumPy and without DuckDB.

Codes are those of the dictionary, except that a constant which the base on disk does not have, if there is
one, is a place in the list of constants. JSON, not pickle: a file that somebody else wrote must not be able to run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from alignment.factbase.dictionary import KEPT, Dictionary, Sort, Value
from alignment.factbase.relation import MemoryRelation, Relation, Row
from alignment.factbase.strengths import MemoryStrengths, Strengths

ENDING = ".json"


def write(path: Path, relation: Relation, arity: int, dictionary: Dictionary) -> bool:
    """Write a relation with the rounds of its rows."""
    return _write(path, ((row, relation.round(row)) for row in sorted(relation)), arity, dictionary)


def write_strengths(path: Path, strengths: Strengths, arity: int, dictionary: Dictionary) -> bool:
    """Write the rows of a relation that are less than certain, with their strengths."""
    return _write(path, sorted(strengths), arity, dictionary)


def read(path: Path, dictionary: Dictionary) -> Relation | None:
    """The relation that was written, None if the file is not whole. Raises ValueError for what is no JSON."""
    found = _read(path, dictionary)
    return None if found is None else MemoryRelation(found)


def read_strengths(path: Path, dictionary: Dictionary) -> Strengths | None:
    """The strengths that were written, None if the file is not whole. Raises ValueError for what is no JSON."""
    found = _read(path, dictionary)
    return None if found is None else MemoryStrengths(found)


def _write(path: Path, given: Iterable[tuple[Row, float]], arity: int, dictionary: Dictionary) -> bool:
    first = len(dictionary.given) if dictionary.given is not None else 0
    places: dict[int, int] = {}
    constants: list[list[Any]] = []

    def kept(code: int) -> int:
        if code & 3 != KEPT or code >> 2 < first:
            return code
        if code not in places:
            places[code] = first + len(constants) << 2 | KEPT
            constants.append([int(dictionary.sort(code)), dictionary.decode(code)])
        return places[code]

    rows = [[*map(kept, row), number] for row, number in given]
    value = {"arity": arity, "given": first, "constants": constants, "rows": rows}
    content = json.dumps(value, separators=(",", ":"), ensure_ascii=True).encode()
    path.write_bytes(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
    return True


def _read(path: Path, dictionary: Dictionary) -> dict[Row, Any] | None:
    digest, _, content = path.read_bytes().partition(b"\n")
    if hashlib.sha256(content).hexdigest().encode() != digest:
        return None
    value = json.loads(content)
    width, first = int(value["arity"]), int(value["given"])
    if first != (len(dictionary.given) if dictionary.given is not None else 0):
        return None
    codes = [_code(letters, Sort(sort), dictionary) for sort, letters in value["constants"]]

    def code(kept: int) -> int:
        own = (kept >> 2) - first
        return codes[own] if kept & 3 == KEPT and own >= 0 else kept

    found: dict[Row, Any] = {}
    for row in value["rows"]:
        if len(row) != width + 1:
            return None
        found[tuple([code(one) for one in row[:width]])] = row[width]
    return found


def _code(value: Value, sort: Sort, dictionary: Dictionary) -> int:
    return dictionary.value(value, text=sort is Sort.TEXT)
