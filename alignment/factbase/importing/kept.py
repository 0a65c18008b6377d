"""The imports of a base, each carried out once and kept until its statement, its files or its names change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from alignment.activity import Activity, unwatched
from alignment.checks.model import Checked
from alignment.factbase.dictionary import Dictionary
from alignment.language import tree
from alignment.problems import AlignmentError, LimitReached, Problem, Severity, raise_any

if TYPE_CHECKING:
    from alignment.factbase.importing.bad_rows import BadRows
    from alignment.factbase.importing.reports import ImportedReports
    from alignment.factbase.importing.started import Key, Started


OnBadRow: TypeAlias = Literal["skip", "stop"]


class Imports:
    """What was imported, by statement and state of its files.

    `on_bad_row` is `skip` or `stop`; with a `memory_limit` in MB, DuckDB spills to disk early enough; `activity` is
    told what is being read.
    """

    def __init__(
        self, on_bad_row: OnBadRow = "skip", memory_limit: int | None = None, activity: Activity = unwatched
    ) -> None:
        self.on_bad_row = on_bad_row
        self.activity = activity
        self.memory_limit = memory_limit
        self._done: dict[Key, tuple[ImportedReports, BadRows]] = {}

    def copy(self) -> Imports:
        """Imports of another base with the same dictionary, that need not be carried out again."""
        other = Imports(self.on_bad_row, self.memory_limit, self.activity)
        other._done = self._done
        return other

    def carried_out(
        self,
        checked: Checked,
        dictionary: Dictionary,
        given: Mapping[int, ImportedReports],
        begun: Started | None = None,
    ) -> tuple[Mapping[int, ImportedReports], Sequence[Problem]]:
        """The rows of all imports by identity of the statement, and warnings of the rows that do not fit.

        `given` has those that a base on disk brings with it, `begun` those of which the files are being read. Raises
        AlignmentError for what cannot be read, and for bad rows where they are to stop it.
        """
        wanted = [statement for statement in checked.imports if id(statement) not in given]
        if not wanted:
            self._done = {}
            return given, ()
        from alignment.factbase.database import database_of, reading  # noqa: PLC0415  # only imports pay for DuckDB
        from alignment.factbase.importing.lookups import Lookups  # noqa: PLC0415
        from alignment.factbase.importing.started import started  # noqa: PLC0415
        from alignment.factbase.importing.table import carried_out  # noqa: PLC0415
        from alignment.factbase.watching import Watched  # noqa: PLC0415

        database, lookups = database_of(dictionary, self.memory_limit), Lookups(checked.schema, dictionary)
        done: dict[Key, tuple[ImportedReports, BadRows]] = {}
        found = dict(given)
        problems: list[Problem] = []
        now = begun or started(checked, wanted, self._done)
        try:
            for statement in wanted:
                key = now.keys[id(statement)]
                rows = sum(len(one) for one, _ in done.values())
                watched = Watched(self.activity, f"importing {_source(key.placed)}", rows)
                try:
                    with reading():
                        before = done.get(key) or self._done.get(key)
                        done[key] = before or carried_out(
                            key.placed, lookups, database, key.folder, now.shared[key], watched, now.early[key]
                        )
                    found[id(statement)] = done[key][0]
                except LimitReached:
                    raise
                except AlignmentError as error:
                    problems += error.problems
        finally:
            now.ahead.close()
            lookups.drop(database.cursor())
            for one in now.shared.values():
                one.drop(database.cursor())
        raise_any(problems)
        warnings = [told for _, bad in done.values() for told in _told(bad, self.on_bad_row)]
        if self.on_bad_row == "stop":
            raise_any(warnings)
        self._done = done
        return found, warnings


def _source(statement: tree.Import) -> str:
    """What a table is called while it is read: its first file, or the table of a server."""
    name = statement.paths[0].value
    return (statement.table or "a table") if "://" in name else Path(name).name


def _told(bad: BadRows, on_bad_row: str) -> Sequence[Problem]:
    """The bad rows that are shown, and how many more there are."""
    if not bad.count:
        return ()
    severity = Severity.ERROR if on_bad_row == "stop" else Severity.WARNING
    shown = [replace(one, severity=severity) for one in bad.shown]
    if bad.count > len(shown):
        span = shown[0].span if shown else None
        message = f"{bad.count:,} rows do not fit in all; the first {len(shown)} are shown"
        shown.append(Problem("bad-row", span, message, bad.counted, severity))
    return shown
