"""The smallest sets of facts, or of sources, whose loss turns an atom: from true to false, or the other way.

They are found as the diagnoses of a system are (Reiter, "A theory of diagnosis from first principles", 1987):
as long as the atom is as it was without a set, what keeps it so is found, and one of that must go too. An
absence keeps an atom up as well: without the sanctions that rule it out, a rule could conclude what the
atom's proof says that nothing shows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

from alignment.engines.base import Limits
from alignment.factbase.report import Reports
from alignment.reasoning.ground import GroundProgram, GroundRule, Node
from alignment.reasoning.grounded import Grounded, Truth
from alignment.records import frozen

LARGEST = 3
"""Units in a set at the most; that there may be larger sets is told."""

MOST_WORK = 1_000_000
"""Nodes looked at for one atom; what is not found by then is told as not looked for."""

Unit = TypeVar("Unit")


@frozen
class Turning(Generic[Unit]):
    """The smallest sets that turn an atom, those of one unit first. `complete` if there are no larger ones."""

    sets: tuple[tuple[Unit, ...], ...] = ()
    complete: bool = True

    @property
    def single(self) -> tuple[Unit, ...]:
        """What turns it alone: without any one of these it is no longer what it was."""
        return tuple(one[0] for one in self.sets if len(one) == 1)


def turning_facts(program: GroundProgram, limits: Limits) -> Turning[Node]:
    """The smallest sets of facts without which the root of a ground program is no longer what it was."""
    return _turning(_OfFacts(program), limits)


def turning_sources(program: GroundProgram, reports: Mapping[Node, Reports], limits: Limits) -> Turning[str]:
    """The same of sources; `reports` are those of all facts of the program."""
    return _turning(_OfSources(program, reports), limits)


class _Removal(Generic[Unit]):
    """What can be taken away, one unit at a time, from a ground program."""

    def __init__(self, program: GroundProgram) -> None:
        self.program = program
        self.grounded = Grounded(program)

    def gone(self, units: frozenset[Unit]) -> set[Node]:
        """The facts that are no longer reported without some units."""
        raise NotImplementedError

    def kept_by(self, facts: Iterable[Node], units: frozenset[Unit]) -> list[Unit]:
        """Units that, if none of them goes as well, keep these facts. Sorted."""
        raise NotImplementedError


class _OfFacts(_Removal[Node]):
    def gone(self, units: frozenset[Node]) -> set[Node]:
        return set(units)

    def kept_by(self, facts: Iterable[Node], units: frozenset[Node]) -> list[Node]:
        del units
        return sorted(set(facts))


class _OfSources(_Removal[str]):
    """Sources: a fact stays as long as one of its reports has a source left, or none."""

    def __init__(self, program: GroundProgram, reports: Mapping[Node, Reports]) -> None:
        super().__init__(program)
        self.sources = {fact: {report.source for report in reports[fact]} for fact in program.facts}

    def gone(self, units: frozenset[str]) -> set[Node]:
        return {fact for fact, named in self.sources.items() if named and named <= units}

    def kept_by(self, facts: Iterable[Node], units: frozenset[str]) -> list[str]:
        found: set[str] = set()
        for fact in sorted(set(facts)):
            left = self.sources[fact] - units
            if None not in left and left and not found.intersection(left):
                found.add(min(source for source in left if source is not None))
        return sorted(found)


def _turning(removal: _Removal[Unit], limits: Limits) -> Turning[Unit]:
    """The smallest sets of units whose loss turns the root, sets of one first."""
    root = removal.program.root
    held = root in removal.grounded.without(())
    found: list[frozenset[Unit]] = []
    level: list[frozenset[Unit]] = [frozenset()]
    complete = True
    for size in range(LARGEST + 1):
        following: dict[frozenset[Unit], None] = {}
        for units in level:
            limits.check()
            if any(one <= units for one in found):
                continue
            if removal.grounded.work > MOST_WORK:
                complete = False
                break
            truth = removal.grounded.without(removal.gone(units))
            if (root in truth) != held:
                found.append(units)
                continue
            support = removal.kept_by(_support(removal.program, truth), units)
            if size == LARGEST:
                complete = complete and not support
            following.update((units | {unit}, None) for unit in support)
        level = list(following)
    ordered = sorted((sorted(one, key=repr) for one in found), key=lambda one: (len(one), repr(one)))
    return Turning(tuple(tuple(one) for one in ordered), complete)


def _support(program: GroundProgram, truth: Truth) -> Iterator[Node]:
    """Facts that keep the root what it is: as long as none of them goes, it stays so, whatever else goes.

    Of what holds those of one proof, and of what keeps each absence in it an absence.
    """
    seen: set[tuple[Node, bool]] = set()
    todo: list[tuple[Node, bool]] = [(program.root, program.root in truth)]
    while todo:
        node, holds = todo.pop()
        if (node, holds) in seen:
            continue
        seen.add((node, holds))
        if holds and truth[node] is None:
            yield node
        elif holds:
            instance = truth[node]
            assert instance is not None
            todo += [(premise, True) for premise in instance.premises]
            todo += [(absent, False) for absent in instance.absent]
            todo += _counted(instance, truth)
        else:
            for instance in program.rules.get(node, ()):
                todo += _failing(instance, truth, seen)


def _counted(instance: GroundRule, truth: Truth) -> list[tuple[Node, bool]]:
    return [(one, one in truth) for counted in instance.counted for one in counted.nodes]


def _failing(
    instance: GroundRule, truth: Truth, seen: Collection[tuple[Node, bool]]
) -> Sequence[tuple[Node, bool]]:
    """Why an instance gives nothing: a premise that does not hold, which costs least, or what stands against it."""
    missing = [premise for premise in instance.premises if premise not in truth]
    if missing:
        known = [premise for premise in missing if (premise, False) in seen]
        return [((known or missing)[0], False)]
    against = [node for node in instance.absent if node in truth]
    if against:
        return [(against[0], True)]
    return _counted(instance, truth)
