"""The automaton at work: tokens shifted, rules reduced, nodes built, and mistakes stepped over.

The tables are lark's; this loop over them is our own, because it need not import lark, is several times
as quick, and can do two things in the middle of a file: take a run of plain facts in one step (`bulk`),
and go on after a mistake with what was read so far.

Three stacks grow and shrink together: the states, the values (a token is its text), and the offsets at
which the values begin. Where an item of a list may begin (a statement of a file, a fact of a block, a step
of a test) is where reading starts again after a mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import field
from functools import cache
from typing import Any, Protocol, TypeAlias

from alignment.language import bulk
from alignment.language.tables import tables
from alignment.language.terms import Refusal
from alignment.problems import Problem
from alignment.records import frozen, mutable
from alignment.source import SourceText, Span

DEEPEST = 150
"""Values waiting on the stack, so brackets within brackets: nobody writes so, and what reads trees recurses."""

LONGEST = 100_000
"""Members of lists in one item (arguments, literals, rows): more is a file that lost its full stops."""

MOST_PROBLEMS = 100
"""Mistakes after which reading stops: a file that is something else altogether has no end of them."""


class Match(Protocol):
    """What is used of a match of the tables' pattern."""

    @property
    def lastindex(self) -> int | None: ...
    def __getitem__(self, group: int, /) -> str: ...
    def start(self, group: int = 0, /) -> int: ...
    def end(self, group: int = 0, /) -> int: ...


@frozen
class Supplied:
    """A token that the text does not have, at the place where it is missing."""

    written: str
    at: int
    lastindex: int | None = 0

    def __getitem__(self, group: int, /) -> str:
        return self.written

    def start(self, group: int = 0, /) -> int:  # noqa: ARG002  # as of a match
        return self.at

    end = start


class Builder(Protocol):
    """What makes values: a method for each rule of the grammar, from its children and its range."""

    problems: list[Problem]

    def __init__(self, source: SourceText) -> None: ...


@frozen
class Failure:
    """Where reading stopped making sense: a token of a `kind` that fits nowhere after a `state`.

    `before` is the end of the token before it. `values` and `starts` are those of the item that is being
    read; `brace` is where the list opens that it stands in. `limit` is set where the text is right but too
    "deep", too "long", or has too many "operators".
    """

    source: SourceText
    state: int
    kind: int
    start: int
    end: int
    before: int
    states: tuple[int, ...]
    values: tuple[Any, ...]
    starts: tuple[int, ...]
    brace: int | None
    limit: str | None

    @property
    def span(self) -> Span:
        """The place of the token."""
        return Span(self.source, self.start, self.end)

    @property
    def written(self) -> str:
        """The token; nothing at the end of the text."""
        return self.source.text[self.start : self.end]

    def takes(self, *kinds: int) -> bool:
        """Whether tokens of these kinds could stand here instead."""
        table, states = tables(), list(self.states)
        for kind in kinds:
            while True:
                default = table.defaults[states[-1]]
                action = ~default if default is not None else table.rows[states[-1]].get(kind)
                if action is None:
                    return False
                if action >= 0:
                    states.append(action)
                    break
                rule = table.rules[~action]
                del states[len(states) - rule.length :]
                states.append(table.rows[states[-1]][rule.symbol])
        return True


Step: TypeAlias = tuple[int, int, Any, int, int]


@frozen
class Plan:
    """The tables made ready for a class of builders, and the symbols and states that the loop treats apart."""

    rules: tuple[Step, ...]
    defaults: tuple[Step | None, ...]
    end: int
    name: int
    doc: int
    fact: int
    words: frozenset[int]
    lists: frozenset[int]
    fact_lists: frozenset[int]


@cache
def plan(builder: type) -> Plan:
    """The plan for a class of builders."""
    table = tables()
    fact, step = table.symbol("fact"), table.symbol("step")
    rules = tuple(
        (rule.length, rule.symbol, getattr(builder, rule.build) if rule.build else None, rule.item, rule.inline)
        for rule in table.rules
    )
    return Plan(
        rules=rules,
        defaults=tuple(None if rule is None else rules[rule] for rule in table.defaults),
        end=table.symbol("$END"),
        name=table.symbol("NAME"),
        doc=table.symbol("DOC"),
        fact=fact,
        words=frozenset({kind for text, kind in table.words.items() if text.isalpha()} | {table.symbol("LIKELIHOOD")}),
        lists=frozenset(state for state, row in enumerate(table.rows) if fact in row or step in row),
        fact_lists=frozenset(state for state, row in enumerate(table.rows) if fact in row),
    )


@mutable
class Reading:
    """One text being read. What is wrong goes into the builder's `problems`.

    With `fast`, runs of plain facts are taken as columns. Who is not `patient` stops at the first mistake.
    """

    source: SourceText
    builder: Builder
    fast: bool = True
    patterns: bulk.Patterns | None = None
    states: list[int] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    pairs: dict[int, int] | None = None
    patient: bool = True
    explain: Callable[[Failure], Problem] | None = None

    def read(self, goal: str, start: int, stop: int) -> Any:  # noqa: ANN401  # what the goal's rule builds
        """What stands between two offsets, read as `goal`; None where nothing could be made of it."""
        pattern = tables().pattern(self.source.text)
        self.states.append(tables().starts[goal])
        at: int | None = start
        while at is not None:
            at = self._run(pattern.finditer(self.source.text, at, stop), at, stop)
        return self.values[0] if self.values else None

    def _run(self, matches: Iterable[Match], end: int, stop: int) -> int | None:  # noqa: C901, PLR0912, PLR0915  # one loop
        """Read tokens, the last before them ending at `end`.

        The offset at which to go on with fresh ones, or None when there are no more. This loop is where
        the time goes: what it uses is at hand in local names, and what is rare is done elsewhere.
        """
        builder, states, values, starts = self.builder, self.states, self.values, self.starts
        table, special = tables(), plan(type(builder))
        rows, kinds, word = table.rows, table.kinds, table.words.get
        defaults, rules, lists, finish = special.defaults, special.rules, special.lists, special.end
        state, members = states[-1], 0
        for match in matches:
            group: int = match.lastindex  # type: ignore[assignment]  # the pattern always matches in a group
            written = match[group]
            kind = word(written, kinds[group])
            while True:
                rule = defaults[state]
                if rule is None:
                    if state in lists:
                        members = 0
                        run = self._facts(state, match.start(group), stop) if self.fast and kind != finish else None
                        if run is not None:
                            return run
                    row = rows[state]
                    action = row.get(kind)
                    if action is None:
                        if not row and kind == finish:
                            return None  # the goal is reached
                        if kind == special.doc:
                            break  # a doc comment inside a statement says nothing of the next one
                        if kind in special.words and special.name in row:
                            kind = special.name
                            action = row[kind]
                        else:
                            return self._recover(state, kind, match, end, stop)
                    if action >= 0:
                        if len(states) > DEEPEST:
                            return self._recover(state, kind, match, end, stop, "deep")
                        state = action
                        states.append(state)
                        values.append(written)
                        starts.append(match.start(group))
                        end = match.end()
                        break
                    rule = rules[~action]
                length, symbol, build, item, inline = rule
                if build is None and item < 0:  # passes its child on
                    states[-1] = state = rows[states[-2]][symbol]
                    continue
                if build is not None:
                    children = values[-length:] if length else []
                    if inline >= 0:
                        children[inline : inline + 1] = children[inline]
                    try:
                        value = build(builder, children, starts[-length] if length else end, end)
                    except Refusal:
                        return self._recover(state, kind, match, end, stop, "operators")
                elif inline == 0:  # one more member of a list
                    value = values[-length]
                    value.append(values[item - length])
                    members += 1
                    if members > LONGEST:
                        return self._recover(state, kind, match, end, stop, "long")
                else:
                    value = [values[item - length]]
                if length == 1:
                    values[-1] = value
                    states[-1] = state = rows[states[-2]][symbol]
                    continue
                if length:
                    del values[1 - length :], starts[1 - length :], states[-length:]
                    values[-1] = value
                else:
                    values.append(value)
                    starts.append(end)
                state = rows[states[-1]][symbol]
                states.append(state)
        return None

    def _facts(self, state: int, at: int, stop: int) -> int | None:
        """Take a run of plain facts that begins here, if it does, as one value; the offset after it."""
        special = plan(type(self.builder))
        if state not in special.fact_lists or self._is_documented():
            return None
        if self.patterns is None:
            if not bulk.may_begin(self.source.text, at):
                return None
            self.patterns = bulk.patterns_for(self.source)
        run = bulk.run_at(self.source, self.patterns, at, stop)
        if run is None:
            return None
        self.values.append(run)
        self.starts.append(at)
        self.states.append(tables().rows[state][special.fact])
        return run.end

    def _is_documented(self) -> bool:
        """Whether a doc comment waits for the next fact: that fact is not plain."""
        waiting = self.values[-1] if self.values else None
        return isinstance(waiting, list) and isinstance(waiting[-1], bulk.Doc)

    # Mistakes ----------------------------------------------------------------------------------

    def _recover(
        self, state: int, kind: int, match: Match, before: int, stop: int, limit: str | None = None
    ) -> int | None:
        """Say what is wrong with the item that is being read, leave it out, and tell where to go on."""
        from alignment.language import recovery  # noqa: PLC0415  # only when there is a mistake

        begin, level = match.start(match.lastindex or 0), self._level()
        if level is None or not self.patient:  # there is nothing to go on with
            self._explain(state, kind, match, before, level or 0, None, limit)
            self.values.clear()
            return None
        item = self.starts[level] if level < len(self.starts) else begin
        brace = self._brace(level)
        if brace is not None and not limit and self._is_unclosed(brace, item, kind, begin, stop):
            self.builder.problems.append(unclosed(self.source, brace))
            self._cut(level)
            self._run([Supplied("}", item)], item, stop)
            return item
        self._explain(state, kind, match, before, level, brace, limit)
        if len(self.builder.problems) >= MOST_PROBLEMS:
            self._cut(self._level(upto=2) or 0)
            self._run([Supplied("", begin, len(tables().kinds) - 2)], begin, stop)
            return None
        sets = self.values[level:].count("{")
        self._cut(level)
        return recovery.statement_end(self.source.text, begin, stop, self._pairs, nested=brace is not None, sets=sets)

    def _explain(
        self, state: int, kind: int, match: Match, before: int, level: int, brace: int | None, limit: str | None
    ) -> None:
        """Add the problem of a token that fits nowhere."""
        from alignment.language.mistakes import explain  # noqa: PLC0415  # only when there is a mistake

        begin, values, starts = match.start(match.lastindex or 0), self.values[level:], self.starts[level:]
        failure = Failure(
            self.source,
            state,
            kind,
            begin,
            match.end(),
            before,
            tuple(self.states),
            tuple(values),
            tuple(starts),
            brace,
            limit,
        )
        self.builder.problems.append((self.explain or explain)(failure))

    def _level(self, upto: int | None = None) -> int | None:
        """How high the stacks are where the item began that is being read."""
        lists = plan(type(self.builder)).lists
        states = self.states[:upto]
        return next((i for i in range(len(states) - 1, -1, -1) if states[i] in lists), None)

    def _brace(self, level: int) -> int | None:
        """The offset of the brace that opens the list in which an item stands."""
        for below in (level - 1, level - 2):
            if below >= 0 and self.values[below] == "{":
                return self.starts[below]
        return None

    def _cut(self, level: int) -> None:
        del self.states[level + 1 :], self.values[level:], self.starts[level:]

    def _pairs(self) -> dict[int, int]:
        """The pairs of braces of the text, looked for once."""
        if self.pairs is None:
            from alignment.language import recovery  # noqa: PLC0415

            self.pairs = recovery.brace_pairs(self.source.text)
        return self.pairs

    def _is_unclosed(self, brace: int, item: int, kind: int, begin: int, stop: int) -> bool:
        """Whether a brace is to blame: the text has no end for it, and the item makes sense outside."""
        if kind == plan(type(self.builder)).end:
            return item == begin
        if brace in self._pairs():
            return False
        from alignment.language import recovery  # noqa: PLC0415

        end = recovery.statement_end(self.source.text, item, stop, self._pairs, nested=True)
        outside = Reading(self.source, type(self.builder)(self.source), fast=False, patient=False)
        outside.read("file", item, end)
        return not outside.builder.problems


def unclosed(source: SourceText, brace: int) -> Problem:
    """The problem of an opening brace without its closing one."""
    message = "this brace is never closed"
    return Problem("syntax", source.span(brace, brace + 1), message, "put a `}` after the last statement inside")
