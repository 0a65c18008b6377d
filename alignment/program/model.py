"""The plain program: stratified rules over encoded constants, all that an engine ever sees.

Relations are named by strings: `supports`, `-supports` for strong negation, `member@from` for the
reports of a relation with the evidence a rule asks for, `late.3.1` for the elements of an aggregate.
Constants are the integers of the base's dictionary. Each rule remembers the rule as written.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal as OneOf
from typing import TypeAlias

from alignment.language import tree

Row: TypeAlias = tuple[int, ...]
"""A tuple of encoded constants."""


@dataclass(frozen=True, slots=True)
class Var:
    """A variable; the same name in one rule is the same variable."""

    name: str


@dataclass(frozen=True, slots=True)
class Const:
    """A constant, as the dictionary encodes it."""

    id: int


PADDING = Const(3)
"""What fills the rows of an aggregate's shorter elements, `X` in `#count{ X : p(X); X, Y : q(X, Y) }`: the
rows of a relation are of one length. It is the code of no constant."""


@dataclass(frozen=True, slots=True)
class Wildcard:
    """`_`: any constant. Under negation: no row matches, whatever stands here."""


Argument: TypeAlias = Var | Const | Wildcard


@dataclass(frozen=True, slots=True)
class Operation:
    """`left operator right`, operator one of `+ - * / // mod`; undefined where `values.apply` is None."""

    operator: str
    left: Expression
    right: Expression


Expression: TypeAlias = Var | Const | Operation


@dataclass(frozen=True, slots=True)
class Positive:
    """Some row of `relation` matches."""

    relation: str
    args: tuple[Argument, ...]
    origin: tree.Node | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Negative:
    """No row of `relation` matches. Its variables are bound elsewhere."""

    relation: str
    args: tuple[Argument, ...]
    origin: tree.Node | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left operator right`, operator one of `= != < =< > >= =:=`. `=` binds a variable not yet bound."""

    operator: str
    left: Expression
    right: Expression
    origin: tree.Node | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Membership:
    """`term in items`; binds a variable not yet bound to each item in turn."""

    term: Var | Const
    items: tuple[int, ...]
    origin: tree.Node | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Rule:
    """`head(args) :- body`. Safe: an order of the body exists in which each literal can be evaluated.

    `origin` is the statement it was lowered from; for an aggregate's element, the rule around it.
    `cap` bounds how strong a row can be by this rule (`normally 0.7`), None for no bound.
    """

    head: str
    args: tuple[Var | Const, ...]
    body: tuple[BodyLiteral, ...]
    origin: tree.Rule | tree.Query | tree.Constraint = field(compare=False, repr=False)
    cap: float | None = None

    def renamed(self, head: str) -> Rule:
        """The same rule for another relation."""
        return replace(self, head=head)

    @property
    def reads(self) -> tuple[str, ...]:
        """The relations that its body reads, in order."""
        return tuple(
            literal.relation
            for literal in self.body
            if isinstance(literal, Positive | Negative | Aggregation)
        )

    @property
    def name(self) -> str:
        """What people know the rule by: its label, else its file and line, else its head."""
        label = getattr(self.origin, "label", None)
        if label:
            return str(label)
        span = self.origin.span
        return f"{span.file}:{span.line}" if span else self.head


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Evidence:
    """A relation of reports: a row of `base` followed by the values of `columns` of one report.

    Columns are among `from`, `since`, `until`, `on`, `confidence`, in that order; a report that
    lacks one of them gives no row, nor does one whose confidence `bound` excludes.
    """

    base: str
    columns: tuple[str, ...]
    bound: Bound | None = None


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Stratum:
    """A strong component of the relations: evaluated together, after all strata before it."""

    relations: tuple[str, ...]
    rules: tuple[Rule, ...]
    recursive: bool

    @property
    def reads(self) -> frozenset[str]:
        """The relations that its rules read, its own included."""
        return frozenset(relation for rule in self.rules for relation in rule.reads)


@dataclass(frozen=True, slots=True)
class Program:
    """Strata in an order of evaluation, the evidence relations they read, and where each relation is.

    `contraries` are the atoms that cannot both be true; where both are, that is a contradiction, and both stay.
    """

    strata: tuple[Stratum, ...] = ()
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    stratum_of: Mapping[str, int] = field(default_factory=dict)
    contraries: tuple[Contrary, ...] = ()

    def needed(self, relations: frozenset[str]) -> list[Stratum]:
        """The strata that the given relations depend on, in their order."""
        wanted = set(relations)
        chosen: list[Stratum] = []
        for stratum in reversed(self.strata):
            if wanted.intersection(stratum.relations):
                wanted |= stratum.reads
                chosen.append(stratum)
        return chosen[::-1]
