"""The rows of one literal of a body that agree with what is known when its turn comes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeAlias

from alignment.factbase.relation import Relation, Row
from alignment.program.model import Argument, Const, Var

Binding: TypeAlias = Mapping[str, int]


class Lookup:
    """A literal as it is looked up again and again: which columns are known and what each row adds is settled once.

    `known` are the variables that have values. Rows come sorted by `key`, so that every engine explains alike.
    """

    __slots__ = ("_added", "_find", "_found", "_key", "_pattern", "_same", "relation")

    def __init__(
        self,
        relation: str,
        args: Sequence[Argument],
        known: Collection[str],
        find: Callable[[str], Relation],
        key: Callable[[Row], object],
    ) -> None:
        self.relation = relation
        self._find, self._key = find, key
        names = [arg.name if isinstance(arg, Var) else "" for arg in args]
        constants = [arg.id if isinstance(arg, Const) else None for arg in args]
        self._pattern = [(value, name if name in known else None) for value, name in zip(constants, names, strict=True)]
        added, self._same = new_columns(names, known)
        self._added = list(added.items())
        self._found: dict[Row | tuple[int | None, ...], Sequence[Row]] = {}

    def rows(self, binding: Binding) -> Sequence[Row]:
        """The rows that agree with a binding."""
        pattern = tuple([constant if name is None else binding[name] for constant, name in self._pattern])
        found = self._found.get(pattern)
        if found is None:
            rows = list(self._find(self.relation).match(pattern))
            if len(rows) > 1:
                rows.sort(key=self._key)  # type: ignore[arg-type]  # keys are of one kind
            if self._same:
                rows = [row for row in rows if all(row[one] == row[other] for one, other in self._same)]
            found = self._found[pattern] = rows
        return found

    def extended(self, binding: Binding, row: Row) -> Binding:
        """A binding with the values of a row that agrees with it."""
        if not self._added:
            return binding
        more = dict(binding)
        for name, column in self._added:
            more[name] = row[column]
        return more


def new_columns(names: Sequence[str], known: Collection[str]) -> tuple[dict[str, int], list[tuple[int, int]]]:
    """Where the variables of a literal that are not known stand first, and the columns in which one stands again.

    `names` are those of its arguments, empty for what is no variable.
    """
    first: dict[str, int] = {}
    again: list[tuple[int, int]] = []
    for column, name in enumerate(names):
        if name and name not in known and first.setdefault(name, column) != column:
            again.append((first[name], column))
    return first, again
