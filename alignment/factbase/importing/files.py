"""Where the table of an import is: the files that its paths stand for, and the folder in which they are looked for."""

from __future__ import annotations

import glob
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from alignment import library
from alignment.language import tree


def located(statement: tree.Import, tables: Mapping[str, tree.TableDeclaration]) -> tuple[tree.Import, Path]:
    """An import with the paths of the table that it names, and the folder of the file that states them."""
    placed, at = statement, statement.span
    if statement.named is not None:
        table = tables[statement.named.name]
        placed, at = replace(statement, paths=table.paths, table=table.table, named=None), table.span
    return placed, library.located(at.file).parent if at else Path()


def matching(path: str, folder: Path) -> list[str]:
    """The file at a path, or those that fit a pattern, sorted; relative ones are looked for in `folder`."""
    place = folder / path
    if place.is_file():
        return [str(place)]
    if not glob.has_magic(path):
        return []
    pattern = Path(glob.escape(str(folder))) / path
    return sorted(one for one in glob.glob(str(pattern), recursive=True) if Path(one).is_file())
