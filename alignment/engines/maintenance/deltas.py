"""Rules for what changes: from the rules of a stratum and what changed below it, plain rules again.

`q+` and `q-` are the rows that `q` gained and lost, `q~` is `q` as it was. With `arms` and `hostile` changed:

Before: `leans(X, Y) :- arms(X, Y), not hostile(X, Y).`
Gained: `leans+(X, Y) :- arms+(X, Y), not hostile(X, Y), not leans(X, Y).`
        `leans+(X, Y) :- hostile-(X, Y), arms(X, Y), not hostile(X, Y), not leans(X, Y).`
Lost:   `leans?(X, Y) :- arms-(X, Y), not hostile~(X, Y).`
        `leans?(X, Y) :- hostile+(X, Y), arms~(X, Y), not hostile~(X, Y).`
Kept:   `leans!(X, Y) :- leans?(X, Y), arms(X, Y), not hostile(X, Y).`

Of the stratum itself, `leans` is what is left of it while the rules run. What lost one derivation may have
another: that is asked of the doubtful rows alone (delete and rederive: Gupta, Mumick and Subrahmanian 1993). An
aggregate changes in the groups of which a row came or went, and is computed for those. Every body begins with the
few rows that it goes from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace

from alignment.engines.rewriting import simplified
from alignment.factbase.overlay import Change, beginning_with
from alignment.factbase.relation import MemoryRelation, Relation, Row
from alignment.program.model import (
    Aggregation,
    Argument,
    BodyLiteral,
    Negative,
    Positive,
    Rule,
    Stratum,
    Var,
    Wildcard,
)
from alignment.records import mutable


def gained(name: str) -> str:
    """The rows that a relation has and did not have."""
    return f"{name}+"


def lost(name: str) -> str:
    """The rows that a relation had and has no more."""
    return f"{name}-"


def as_it_was(name: str) -> str:
    """The relation before the change."""
    return f"{name}~"


def doubtful(name: str) -> str:
    """The rows that lost a derivation or a report."""
    return f"{name}?"


def kept(name: str) -> str:
    """Those of them that hold all the same."""
    return f"{name}!"


def own_reports(name: str) -> str:
    """What is reported of a relation that rules give too."""
    return f"{name}="


@mutable
class Deltas:
    """Writes the rules for a stratum, and gathers the small relations that they read, in `given`.

    `parts` are rules for what they read of relations in a database: the rows of the groups that changed.

    `changes` are those of the relations below, `own` those of the stratum's reports; none is empty. `was` and
    `now` are the relations below that changed; `reported` are the relations of the stratum with reports.
    """

    stratum: Stratum
    changes: Mapping[str, Change]
    own: Mapping[str, Change]
    was: Mapping[str, Relation]
    now: Mapping[str, Relation]
    reported: frozenset[str]
    given: dict[str, Relation] = field(default_factory=dict)
    parts: dict[str, Rule] = field(default_factory=dict)

    def gains(self) -> list[Rule]:
        """What follows from the changes and did not hold."""
        rules = [self.new(rule, body) for rule in self.rules() for body in self._triggered(rule, gains=True)]
        for name, change in self.own.items():
            if change.added:
                rules.append(self._from_reports(name, gained(name), change.added, [Negative(name, ())]))
        return rules

    def losses(self) -> list[Rule]:
        """What rested on something that is no more, as things were."""
        rules = [self.old(rule, body) for rule in self.rules() for body in self._triggered(rule, gains=False)]
        for name, change in self.own.items():
            if change.removed:
                rules.append(self._from_reports(name, doubtful(name), change.removed, []))
        return rules

    def keeps(self, head: str = "{}!") -> list[Rule]:
        """Which of the doubtful rows hold all the same, by what is left."""
        return [
            replace(rule, head=head.format(rule.head), body=(Positive(doubtful(rule.head), rule.args), *rule.body))
            for rule in self.rules()
        ]

    # Parts ---------------------------------------------------------------------------------------

    def rules(self) -> Iterator[Rule]:
        """The rules with `_` for what stands once, so that it shows which columns of a change are read."""
        for rule in self.stratum.rules:
            head, body = simplified(rule)
            yield replace(rule, args=head, body=tuple(literal for _, literal in body))

    def new(self, rule: Rule, body: Sequence[BodyLiteral]) -> Rule:
        """A rule for what was not there."""
        return replace(rule, head=gained(rule.head), body=(*body, Negative(rule.head, rule.args)))

    def old(self, rule: Rule, body: Sequence[BodyLiteral]) -> Rule:
        """A rule over things as they were; what is still reported is not in doubt."""
        literals = [self._as_it_was(literal) for literal in body]
        if rule.head in self.reported:
            literals.append(Negative(own_reports(rule.head), rule.args))
        return replace(rule, head=doubtful(rule.head), body=tuple(literals))

    def lasting(self, literal: BodyLiteral) -> list[BodyLiteral]:
        """What says that a literal over the relations below holds, and held before."""
        was = self._as_it_was(literal)
        return [literal] if was == literal else [literal, was]

    def _as_it_was(self, literal: BodyLiteral) -> BodyLiteral:
        if isinstance(literal, Positive | Negative | Aggregation) and (
            literal.relation in self.changes or literal.relation in self.stratum.relations
        ):
            return replace(literal, relation=as_it_was(literal.relation))
        return literal

    def _from_reports(self, name: str, head: str, rows: frozenset[Row], tests: list[Negative]) -> Rule:
        change = f"{head}="
        self.given[change] = MemoryRelation.of(rows)
        args = _variables(len(next(iter(rows))))
        origin = next(rule.origin for rule in self.stratum.rules if rule.head == name)
        return Rule(head, args, (Positive(change, args), *(replace(test, args=args) for test in tests)), origin)

    def _triggered(self, rule: Rule, *, gains: bool) -> Iterator[tuple[BodyLiteral, ...]]:
        """The body once for each premise that changed, beginning with the change."""
        for i, literal in enumerate(rule.body):
            change = self.changes.get(getattr(literal, "relation", ""), None)
            if change is None:
                continue
            match literal:
                case Positive(relation=name, args=args):
                    rows = change.added if gains else change.removed
                    if rows:
                        yield first(self._change(gained(name) if gains else lost(name), rows, args), rule.body, i)
                case Negative(relation=name, args=args):
                    rows = change.removed if gains else change.added
                    if rows:
                        yield (self._change(lost(name) if gains else gained(name), rows, args), *rule.body)
                case Aggregation():
                    groups, changed = self._groups(literal, change, gains=gains)
                    yield (groups, *first(changed, rule.body, i))

    def _change(self, name: str, rows: frozenset[Row], args: tuple[Argument, ...]) -> Positive:
        """A premise over the columns of a change that are not `_`: each row once, and joined, never only tested."""
        columns = [i for i, arg in enumerate(args) if not isinstance(arg, Wildcard)]
        if len(columns) < len(args):
            name = f"{name}[{','.join(map(str, columns))}]"
        if name not in self.given:
            self.given[name] = MemoryRelation.of(tuple([row[i] for i in columns]) for row in rows)
        return Positive(name, tuple(args[i] for i in columns))

    def _groups(self, literal: Aggregation, change: Change, *, gains: bool) -> tuple[Positive, Aggregation]:
        """A premise of the groups that changed, and the aggregate over the rows of those, after or before."""
        name, width = literal.relation, len(literal.group)
        groups, rows = f"{name}#", f"{name}#{'+' if gains else '-'}"
        relation = (self.now if gains else self.was)[name]
        if rows not in self.given and rows not in self.parts:
            found = {row[:width] for row in change.added | change.removed}
            self.given[groups] = MemoryRelation.of(found)
            if isinstance(relation, MemoryRelation):
                self.given[rows] = MemoryRelation.of(beginning_with(relation, found))
            else:
                args = _variables(len(next(iter(change.added or change.removed))))
                whole = Positive(name if gains else as_it_was(name), args)
                origin = self.stratum.rules[0].origin
                self.parts[rows] = Rule(rows, args, (Positive(groups, args[:width]), whole), origin)
        return Positive(groups, literal.group), replace(literal, relation=rows)


def first(literal: BodyLiteral, body: Sequence[BodyLiteral], place: int) -> tuple[BodyLiteral, ...]:
    """The body with another literal in a place, and that in front."""
    return (literal, *body[:place], *body[place + 1 :])


def _variables(number: int) -> tuple[Var, ...]:
    return tuple(Var(f"#{i}") for i in range(number))
