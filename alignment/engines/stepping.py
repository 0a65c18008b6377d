"""pyDatalog, one step at a time: the only module that touches it.

A join is one clause `result(X, Y) <= a(X, Z) & b(Z, Y)` whose body literals are answered by Python
functions over our tables; nothing is asserted but the clause. We run the engine's own loop, so that
Python code runs at every step, and an interrupt or a limit stops it at once, inside a cross product too.
pyDatalog keeps its state in the thread: we put ours there for one evaluation and put back what was there.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Any, Self

from alignment.engines.joins import Check, JoinLiteral
from alignment.factbase.relation import Row

STEPS = 256
"""Steps between two looks at the limits: about a millisecond."""

_MISSING = object()
_numbers = itertools.count(1)


class Session:
    """One evaluation's own pyDatalog logic, made when a first join needs it. Use it in a `with`."""

    def __init__(self) -> None:
        self._saved: list[tuple[Any, str, Any]] = []
        self._registered: list[str] = []
        self._engine: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._engine is None:
            return
        for name in self._registered:
            self._engine.Python_resolvers.pop(name, None)
        for holder, name, value in self._saved:
            if value is not _MISSING:
                setattr(holder, name, value)
            elif hasattr(holder, name):
                delattr(holder, name)

    def join(self, literals: Sequence[JoinLiteral], result: Sequence[str], check: Check) -> SteppedJoin:
        """A join that gives the rows of the variables `result`. `check` is called often; it may raise."""
        engine = self._started()
        variables = {name: engine.Var(name) for literal in literals for name in literal.variables}
        body = []
        for literal in literals:
            predicate = _new_name()
            resolver = f"{predicate}/{len(literal.variables)}"
            self._registered.append(resolver)
            engine.Python_resolvers[resolver] = _resolver(literal, check)
            body.append(engine.Literal(predicate, [variables[name] for name in literal.variables]))
        head = _new_name()
        engine.assert_(engine.Clause(engine.Literal(head, [variables[name] for name in result]), body))  # noqa: PT009  # not that assert
        return SteppedJoin(engine, engine.Literal(head, [variables[name] for name in result]), check)

    def _started(self) -> Any:  # noqa: ANN401  # pyDatalog is untyped
        if self._engine is None:
            from pyDatalog import pyEngine  # noqa: PLC0415  # takes 60 ms

            local, fresh = pyEngine.Logic.tl, pyEngine.Fresh_var.tl
            self._saved = [(local, "logic", getattr(local, "logic", _MISSING))]
            self._saved.append((fresh, "counter", getattr(fresh, "counter", _MISSING)))
            self._engine = pyEngine
            local.logic = object.__new__(pyEngine.Logic)  # Logic() would also clear the thread's parser
            pyEngine.clear()
        return self._engine


class SteppedJoin:
    """A clause and the literal that asks for it."""

    def __init__(self, engine: Any, goal: Any, check: Check) -> None:  # noqa: ANN401  # pyDatalog is not typed
        self._engine = engine
        self._goal = goal
        self._check = check

    def rows(self) -> list[Row]:
        """All rows of the result, each once: what `Literal.ask` does, with a look around at every step."""
        engine = self._engine
        state = engine.Logic.tl.logic
        goal = engine.Subgoal(self._goal)
        state.Tasks, state.Recursive_Tasks = engine.TaskList(), engine.TaskDeque()
        state.Subgoals, state.Goal = {}, goal
        state.gc_uncollected, state.Recursive = False, False
        todo: Any = engine.SEARCH
        argument: Any = (goal,)
        while todo is not None:
            self._check()
            for _ in range(STEPS):
                todo, argument = todo(*argument)
                if todo is None:
                    break
        state.Subgoals, state.Goal = {}, None
        return [key[1:] for key in goal.facts]  # a fact's key: the predicate, then its constants


def _resolver(literal: JoinLiteral, check: Check) -> Callable[..., Iterable[Row]]:
    """The generator that pyDatalog calls with a literal's terms. It has Python code run at every row too."""
    answer, inputs = literal.answer, literal.inputs

    def resolve(*terms: Any) -> Iterable[Row]:  # noqa: ANN401  # pyDatalog's terms
        for number, row in enumerate(answer(tuple([terms[i].id for i in inputs])), 1):
            if not number % STEPS:
                check()
            yield row

    return resolve


def _new_name() -> str:
    """A predicate name of this process only: pyDatalog keeps resolvers by name, for all threads."""
    return f"alignment_{next(_numbers)}"
