"""What a base is asked: each question a method, from its text to a value that can be shown or handed on.

A question reads the state of the store once and answers from that, whatever others change meanwhile. Goals and
atoms come as text or parsed; their names are resolved and all their problems raised at once. What one question
alone needs is imported when it is asked.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from alignment.checks.aliases import prepare_atom, prepare_goal
from alignment.checks.model import Checked, Schema
from alignment.content import State, Store, derived_relations
from alignment.engines.base import Engine, Limits
from alignment.engines.evaluation import LARGE, Evaluation
from alignment.factbase.dictionary import Value
from alignment.factbase.report import View
from alignment.factbase.tables import row_of
from alignment.language import tree
from alignment.language.atoms import asking_all, atom_with, is_ground, row_values
from alignment.language.parser import parse_atom, parse_body
from alignment.language.phrases import phrase
from alignment.problems import AlignmentError, Problem, raise_any
from alignment.reasoning.answers import Answers, answer, decoded, goal_rows
from alignment.source import SourceText

if TYPE_CHECKING:
    from os import PathLike

    from alignment.reasoning import proofs
    from alignment.reasoning.comparison import Scale
    from alignment.reasoning.timeline import Progress
    from alignment.render.changes import Changes
    from alignment.render.contradictions import Contradictions
    from alignment.render.evaluation import EvaluationReport
    from alignment.render.explanation import Explanation, StanceTable, WhyNotExplanation
    from alignment.render.hypotheses import HypothesisTable
    from alignment.render.linchpins import LinchpinTable
    from alignment.render.plans import ExplainedPlan
    from alignment.render.timeline import TimelineTable

WARM_UP = 2.0
"""Seconds after which deriving ahead is given up."""

MOST_EXPLAINED = 25
"""Answers that `why` explains when it is asked with a variable."""


class Questions:
    """The questions that a base answers, over its store, its engine and its view.

    `time_limit` is in seconds for each of them, `memory_limit` in MB.
    """

    _store: Store
    _engine: Engine
    _view: View | None
    time_limit: float | None
    memory_limit: int | None

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

    @property
    def current_view(self) -> View:
        """The view that questions are answered in; today's unless another was chosen."""
        return self._view or View(as_of=datetime.date.today())  # noqa: DTZ011  # the reader's own day

    def query(self, goal: str | Sequence[tree.BodyLiteral]) -> Answers:
        """The answers of a goal, as text or parsed, sorted; its variables are the columns."""
        state = self._store.state
        body = self._goal(goal, state)
        return answer(self._evaluation(state), body, self._limits())

    def explain_plan(self, goal: str | Sequence[tree.BodyLiteral]) -> ExplainedPlan:
        """How a goal is evaluated from the beginning: each stratum, what it is evaluated with, and why."""
        from alignment.reasoning.plans import goal_plan  # noqa: PLC0415  # only for this question
        from alignment.render.plans import ExplainedPlan  # noqa: PLC0415  # only for this question

        state = self._store.state
        body = self._goal(goal, state)
        return ExplainedPlan(goal_plan(self._evaluation(state), body, self._limits()))

    def rows(self, relation: str) -> set[tuple[Value, ...]]:
        """All rows of a relation; `-p` for what is strongly denied."""
        state = self._store.state
        if relation.removeprefix("-") not in state.checked.schema.relations:
            arguments = "" if relation.endswith(")") else "()"
            self._goal(relation + arguments, state)
        found = self._evaluation(state).relation(relation, self._limits())
        return set(decoded(self._store.dictionary, (), list(found)).rows)

    def count(self, relation: str) -> int:
        """How many rows a relation has, `-p` for what is strongly denied; none of them is fetched."""
        arity = self._store.state.checked.schema.relations[relation.removeprefix("-")].arity
        names = ", ".join(f"X{i}" for i in range(arity))
        if not arity:
            return int(self.holds(f"{relation}()"))
        ((rows,),) = self.query(f"N = #count{{ {names} : {relation}({names}) }}").rows
        assert isinstance(rows, int)
        return rows

    def holds(self, goal: str | Sequence[tree.BodyLiteral]) -> bool:
        """Whether a goal has an answer."""
        state = self._store.state
        return bool(goal_rows(self._evaluation(state), self._goal(goal, state), (), self._limits()))

    def why(self, atom: str | tree.Atom, *, every: bool = False) -> Explanation:
        """The strongest proof of an atom, or with `every` all proofs; of each answer if it has variables."""
        from alignment.reasoning import proving  # noqa: PLC0415  # likewise
        from alignment.render.explanation import Explanation  # noqa: PLC0415  # likewise

        state = self._store.state
        evaluation, limits = self._evaluation(state), self._limits()
        checked = self._atom(atom, state)
        claims = [checked]
        if not is_ground(checked):
            open_atom = asking_all(checked)
            found = answer(evaluation, (tree.Literal(open_atom),), limits)
            rows = found.constants[:MOST_EXPLAINED]
            claims = [atom_with(open_atom, row_values(found.columns, row)) for row in rows]
        whys = [proving.why(evaluation, claim, every=every, limits=limits) for claim in claims]
        explained = tuple(self._with_needed(one, state, limits) for one in whys if one is not None)
        return Explanation(
            checked, explained, state.checked.schema, view=self.current_view, derived=derived_relations(state)
        )

    def whynot(self, atom: str | tree.Atom, *, suppose: bool = True) -> WhyNotExplanation:
        """For each rule that could give an atom, the premises that hold and the first that fails.

        With `suppose` also the smallest sets of facts that would make it hold, and of those that stand against it.
        """
        from alignment.reasoning.whynot import remedies, whynot  # noqa: PLC0415  # likewise
        from alignment.render.explanation import WhyNotExplanation  # noqa: PLC0415  # likewise

        state, limits = self._store.state, self._limits()
        evaluation = self._evaluation(state)
        found = whynot(evaluation, self._ground_atom(atom, state, "whynot"), limits)
        if suppose:
            found = remedies(evaluation, state.checked, found, limits)
        return WhyNotExplanation(found, state.checked.schema, derived=derived_relations(state))

    def linchpins(self, atom: str | tree.Atom) -> LinchpinTable:
        """The smallest sets of facts, and of sources, without which an atom would not hold."""
        from alignment.reasoning.linchpins import linchpins  # noqa: PLC0415  # likewise
        from alignment.render.linchpins import LinchpinTable  # noqa: PLC0415  # likewise

        state = self._store.state
        checked = self._ground_atom(atom, state, "linchpins")
        found = linchpins(self._evaluation(state), checked, self._limits())
        return LinchpinTable(found, state.checked.schema, derived=derived_relations(state))

    def compare(self, *atoms: str | tree.Atom) -> HypothesisTable:
        """Atoms as competing hypotheses: each reported fact against each, the least contradicted first."""
        from alignment.reasoning.hypotheses import competing  # noqa: PLC0415  # likewise
        from alignment.render.hypotheses import HypothesisTable  # noqa: PLC0415  # likewise

        state = self._store.state
        claims = [self._ground_atom(atom, state, "compare") for atom in atoms]
        found = competing(self._evaluation(state), claims, self._limits())
        return HypothesisTable(found, state.checked.schema, derived=derived_relations(state))

    def contradictions(self) -> Contradictions:
        """Contrary atoms that both hold and answers to constraints, each side proved."""
        from alignment.reasoning.conflicts import conflicts  # noqa: PLC0415  # likewise
        from alignment.render.contradictions import Contradictions  # noqa: PLC0415  # likewise

        state = self._store.state
        found = conflicts(self._evaluation(state), state.checked.constraints, self._limits())
        return Contradictions(found, state.checked.schema, derived=derived_relations(state))

    def stances(self, *entities: str) -> StanceTable:
        """The stances of the entities named, or all, with the confidence of each."""
        from alignment.reasoning import stances  # noqa: PLC0415  # likewise
        from alignment.render.explanation import StanceTable  # noqa: PLC0415  # likewise

        state = self._store.state
        ids = [self.entity(name) for name in entities]
        found = stances.stances(self._evaluation(state), state.checked.schema, ids, self._limits())
        return StanceTable(found, state.checked.schema)

    def timeline(
        self, goal: str | Sequence[tree.BodyLiteral], *, progress: Progress | None = None
    ) -> TimelineTable:
        """Since when until when each answer of a goal holds, on all days, whatever the date of the view.

        `progress` is told how many of the days on which something changes are done, and how many there are.
        """
        from alignment.reasoning import timeline  # noqa: PLC0415  # a plain query has no use for it
        from alignment.render.timeline import TimelineTable  # noqa: PLC0415  # likewise

        state = self._store.state
        body = self._goal(goal, state)
        found = timeline.timeline(self._evaluation(state), body, self._limits(), progress)
        return TimelineTable(found, state.checked.schema)

    def diff(
        self,
        other: Questions,
        goal: str | Sequence[tree.BodyLiteral] | None = None,
        *,
        progress: Progress | None = None,
        lazily: bool = False,
    ) -> Changes:
        """What is different in another base or view: among the stances, or the answers of a goal.

        `progress` is told how many changes are explained, and of how many. With `lazily` each is explained when
        somebody looks at it, within the time of this question.
        """
        from alignment.reasoning import changes  # noqa: PLC0415  # likewise
        from alignment.render.changes import Changes  # noqa: PLC0415  # likewise

        states = self.state, other.state
        schemas = states[0].checked.schema, states[1].checked.schema
        derived = derived_relations(states[0]) | derived_relations(states[1])
        before, after = self._evaluation(states[0]), other._evaluation(states[1])
        if goal is None:
            names = [one.name for schema in schemas for one in schema.relations.values() if one.kind == "stance"]
            columns, found = None, changes.stance_changes(before, after, list(dict.fromkeys(names)), self._limits())
        else:
            self._goal(goal, states[0])
            columns, found = changes.goal_changes(before, after, self._goal(goal, states[1]), self._limits())
        return Changes(found if lazily else found.whole(progress), schemas, columns, derived)

    def evaluate(
        self,
        goal: str | Sequence[tree.BodyLiteral],
        labels: str | PathLike[str] | Mapping[str, str],
        scale: Scale | None = None,
        *,
        columns: tuple[str, str] | None = None,
        ablate: bool = False,
        progress: Progress | None = None,
    ) -> EvaluationReport:
        """The answers of a goal held against an answer key: a CSV file, or a dictionary of labels by entity.

        The goal has a variable for the entity and one for its label. `scale` says how labels are ordered and
        classed, `columns` where they stand in the file. With `ablate` also the figures without each source and rule.
        """
        from alignment.reasoning.answer_key import key_of  # noqa: PLC0415  # likewise
        from alignment.reasoning.evaluating import Judge  # noqa: PLC0415  # likewise
        from alignment.render.evaluation import EvaluationReport  # noqa: PLC0415  # likewise

        state = self._store.state
        body = self._goal(goal, state)
        judge = Judge.of(body, scale, state.checked.schema)
        key = key_of(labels, state.checked.schema, judge.entity_type, columns)
        evaluation, limits = self._evaluation(state), self._limits()
        found = judge.comparison(evaluation, key.labels, limits)
        left_out = judge.ablations(evaluation, state.checked, key.labels, limits, progress) if ablate else None
        whys = {case.entity: list(map(self.why, judge.atoms(case))) for case in found.disagreements if case.given}
        text = ", ".join(map(phrase, body))
        return EvaluationReport(text, found, state.checked.schema, key.problems, whys, left_out)

    def entity(self, name: str) -> str:
        """The id of an entity by id, name or alias. Raises AlignmentError if there is none, or several."""
        from alignment.checks.aliases import find_entity  # noqa: PLC0415

        found, problems = find_entity(self.schema, name)
        raise_any(problems)
        assert found is not None
        return found

    def prepare(self, atom: tree.Atom) -> tree.Atom:
        """A parsed atom with names and aliases resolved, checked against the schema."""
        return self._atom(atom, self._store.state)

    def warm_up(self) -> None:
        """Derive what stances rest on in a small base, and how sure it is, before anybody asks; it may run in a thread.

        Stances first, then what explanations and small changes begin with, then all of it on all days. A base in
        which that would take long is left alone, and so is one in which it meets a limit.
        """
        from alignment.engines.dated.ahead import derive_on_all_days  # noqa: PLC0415  # likewise
        from alignment.reasoning.confidences import confidences, weigh_ahead  # noqa: PLC0415  # likewise
        from alignment.reasoning.derivations import DerivationReader  # noqa: PLC0415  # likewise

        if self.is_small:
            names = [one.name for one in self.schema.relations.values() if one.kind == "stance"]
            with suppress(AlignmentError):
                evaluation, limits = self.evaluation(), Limits.of(WARM_UP)
                confidences(evaluation, names, limits)
                evaluation.relations(evaluation.program.stratum_of, limits)
                weigh_ahead(evaluation, limits)
                derive_on_all_days(evaluation, limits)
                DerivationReader(evaluation, limits).lay_out()

    @property
    def is_small(self) -> bool:
        """Whether the base is one of those that are derived whole before anybody asks."""
        return len(self._store.state.facts) < LARGE

    def evaluation(self) -> Evaluation:
        """The relations as this view sees them, for what looks at more than one answer."""
        return self._evaluation(self._store.state)

    def _with_needed(self, one: proofs.Why, state: State, limits: Limits) -> proofs.Why:
        """Add the sources without any one of which the atom would not hold, tried out one by one."""
        from alignment.reasoning.proofs import leaves  # noqa: PLC0415  # likewise

        sources = {
            report.source
            for proof in one.proofs
            for leaf in leaves(proof)
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
            raise_any(problems)
        else:
            body = goal
        assert body is not None
        prepared, problems = prepare_goal(state.checked, body)
        raise_any(problems)
        assert prepared is not None
        return tuple(prepared)

    def _ground_atom(self, text: str | tree.Atom, state: State, verb: str) -> tree.Atom:
        checked = self._atom(text, state)
        if not is_ground(checked):
            message = f"{verb} explains one atom: put a name in place of each variable"
            raise AlignmentError(Problem("unsafe", checked.span, message))
        return checked

    def _atom(self, text: str | tree.Atom, state: State) -> tree.Atom:
        atom: tree.Atom | None
        if isinstance(text, str):
            atom, problems = parse_atom(SourceText("<goal>", text))
            raise_any(problems)
        else:
            atom = text
        assert atom is not None
        prepared, problems = prepare_atom(state.checked, atom)
        raise_any(problems)
        assert prepared is not None
        return prepared
