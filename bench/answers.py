"""The answers of a run, read from what each system writes, and a fingerprint that tells whether they agree."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ATOM = re.compile(rb"\(([^()]*)\)")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """How many rows, and the sum of their hashes: the order of rows does not matter, and nothing is kept."""

    count: int
    digest: str


def rows(path: Path, form: str) -> Iterator[bytes]:
    """Rows with tabs between their columns, from `csv` with a header, `tsv` without, or `atoms` in one line."""
    if form == "csv":
        with open(path, newline="", encoding="utf-8") as file:
            lines = csv.reader(file)
            next(lines, None)
            for line in lines:
                yield "\t".join(line).encode()
    elif form == "tsv":
        with open(path, "rb") as binary:
            for raw in binary:
                yield raw.rstrip(b"\r\n")
    else:
        for inside in ATOM.finditer(_last_answer(path)):
            yield inside[1].replace(b",", b"\t")


def _last_answer(path: Path) -> bytes:
    """The atoms of clingo's competition format: the line after ANSWER."""
    lines = path.read_bytes().splitlines()
    return lines[lines.index(b"ANSWER") + 1] if b"ANSWER" in lines else b""


def fingerprint(path: Path, form: str) -> Fingerprint:
    """The fingerprint of the rows of a file."""
    count = total = 0
    for row in rows(path, form):
        count += 1
        total += int.from_bytes(hashlib.blake2b(row, digest_size=16).digest(), "big")
    return Fingerprint(count, f"{total % 2**128:032x}")


def difference(first: tuple[Path, str], second: tuple[Path, str], most: int = 3) -> str:
    """Some rows that only one of two files has."""
    mine, theirs = set(rows(*first)), set(rows(*second))
    only_mine, only_theirs = sorted(mine - theirs), sorted(theirs - mine)
    parts = []
    for who, only in (("only the first", only_mine), ("only the second", only_theirs)):
        if only:
            shown = "; ".join(row.decode().replace("\t", ", ") for row in only[:most])
            parts.append(f"{who} has {len(only)} rows, such as ({shown})")
    return ", ".join(parts) or "the same rows, some more than once"
