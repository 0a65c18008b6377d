"""What an atom rests on, one rule down: the reports of it and of its contrary, and what its rules ask for.

It is the same from whichever side and however far away an atom is looked at, so each is worked out once for all the
hypotheses that are compared.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import compress, islice
from typing import NamedTuple, TypeAlias

from alignment.engines.base import Limits
from alignment.engines.evaluation import Evaluation
from alignment.factbase.relation import Relation, Row
from alignment.program.lower import NOW
from alignment.program.model import Aggregation, BodyLiteral, Comparison, Const, Negative, Positive, Rule, Var
from alignment.reasoning.ground import Node
from alignment.reasoning.solving import Binding, value_of

MOST_ROWS = 100
"""Rows followed for one premise."""

Pattern: TypeAlias = tuple["int | None", ...]


class Looked(NamedTuple):
    """An atom that a rule asks for.

    It speaks as the conclusion does, or with `sign` -1 against it. `applies` tells whether the rule can be applied as
    things are; `near` whether this does not count as a step that only could be taken. Of what a rule excludes
    only that which makes it hold now counts (`holding`).
    """

    name: str
    pattern: Pattern
    sign: int
    applies: bool
    near: bool
    holding: bool


Reported: TypeAlias = tuple[tuple[Node, ...], tuple[Node, ...]]
"""The reports of an atom, and those of its contrary."""


class Expander:
    """Works out what atoms of one evaluation rest on, each once. Questions share it, each within its own limits."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self._rules: dict[str, list[_Asking]] = {}
        for stratum in evaluation.program.strata:
            for rule in stratum.rules:
                self._rules.setdefault(rule.head, []).append(_Asking(rule))
        self._reported: dict[str, tuple[str, int, Relation]] = {}
        self._reports: dict[tuple[str, Pattern], Reported] = {}
        self._looked: dict[tuple[str, Pattern, bool], tuple[Looked, ...]] = {}
        self._rows: dict[tuple[str, Pattern], list[Row]] = {}
        self._held: dict[tuple[str, Pattern], bool] = {}

    @classmethod
    def of(cls, evaluation: Evaluation) -> Expander:
        """That of all evaluations which see the same, kept with what they derive."""
        names = {*evaluation.program.stratum_of, *evaluation.facts.tables}
        key = ("expander", tuple(evaluation.key(name) for name in sorted(names)))
        found: Expander | None = evaluation.cache.get(key)
        if found is None:
            found = cls(evaluation)
            evaluation.cache.put(key, found)
        return found

    def reports(self, name: str, pattern: Pattern) -> Reported:
        """The reports of an atom of which something is known, and those of its contrary."""
        found = self._reports.get((name, pattern))
        if found is None:
            found = ((), ())
            if any(value is not None for value in pattern) or not pattern:
                contrary = name[1:] if name.startswith("-") else f"-{name}"
                found = self.reported(name, pattern), self.reported(contrary, pattern)
            self._reports[name, pattern] = found
        return found

    def looked(self, name: str, pattern: Pattern, limits: Limits, *, near: bool = False) -> tuple[Looked, ...]:
        """What the rules of an atom ask for: all of it, or at the least what is near. Raises LimitReached."""
        found = self._looked.get((name, pattern, False))
        if found is None and near:
            found = self._looked.get((name, pattern, True))
        if found is None:
            limits.check()
            looked: dict[Looked, None] = {}
            for asking in self._rules.get(name, ()):
                binding = asking.bound_by(pattern)
                if binding is not None:
                    for one in self._followed(asking, binding, limits, partly=not near):
                        looked[one] = None
            found = self._looked[name, pattern, near] = tuple(looked)
        return found

    def reported(self, name: str, pattern: Pattern) -> tuple[Node, ...]:
        """The reports of an atom, as the facts that they are: evidence relations have more columns."""
        read = self._reported.get(name)
        if read is None:
            evidence, rows = self.evaluation.program.evidence.get(name), self.evaluation.reported(name)
            read = (name, 0, rows) if evidence is None else (evidence.base, len(evidence.columns), rows)
            self._reported[name] = read
        base, more, relation = read
        if not relation:
            return ()
        return tuple([(base, row[: len(row) - more]) for row in islice(relation.match(pattern), MOST_ROWS)])

    def _followed(self, asking: _Asking, binding: Binding, limits: Limits, *, partly: bool) -> Iterator[Looked]:
        """The premises of a rule, joined as far as rows hold, and what it excludes; unless `partly`, where all hold."""
        every = (1 << len(asking.premises)) - 1
        for known, followed, whole in self._joined(asking, every, binding, every, limits, partly=partly):
            standing = [self._holds(absent, absent.pattern(known), limits) for absent in asking.excluded]
            applies = whole and not any(standing)
            for place, asked in enumerate(asking.premises):
                if followed >> place & 1 and asked.relation != NOW:
                    yield Looked(asked.relation, asked.pattern(known), 1, applies, applies, False)
            for absent in compress(asking.excluded, standing):
                yield Looked(absent.relation, absent.pattern(known), -1, applies, whole, True)
            for counted in asking.counts:
                rules = self._rules.get(counted.relation)
                if rules:
                    width = len(rules[0].rule.args) - len(counted.group)
                    pattern = (*(value_of(arg, known) for arg in counted.group), *[None] * width)
                    sign = _wanted(counted.result, asking.rule.body)
                    yield Looked(counted.relation, pattern, sign, applies, applies, holding=False)

    def _joined(
        self,
        asking: _Asking,
        waiting: int,
        binding: Binding,
        followed: int,
        limits: Limits,
        *,
        partly: bool,
        whole: bool = True,
    ) -> Iterator[tuple[Binding, int, bool]]:
        """The bindings under which the premises hold that can, those that are followed, and whether all hold.

        Where a premise does not hold, it is looked at with what is known, but what only it would lead to is not; only
        where all hold unless `partly`.
        `waiting` and `followed` are sets of premises, a bit for each place.
        """
        if not waiting:
            yield binding, followed, whole
            return
        turn = asking.turn(waiting, binding)
        rows = self._matching(turn.asked, turn.asked.pattern(binding), limits)
        if not rows and partly:
            lessened = followed & ~turn.lost
            yield from self._joined(asking, turn.left, binding, lessened, limits, partly=partly, whole=False)
        for row in rows:
            if turn.repeated and any(row[one] != row[other] for one, other in turn.repeated):
                continue
            extended = {**binding}
            for name, column in turn.added:
                extended[name] = row[column]
            yield from self._joined(asking, turn.rest, extended, followed, limits, partly=partly, whole=whole)

    def _matching(self, asked: _Asked, pattern: Pattern, limits: Limits) -> list[Row]:
        """The first rows that match, in order."""
        key = (asked.relation, pattern)
        found = self._rows.get(key)
        if found is None:
            relation = self.evaluation.relation(asked.relation, limits)
            found = self._rows[key] = sorted(islice(relation.match(pattern), MOST_ROWS))
        return found

    def _holds(self, asked: _Asked, pattern: Pattern, limits: Limits) -> bool:
        """Whether something holds that a rule excludes."""
        key = (asked.relation, pattern)
        found = self._held.get(key)
        if found is None:
            relation = self.evaluation.relation(asked.relation, limits)
            found = self._held[key] = next(iter(relation.match(pattern)), None) is not None
        return found


class _Asked:
    """A literal with the names of its variables by place, empty for constants and `_`, and its constants."""

    __slots__ = ("_constants", "names", "places", "relation")

    def __init__(self, literal: Positive | Negative) -> None:
        self.relation = literal.relation
        self.places = tuple([arg.name if isinstance(arg, Var) else "" for arg in literal.args])
        self._constants = [(i, arg.id) for i, arg in enumerate(literal.args) if isinstance(arg, Const)]
        self.names = frozenset(filter(None, self.places))

    def number_known(self, known: Collection[str]) -> int:
        """How many of its arguments are known where these variables are."""
        return len(self._constants) + sum(name in known for name in self.places)

    def pattern(self, known: Binding) -> Pattern:
        """What is known of its arguments. There is no variable without a name."""
        pattern = tuple(map(known.get, self.places))
        if not self._constants:
            return pattern
        values = list(pattern)
        for place, constant in self._constants:
            values[place] = constant
        return tuple(values)


class _Turn(NamedTuple):
    """The premise that is joined next, and what it adds to a binding.

    `rest` waits after it; where no row matches, what is `lost` is not looked at any more, and `left` waits.
    """

    asked: _Asked
    added: Sequence[tuple[str, int]]
    repeated: Sequence[tuple[int, int]]
    rest: int
    left: int
    lost: int


class _Asking:
    """A rule by what it asks for."""

    __slots__ = ("_turns", "counts", "excluded", "premises", "rule")

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.premises = tuple(_Asked(literal) for literal in rule.body if isinstance(literal, Positive))
        self.excluded = tuple(_Asked(literal) for literal in rule.body if isinstance(literal, Negative))
        self.counts = tuple(literal for literal in rule.body if isinstance(literal, Aggregation))
        self._turns: dict[tuple[int, frozenset[str]], _Turn] = {}

    def turn(self, waiting: int, known: Binding) -> _Turn:
        """The premise of which most is known: it depends on which variables have values alone."""
        key = (waiting, frozenset(known))
        found = self._turns.get(key)
        if found is None:
            found = self._turns[key] = self._turn(waiting, key[1])
        return found

    def _turn(self, waiting: int, known: frozenset[str]) -> _Turn:
        places = [place for place in range(len(self.premises)) if waiting >> place & 1]
        place = max(places, key=lambda one: (self.premises[one].number_known(known), -one))
        asked, rest = self.premises[place], waiting & ~(1 << place)
        missing = asked.names - known
        lost = sum(1 << one for one in places if one != place and missing & (self.premises[one].names - known))
        first, repeated = dict[str, int](), list[tuple[int, int]]()
        for column, name in enumerate(asked.places):
            if name in missing and first.setdefault(name, column) != column:
                repeated.append((first[name], column))
        return _Turn(asked, tuple(first.items()), repeated, rest, rest & ~lost, lost)

    def bound_by(self, pattern: Pattern) -> Binding | None:
        """What an atom says of the variables of the head; None where it is none of its conclusions."""
        binding: dict[str, int] = {}
        for arg, value in zip(self.rule.args, pattern, strict=True):
            if isinstance(arg, Const):
                if value not in (None, arg.id):
                    return None
            elif value is not None and binding.setdefault(arg.name, value) != value:
                return None
        return binding


def known_of(literal: Positive) -> Pattern:
    """The constants of a literal by place, None for all else."""
    return _Asked(literal).pattern({})


def _wanted(result: Var, body: Sequence[BodyLiteral]) -> int:
    """-1 where a value may be no larger than something, else 1: a count speaks for a rule that asks for much."""
    for literal in body:
        if isinstance(literal, Comparison) and result in (literal.left, literal.right):
            smaller = literal.operator in ("<", "=<")
            larger = literal.operator in (">", ">=")
            if smaller or larger:
                return 1 if smaller == (literal.right == result) else -1
    return 1
