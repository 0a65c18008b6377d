"""What a base holds: its statements, checked and lowered, with their tables; and how a changed content is made."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from alignment import library
from alignment.checks.added import check_added, facts_alone
from alignment.checks.check import check
from alignment.checks.model import Checked, Schema
from alignment.engines.cache import Cache
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.importing.kept import Imports, OnBadRow
from alignment.factbase.relation import Row
from alignment.factbase.tables import FactBase, build, edited, row_of
from alignment.language import tree
from alignment.language.loader import Loader, read_text
from alignment.language.phrases import phrase
from alignment.problems import AlignmentError, Problem, raise_any
from alignment.program.compile import Meaning, compiled
from alignment.program.model import Program


@dataclass(frozen=True, slots=True)
class State:
    """One consistent content of a base. `session` are the texts added by `add` and `insert`."""

    names: tuple[str, ...] = ()
    files: tuple[tree.File, ...] = ()
    session: tuple[tree.File, ...] = ()
    hidden: frozenset[tuple[str, Row]] = frozenset()
    checked: Checked = field(default_factory=lambda: Checked(Schema(), (), ()))
    program: Program = field(default_factory=Program)
    facts: FactBase = field(default_factory=FactBase)


class Store:
    """What the views of one base share: its state now and before, and what was made of it."""

    def __init__(self, on_bad_row: OnBadRow = "skip") -> None:
        self.dictionary = Dictionary()
        self.state = State(facts=FactBase({}, self.dictionary))
        self.cache = Cache()
        self.imports = Imports(on_bad_row)
        self.lock = threading.RLock()
        self.past: list[State] = []

    def copy(self) -> Store:
        """A store of its own with the same state, that shares what has been derived and imported."""
        other = Store()
        other.state, other.dictionary, other.cache = self.state, self.dictionary, self.cache
        other.imports = self.imports.copy()
        return other

    def commit(self, state: State) -> None:
        """Make a state the one that questions see; `undo` goes back to the one before."""
        self.past.append(self.state)
        self.state = state

    def read(self, state: State, names: Sequence[str]) -> State:
        """The state with the files that names stand for. Raises AlignmentError with all problems of all files."""
        loader = Loader()
        loader.load(names)
        known = {library.located(file.name).resolve() for file in state.files}
        new = (file for file in loader.files if library.located(file.name).resolve() not in known)
        try:
            return self.built(replace(state, files=(*state.files, *new)))
        except AlignmentError as error:
            raise AlignmentError([*loader.problems, *error.problems]) from None
        finally:
            raise_any(loader.problems)

    def built(self, state: State) -> State:
        """The state with its statements checked, its rules lowered and its facts in tables."""
        checked, problems = check([*state.files, *state.session], texts=read_text)
        if checked is None:
            raise AlignmentError(problem for problem in problems if problem.severity == "error")
        program = self._program(state, checked)
        imported, warnings = self.imports.carried_out(checked, self.dictionary)
        facts = build(checked.facts, checked.schema, self.dictionary, state.hidden, imported)
        checked = replace(checked, warnings=(*checked.warnings, *warnings))
        return replace(state, checked=checked, program=program, facts=facts)

    def with_facts(self, state: State, files: Sequence[tree.File]) -> State:
        """The state with more texts of the session. Facts alone cost what they are, and not what is there."""
        hidden = state.hidden and state.hidden.difference(self.rows_of(files))
        grown = replace(state, session=(*state.session, *files), hidden=hidden)
        added = facts_alone(files)
        found = added and check_added(state.checked, (*grown.files, *grown.session), added, read_text)
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

    def not_reported(self, files: Iterable[tree.File], state: State) -> list[Problem]:
        """The facts of files that nobody reports, so that they cannot be taken back."""
        problems = []
        for fact in facts_of(files):
            if not state.facts.reports(fact.atom.relation, row_of(fact.atom, self.dictionary)):
                message = f"{phrase(fact.atom)} is not reported, so it cannot be taken back"
                hint = "what rules derive goes when the facts or rules behind it go: ask `why`"
                problems.append(Problem("not-reported", fact.span, message, hint))
        return problems


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
