"""The constants of many rows as tables of the database: each with its place in the order of constants, and its text.

The order is `Dictionary.sort_key`'s: numbers by value, dates, names without regard to case. Constants of a base on
disk are read from there a batch at a time, and none stays in memory.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from alignment.exchange.content import Content
from alignment.exchange.shapes import Spell
from alignment.factbase.database import Database, drop, new_name, reading
from alignment.factbase.dictionary import DAY, INTEGER, KEPT, SHORT, Sort, Value
from alignment.factbase.disk.constants import StoredConstants, constant

BATCH = 100_000
"""Constants that are spelled at once."""

_NUMBER, _DATE, _NAME = 0, 1, 2
"""The kinds of constants in their order."""

Constants = list[tuple[int, Value, Sort]]


class Places:
    """The constants of some columns. `columns` are queries of codes by the function that spells them."""

    def __init__(self, content: Content, database: Database, columns: Mapping[Spell, Sequence[str]]) -> None:
        self.content = content
        self.database = database
        self._cursor, self._writer = database.cursor(), database.cursor()
        self._codes = {spell: self._made(self._distinct(queries)) for spell, queries in columns.items()}
        self._places = self._placed()
        self._texts: dict[Spell, str] = {}

    def texts(self, spell: Spell) -> str:
        """A table of codes with their place and their text."""
        if spell not in self._texts:
            table = self._made("SELECT NULL::BIGINT AS code, NULL::BIGINT AS place, NULL::VARCHAR AS text LIMIT 0")
            for batch in self._constants(self._codes[spell]):
                arrays = {
                    "code": np.array([code for code, _, _ in batch], dtype=np.int64),
                    "text": np.array([spell(value, sort) for _, value, sort in batch], dtype=object),
                }
                self._writer.execute(
                    f"INSERT INTO {table} SELECT a.code, p.place, a.text "  # noqa: S608  # names of our own
                    f"FROM arrays AS a JOIN {self._places} AS p ON p.code = a.code"
                )
                del arrays
            self._texts[spell] = table
        return self._texts[spell]

    def _placed(self) -> str:
        """The table of the places of all codes."""
        codes = self._made(self._distinct([f"SELECT code FROM {table}" for table in self._codes.values()]))  # noqa: S608
        keys = self._made(
            "SELECT NULL::BIGINT AS code, 0::TINYINT AS kind, NULL::BIGINT AS nth, "
            "NULL::VARCHAR AS folded, NULL::VARCHAR AS letters, 0::TINYINT AS sort LIMIT 0"
        )
        numbers = [(code, value) for batch in self._written(codes) for code, value in self._names(keys, batch)]
        integers = f"code & 3 = {INTEGER}"
        if numbers:
            self._cursor.execute(f"SELECT code FROM {codes} WHERE {integers}")  # noqa: S608  # names of our own, here and below
            numbers += [(code, code >> 2) for (code,) in self._cursor.fetchall()]
            numbers.sort(key=lambda one: (one[1], type(one[1]).__name__))
            arrays = {
                "code": np.array([code for code, _ in numbers], dtype=np.int64),
                "nth": np.arange(len(numbers), dtype=np.int64),
            }
            self._writer.execute(f"INSERT INTO {keys} SELECT code, {_NUMBER}, nth, NULL, NULL, 0 FROM arrays")  # noqa: S608
            del arrays
            integers = "FALSE"
        self._writer.execute(
            f"INSERT INTO {keys} SELECT code, CASE code & 3 WHEN {DAY} THEN {_DATE} ELSE {_NUMBER} END, "  # noqa: S608
            f"code >> 2, NULL, NULL, 0 FROM {codes} WHERE code & 3 = {DAY} OR {integers}"
        )
        order = "kind, nth, folded, letters, sort"
        return self._made(f"SELECT code, row_number() OVER (ORDER BY {order}) AS place FROM {keys}")  # noqa: S608

    def _names(self, keys: str, batch: Constants) -> list[tuple[int, int | float]]:
        """Put the names of a batch among the keys; its numbers."""
        names = [(code, value, sort) for code, value, sort in batch if isinstance(value, str)]
        arrays = {
            "code": np.array([code for code, _, _ in names], dtype=np.int64),
            "folded": np.array([value.casefold() for _, value, _ in names], dtype=object),
            "letters": np.array([value for _, value, _ in names], dtype=object),
            "sort": np.array([int(sort) for _, _, sort in names], dtype=np.int8),
        }
        if names:
            self._writer.execute(
                f"INSERT INTO {keys} SELECT code, {_NAME}, NULL, folded, letters, sort FROM arrays"  # noqa: S608
            )
        del arrays
        return [(code, value) for code, value, _ in batch if isinstance(value, int | float)]

    def _constants(self, codes: str) -> Iterator[Constants]:
        """The constants of a table of codes, batch by batch."""
        yield from self._written(codes)
        yield from self._decoded(f"SELECT code FROM {codes} WHERE code & 3 IN ({INTEGER}, {DAY})")  # noqa: S608

    def _written(self, codes: str) -> Iterator[Constants]:
        """Those of them that are no days, and no whole numbers that stand in their own code."""
        yield from self._kept(codes)
        yield from self._decoded(f"SELECT code FROM {codes} WHERE code & 3 = {SHORT}")  # noqa: S608

    def _kept(self, codes: str) -> Iterator[Constants]:
        """Those of them that do not stand in their own code."""
        given, first = self.content.dictionary.given, 0
        if isinstance(given, StoredConstants):
            first = len(given) << 2
            query = f"SELECT u.code, g.letters, g.sort FROM {codes} AS u JOIN {given.table} AS g "  # noqa: S608
            query += f"ON g.place = u.code >> 2 WHERE u.code & 3 = {KEPT} AND u.code < {first}"
            for rows in self._fetched(query):
                yield [(code, *constant(letters, sort)) for code, letters, sort in rows]
        yield from self._decoded(f"SELECT code FROM {codes} WHERE code & 3 = {KEPT} AND code >= {first}")  # noqa: S608

    def _decoded(self, query: str) -> Iterator[Constants]:
        dictionary = self.content.dictionary
        for rows in self._fetched(query):
            yield [(code, dictionary.decode(code), dictionary.sort(code)) for (code,) in rows]

    def _fetched(self, query: str) -> Iterator[list[Any]]:
        with reading():
            found = self._cursor.execute(query)
        while rows := found.fetchmany(BATCH):
            self.content.limits.check()
            yield rows

    def _distinct(self, queries: Sequence[str]) -> str:
        union = " UNION ALL ".join(queries) or "SELECT NULL::BIGINT AS code LIMIT 0"
        return f"SELECT DISTINCT code FROM ({union}) AS u"  # noqa: S608

    def _made(self, query: str) -> str:
        """A table of a query, dropped with these places."""
        name = new_name()
        with reading():
            self._writer.execute(f"CREATE TABLE {name} AS {query}")
        weakref.finalize(self, drop, self.database, name)
        return name
