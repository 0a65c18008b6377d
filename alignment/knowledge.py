"""The façade: one door to everything, for Python, the command line, the shell and the tests.

A base is a store (its statements, checked and lowered, with the cache of what was derived) and a view
of it. Changes replace the store's state whole, so a failed change leaves the base as it was and
readers in other threads go on with the state that they began with. It prints nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alignment.activity import Activity, unwatched
from alignment.checks.model import Schema
from alignment.content import Store
from alignment.engines.registry import engine as engine_named
from alignment.factbase.beginning import Begun
from alignment.factbase.importing.kept import OnBadRow
from alignment.factbase.report import View
from alignment.factbase.shelf.places import Keeping
from alignment.language import tree
from alignment.language.loader import Loader
from alignment.problems import AlignmentError, Problem, raise_any
from alignment.questions import Questions
from alignment.source import SourceText

if TYPE_CHECKING:
    from os import PathLike

    from alignment.render.changes import Changes


class KnowledgeBase(Questions):
    """Facts, rules and the questions asked of them.

    `engine` is `auto`, `memory`, `duckdb`, `spark` or `pydatalog`; `master` is where Spark runs, on this machine if not
    given. `time_limit` is in seconds for each question, `memory_limit` in MB. Imported rows that do not fit
    are left out with a warning, or refused with `on_bad_row="stop"`. `keeping` says of which bases derived
    relations are kept on disk for other processes: `bases` on disk, beside them, `all`, others in the user's cache
    folder, or `nothing`, as where an engine is named. `activity` is told what a long load is at. The view is
    today's unless `view` gave another. Every mistake of an input raises `AlignmentError` with all its problems.
    """

    def __init__(
        self,
        engine: str = "auto",
        *,
        master: str | None = None,
        time_limit: float | None = None,
        memory_limit: int | None = None,
        on_bad_row: OnBadRow = "skip",
        keeping: Keeping | None = None,
        activity: Activity = unwatched,
    ) -> None:
        keeping = keeping or ("bases" if engine == "auto" else "nothing")
        self._store = Store(on_bad_row, memory_limit, keeping=keeping, activity=activity)
        self._engine = engine_named(engine, master=master)
        self._view: View | None = None
        self.time_limit = time_limit
        self.memory_limit = memory_limit

    # What the base holds -------------------------------------------------------------------------

    def load(self, *paths: str | PathLike[str], begun: Begun | None = None) -> None:
        """Read files, folders or bundled names (`@rules`). All of them, or none if anything is wrong.

        `begun` is what `alignment.factbase.beginning` has read of the same paths, for a base that is empty.
        """
        names = tuple(map(str, paths))
        with self._store.lock:
            state = self._store.state
            self._store.commit(self._store.read(replace(state, names=(*state.names, *names)), names, begun))

    def reload(self) -> None:
        """Read all loaded files again; what the session added stays."""
        with self._store.lock:
            state = self._store.state
            self._store.commit(self._store.read(replace(state, files=(), bases=()), state.names))

    def add(self, text: str, *, name: str = "<input>") -> None:
        """Add any statements, as text."""
        with self._store.lock:
            state = self._store.state
            loader = Loader()
            loader.add_text(SourceText(name, text))
            raise_any(loader.problems)
            self._store.commit(self._store.with_facts(state, tuple(loader.files)))

    def insert(self, relation: str, rows: Any) -> None:  # noqa: ANN401  # tuples, Arrow, pandas, polars, a path
        """Add rows to a relation: tuples, dicts, an Arrow, pandas or polars table, or a CSV or Parquet path.

        The columns of a table that are named like the arguments are those, otherwise they are taken in their order;
        those named since, until, on, from and confidence say it of the report of each row.
        """
        from alignment.inserting import with_rows  # noqa: PLC0415  # what a query does without loads when used

        with self._store.lock:
            self._store.commit(with_rows(self._store, relation, rows))

    def extend(self, *files: tree.File, bases: Sequence[Path] = ()) -> None:
        """Add files that are parsed already, and bases on disk. What the files load is not read."""
        with self._store.lock:
            self._store.commit(self._store.with_files(self._store.state, files, bases))

    def save(self, path: str | PathLike[str]) -> None:
        """Write all that was loaded and added to one file, a base on disk, which `load` reads at once.

        Raises AlignmentError; what stood at the path is then there still.
        """
        from alignment.saving import save  # noqa: PLC0415  # likewise

        save(self._store.state, self._store.dictionary, Path(path))

    def remove(self, text: str) -> None:
        """Take back facts, whoever reported them; a fact that nobody reported is a problem."""
        with self._store.lock:
            state = self._store.state
            loader = Loader()
            loader.add_text(SourceText("<input>", text))
            raise_any(loader.problems)
            rows = self._store.rows_of(loader.files)
            raise_any(self._store.not_reported(loader.files, state))
            self._store.commit(self._store.without_facts(state, rows))

    def undo(self) -> bool:
        """Go back to before the last change; False if there is none."""
        with self._store.lock:
            if not self._store.past:
                return False
            self._store.state = self._store.past.pop()
            return True

    def session_text(self) -> str:
        """What `add` and `insert` put in, as text that can be loaded again."""
        from alignment.saving import session_lines  # noqa: PLC0415  # likewise

        return "".join(f"{line}\n" for line in session_lines(self._store.state, self._store.dictionary))

    def copy(self) -> KnowledgeBase:
        """A base of its own with the same content, that shares what has been derived."""
        other = self._sharing()
        other._store = self._store.copy()  # noqa: SLF001  # our own kind
        return other

    # Views ---------------------------------------------------------------------------------------

    def view(
        self,
        *,
        as_of: datetime.date | str | None = None,
        min_confidence: float | None = None,
        without: Iterable[str] = (),
    ) -> KnowledgeBase:
        """The same base seen otherwise: on a date (or `"ever"`), above a confidence, without sources.

        What is not given stays as in this view. The data is shared, not copied.
        """
        day = self.current_view.as_of if as_of is None else _date(as_of)
        least = self.current_view.min_confidence if min_confidence is None else min_confidence
        unknown = [source for source in without if source not in self.schema.sources]
        raise_any(_unknown_source(source, self.schema) for source in unknown)
        other = self._sharing()
        other._view = View(day, least, self.current_view.without | set(without))  # noqa: SLF001
        return other

    @property
    def engine(self) -> str:
        """The engine, and where it chose for itself, which one it took last and why."""
        reason = getattr(self._engine, "reason", None)
        return f"{self._engine.name}: {reason}" if reason else self._engine.name

    def _sharing(self) -> KnowledgeBase:
        other = KnowledgeBase.__new__(KnowledgeBase)
        other._store, other._engine = self._store, self._engine  # noqa: SLF001
        other._view, other.time_limit = self._view, self.time_limit  # noqa: SLF001
        other.memory_limit = self.memory_limit
        return other

    def what_if(
        self, *, add: str = "", remove: str = "", goal: str | Sequence[tree.BodyLiteral] | None = None
    ) -> Changes:
        """What changes among the stances, or the answers of a goal, with some facts more or less; the base stays.

        `remove` takes facts back, whoever reported them; `add` may be any statements. Nothing is copied.
        """
        return self.diff(self.supposing(add=add, remove=remove), goal)

    def supposing(self, *, add: str = "", remove: str = "") -> KnowledgeBase:
        """A base of its own with some statements more and some facts fewer; all that is the same is shared."""
        other = self.copy()
        if remove.strip():
            other.remove(remove)
        if add.strip():
            hidden = other.state.hidden
            other.add(add, name="<assumed>")
            raise_any(self._store.said_twice(other.state, hidden - self.state.hidden))
        return other


def _unknown_source(source: str, schema: Schema) -> Problem:
    known = ", ".join(sorted(schema.sources)) or "none"
    return Problem("unknown-source", None, f"there is no source '{source}'", f"sources here: {known}")


def _date(value: datetime.date | str) -> datetime.date | None:
    if isinstance(value, datetime.date):
        return value
    if value == "ever":
        return None
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        message = f"'{value}' is not a date"
        raise AlignmentError(Problem("type", None, message, "write it as 2024-07-03, or 'ever'")) from None
