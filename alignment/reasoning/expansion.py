"""What an atom rests on, one rule down: the reports of it and of its contrary, and what its rules ask for.

It is the same from whichever side and however far away an atom is looked at, so each is worked out once for all the
hypotheses that are compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TypeAlias, cast

from alignment.engines.base import Limits
from alignment.engines.evaluation import Evaluation
from alignment.factbase.relation import MemoryRelation, Relation, Row
from alignment.reasoning.ground import Node
from alignment.reasoning.premises import Asking, Find, Pattern

MOST_ROWS = 100
"""Rows followed for one premise."""


Looked: TypeAlias = tuple[str, Pattern, int, bool, bool, bool]
"""An atom that a rule asks for: its relation, what is known of its arguments, sign, applies, near and holding.

It speaks as the conclusion does, or with `sign` -1 against it. `applies` tells whether the rule can be applied as
things are; `near` whether this does not count as a step that only could be taken. Of what a rule excludes
only that which makes it hold now counts (`holding`).
"""

Source: TypeAlias = tuple[str, int, Relation]
"""The fact that is reported, the columns of evidence after its own, and the rows."""

Reported: TypeAlias = tuple[tuple[Node, ...], tuple[Node, ...]]
"""The reports of an atom, and those of its contrary."""


class Expander:
    """Works out what atoms of one evaluation rest on, each once. Questions share it, each within its own limits."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        rules = [rule for stratum in evaluation.program.strata for rule in stratum.rules]
        widths = {rule.head: len(rule.args) for rule in reversed(rules)}
        self._rules: dict[str, list[Asking]] = {}
        for rule in rules:
            self._rules.setdefault(rule.head, []).append(Asking(rule, widths.get))
        self._sources: dict[str, tuple[Source | None, Source | None]] = {}
        self._looked: dict[tuple[str, Pattern, bool], tuple[Looked, ...]] = {}
        self._finds: dict[tuple[str, tuple[int, ...]], Find] = {}
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
        found = self._sources.get(name)
        if found is None:
            contrary = name[1:] if name.startswith("-") else f"-{name}"
            found = self._sources[name] = (self._source(name), self._source(contrary))
        if found == (None, None) or (pattern and pattern.count(None) == len(pattern)):
            return (), ()
        said, denied = found
        return _rows(said, pattern), _rows(denied, pattern)

    def looked(self, name: str, pattern: Pattern, limits: Limits, *, near: bool = False) -> tuple[Looked, ...]:
        """What the rules of an atom ask for: all of it, or at the least what is near. Raises LimitReached."""
        found = self._looked.get((name, pattern, False))
        if found is None and near:
            found = self._looked.get((name, pattern, True))
        if found is None:
            limits.check()
            looked: dict[Looked, None] = {}
            for asking in self._rules.get(name, ()):
                looked |= dict.fromkeys(self._followed(asking, pattern, limits, partly=not near))
            found = self._looked[name, pattern, near] = tuple(looked)
        return found

    def reported(self, name: str, pattern: Pattern) -> tuple[Node, ...]:
        """The reports of an atom, as the facts that they are: evidence relations have more columns."""
        return _rows(self._source(name), pattern)

    def _source(self, name: str) -> Source | None:
        """Where a relation is reported; None where nothing is."""
        evidence, rows = self.evaluation.program.evidence.get(name), self.evaluation.reported(name)
        if not len(rows):
            return None
        return (name, 0, rows) if evidence is None else (evidence.base, len(evidence.columns), rows)

    def _followed(self, asking: Asking, pattern: Pattern, limits: Limits, *, partly: bool) -> Iterator[Looked]:
        """The premises of a rule, joined as far as rows hold or, unless `partly`, where all hold; what it excludes."""

        def finder(name: str, columns: tuple[int, ...], width: int) -> Find:
            found = self._finds.get((name, columns))
            if found is None:
                found = self._finds[name, columns] = _find(self.evaluation.relation(name, limits), columns, width)
            return found

        for frame, premises, whole, bindings in asking.joined(pattern, finder, partly=partly):
            followed = frame.followed(premises)
            for binding in bindings:
                standing = [one for one in frame.excluded if self._holds(one[0], one[1](binding), limits)]
                applies = whole and not standing
                for name, pick in followed:
                    yield name, pick(binding), 1, applies, applies, False
                for name, pick in standing:
                    yield name, pick(binding), -1, applies, whole, True
                for name, pick, sign in frame.counts:
                    yield name, pick(binding), sign, applies, applies, False

    def _holds(self, name: str, pattern: Pattern, limits: Limits) -> bool:
        """Whether something holds that a rule excludes."""
        key = (name, pattern)
        found = self._held.get(key)
        if found is None:
            relation = self.evaluation.relation(name, limits)
            found = self._held[key] = next(iter(relation.match(pattern)), None) is not None
        return found


def _rows(source: Source | None, pattern: Pattern) -> tuple[Node, ...]:
    if source is None:
        return ()
    name, more, relation = source
    return tuple([(name, row[: len(row) - more]) for row in islice(relation.match(pattern), MOST_ROWS)])


def _find(relation: Relation, columns: tuple[int, ...], width: int) -> Find:
    """What finds the first rows of a relation by the values of some columns."""
    if isinstance(relation, MemoryRelation) and len(columns) == width:
        return lambda key: (cast("Row", key),) if key in relation else ()
    if isinstance(relation, MemoryRelation) and columns:
        index = relation.index(columns)
        return lambda key: index.get(cast("Row", key), ())[:MOST_ROWS]

    def matched(key: Pattern) -> Sequence[Row]:
        known = dict(zip(columns, key, strict=True))
        return list(islice(relation.match([known.get(i) for i in range(width)]), MOST_ROWS))

    return matched
