"""The façade: one door to everything, for Python, the command line, the shell and the tests.

A base is a store (its statements, checked and lowered, with the cache of what was derived) and a view
of it. Changes replace the store's state whole, so a failed change leaves the base as it was and
readers in other threads go on with the state that they began with. It prints nothing.
"""

from __future__ import annotations

import datetime
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from alignment.checks.aliases import prepare_atom, prepare_goal
from alignment.checks.check import check
from alignment.checks.model import Checked, Schema
from alignment.engines.base import Limits
from alignment.engines.evaluation import LARGE, Cache, Evaluation
from alignment.engines.registry import engine as engine_named
from alignment.factbase.dictionary import Dictionary, Value
from alignment.factbase.imports import Imports, OnBadRow
from alignment.factbase.relation import Row
from alignment.factbase.report import View
from alignment.factbase.tables import FactBase, build, row_of
from alignment.factbase.tuples import facts_text
from alignment.language import tree
from alignment.language.loader import Loader, read_text
from alignment.language.parser import parse_atom, parse_body
from alignment.language.printer import format_node
from alignment.problems import AlignmentError, Problem
from alignment.program.lower import lower_rules
from alignment.program.model import Program
from alignment.program.stratify import stratify
from alignment.reasoning import proofs, stances, whynot
from alignment.reasoning.answers import Answers, answer, decoded
from alignment.render.explanation import Explanation, StanceTable, WhyNotExplanation
from alignment.source import SourceText

if TYPE_CHECKING:
    from os import PathLike

WARM_UP = 2.0
"""Seconds after which deriving ahead is given up."""

MOST_EXPLAINED = 25
"""Answers that `why` explains when it is asked with a variable."""


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


class _Store:
    """What the views of one base share."""

    def __init__(self) -> None:
        self.state = State()
        self.dictionary = Dictionary()
        self.cache = Cache()
        self.lock = threading.RLock()
        self.past: list[State] = []
        self.imports = Imports()


class KnowledgeBase:
    """Facts, rules and the questions asked of them.

    `engine` is `auto`, `pydatalog` or `duckdb`. `time_limit` is in seconds for each question, `memory_limit`
    in MB. Imported rows that do not fit are left out with a warning, or refused with `on_bad_row="stop"`.
    The view is today's unless `view` gave another. Every mistake of an input raises `AlignmentError` with
    all its problems.
    """

    def __init__(
        self,
        engine: str = "auto",
        *,
        time_limit: float | None = None,
        memory_limit: int | None = None,
        on_bad_row: OnBadRow = "skip",
    ) -> None:
        self._store = _Store()
        self._store.imports.on_bad_row = on_bad_row
        self._engine = engine_named(engine)
        self._view: View | None = None
        self.time_limit = time_limit
        self.memory_limit = memory_limit

    # What the base holds -------------------------------------------------------------------------

    def load(self, *paths: str | PathLike[str]) -> None:
        """Read files, folders or bundled names (`@rules`). All of them, or none if anything is wrong."""
        names = tuple(map(str, paths))
        with self._store.lock:
            state = self._store.state
            self._commit(self._read(replace(state, names=(*state.names, *names)), names))

    def reload(self) -> None:
        """Read all loaded files again; what the session added stays."""
        with self._store.lock:
            state = self._store.state
            self._commit(self._read(replace(state, files=()), state.names))

    def add(self, text: str, *, name: str = "<input>") -> None:
        """Add any statements, as text."""
        with self._store.lock:
            state = self._store.state
            loader = Loader()
            loader.add_text(SourceText(name, text))
            _raise(loader.problems)
            added = tuple(loader.files)
            shown = state.hidden.difference(self._rows_of(added)) if state.hidden else state.hidden
            self._commit(self._built(replace(state, session=(*state.session, *added), hidden=shown)))

    def insert(self, relation: str, rows: Any) -> None:  # noqa: ANN401  # tuples, Arrow, pandas, polars, a path
        """Add the rows of a table to a relation: tuples, an Arrow, pandas or polars table, or a CSV or Parquet path."""
        known = self.schema.relations.get(relation.removeprefix("-"))
        self.add(facts_text(relation, rows, known), name=f"<rows of {relation}>")

    def extend(self, *files: tree.File) -> None:
        """Add files that are parsed already. What they load is not read."""
        with self._store.lock:
            state = self._store.state
            self._commit(self._built(replace(state, files=(*state.files, *files))))

    def remove(self, text: str) -> None:
        """Take back facts, whoever reported them; a fact that nobody reported is a problem."""
        with self._store.lock:
            state = self._store.state
            loader = Loader()
            loader.add_text(SourceText("<input>", text))
            _raise(loader.problems)
            rows = self._rows_of(tuple(loader.files))
            _raise(self._not_reported(loader.files, state))
            self._commit(self._built(replace(state, hidden=state.hidden | rows)))

    def undo(self) -> bool:
        """Go back to before the last change; False if there is none."""
        with self._store.lock:
            if not self._store.past:
                return False
            self._store.state = self._store.past.pop()
            return True

    def session_text(self) -> str:
        """What `add` and `insert` put in, as text that can be loaded again."""
        statements = (statement for file in self._store.state.session for statement in file.statements)
        return "".join(f"{format_node(statement)}\n" for statement in statements)

    def copy(self) -> KnowledgeBase:
        """A base of its own with the same content, that shares what has been derived."""
        other = self._sharing()
        other._store = _Store()  # noqa: SLF001  # our own kind
        other._store.state = self._store.state  # noqa: SLF001
        other._store.dictionary = self._store.dictionary  # noqa: SLF001
        other._store.cache = self._store.cache  # noqa: SLF001
        return other

    @property
    def schema(self) -> Schema:
        """Types, relations, entities, aliases and sources."""
        return self._store.state.checked.schema

    @property
    def checked(self) -> Checked:
        """The checked statements, with warnings, queries and tests."""
        return self._store.state.checked

    @property
    def state(self) -> State:
        """The content as it is now; it never changes."""
        return self._store.state

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
        _raise(_unknown_source(source, self.schema) for source in unknown)
        other = self._sharing()
        other._view = View(day, least, self.current_view.without | set(without))  # noqa: SLF001
        return other

    @property
    def engine(self) -> str:
        """The engine, and where it chose for itself, which one it took last and why."""
        reason = getattr(self._engine, "reason", None)
        return f"{self._engine.name}: {reason}" if reason else self._engine.name

    @property
    def current_view(self) -> View:
        """The view that questions are answered in; today's unless another was chosen."""
        return self._view or View(as_of=datetime.date.today())  # noqa: DTZ011  # the reader's own day

    def _sharing(self) -> KnowledgeBase:
        other = KnowledgeBase.__new__(KnowledgeBase)
        other._store, other._engine = self._store, self._engine  # noqa: SLF001
        other._view, other.time_limit = self._view, self.time_limit  # noqa: SLF001
        other.memory_limit = self.memory_limit
        return other

    # Questions -----------------------------------------------------------------------------------

    def query(self, goal: str | Sequence[tree.BodyLiteral]) -> Answers:
        """The answers of a goal, as text or parsed, sorted; its variables are the columns."""
        state = self._store.state
        body = self._goal(goal, state)
        return answer(self._evaluation(state), body, self._limits())

    def rows(self, relation: str) -> set[tuple[Value, ...]]:
        """All rows of a relation; `-p` for what is strongly denied."""
        state = self._store.state
        if relation.removeprefix("-") not in state.checked.schema.relations:
            arguments = "" if relation.endswith(")") else "()"
            self._goal(relation + arguments, state)
        found = self._evaluation(state).relation(relation, self._limits())
        return set(decoded(self._store.dictionary, (), list(found)).rows)

    def holds(self, goal: str | Sequence[tree.BodyLiteral]) -> bool:
        """Whether a goal has an answer."""
        return bool(self.query(goal))

    def why(self, atom: str | tree.Atom, *, every: bool = False) -> Explanation:
        """The strongest proof of an atom, or with `every` all proofs; of each answer if it has variables."""
        state = self._store.state
        evaluation, limits = self._evaluation(state), self._limits()
        checked = self._atom(atom, state)
        claims = [checked]
        if not is_ground(checked):
            open_atom = _with_names(checked)
            found = answer(evaluation, (tree.Literal(open_atom),), limits)
            claims = [substitute(open_atom, found.columns, row) for row in found.constants[:MOST_EXPLAINED]]
        whys = [proofs.why(evaluation, claim, every=every, limits=limits) for claim in claims]
        explained = tuple(self._with_needed(one, state, limits) for one in whys if one is not None)
        return Explanation(
            checked, explained, state.checked.schema, view=self.current_view, derived=derived_relations(state)
        )

    def whynot(self, atom: str | tree.Atom) -> WhyNotExplanation:
        """For each rule that could give an atom, the premises that hold and the first that fails."""
        state = self._store.state
        checked = self._atom(atom, state)
        if not is_ground(checked):
            message = "whynot explains one atom: put a name in place of each variable"
            raise AlignmentError(Problem("unsafe", checked.span, message))
        found = whynot.whynot(self._evaluation(state), checked, self._limits())
        return WhyNotExplanation(found, state.checked.schema, derived=derived_relations(state))

    def stances(self, *entities: str) -> StanceTable:
        """The stances of the entities named, or all, with the confidence of each."""
        state = self._store.state
        ids = [self.entity(name) for name in entities]
        found = stances.stances(self._evaluation(state), state.checked.schema, ids, self._limits())
        return StanceTable(found, state.checked.schema)

    def entity(self, name: str) -> str:
        """The id of an entity by id, name or alias. Raises AlignmentError if there is none, or several."""
        from alignment.checks.aliases import find_entity  # noqa: PLC0415

        found, problems = find_entity(self.schema, name)
        _raise(problems)
        assert found is not None
        return found

    def prepare(self, atom: tree.Atom) -> tree.Atom:
        """A parsed atom with names and aliases resolved, checked against the schema."""
        return self._atom(atom, self._store.state)

    def warm_up(self) -> None:
        """Derive the stances of a small base before anybody asks; it may run in a thread of its own.

        A base in which that would take long is left alone, and so is one in which it meets a limit.
        """
        if len(self._store.state.facts) < LARGE:
            names = [one.name for one in self.schema.relations.values() if one.kind == "stance"]
            with suppress(AlignmentError):
                self.evaluation().relations(names, Limits.of(WARM_UP))

    def evaluation(self) -> Evaluation:
        """The relations as this view sees them, for what looks at more than one answer."""
        return self._evaluation(self._store.state)

    def _with_needed(self, one: proofs.Why, state: State, limits: Limits) -> proofs.Why:
        """Add the sources without any one of which the atom would not hold, tried out one by one."""
        sources = {
            report.source
            for proof in one.proofs
            for leaf in proofs.leaves(proof)
            for report in leaf.reports
            if report.source is not None
        }
        needed = []
        for source in sorted(sources):
            view = replace(self.current_view, without=self.current_view.without | {source})
            row = row_of(one.claim, self._store.dictionary)
            if row not in self._evaluation(state, view).relation(one.claim.relation, limits):
                needed.append(source)
        return replace(one, needed=tuple(needed))

    def _evaluation(self, state: State, view: View | None = None) -> Evaluation:
        view = view or self.current_view
        today = view.as_of or datetime.date.today()  # noqa: DTZ011
        store = self._store
        return Evaluation(
            state.program, state.facts, store.dictionary, view, self._engine, store.cache, today
        )

    def _limits(self) -> Limits:
        return Limits.of(self.time_limit, memory=self.memory_limit)

    def _goal(self, goal: str | Sequence[tree.BodyLiteral], state: State) -> tuple[tree.BodyLiteral, ...]:
        body: Sequence[tree.BodyLiteral] | None
        if isinstance(goal, str):
            body, problems = parse_body(SourceText("<goal>", goal))
            _raise(problems)
        else:
            body = goal
        assert body is not None
        prepared, problems = prepare_goal(state.checked, body)
        _raise(problems)
        assert prepared is not None
        return tuple(prepared)

    def _atom(self, text: str | tree.Atom, state: State) -> tree.Atom:
        atom: tree.Atom | None
        if isinstance(text, str):
            atom, problems = parse_atom(SourceText("<goal>", text))
            _raise(problems)
        else:
            atom = text
        assert atom is not None
        prepared, problems = prepare_atom(state.checked, atom)
        _raise(problems)
        assert prepared is not None
        return prepared

    # Changes -------------------------------------------------------------------------------------

    def _read(self, state: State, names: Sequence[str]) -> State:
        loader = Loader()
        loader.load(names)
        known = {file.name for file in state.files}
        files = (*state.files, *(file for file in loader.files if file.name not in known))
        try:
            return self._built(replace(state, files=files))
        except AlignmentError as error:
            raise AlignmentError([*loader.problems, *error.problems]) from None
        finally:
            _raise(loader.problems)

    def _built(self, state: State) -> State:
        checked, problems = check([*state.files, *state.session], texts=read_text)
        if checked is None:
            raise AlignmentError(problem for problem in problems if problem.severity == "error")
        store = self._store
        same_rules = checked.rules == state.checked.rules
        program = state.program if same_rules else stratify(lower_rules(checked.rules, store.dictionary.constant))
        imported, warnings = store.imports.carried_out(checked, store.dictionary) if checked.imports else ((), ())
        facts = build(checked.facts, checked.schema, store.dictionary, state.hidden, imported)
        if warnings:
            checked = replace(checked, warnings=(*checked.warnings, *warnings))
        return replace(state, checked=checked, program=program, facts=facts)

    def _commit(self, state: State) -> None:
        self._store.past.append(self._store.state)
        self._store.state = state

    def _rows_of(self, files: Iterable[tree.File]) -> frozenset[tuple[str, Row]]:
        return frozenset(
            (fact.atom.relation, row_of(fact.atom, self._store.dictionary)) for fact in facts_of(files)
        )

    def _not_reported(self, files: Iterable[tree.File], state: State) -> list[Problem]:
        problems = []
        for fact in facts_of(files):
            if not state.facts.reports(fact.atom.relation, row_of(fact.atom, self._store.dictionary)):
                message = f"{format_node(fact.atom)} is not reported, so it cannot be taken back"
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


def is_ground(atom: tree.Atom) -> bool:
    """Whether an atom has no variable."""
    return not any(isinstance(arg, tree.Variable) for arg in atom.args)


def substitute(atom: tree.Atom, columns: Sequence[str], row: Sequence[tree.Constant]) -> tree.Atom:
    """The atom with the values of an answer in place of its variables."""
    values = dict(zip(columns, row, strict=True))
    args = tuple(
        values.get(arg.name, arg) if isinstance(arg, tree.Variable) else arg for arg in atom.args
    )
    return tree.Atom(atom.predicate, args, atom.negative, span=atom.span)


def _with_names(atom: tree.Atom) -> tree.Atom:
    """The atom with a named variable for each that asks for no column, so that its answers are whole."""
    args = tuple(
        tree.Variable(f"V{i}{arg.name}") if isinstance(arg, tree.Variable) and arg.is_anonymous
        else tree.Variable(f"V{arg.name}") if isinstance(arg, tree.Variable) and arg.name.startswith("_")
        else arg
        for i, arg in enumerate(atom.args)
    )
    return replace(atom, args=args)


def _raise(problems: Iterable[Problem]) -> None:
    found = list(problems)
    if found:
        raise AlignmentError(found)


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
