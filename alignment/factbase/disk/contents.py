"""What of a base goes to disk: its texts cut short, and its tables of facts with where they came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from alignment.checks.model import Checked, Schema
from alignment.factbase.database import Database
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.disk.runs import stored_run
from alignment.factbase.disk.telling import digest_of, kinds_of
from alignment.factbase.importing.reports import ImportedReports
from alignment.language import tree
from alignment.language.cutting import cut
from alignment.language.loader import statements
from alignment.problems import masked
from alignment.records import frozen

FEWEST = 1_000
"""Facts of a relation in a row that become a table; fewer are read as quickly as they stand."""


@frozen
class StoredText:
    """A file as it is kept: `digest` is that of what was read, before it was cut short."""

    file: str
    digest: str
    body: str


@frozen
class StoredReports:
    """A table of facts: the number of the text it comes from, and there its line or the number of its import."""

    reports: ImportedReports
    kinds: str
    origin: int
    line: int | None = None
    imported: int | None = None


@frozen
class Contents:
    """All that a base on disk has besides constants. `quoted` are texts of sources by file and path."""

    texts: Sequence[StoredText]
    reports: Sequence[StoredReports]
    quoted: Mapping[tuple[str, str], str]
    hidden: Sequence[str]


@frozen
class Part:
    """A file, the digest of what was read, and its imports, each with what it gave."""

    file: tree.File
    digest: str
    imports: Sequence[tuple[tree.Import, ImportedReports]]


def parts(
    files: Iterable[tree.File], imported: Mapping[int, ImportedReports], digests: Mapping[int, str]
) -> Iterator[Part]:
    """Files as parts of a base. Digests of files that were cut short, and tables, are known by identity."""
    for file in files:
        imports = [one for one in statements(file) if isinstance(one, tree.Import)]
        yield Part(file, digests.get(id(file)) or digest_of(file), [(one, imported[id(one)]) for one in imports])


def stored_parts(
    parts: Iterable[Part], checked: Checked, dictionary: Dictionary, database: Database
) -> tuple[list[StoredText], list[StoredReports]]:
    """The texts and the tables of the parts of a base."""
    texts: list[StoredText] = []
    reports: list[StoredReports] = []
    for origin, part in enumerate(parts):
        after = cut(part.file, FEWEST)
        texts.append(StoredText(part.file.name, part.digest, masked(after.body)))
        reports += _imports(part, origin, checked.schema)
        for run in after.runs:
            one = stored_run(run, checked.schema, dictionary, database)
            line = run.run.source.line_of(run.run.start)
            reports.append(StoredReports(one, kinds_of(checked.schema, one.relation), origin, line=line))
    return texts, reports


def _imports(part: Part, origin: int, schema: Schema) -> Iterator[StoredReports]:
    """The tables of imports by their number in the file; those in the place of runs of facts by their line."""
    number = 0
    for statement, one in part.imports:
        if statement.is_from_nowhere:
            yield StoredReports(one, kinds_of(schema, one.relation), origin, line=statement.line or 1)
        else:
            yield StoredReports(one, kinds_of(schema, one.relation), origin, imported=number)
            number += 1
