"""What is exported: the relations of a base in one view, in an order that does not change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property

from alignment.checks.model import Relation as RelationSchema
from alignment.checks.model import Schema
from alignment.engines.base import Limits
from alignment.engines.evaluation import Evaluation
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.relation import MemoryRelation, Relation, Row
from alignment.factbase.report import Reports
from alignment.program.lower import NOW
from alignment.program.model import Aggregation, Evidence, Program, Rule
from alignment.records import frozen

LARGE = 20_000
"""Rows from which on they are sorted and spelled in the database."""

FEW = 100
"""The same where rows were imported: the reports of one row are a query of a millisecond."""


@frozen(slots=False)
class Content:
    """A base in one view. Rows are encoded; `dictionary` says what they stand for."""

    evaluation: Evaluation
    schema: Schema
    limits: Limits

    @property
    def program(self) -> Program:
        """The plain rules."""
        return self.evaluation.program

    @property
    def dictionary(self) -> Dictionary:
        """The constants of the rows."""
        return self.evaluation.dictionary

    @cached_property
    def public(self) -> tuple[str, ...]:
        """The relations that people know: declared, reported or derived, `-p` after `p`."""
        known = set(self.schema.relations) | set(self.evaluation.facts.tables)
        known |= {name for name in self._mentioned if self.declared(name)}
        return tuple(sorted(known, key=lambda name: (name.removeprefix("-"), name[:1] == "-")))

    @cached_property
    def all(self) -> tuple[str, ...]:
        """Every relation that the program reads or derives, those that only rules know last."""
        return (*self.public, *sorted(self._mentioned.difference(self.public)))

    @cached_property
    def rules(self) -> dict[str, tuple[Rule, ...]]:
        """The rules of each relation that has some, stratum by stratum."""
        found: dict[str, list[Rule]] = {}
        for stratum in self.program.strata:
            for rule in stratum.rules:
                found.setdefault(rule.head, []).append(rule)
        return {name: tuple(rules) for name, rules in found.items()}

    @cached_property
    def _mentioned(self) -> frozenset[str]:
        heads = {rule.head for stratum in self.program.strata for rule in stratum.rules}
        return frozenset(heads.union(*(stratum.reads for stratum in self.program.strata)))

    @cached_property
    def padded(self) -> frozenset[str]:
        """The relations of the elements of aggregates: their rows may hold `PADDING`."""
        return frozenset(
            literal.relation
            for rules in self.rules.values()
            for rule in rules
            for literal in rule.body
            if isinstance(literal, Aggregation)
        )

    def declared(self, name: str) -> RelationSchema | None:
        """What is known of a relation or of what its strong negation denies; nothing of those of rules alone."""
        relations = self.schema.relations
        return relations.get(name) or (relations.get(name[1:]) if name.startswith("-") else None)

    def evidence(self, name: str) -> Evidence | None:
        """What an evidence relation is made of, if the relation is one."""
        return self.program.evidence.get(name)

    def arity(self, name: str) -> int:
        """The number of columns of a relation."""
        if name == NOW:
            return 1
        if evidence := self.evidence(name):
            return self.arity(evidence.base) + len(evidence.columns)
        relation = self.declared(name)
        return relation.arity if relation else len(self.rules[name][0].args)

    def reported(self, name: str) -> list[Row]:
        """The reported rows in view, sorted."""
        return self.in_order(self.evaluation.reported(name))

    def derived(self, name: str) -> list[Row]:
        """All rows in view, reported or derived, sorted."""
        return self.in_order(self.evaluated[name])

    @cached_property
    def _codes(self) -> dict[str, Sequence[AbstractSet[int]]]:
        return {}

    @cached_property
    def evaluated(self) -> dict[str, Relation]:
        """The relations that people know, all evaluated at once."""
        return self.evaluation.relations(self.public, self.limits)

    @cached_property
    def everything(self) -> dict[str, Relation]:
        """Every relation that the program reads or derives, with all its rows."""
        return self.evaluation.relations(self.all, self.limits)

    def codes(self, relation: Relation, arity: int) -> Sequence[AbstractSet[int]]:
        """The different constants of each column."""
        self.limits.check()
        if not isinstance(relation, MemoryRelation):
            from alignment.factbase.stored import StoredRelation  # noqa: PLC0415  # few rows need no database

            if isinstance(relation, StoredRelation):
                return relation.codes()
        columns: list[set[int]] = [set() for _ in range(arity)]
        for row in relation:
            for column, code in zip(columns, row, strict=True):
                column.add(code)
        return columns

    def reported_codes(self, name: str) -> Sequence[AbstractSet[int]]:
        """The different constants of each column of the reported rows in view."""
        if name not in self._codes:
            self._codes[name] = self.codes(self.evaluation.reported(name), self.arity(name))
        return self._codes[name]

    def is_large(self, relations: Iterable[Relation]) -> bool:
        """Whether the database had better sort and spell rows: they are many, or their reports stand there."""
        imported = any(table.imported for table in self.evaluation.facts.tables.values())
        return sum(map(len, relations)) >= (FEW if imported else LARGE)

    def reports(self, name: str, row: Row) -> Reports:
        """The reports of a row that the view sees."""
        return self.evaluation.reports(name, row)

    def in_order(self, rows: Iterable[Row]) -> list[Row]:
        """Rows by their values: numbers, dates, names."""
        self.limits.check()
        key = self.dictionary.sort_key
        known: dict[int, tuple[int, float, str]] = {}

        def row_key(row: Row) -> list[tuple[int, float, str]]:
            return [known[code] if code in known else known.setdefault(code, key(code)) for code in row]

        return sorted(rows, key=row_key)
