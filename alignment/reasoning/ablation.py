"""What carries an agreement with a key: the figures without each source, and without each rule.

Without a source the base is seen in another view; without a rule it has another program. Both share what they
have in common with the whole, so each costs what it changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

from alignment.checks.model import Checked
from alignment.engines.base import Limits
from alignment.engines.evaluation import Evaluation
from alignment.language import tree
from alignment.program.compile import compiled
from alignment.program.lower import lower_goal, variables
from alignment.reasoning.answers import GOAL
from alignment.reasoning.comparison import Comparison, labelled
from alignment.records import frozen

Kind: TypeAlias = Literal["source", "rule"]
Judged: TypeAlias = "Callable[[dict[str, tuple[str, ...]]], Comparison]"
"""Holds the labels of entities against the key."""

Progress: TypeAlias = Callable[[int, int], None]


@frozen
class Ablation:
    """What becomes of the comparison without one source or rule.

    `changed` are the entities whose answers change, `better` and `worse` those of the key that are then
    answered as it says, and no longer.
    """

    kind: Kind
    name: str
    comparison: Comparison
    changed: tuple[str, ...]
    better: tuple[str, ...]
    worse: tuple[str, ...]


@frozen
class Without:
    """One thing left out, and the base without it."""

    kind: Kind
    name: str
    evaluation: Callable[[], Evaluation]


def ablations(
    evaluation: Evaluation,
    checked: Checked,
    body: Sequence[tree.BodyLiteral],
    judge: Judged,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> tuple[Ablation, ...]:
    """One for each source and each rule that the goal may depend on, those that matter most for the key first."""
    limits = limits or Limits()
    whole = labelled(evaluation, body, limits)
    before = judge(whole)
    left_out = [*_without_sources(evaluation, checked, body), *_without_rules(evaluation, checked, body)]
    found: list[Ablation] = []
    for done, one in enumerate(left_out):
        limits.check()
        if progress is not None:
            progress(done, len(left_out))
        answers = labelled(one.evaluation(), body, limits)
        after = before if answers == whole else judge(answers)
        changed = sorted(name for name in {*whole, *answers} if whole.get(name) != answers.get(name))
        right = [{case.entity for case in each.cases if case.agrees} for each in (before, after)]
        better, worse = sorted(right[1] - right[0]), sorted(right[0] - right[1])
        found.append(Ablation(one.kind, one.name, after, tuple(changed), tuple(better), tuple(worse)))
    return tuple(sorted(found, key=_weight))


def _weight(one: Ablation) -> tuple[object, ...]:
    return len(one.better) - len(one.worse), -len(one.changed), one.kind, one.name


def _without_sources(
    evaluation: Evaluation, checked: Checked, body: Sequence[tree.BodyLiteral]
) -> Iterator[Without]:
    tables = [evaluation.facts.tables[name] for name in _needed(evaluation, body) if name in evaluation.facts.tables]
    named = {report.source for table in tables for reports in table.annotated.values() for report in reports}
    if any(table.imported for table in tables):
        named |= set(checked.schema.sources)
    for source in sorted(name for name in named if name is not None and name not in evaluation.view.without):
        yield Without("source", source, lambda source=source: _without_source(evaluation, source))  # type: ignore[misc]


def _without_source(evaluation: Evaluation, source: str) -> Evaluation:
    view = replace(evaluation.view, without=evaluation.view.without | {source})
    return Evaluation(
        evaluation.program, evaluation.facts, evaluation.dictionary, view, evaluation.engine, evaluation.cache,
        evaluation.today,
    )  # fmt: skip


def _without_rules(evaluation: Evaluation, checked: Checked, body: Sequence[tree.BodyLiteral]) -> Iterator[Without]:
    needed = _needed(evaluation, body)
    for rule in checked.rules:
        if rule.head.relation in needed:
            name = rule.label or (f"{rule.span.file}:{rule.span.line}" if rule.span else rule.head.relation)
            yield Without("rule", name, lambda rule=rule: _without_rule(evaluation, checked, rule))  # type: ignore[misc]


def _without_rule(evaluation: Evaluation, checked: Checked, rule: tree.Rule) -> Evaluation:
    """The base under the program that the other rules make, preferences for the one that is gone left out."""
    others = tuple(one for one in checked.rules if one is not rule)
    labels = {one.label for one in others}
    preferences = tuple(one for one in checked.preferences if {one.stronger.name, one.weaker.name} <= labels)
    program = compiled(replace(checked, rules=others, preferences=preferences), evaluation.dictionary.constant)
    return evaluation.with_program(program)


def _needed(evaluation: Evaluation, body: Sequence[tree.BodyLiteral]) -> frozenset[str]:
    """The relations that a goal depends on, those of reports included."""
    goal = lower_goal(body, variables(body), evaluation.dictionary.constant, GOAL)
    reads = frozenset(name for rule in goal.rules for name in rule.reads)
    strata = evaluation.program.needed(reads)
    names = {name for stratum in strata for name in (*stratum.relations, *stratum.reads)} | reads
    program = evaluation.program
    return frozenset(program.evidence[name].base if name in program.evidence else name for name in names)
