"""Tables from cells to codes, shared by the imports of a base: each distinct cell of a kind is encoded once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import compress
from typing import Any

import numpy as np

from alignment.checks.model import ANY, Schema
from alignment.factbase.database import new_name
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.importing import encoding
from alignment.factbase.importing.packing import texts_of, within

PRINTED = bytes(range(ord("!"), ord("~") + 1))
LETTERS = bytes(code for code in PRINTED if chr(code).isalpha())
"""How a name begins, whatever follows, and how it ends where there is no blank to be taken away."""

NO_CODE = -1
"""Stands for a cell that fits nothing, or an empty one of evidence: no constant, day or confidence is coded so."""


class Lookups:
    """One table a kind of column: `cell`, `code`. The kind is a type of arguments, `confidence` or `source`."""

    def __init__(self, schema: Schema, dictionary: Dictionary) -> None:
        self.schema = schema
        self.dictionary = dictionary
        self._tables: dict[tuple[str, str], str] = {}
        self._codes: dict[str, dict[str | None, int | float | None]] = {}
        self._numbered: dict[str, Any] = {}
        self._unfit: set[str] = set()

    def filled(self, kind: str, type_: str, cells: Sequence[str], cursor: Any) -> str:  # noqa: ANN401
        """The table of a kind for cells of an SQL type, with all that some queries of cells give.

        Cells that fit nothing are not in it.
        """
        table = self._tables.get((kind, type_))
        if table is None:
            table = self._tables[kind, type_] = new_name()
            code = "DOUBLE" if kind == "confidence" else "BIGINT"
            cursor.execute(f"CREATE TABLE {table} (cell {type_}, code {code})")
        union = " UNION ".join(cells)
        new = f"SELECT cell FROM ({union}) AS d ANTI JOIN {table} AS l USING (cell)"  # noqa: S608  # ours
        self._add(table, kind, [row[0] for row in cursor.execute(new).fetchall()], cursor)
        return table

    def _add(self, table: str, kind: str, cells: Iterable[Any], cursor: Any) -> None:  # noqa: ANN401
        kept = list(cells)
        codes: list[int | float]
        if kind == ANY and all(isinstance(cell, str) and _is_named(cell) for cell in kept):
            codes = list(self.dictionary.symbols(kept))
        else:
            found = list(map(self.encoder(kind), kept))
            kept = [cell for cell, code in zip(kept, found, strict=True) if code is not None]
            codes = [code for code in found if code is not None]
        if not kept:
            return
        arrays = {
            "cell": np.array(kept, dtype=object),
            "code": np.array(codes, dtype=np.float64 if kind == "confidence" else np.int64),
        }
        cursor.execute(f"INSERT INTO {table} SELECT cell, code FROM arrays")  # noqa: S608
        del arrays

    def codes(self, kind: str, cells: Sequence[str | None]) -> list[int | float | None]:
        """The codes of texts, None for those that fit nothing. Each is encoded once, whatever file it is in.

        So is None, which is no text.
        """
        known = self._codes.setdefault(kind, {None: None})
        codes = list(map(known.get, cells))
        if None not in codes:
            return codes
        new = [cell for cell, code in zip(cells, codes, strict=True) if code is None and cell not in known]
        if kind == ANY:  # most are names, and surely no numbers
            named = [cell for cell in new if cell is not None and _is_named(cell)]
            known.update(zip(named, self.dictionary.symbols(named), strict=True))
            new = [cell for cell in new if cell not in known] if len(named) < len(new) else []
        known.update(zip(new, map(self.encoder(kind), new), strict=True))
        return list(map(known.__getitem__, cells))

    def numbered(self, kind: str, cells: Any) -> Any:  # noqa: ANN401  # arrays of Arrow and of NumPy
        """The codes of a list of cells that only grows, NO_CODE for those that fit nothing."""
        before = self._numbered.get(kind)
        known = 0 if before is None else len(before)
        if known < len(cells):
            new = self._new_codes(kind, cells.slice(known))
            before = self._numbered[kind] = new if before is None else np.concatenate((before, new))
        return before

    def _new_codes(self, kind: str, cells: Any) -> Any:  # noqa: ANN401
        """The codes of cells that differ from each other and from all before."""
        texts = texts_of(cells)
        named = within(cells, LETTERS, PRINTED) if kind == ANY else np.zeros(len(texts), np.bool_)
        named &= np.array([text is not None for text in texts], np.bool_)
        symbols = self.dictionary.symbols(text for text in compress(texts, named.tolist()) if text is not None)
        rest = self.codes(kind, list(compress(texts, (~named).tolist())))
        if None in rest:
            self._unfit.add(kind)
        new = np.empty(len(texts), np.int64)
        new[named] = symbols  # the most of them, and surely no numbers
        new[~named] = [NO_CODE if code is None else code for code in rest]
        return new

    def has_unfit(self, kind: str) -> bool:
        """Whether some cell that was numbered fits nothing."""
        return kind in self._unfit

    def encoder(self, kind: str) -> encoding.Encode:
        """What gives the code of a cell of a kind."""
        if kind == "confidence":
            return encoding.confidence
        if kind == "source":
            known, dictionary = self.schema.sources, self.dictionary
            return lambda cell: dictionary.symbol(str(cell)) if str(cell) in known else None
        return encoding.encoder(kind, self.schema, self.dictionary)

    def drop(self, cursor: Any) -> None:  # noqa: ANN401
        """Forget the tables."""
        for table in self._tables.values():
            cursor.execute(f"DROP TABLE IF EXISTS {table}")
        self._tables.clear()
        self._codes.clear()
        self._numbered.clear()


def _is_named(cell: str) -> bool:
    """Whether a cell of any kind is a name as it stands, and surely no number."""
    return cell[:1].isalpha() and cell == cell.strip()
