"""A base on disk opened: its texts are read again, its facts and constants stay where they are.

A base may come from anybody. Nothing in it is carried out: it is attached read-only, only tables are looked at
whose definition is the one we write, and a file that is otherwise made is refused whole. Its texts open no file: an
import must have its table, and the texts of sources are those that stand in the base.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from alignment.factbase.database import Database
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.disk import layout
from alignment.factbase.disk.constants import StoredConstants
from alignment.factbase.duck import duckdb
from alignment.factbase.importing.reports import ImportedReports
from alignment.language import tree
from alignment.language.bulk import Statements
from alignment.language.loader import statements
from alignment.language.parser import parse
from alignment.problems import AlignmentError, Problem, raise_any
from alignment.records import frozen
from alignment.source import SourceText

_MAGIC = slice(8, 12), b"DUCK"
"""What stands in every DuckDB file, and where."""


@frozen(eq=False, slots=False)
class OpenBase:
    """A base on disk.

    `id` is a name that no other base has, not one that was written again either; `format` is that of the release that
    wrote it. `digests` are those of what each file was made of. `imported` has the table of each import statement of
    the files by its identity, and `kinds` what the arguments of its rows were checked against. `quoted` are texts of
    sources by file and path.
    """

    path: Path
    id: str
    format: int
    files: tuple[tree.File, ...]
    digests: tuple[str, ...]
    imported: Mapping[int, ImportedReports]
    kinds: Mapping[int, str]
    quoted: Mapping[tuple[str, str], str]
    hidden: tuple[str, ...]


def opened(path: Path, dictionary: Dictionary, database: Database) -> OpenBase:
    """Open a base. Raises AlignmentError where there is none that this release can read.

    The first base of a dictionary is read where it stands. What another has is copied, because its constants
    have other numbers; so is what an older release wrote, in which short names had numbers too.
    """
    _look(path)
    try:
        name = database.attach(str(path.absolute()))
    except duckdb.Error as error:
        raise _no_base(path, f"{str(error).splitlines()[0]}") from None
    try:
        found = _read(path, name, database)
        constants = StoredConstants(database, name, _count(f"{name}.constants", database), found.id)
        has_our_codes = found.format == layout.FORMAT
        if has_our_codes and (dictionary.adopt(constants) or getattr(dictionary.given, "id", None) == found.id):
            return found
        from alignment.factbase.disk.translating import translated  # noqa: PLC0415  # of an older release, or a second one

        copied = translated(list(found.imported.values()), name, dictionary, database)
    except duckdb.Error as error:
        database.detach(name)
        raise _no_base(path, f"{str(error).splitlines()[0]}") from None
    except AlignmentError:
        database.detach(name)
        raise
    database.detach(name)
    return replace(found, imported={key: copied[one] for key, one in found.imported.items()})


def _look(path: Path) -> None:
    """See that it is a DuckDB file at all, before DuckDB is asked."""
    try:
        with path.open("rb") as file:
            head = file.read(_MAGIC[0].stop)
    except OSError as error:
        message = f"cannot read '{path}': {error.strerror}"
        raise AlignmentError(Problem("no-such-file", None, message)) from None
    if head[_MAGIC[0]] != _MAGIC[1]:
        raise _no_base(path, "it is no DuckDB file")


def _read(path: Path, base: str, database: Database) -> OpenBase:
    cursor = database.cursor()
    made = _definitions(base, cursor)
    format_ = _format(path, base, made, cursor)
    for table, columns in layout.TABLES.items():
        if made.get(table) != layout.definition(table, columns):
            raise _no_base(path, f"its table '{table}' is not as `alignment import` makes it")
    texts = cursor.execute(f"SELECT file, digest, body FROM {base}.texts ORDER BY number").fetchall()  # noqa: S608
    ((id_,),) = cursor.execute(f"SELECT id FROM {base}.alignment").fetchall()  # noqa: S608
    quoted = cursor.execute(f"SELECT file, path, body FROM {base}.quoted").fetchall()  # noqa: S608
    hidden = cursor.execute(f"SELECT fact FROM {base}.hidden").fetchall()  # noqa: S608
    read = _Reading(path, base, str(id_), database, made, [SourceText(file, body) for file, _, body in texts])
    read.add_tables(cursor)
    return OpenBase(
        path,
        str(id_),
        format_,
        tuple(read.files()),
        tuple(digest for _, digest, _ in texts),
        read.imported,
        read.kinds,
        {(file, place): body for file, place, body in quoted},
        tuple(fact for (fact,) in hidden),
    )


def _definitions(base: str, cursor: Any) -> dict[str, str]:  # noqa: ANN401
    """The tables that are there, with what DuckDB tells of each."""
    query = "SELECT table_name, sql FROM duckdb_tables() WHERE database_name = ? AND schema_name = 'main'"
    return dict(cursor.execute(query, [base]).fetchall())


def _format(path: Path, base: str, made: Mapping[str, str], cursor: Any) -> int:  # noqa: ANN401
    """The format of a base, and that it is one that is known."""
    if made.get("alignment") != layout.definition("alignment", layout.TABLES["alignment"]):
        raise _no_base(path, "it is a DuckDB file of something else")
    found = cursor.execute(f"SELECT format FROM {base}.alignment").fetchall()  # noqa: S608
    if len(found) != 1:
        raise _no_base(path, "it does not say of which format it is")
    ((format_,),) = found
    if format_ > layout.FORMAT:
        message = f"'{path}' was written by a newer release, in format {format_}; this one reads {layout.FORMAT}"
        raise AlignmentError(Problem("newer-base", None, message, "use a newer release, or import it again"))
    return int(format_)


class _Reading:
    """The texts of a base, and the tables found for their imports and runs of facts."""

    def __init__(
        self, path: Path, base: str, id_: str, database: Database, made: Mapping[str, str], sources: list[SourceText]
    ) -> None:
        self.path = path
        self.base = base
        self.id = id_
        self.database = database
        self.made = made
        self.imported: dict[int, ImportedReports] = {}
        self.kinds: dict[int, str] = {}
        self._sources = sources
        parsed = [parse(source) for source in sources]
        raise_any(problem for _, problems in parsed for problem in problems)
        self._parsed = [file for file, _ in parsed]
        self._imports = [[one for one in statements(file) if isinstance(one, tree.Import)] for file in self._parsed]
        self._runs: list[list[tree.Import]] = [[] for _ in parsed]
        self._tables: dict[int, ImportedReports] = {}

    def files(self) -> Iterator[tree.File]:
        """The texts, with an import in the place of each run of facts."""
        for file, runs in zip(self._parsed, self._runs, strict=True):
            assert isinstance(file.statements, Statements)
            yield replace(file, statements=Statements([*file.statements.parts, *runs]))

    def add_tables(self, cursor: Any) -> None:  # noqa: ANN401
        """Find the table of each import and of each run."""
        columns = ", ".join(layout.TABLES["reported"])
        rows = cursor.execute(f"SELECT {columns} FROM {self.base}.reported ORDER BY ALL").fetchall()  # noqa: S608
        for number, relation, arity, size, evidence, certainty, single, kinds, origin, line, imported in rows:
            if not 0 <= origin < len(self._sources) or arity < 0:
                raise _no_base(self.path, f"it has no text for the table {number}")
            source = self._sources[origin]
            statement = self._statement(source, relation, arity, origin, line, imported)
            has = frozenset(evidence.split(",") if evidence else ())
            if number not in self._tables:
                table = self._table(number, arity, has)
                lines = source if "line" in has else None
                span = statement.span
                days = f"(SELECT turn AS day FROM {self.base}.changes WHERE number = {int(number)})"  # noqa: S608  # ours
                self._tables[number] = ImportedReports(
                    self.database, table, arity, size, has, certainty, relation, span, lines, single,
                    f"{self.id} {number}", days,
                )  # fmt: skip
            self.imported[id(statement)] = self._tables[number]
            self.kinds[id(statement)] = kinds
        for source, imports in zip(self._sources, self._imports, strict=True):
            if any(id(one) not in self.imported for one in imports):  # it would be carried out: a base reads no file
                raise _no_base(self.path, f"'{source.name}' has an import without its table")

    def _statement(
        self, source: SourceText, relation: str, arity: int, origin: int, line: int | None, imported: int | None
    ) -> tree.Import:
        """The import that a table is the outcome of, or one in the place of a run of facts."""
        if imported is not None:
            if not 0 <= imported < len(self._imports[origin]):
                raise _no_base(self.path, f"'{source.name}' has no import number {imported + 1}")
            return self._imports[origin][imported]
        start = source.line_starts[min(max(line or 1, 1), len(source.line_starts)) - 1]
        span = source.span(start, start)
        args = tuple(tree.Variable(f"V{i}", span=span) for i in range(arity))
        atom = tree.Atom(relation.removeprefix("-"), args, negative=relation.startswith("-"), span=span)
        run = tree.Import(atom, (), (), span=span)
        self._runs[origin].append(run)
        return run

    def _table(self, number: int, arity: int, has: frozenset[str]) -> str:
        """The name of a table of facts that is made as it should be."""
        table = layout.facts_table(number)
        columns = layout.facts_columns(arity, has)
        if not has <= layout.EVIDENCE.keys() or self.made.get(table) != layout.definition(table, columns):
            raise _no_base(self.path, f"its table '{table}' is not as `alignment import` makes it")
        return f"{self.base}.{table}"


def _count(table: str, database: Database) -> int:
    ((count,),) = database.cursor().execute(f"SELECT count(*) FROM {table}").fetchall()  # noqa: S608
    return int(count)


def _no_base(path: Path, why: str) -> AlignmentError:
    message = f"'{path}' is not a base that can be read: {why}"
    hint = "make it again: alignment import SPEC.facts -o BASE.duckdb"
    return AlignmentError(Problem("not-a-base", None, message, hint))
