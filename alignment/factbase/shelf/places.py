"""Where derived relations of a base are kept, and what tells the facts of its texts from all others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from alignment.language import tree
from alignment.language.bulk import FactColumns, Statements
from alignment.language.tables import cache_folder

if TYPE_CHECKING:
    from alignment.factbase.disk.opening import OpenBase
    from alignment.factbase.shelf.shelf import Shelf

Keeping: TypeAlias = Literal["nothing", "bases", "all"]
"""Of which bases derived relations are kept: of none, of those on disk, of all."""

_INFERRING = (tree.Rule, tree.Constraint, tree.Prefer, tree.Exclusive, tree.Query, tree.Test, tree.Load)
"""Statements that no table is made of."""


def derived_folder(base: Path) -> Path:
    """The folder of what was derived from a base on disk."""
    return base.with_name(f"{base.name}.derived")


def shelf_of(bases: Sequence[OpenBase], keeping: Keeping) -> Shelf | None:
    """Where to keep what is derived: beside the first base on disk, or in the user's cache folder."""
    if keeping == "nothing":
        return None
    from alignment.factbase.shelf.shelf import Shelf  # noqa: PLC0415  # only where something is kept

    if bases:
        return Shelf(derived_folder(bases[0].path.absolute()))
    return Shelf(cache_folder() / "derived") if keeping == "all" else None


def lasting(files: Iterable[tree.File], bases: Iterable[OpenBase]) -> str | None:
    """What tells the written facts of a base from all others: their texts, and the bases on disk that hold some.

    None where some have no text.
    """
    import hashlib  # noqa: PLC0415  # 3 ms, and only where something is kept

    found = hashlib.sha256()
    of_bases = set[int]()
    for base in bases:
        found.update(f"{base.id}\n".encode())
        of_bases.update(map(id, base.files))
    for file in files:
        if id(file) not in of_bases and _has_facts(file):
            if file.span is None:
                return None
            text = file.span.source.text.encode("utf-8", "surrogatepass")
            found.update(hashlib.sha256(text).digest())
    return found.hexdigest()


def _has_facts(file: tree.File) -> bool:
    """Whether a file says anything that tables are made of, or how they are read."""
    chunks = file.statements.chunks() if isinstance(file.statements, Statements) else file.statements
    return any(isinstance(chunk, FactColumns) or not isinstance(chunk, _INFERRING) for chunk in chunks)
