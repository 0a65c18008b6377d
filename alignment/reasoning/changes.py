"""What is different between two evaluations: which stances, or which answers of a goal, are new, gone, or less sure.

The two may be one base on two dates, with and without some facts, or two bases with rules of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Literal, TypeAlias, overload

from alignment.engines.base import Limits
from alignment.engines.evaluation import Evaluation
from alignment.factbase.relation import Row
from alignment.language import tree
from alignment.language.atoms import atom_with, row_values
from alignment.language.phrases import phrase
from alignment.program.lower import lower_goal, variables
from alignment.program.stratify import with_goal
from alignment.reasoning.answers import GOAL
from alignment.reasoning.causes import Causes, Reason, Weakest, translated
from alignment.reasoning.confidences import confidences
from alignment.records import frozen

MOST_EXPLAINED = 200
"""Changes whose reasons are looked for; those after them are told without."""

Kind: TypeAlias = Literal["appeared", "vanished", "changed"]
Progress: TypeAlias = Callable[[int, int], None]
"""Is told how many changes are explained, and of how many."""

KINDS: tuple[Kind, ...] = ("appeared", "vanished", "changed")


@frozen
class Change:
    """One stance or answer that is different: its atom, and how sure it was and is (None: cannot be judged).

    `values` are those of a goal's columns; `claim` is then the goal with them, or where it has several
    literals an atom of the relation `?`. `reason` says why a new one holds, or why one that is gone holds
    no more; `weakest` are the weakest premises, before and after, of one that is more or less sure.
    """

    kind: Kind
    claim: tree.Atom
    before: float | None = None
    after: float | None = None
    reason: Reason | None = None
    weakest: tuple[Weakest | None, Weakest | None] = (None, None)
    values: tuple[tree.Constant, ...] = ()

    @property
    def atom(self) -> str:
        """The atom as the language writes it; an answer of several literals by its values, `(a, b)`."""
        if self.claim.predicate == GOAL:
            return f"({', '.join(map(phrase, self.values))})"
        return phrase(self.claim)

    def __str__(self) -> str:
        return self.atom


@frozen
class _Found:
    """A row that is different, as the side encodes it on which it holds (the second, if on both)."""

    kind: Kind
    name: str
    row: Row
    before: float | None = None
    after: float | None = None


class Explained(Sequence[Change]):
    """Changes in their order, each explained when somebody looks at it: a reader begins before all are.

    Raises LimitReached where a reason takes too long.
    """

    def __init__(
        self, found: Sequence[_Found], causes: Causes, told: Callable[[Change], Change] = lambda one: one
    ) -> None:
        self._found, self._causes, self._told = found, causes, told
        self._known: dict[int, Change] = {}

    def __len__(self) -> int:
        return len(self._found)

    @overload
    def __getitem__(self, at: int) -> Change: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Change]: ...
    def __getitem__(self, at: int | slice) -> Change | Sequence[Change]:
        places = range(len(self._found))[at]
        if isinstance(places, range):
            return [self[place] for place in places]
        known = self._known.get(places)
        if known is None:
            change = _change(self._found[places], self._causes, explained=places < MOST_EXPLAINED)
            known = self._known[places] = self._told(change)
        return known

    def whole(self, progress: Progress | None = None) -> tuple[Change, ...]:
        """All of them, explained now; `progress` is told how many are, and of how many."""
        changes = []
        for number, change in enumerate(self, 1):
            changes.append(change)
            if progress is not None:
                progress(number, len(self))
        return tuple(changes)


def stance_changes(
    before: Evaluation, after: Evaluation, names: Sequence[str], limits: Limits | None = None
) -> Explained:
    """The changes in some relations: new rows, then rows that are gone, then others; each by its values."""
    return Explained(_found(before, after, names, limits or Limits()), Causes(before, after, limits or Limits()))


def goal_changes(
    before: Evaluation, after: Evaluation, body: Sequence[tree.BodyLiteral], limits: Limits | None = None
) -> tuple[tuple[str, ...], Explained]:
    """The columns of a checked goal, and the changes in its answers: atoms of a relation `?` of these columns."""
    columns, limits = tuple(variables(body)), limits or Limits()
    asked = []
    for side in (before, after):
        goal = lower_goal(body, columns, side.dictionary.constant, GOAL)
        asked.append(side.with_program(with_goal(side.program, goal)))
    found = _found(asked[0], asked[1], (GOAL,), limits)
    return columns, Explained(found, Causes(asked[0], asked[1], limits), lambda one: _answer(one, columns, body))


def _found(before: Evaluation, after: Evaluation, names: Sequence[str], limits: Limits) -> list[_Found]:
    """The rows that are different, in the order in which they are told."""

    def order(one: _Found) -> tuple[object, ...]:
        key = (before if one.kind == "vanished" else after).dictionary.sort_key
        values = [key(value) for value in one.row]
        return KINDS.index(one.kind), values[:1], names.index(one.name), values

    return sorted(_differing(before, after, names, limits), key=order)


def _answer(change: Change, columns: Sequence[str], body: Sequence[tree.BodyLiteral]) -> Change:
    """A change of an answer, told by the goal's atom where it has one alone."""
    values = tuple(arg for arg in change.claim.args if not isinstance(arg, tree.Variable | tree.Now | tree.Arithmetic))
    match body:
        case (tree.Literal(atom=atom, negated=False),):
            claim = atom_with(atom, row_values(tuple(columns), values))
            return replace(change, values=values, claim=claim)
        case _:
            return replace(change, values=values)


def _differing(before: Evaluation, after: Evaluation, names: Sequence[str], limits: Limits) -> Iterator[_Found]:
    """The rows of relations that are on one side alone, or not as sure on both."""
    if before.cache is after.cache:
        names = [name for name in names if before.key(name) != after.key(name)]
    old, new = (confidences(side, names, limits) for side in (before, after))  # rows come out with their strengths
    was, now = (side.relations(names, limits) for side in (before, after))
    for name in names:
        were = old[name].of_all(was[name])
        kept = {row: translated(row, after.dictionary, before.dictionary) for row in now[name]}
        for row, sure in new[name].of_all(kept).items():
            if kept[row] not in were:
                yield _Found("appeared", name, row, after=sure)
            elif were[kept[row]] != sure:
                yield _Found("changed", name, row, were[kept[row]], sure)
        for row in were.keys() - kept.values():
            yield _Found("vanished", name, row, before=were[row])


def _change(found: _Found, causes: Causes, *, explained: bool) -> Change:
    side = causes.before if found.kind == "vanished" else causes.after
    args = tuple(map(side.dictionary.node, found.row))
    claim = tree.Atom(found.name.removeprefix("-"), args, found.name.startswith("-"))
    change = Change(found.kind, claim, found.before, found.after)
    node = (found.name, found.row)
    if not explained:
        return change
    match found.kind:
        case "appeared":
            return replace(change, reason=causes.reason(1, node))
        case "vanished":
            return replace(change, reason=causes.reason(0, node))
        case "changed":
            row = translated(found.row, causes.after.dictionary, causes.before.dictionary)
            return replace(change, weakest=(causes.weakest(0, (found.name, row)), causes.weakest(1, node)))
