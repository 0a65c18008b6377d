"""The plain program: stratified rules over encoded constants, all that an engine ever sees.

Relations are named by strings: `supports`, `-supports` for strong negation, `member@from` for the
reports of a relation with the evidence a rule asks for, `late.3.1` for the elements of an aggregate.
Constants are the integers of the base's dictionary. Each rule remembers the rule as written.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import Literal as OneOf
from typing import TypeAlias

from alignment.language import tree
from alignment.records import frozen

POSSIBLE = ".possible"
"""What ends the name of the relation of all that is not false."""

Row: TypeAlias = tuple[int, ...]
"""A tuple of encoded constants."""


@frozen
class Var:
    """A variable; the same name in one rule is the same variable."""

    name: str


@frozen
class Const:
    """A constant, as the dictionary encodes it."""

    id: int


PADDING = Const(3)
"""What fills the rows of an aggregate's shorter elements, `X` in `#count{ X : p(X); X, Y : q(X, Y) }`: the
rows of a relation are of one length. It is the code of no constant."""


@frozen
class Wildcard:
    """`_`: any constant. Under negation: no row matches, whatever stands here."""


Argument: TypeAlias = Var | Const | Wildcard


@frozen
class Operation:
    """`left operator right`, operator one of `+ - * / // mod`; undefined where `values.apply` is None."""

    operator: str
    left: Expression
    right: Expression


Expression: TypeAlias = Var | Const | Operation


@frozen
class Positive:
    """Some row of `relation` matches."""

    relation: str
    args: tuple[Argument, ...]
    origin: tree.Node | None = field(default=None, compare=False, repr=False)


@frozen
class Candidate(Positive):
    """A premise that only lists the rows a rule is asked about: one that is possible is asked about as well."""


@frozen
class Negative:
    """No row of `relation` matches. Its variables are bound elsewhere."""

    relation: str
    args: tuple[Argument, ...]
    origin: tree.Node | None = field(default=None, compare=False, repr=False)


@frozen
class Comparison:
    """`left operator right`, operator one of `= != < =< > >= =:=`. `=` binds a variable not yet bound."""

    operator: str
    left: Expression
    right: Expression
    origin: tree.Node | None = field(default=None, compare=False, repr=False)


@frozen
class Membership:
    """`term in items`; binds a variable not yet bound to each item in turn."""

    term: Var | Const
    items: tuple[int, ...]
    origin: tree.Node | None = field(default=None, compare=False, repr=False)


@frozen
class Aggregation:
    """`result = #function` over the distinct rows of the auxiliary `relation` whose first columns are `group`.

    A row of `relation` is the group's values followed by the element's terms. `sum`, `min`, `max` and
    `avg` read the first term; `count` counts rows. `count` and `sum` of nothing are 0, the others have
    no result. `group` variables are bound elsewhere. If `result` is bound elsewhere too, both must agree.
    """

    function: OneOf["count", "sum", "min", "max", "avg"]
    result: Var
    relation: str
    group: tuple[Var | Const, ...]
    origin: tree.Node | None = field(default=None, compare=False, repr=False)


BodyLiteral: TypeAlias = Positive | Negative | Comparison | Membership | Aggregation


@frozen
class Rule:
    """`head(args) :- body`. Safe: an order of the body exists in which each literal can be evaluated.

    `origin` is the statement it was lowered from; for an aggregate's element, the rule around it.
    `cap` bounds how strong a row can be by this rule (`normally 0.7`), None for no bound. A rule that
    was `made` was written by nobody. In a proof it passes on the rows of its first premise.
    """

    head: str
    args: tuple[Var | Const, ...]
    body: tuple[BodyLiteral, ...]
    origin: tree.Rule | tree.Query | tree.Constraint = field(compare=False, repr=False)
    cap: float | None = None
    made: bool = False
    _hash: int = field(default=0, init=False, compare=False, repr=False)
    _reads: tuple[str, ...] | None = field(default=None, init=False, compare=False, repr=False)

    def __hash__(self) -> int:
        """Taken once: rules are looked up in every question, and they are deep."""
        if not self._hash:
            object.__setattr__(self, "_hash", hash((self.head, self.args, self.body, self.cap, self.made)) or 1)
        return self._hash

    def renamed(self, head: str) -> Rule:
        """The same rule for another relation."""
        return replace(self, head=head)

    @property
    def reads(self) -> tuple[str, ...]:
        """The relations that its body reads, in order; looked for once."""
        if self._reads is None:
            read = [one.relation for one in self.body if isinstance(one, Positive | Negative | Aggregation)]
            object.__setattr__(self, "_reads", tuple(read))
        return self._reads or ()

    @property
    def label(self) -> str:
        """The label that it was written with; empty without one."""
        return getattr(self.origin, "label", None) or ""

    @property
    def name(self) -> str:
        """What people know the rule by: its label, else its file and line, else its head."""
        if self.label:
            return self.label
        span = self.origin.span
        return f"{span.file}:{span.line}" if span else self.head


@frozen
class Bound:
    """What the confidence of a report must be: `operator number`, operator one of `!= < =< > >= =:=`."""

    operator: str
    number: float

    def allows(self, confidence: float | None) -> bool:
        """Whether a confidence is within the bound; one that cannot be judged is not."""
        return confidence is not None and _BOUNDS[self.operator](confidence, self.number)


_BOUNDS: Mapping[str, Callable[[float, float], bool]] = {
    "!=": operator.ne, "<": operator.lt, "=<": operator.le, ">": operator.gt, ">=": operator.ge, "=:=": operator.eq,
}  # fmt: skip


@frozen
class Evidence:
    """A relation of reports: a row of `base` followed by the values of `columns` of one report.

    Columns are among `from`, `since`, `until`, `on`, `confidence`, in that order; a report that
    lacks one of them gives no row, nor does one whose confidence `bound` excludes.
    """

    base: str
    columns: tuple[str, ...]
    bound: Bound | None = None


@frozen
class Contrary:
    """Two atoms that cannot both be true; their variables are shared. `origin` is None for `p` and `-p`.

    Two atoms of one relation contradict each other only where `unequal` holds: no atom contradicts itself.
    """

    left: Positive
    right: Positive
    unequal: Comparison | None = None
    origin: tree.Exclusive | None = field(default=None, compare=False, repr=False)

    @property
    def turned(self) -> Contrary:
        """The same, seen from the other atom."""
        return Contrary(self.right, self.left, self.unequal, self.origin)

    @property
    def body(self) -> tuple[BodyLiteral, ...]:
        """The body that is true where both atoms are."""
        return (self.left, self.right, *([self.unequal] if self.unequal else []))


@frozen
class Dispute:
    """A relation whose conclusions others may contradict, as defaults are compiled (`program/defaults.py`).

    `certain` is the relation of what is known of it for certain, `said` of what its other rules would
    conclude if nothing contradicted them, `standing` of what of this nothing certain contradicts. `groups`
    are the relations of what these rules would conclude one by one: under its label that of a rule that
    preferences name, under an empty label that of the rest.
    """

    certain: str
    said: str
    standing: str
    groups: Mapping[str, str]


@frozen
class Defeasible:
    """What compiling defaults made, for whoever tells of it.

    `written` has, of each relation that was made, the one that people know. `preferred` has, for a label,
    the labels of the rules that it is preferred to, directly or by others between.
    """

    disputes: Mapping[str, Dispute] = field(default_factory=dict)
    written: Mapping[str, str] = field(default_factory=dict)
    preferred: Mapping[str, frozenset[str]] = field(default_factory=dict)
    outranked: frozenset[str] = field(init=False, compare=False, repr=False)
    """The labels to which another is preferred."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "outranked", frozenset().union(*self.preferred.values()))


@frozen
class Stratum:
    """A strong component of the relations: evaluated together, after all strata before it.

    Where a relation depends on its own absence the stratum is `alternating`: see `program/wellfounded.py`.
    """

    relations: tuple[str, ...]
    rules: tuple[Rule, ...]
    recursive: bool
    alternating: bool = False
    reads: frozenset[str] = field(init=False, compare=False, repr=False)
    """The relations that its rules read, its own included."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "reads", frozenset(relation for rule in self.rules for relation in rule.reads))


@frozen
class Program:
    """Strata in an order of evaluation, the evidence relations they read, and where each relation is.

    `contraries` are the atoms that cannot both be true; where both are, that is a contradiction, and both stay.
    `defeasible` tells how defaults were compiled; it is empty where there are none. `possible` has, for a
    relation of which something may be neither true nor false, the relation of all that is not false.
    """

    strata: tuple[Stratum, ...] = ()
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    stratum_of: Mapping[str, int] = field(default_factory=dict)
    contraries: tuple[Contrary, ...] = ()
    defeasible: Defeasible = Defeasible()
    possible: Mapping[str, str] = field(default_factory=dict)
    _needed: dict[frozenset[str], tuple[Stratum, ...]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def written(self, relation: str) -> str:
        """The relation that people know: itself, unless compiling made it."""
        relation = relation.removesuffix(POSSIBLE)
        return self.defeasible.written.get(relation, relation)

    def rules_of(self, relation: str) -> Iterator[Rule]:
        """The rules whose head is a relation, in their order."""
        place = self.stratum_of.get(relation)
        if place is not None:
            yield from (rule for rule in self.strata[place].rules if rule.head == relation)

    def is_written(self, rule: Rule) -> bool:
        """Whether a rule gives a relation that people know, and is the rule that they wrote."""
        origin = rule.origin
        if rule.made or not isinstance(origin, tree.Rule):
            return False
        return origin.head.relation == self.written(rule.head)

    def needed(self, relations: frozenset[str]) -> tuple[Stratum, ...]:
        """The strata that the given relations depend on, in their order; looked for once."""
        found = self._needed.get(relations)
        if found is None:
            found = self._needed[relations] = tuple(self._needing(relations))
        return found

    def _needing(self, relations: frozenset[str]) -> Sequence[Stratum]:
        wanted = set(relations)
        chosen: list[Stratum] = []
        for stratum in reversed(self.strata):
            if wanted.intersection(stratum.relations):
                wanted |= stratum.reads
                chosen.append(stratum)
        return chosen[::-1]
