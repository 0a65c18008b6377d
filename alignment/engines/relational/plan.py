"""Which relations need no table: their rules go into the one query that reads them.

Before: `sends(X, Y, G) :- supplies(A, B, G), acts_for(A, X), acts_for(B, Y).` and
        `arms(X, Y) :- sends(X, Y, G), military(G).`
After:  one query for `arms`, in which the planner reads the few military goods first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from alignment.engines.rewriting import simplified
from alignment.factbase.relation import Relation
from alignment.language import tree
from alignment.program.model import Aggregation, Negative, Positive, Rule, Stratum, Var, Wildcard
from alignment.records import frozen


def inlined(strata: Sequence[Stratum], known: Mapping[str, Relation], asked: Collection[str]) -> frozenset[str]:
    """The relations that one rule reads, once, and only to filter and project, or to count.

    A rule that joins them with something that brings in more variables needs them without repetitions, a
    recursive one would compute them in each round, and what is asked for or reported needs its table.
    """
    reads = Counter(name for stratum in strata for rule in stratum.rules for name in rule.reads)
    readers = {
        literal.relation: (stratum, rule, literal)
        for stratum in strata
        for rule in stratum.rules
        for literal in rule.body
        if isinstance(literal, Positive | Aggregation)
    }
    found = set()
    for stratum in strata:
        (name, *others) = stratum.relations
        if stratum.recursive or others or name in asked or reads[name] != 1 or name not in readers:
            continue
        reading, rule, literal = readers[name]
        if reading.recursive or isinstance(rule.origin, tree.Query) or len(known.get(name, ())):
            continue
        if _fits_in(rule, literal) and all(rule.args for rule in stratum.rules):
            found.add(name)
    return frozenset(found)


def _fits_in(rule: Rule, literal: Positive | Aggregation) -> bool:
    """Whether the premise of a rule may be a query in the place of a table."""
    if isinstance(literal, Aggregation):
        return literal.function == "count"  # the others look at the column before they choose how to compute
    return _only_filters(rule, literal)


@frozen
class Use:
    """How often some strata read a relation, and which of its columns they look at."""

    times: int = 0
    columns: frozenset[int] = frozenset()

    def again(self, times: int, columns: Iterable[int]) -> Use:
        """Read once more."""
        return Use(self.times + times, self.columns.union(columns))


def uses(strata: Sequence[Stratum]) -> Mapping[str, Use]:
    """How each relation is read that no rule of these strata derives. Rules of a recursion read again and again."""
    found: dict[str, Use] = {}
    derived = {name for stratum in strata for name in stratum.relations}
    for stratum in strata:
        for rule in stratum.rules:
            for _, literal in simplified(rule)[1]:
                if isinstance(literal, Positive | Negative) and literal.relation not in derived:
                    columns = (i for i, arg in enumerate(literal.args) if not isinstance(arg, Wildcard))
                    use = found.get(literal.relation, Use())
                    found[literal.relation] = use.again(2 if stratum.recursive else 1, columns)
    return found


def read_for_loops(strata: Sequence[Stratum], asked: Collection[str]) -> frozenset[str]:
    """The recursive relations of which others only read the rows that lead back: `circular(X) :- controls(X, X).`"""
    home = {name: stratum for stratum in strata if stratum.recursive for name in stratum.relations}
    read: dict[bool, set[str]] = {True: set(), False: set(asked)}
    for stratum in strata:
        for literal in (literal for rule in stratum.rules for _, literal in simplified(rule)[1]):
            relation = getattr(literal, "relation", None)
            if relation is not None and home.get(relation, stratum) is not stratum:
                read[_is_loop(literal)].add(relation)
    return frozenset(read[True] - read[False])


def _is_loop(literal: object) -> bool:
    match literal:
        case Positive(args=(Var() as one, other)) | Negative(args=(Var() as one, other)):
            return one == other
        case _:
            return False


def counted(strata: Sequence[Stratum]) -> frozenset[str]:
    """The relations that aggregates read: of these each row is to be there once."""
    bodies = (literal for stratum in strata for rule in stratum.rules for literal in rule.body)
    return frozenset(literal.relation for literal in bodies if isinstance(literal, Aggregation))


def _only_filters(rule: Rule, literal: Positive) -> bool:
    """Whether the other premises bring in no variable, so that a repeated row costs nothing but itself."""
    own = _names(literal)
    return all(_names(other) <= own for other in rule.body if isinstance(other, Positive))


def _names(literal: Positive) -> set[str]:
    return {arg.name for arg in literal.args if isinstance(arg, Var)}


def filters(literals: Sequence[Positive], kept: int | None) -> frozenset[int]:
    """The places of premises that only ask whether some row is there: they are tested, not joined.

    A premise with a `_` whose variables all stand in other joined premises; `kept` is always joined.
    Before: `engaged(X, Y) :- meets(X, Y, _), visits(X, Y, _).` gives each pair as often as it met and visited.
    """
    joined = dict(enumerate(literals))
    for place, literal in sorted(joined.items(), reverse=True):
        own = _names(literal)
        bare = len(own) == len(literal.args)
        others = set().union(*(_names(other) for at, other in joined.items() if at != place))
        if place != kept and own and not bare and own <= others:
            del joined[place]
    return frozenset(range(len(literals))) - joined.keys()
