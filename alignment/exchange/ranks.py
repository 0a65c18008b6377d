"""The order of constants as relations of their own, for targets that order them otherwise than the language."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import groupby
from typing import Any

from alignment.exchange.content import Content
from alignment.exchange.kinds import kind_of
from alignment.exchange.rules import constants_of
from alignment.program.model import PADDING


class Ranks:
    """The constants of all rows and rules, in the two orders of the language."""

    def __init__(self, content: Content) -> None:
        self.content = content

    @cached_property
    def codes(self) -> frozenset[int]:
        """Every constant that a rule can meet."""
        content = self.content
        columns = (
            column for name, rows in content.everything.items() for column in content.codes(rows, content.arity(name))
        )
        found = {code for column in columns for code in column}
        for rules in self.content.rules.values():
            for rule in rules:
                found.update(constants_of(rule))
        return frozenset(found - {PADDING.id})

    def compared(self) -> Iterator[tuple[int, str, int]]:
        """For `<` and its like: a constant, its sort, its place there. Numbers of one value have one place."""
        dictionary = self.content.dictionary

        def key(code: int) -> tuple[str, Any]:
            return kind_of(dictionary, code).sort, dictionary.decode(code)

        for place, (_, group) in enumerate(groupby(sorted(sorted(self.codes), key=key), key=key)):
            for code in group:
                yield code, key(code)[0], place

    def listed(self) -> Iterator[tuple[int, int]]:
        """For `#min` and `#max`: a constant and its place among all."""
        for place, (code,) in enumerate(self.content.in_order((code,) for code in self.codes)):
            yield code, place
