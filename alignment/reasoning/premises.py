"""The premises of a rule, joined from what an atom says of its head as far as rows hold.

Bindings are tuples. Which premise comes next and where each value stands depends on what is known alone, so it is
settled once, and many bindings go from premise to premise together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from alignment.factbase.relation import Row
from alignment.program.lower import NOW
from alignment.program.model import Aggregation, BodyLiteral, Comparison, Const, Negative, Positive, Rule, Var
from alignment.reasoning.layout import new_columns

Pattern: TypeAlias = tuple["int | None", ...]
"""What is known of the arguments of an atom."""

Values: TypeAlias = tuple["int | None", ...]
"""A binding: None, the constants of the rule, then the values of variables in the order in which they became known."""

Pick: TypeAlias = Callable[[Values], Pattern]
Find: TypeAlias = Callable[[Pattern], Sequence[Row]]
"""The rows in which some columns have these values."""

Finder: TypeAlias = Callable[[str, tuple[int, ...], int], Find]
"""From a relation, the columns that are known and how many there are, to what finds its rows."""


class Asked:
    """A literal with the names of its variables by place, empty for constants and `_`, and its constants."""

    __slots__ = ("constants", "names", "places", "relation")

    def __init__(self, literal: Positive | Negative) -> None:
        self.relation = literal.relation
        self.places = tuple([arg.name if isinstance(arg, Var) else "" for arg in literal.args])
        self.constants = {i: arg.id for i, arg in enumerate(literal.args) if isinstance(arg, Const)}
        self.names = frozenset(filter(None, self.places))

    def number_known(self, known: Collection[str]) -> int:
        """How many of its arguments are known where these variables are."""
        return len(self.constants) + sum(name in known for name in self.places)


class Counted(NamedTuple):
    """An aggregate as it is asked for: its relation, its group, how many columns come after that, and the direction."""

    relation: str
    group: tuple[Var | Const, ...]
    more: int
    sign: int


Joined: TypeAlias = tuple["Frame", int, bool, Sequence[Values]]
"""Bindings of one kind: in what frame they stand, which premises are followed, whether all hold, and the bindings."""


class Asking:
    """A rule by what it asks for. `width` gives the number of columns of a relation that is counted."""

    __slots__ = ("_begin", "_frames", "_names", "constants", "counts", "excluded", "premises", "rule")

    def __init__(self, rule: Rule, width: Callable[[str], int | None]) -> None:
        self.rule = rule
        self.premises = tuple(Asked(literal) for literal in rule.body if isinstance(literal, Positive))
        self.excluded = tuple(Asked(literal) for literal in rule.body if isinstance(literal, Negative))
        self.counts = tuple(_counted(rule.body, width))
        constants = [value for one in (*self.premises, *self.excluded) for value in one.constants.values()]
        constants += [arg.id for one in self.counts for arg in one.group if isinstance(arg, Const)]
        self.constants = {value: place for place, value in enumerate(dict.fromkeys(constants), 1)}
        self._begin: Values = (None, *self.constants)
        names = tuple(arg.name for arg in rule.args if isinstance(arg, Var))
        self._names = names if len(set(names)) == len(rule.args) else None  # each argument a variable of its own
        self._frames: dict[tuple[str, ...], Frame] = {}

    def joined(self, pattern: Pattern, finder: Finder, *, partly: bool) -> Iterator[Joined]:
        """The bindings under which the premises hold that can, where the head is an atom of which `pattern` is known.

        Where a premise does not hold, it is looked at with what is known, but what only it would lead to is not; only
        where all hold unless `partly`.
        """
        names, values = self._names, pattern
        if names is None or None in pattern:
            known = self._bound_by(pattern)
            if known is None:
                return
            names, values = tuple(known), tuple(known.values())
        every = (1 << len(self.premises)) - 1
        begun: Joined = (self.frame(names), every, True, [self._begin + values])
        waiting = [(every, begun)]
        while waiting:
            left, group = waiting.pop()
            if not left:
                yield group
                continue
            frame, followed, whole, bindings = group
            turn = frame.turn(left)
            more, without = turn.follow(bindings, finder)
            if more:
                waiting.append((turn.rest, (turn.frame, followed, whole, more)))
            if without and partly:
                waiting.append((turn.left, (frame, followed & ~turn.lost, False, without)))

    def frame(self, names: tuple[str, ...]) -> Frame:
        """The frame of bindings in which these variables are known, in this order."""
        found = self._frames.get(names)
        if found is None:
            found = self._frames[names] = Frame(self, names)
        return found

    def _bound_by(self, pattern: Pattern) -> Mapping[str, int] | None:
        """What an atom says of the variables of the head; None where it is none of the rule's conclusions."""
        binding: dict[str, int] = {}
        for arg, value in zip(self.rule.args, pattern, strict=True):
            if isinstance(arg, Const):
                if value not in (None, arg.id):
                    return None
            elif value is not None and binding.setdefault(arg.name, value) != value:
                return None
        return binding


class Frame:
    """Where values stand in the bindings of a rule in which the same variables are known."""

    __slots__ = ("_followed", "_places", "_turns", "asking", "counts", "excluded", "names")

    def __init__(self, asking: Asking, names: tuple[str, ...]) -> None:
        self.asking, self.names = asking, names
        first = len(asking.constants) + 1
        self._places = {name: first + i for i, name in enumerate(names)}
        self.excluded = [(one.relation, self.pattern(one)) for one in asking.excluded]
        self.counts = [(one.relation, self._group(one), one.sign) for one in asking.counts]
        self._followed: dict[int, list[tuple[str, Pick]]] = {}
        self._turns: dict[int, Turn] = {}

    def followed(self, premises: int) -> list[tuple[str, Pick]]:
        """The premises of a set with what is known of each."""
        found = self._followed.get(premises)
        if found is None:
            chosen = [one for i, one in enumerate(self.asking.premises) if premises >> i & 1 and one.relation != NOW]
            found = self._followed[premises] = [(one.relation, self.pattern(one)) for one in chosen]
        return found

    def turn(self, waiting: int) -> Turn:
        """What comes next of the premises that wait: that of which most is known."""
        found = self._turns.get(waiting)
        if found is None:
            found = self._turns[waiting] = self._turn(waiting)
        return found

    def _turn(self, waiting: int) -> Turn:
        premises, known = self.asking.premises, self._places
        places = [place for place in range(len(premises)) if waiting >> place & 1]
        place = max(places, key=lambda one: (premises[one].number_known(known), -one))
        asked, rest = premises[place], waiting & ~(1 << place)
        missing = asked.names.difference(known)
        lost = sum(1 << one for one in places if one != place and missing & premises[one].names.difference(known))
        first, repeated = new_columns(asked.places, known)
        frame = self.asking.frame((*self.names, *first))
        added = _picker(list(first.values())) if first else None
        values = {i: self.asking.constants[value] for i, value in asked.constants.items()}
        values |= {i: known[name] for i, name in enumerate(asked.places) if name in known}
        columns = tuple(sorted(values))
        key = _picker([values[i] for i in columns])
        width = len(asked.places)
        return Turn(asked.relation, columns, width, key, added, repeated, frame, rest, rest & ~lost, lost)

    def pattern(self, asked: Asked) -> Pick:
        """What is known of a literal under a binding."""
        constants = self.asking.constants
        values = {place: constants[value] for place, value in asked.constants.items()}
        return _picker([values.get(i, self._places.get(name, 0)) for i, name in enumerate(asked.places)])

    def _group(self, one: Counted) -> Pick:
        constants = self.asking.constants
        at = [constants[arg.id] if isinstance(arg, Const) else self._places.get(arg.name, 0) for arg in one.group]
        return _picker([*at, *[0] * one.more])


class Turn(NamedTuple):
    """The premise that is joined next, and what it adds to a binding.

    `rest` waits after it; where no row matches, what is `lost` is not looked at any more, and `left` waits.
    """

    relation: str
    columns: tuple[int, ...]
    width: int
    key: Pick
    added: Pick | None
    repeated: Sequence[tuple[int, int]]
    frame: Frame
    rest: int
    left: int
    lost: int

    def follow(self, bindings: Sequence[Values], finder: Finder) -> tuple[list[Values], list[Values]]:
        """The bindings with what the premise adds, and those for which no row holds."""
        find = finder(self.relation, self.columns, self.width)
        more: list[Values] = []
        without: list[Values] = []
        for binding in bindings:
            rows = find(self.key(binding))
            if not rows:
                without.append(binding)
            elif self.added is None:
                more.append(binding)
            elif self.repeated:
                same = (row for row in rows if all(row[one] == row[other] for one, other in self.repeated))
                more += [binding + self.added(row) for row in same]
            else:
                more += [binding + self.added(row) for row in rows]
        return more, without


def known_of(literal: Positive) -> Pattern:
    """The constants of a literal by place, None for all else."""
    return tuple(arg.id if isinstance(arg, Const) else None for arg in literal.args)


def _picker(at: Sequence[int]) -> Pick:
    """The values at some places, as a tuple."""
    if not at:
        return lambda _: ()
    if len(at) == 1:
        only = at[0]
        return lambda values: (values[only],)
    return itemgetter(*at)


def _counted(body: Sequence[BodyLiteral], width: Callable[[str], int | None]) -> Iterator[Counted]:
    for literal in body:
        if isinstance(literal, Aggregation):
            columns = width(literal.relation)
            if columns is not None:
                more = columns - len(literal.group)
                yield Counted(literal.relation, literal.group, more, _wanted(literal.result, body))


def _wanted(result: Var, body: Sequence[BodyLiteral]) -> int:
    """-1 where a value may be no larger than something, else 1: a count speaks for a rule that asks for much."""
    for literal in body:
        if isinstance(literal, Comparison) and result in (literal.left, literal.right):
            smaller = literal.operator in ("<", "=<")
            larger = literal.operator in (">", ">=")
            if smaller or larger:
                return 1 if smaller == (literal.right == result) else -1
    return 1
