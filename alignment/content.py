"""What a base holds: its statements, checked and lowered, with their tables; and how a changed content is made."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from alignment import library
from alignment.activity import Activity, unwatched
from alignment.checks.added import check_added, facts_alone
from alignment.checks.check import check
from alignment.checks.context import Texts
from alignment.checks.model import Checked, Schema
from alignment.engines.cache import Cache
from alignment.factbase.beginning import Begun
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.importing.kept import Imports, OnBadRow
from alignment.factbase.relation import Row
from alignment.factbase.shelf.places import Keeping, lasting, shelf_of
from alignment.factbase.tables import FactBase, build, edited, row_of
from alignment.language import tree
from alignment.language.loader import Loader, read_text
from alignment.language.phrases import phrase
from alignment.problems import AlignmentError, LimitReached, Problem, raise_any
from alignment.program.compile import Meaning, compiled
from alignment.program.model import Program
from alignment.records import frozen
from alignment.source import SourceText

if TYPE_CHECKING:
    from alignment.factbase.disk.opening import OpenBase
    from alignment.factbase.importing.reports import ImportedReports
    from alignment.factbase.importing.started import Started


@frozen
class State:
    """One consistent content of a base. `session` are the texts added by `add` and `insert`.

    `files` has the texts of `bases` too, which are read from disk; `imported` is what each import statement gave,
    by the identity of the statement, and `inserted` the same of the rows of the session that were handed over.
    """

    names: tuple[str, ...] = ()
    files: tuple[tree.File, ...] = ()
    bases: tuple[OpenBase, ...] = ()
    session: tuple[tree.File, ...] = ()
    hidden: frozenset[tuple[str, Row]] = frozenset()
    checked: Checked = field(default_factory=lambda: Checked(Schema(), (), ()))
    program: Program = field(default_factory=Program)
    facts: FactBase = field(default_factory=FactBase)
    imported: Mapping[int, ImportedReports] = field(default_factory=dict)
    inserted: Mapping[int, ImportedReports] = field(default_factory=dict)


class Store:
    """What the views of one base share: its state now and before, and what was made of it."""

    def __init__(
        self,
        on_bad_row: OnBadRow = "skip",
        memory_limit: int | None = None,
        *,
        keeping: Keeping = "nothing",
        activity: Activity = unwatched,
    ) -> None:
        self.dictionary = Dictionary()
        self.state = State(facts=FactBase({}, self.dictionary))
        self.cache = Cache()
        self.imports = Imports(on_bad_row, memory_limit, activity)
        self.keeping: Keeping = keeping
        self.lock = threading.RLock()
        self.past: list[State] = []

    def copy(self) -> Store:
        """A store of its own with the same state, that shares what has been derived and imported."""
        other = Store()
        other.state, other.dictionary, other.cache = self.state, self.dictionary, self.cache
        other.imports, other.keeping = self.imports.copy(), self.keeping
        return other

    def commit(self, state: State) -> None:
        """Make a state the one that questions see; `undo` goes back to the one before."""
        self.past.append(self.state)
        self.state = state

    def read(self, state: State, names: Sequence[str], begun: Begun | None = None) -> State:
        """The state with the files that names stand for. Raises AlignmentError with all problems of all files.

        `begun` is what was done of it before, for a state without files.
        """
        loader = Loader(activity=self.imports.activity) if begun is None else begun.loader
        if begun is None:
            loader.load(names)
        try:
            return self.built(self.joined(state, loader.files, loader.bases), begun)
        except LimitReached:
            raise
        except AlignmentError as error:
            raise AlignmentError([*loader.problems, *error.problems]) from None
        finally:
            raise_any(loader.problems)

    def with_files(self, state: State, files: Sequence[tree.File], bases: Sequence[Path]) -> State:
        """The state with files that are parsed already, and with bases on disk."""
        return self.built(self.joined(state, files, bases))

    def joined(self, state: State, files: Sequence[tree.File], bases: Sequence[Path]) -> State:
        """The same, before its statements are checked."""
        if not bases and not state.bases:
            known = {library.located(file.name).resolve() for file in state.files}
            new = (file for file in files if library.located(file.name).resolve() not in known)
            return replace(state, files=(*state.files, *new))
        from alignment.factbase.disk.beside import all_opened, joined  # noqa: PLC0415  # only bases pay for DuckDB

        found = all_opened(bases, self.dictionary)
        loader = Loader()
        loader.add_text(SourceText("<hidden>", "\n".join(fact for base in found for fact in base.hidden)))
        new_files = [*(file for base in found for file in base.files), *files]
        everything = (*state.bases, *found)
        hidden = state.hidden | self.rows_of(loader.files)
        return replace(state, files=joined(state.files, new_files, everything), bases=everything, hidden=hidden)

    def built(self, state: State, begun: Begun | None = None) -> State:
        """The state with its statements checked, its rules lowered and its facts in tables."""
        files = [*state.files, *state.session]
        before = begun if begun is not None and begun.is_of(files) else Begun(Loader())
        checked, problems = before.found or check(files, texts=texts_of(state))
        if checked is None:
            raise AlignmentError(problem for problem in problems if problem.severity == "error")
        program = self._program(state, checked)
        imported, warnings = self.imported(checked, state, before.imports)
        tables = dict.fromkeys(imported[id(statement)] for statement in checked.imports)
        facts = build(checked.facts, checked.schema, self.dictionary, state.hidden, tables)
        self.cache.shelf = shelf_of(state.bases, self.keeping)
        if self.cache.shelf and not state.session:
            facts = replace(facts, lasting=lasting(state.files, state.bases))
        checked = replace(checked, warnings=(*checked.warnings, *warnings))
        return replace(state, checked=checked, program=program, facts=facts, imported=imported)

    def imported(
        self, checked: Checked, state: State, begun: Started | None = None
    ) -> tuple[Mapping[int, ImportedReports], Sequence[Problem]]:
        """The tables of all imports by identity of the statement, and warnings. Raises AlignmentError."""
        given = {key: table for base in state.bases for key, table in base.imported.items()}
        given.update(state.inserted)
        found, warnings = self.imports.carried_out(checked, self.dictionary, given, begun)
        raise_any(_misfits(state.bases, checked, self.dictionary))
        return found, warnings

    def with_facts(self, state: State, files: Sequence[tree.File]) -> State:
        """The state with more texts of the session. Facts alone cost what they are, and not what is there."""
        hidden = state.hidden and state.hidden.difference(self.rows_of(files))
        grown = replace(state, session=(*state.session, *files), hidden=hidden)
        added = facts_alone(files)
        found = added and check_added(state.checked, (*grown.files, *grown.session), added, texts_of(state))
        if not added or not found:
            return self.built(grown)
        checked, problems = found
        if checked is None:
            raise AlignmentError(problem for problem in problems if problem.severity == "error")
        facts = edited(state.facts, added.facts, checked.schema, hidden)
        return replace(grown, checked=checked, program=self._program(state, checked), facts=facts)

    def _program(self, before: State, checked: Checked) -> Program:
        """The program of a checked base: that of before, if nothing changed that it is made from."""
        same = Meaning.of(checked) == Meaning.of(before.checked)
        return before.program if same else compiled(checked, self.dictionary.constant)

    def without_facts(self, state: State, rows: frozenset[tuple[str, Row]]) -> State:
        """The state in which some facts are not reported any more, whoever reported them."""
        hidden = state.hidden | rows
        return replace(state, hidden=hidden, facts=edited(state.facts, (), state.checked.schema, hidden))

    def rows_of(self, files: Iterable[tree.File]) -> frozenset[tuple[str, Row]]:
        """The facts of files as rows of their relations."""
        return frozenset((fact.atom.relation, row_of(fact.atom, self.dictionary)) for fact in facts_of(files))

    def said_twice(self, state: State, hidden: frozenset[tuple[str, Row]]) -> list[Problem]:
        """Facts that were taken back and came again with the last text of the session, the old reports with them."""
        problems = []
        for fact in facts_of(state.session[-1:]):
            if (fact.atom.relation, row_of(fact.atom, self.dictionary)) in hidden:
                message = f"{phrase(fact.atom)} is both taken back and assumed"
                hint = "assume it alone: its report then stands beside those that are there"
                problems.append(Problem("usage", fact.span, message, hint))
        return problems

    def not_reported(self, files: Iterable[tree.File], state: State) -> list[Problem]:
        """The facts of files that nobody reports, so that they cannot be taken back."""
        problems = []
        for fact in facts_of(files):
            if not state.facts.reports(fact.atom.relation, row_of(fact.atom, self.dictionary)):
                message = f"{phrase(fact.atom)} is not reported, so it cannot be taken back"
                hint = "what rules derive goes when the facts or rules behind it go: ask `why`"
                problems.append(Problem("not-reported", fact.span, message, hint))
        return problems


def texts_of(state: State) -> Texts:
    """What reads the texts of sources."""
    if not state.bases:
        return read_text
    from alignment.factbase.disk import beside  # noqa: PLC0415  # only where a base is on disk

    return beside.texts_of(state.bases, state.files)


def _misfits(bases: Sequence[OpenBase], checked: Checked, dictionary: Dictionary) -> Sequence[Problem]:
    """What rows of bases on disk do not agree with in the declarations."""
    if not bases:
        return ()
    from alignment.factbase.disk.rechecking import misfits  # noqa: PLC0415  # only where a base is on disk

    return [problem for base in bases for problem in misfits(base, checked, dictionary)]


def derived_relations(state: State) -> frozenset[str]:
    """The relations that rules give."""
    return frozenset(rule.head.relation for rule in state.checked.rules)


def facts_of(files: Iterable[tree.File]) -> list[tree.Fact]:
    """The facts of files, those in blocks included."""
    found: list[tree.Fact] = []
    for file in files:
        for statement in file.statements:
            if isinstance(statement, tree.Fact):
                found.append(statement)
            elif isinstance(statement, tree.Block):
                found += statement.facts
    return found
