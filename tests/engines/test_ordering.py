"""A recursion worked on aside: strata come in an order that fits, what fails stops the rest, and answers are the same."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from alignment import KnowledgeBase
from alignment.engines.relational import ordering, stepwise
from alignment.engines.relational.aside import Aside
from alignment.engines.relational.ordering import Order
from alignment.language import tree
from alignment.problems import LimitReached
from alignment.program.model import Positive, Rule, Stratum, Var
from tests.engines.compared import rounds
from tests.generators import program


def stratum(name: str, *reads: str, recursive: bool = False) -> Stratum:
    """A stratum of one rule."""
    premises = tuple(Positive(read, (Var("X"),)) for read in reads)
    return Stratum((name,), (Rule(name, (Var("X"),), premises, tree.Query(())),), recursive=recursive)


class Piece:
    """A recursion that writes down what happens to it; it ends when it is let."""

    size = ordering.LEAST

    def __init__(self, told: list[str], work: Callable[[], None]) -> None:
        self.told, self._work, self.stopped = told, work, threading.Event()

    def work(self) -> None:
        self.told.append("work")
        self._work()
        self.told.append("done")

    def stop(self) -> None:
        self.stopped.set()

    def hold(self) -> bool:
        self.told.append("hold")
        return True


STRATA = (
    stratum("controls", "owns", "controls", recursive=True),
    stratum("acts", "controls"),
    stratum("arms", "acts", "goods"),
    stratum("engaged", "meets"),
    stratum("hostile", "engaged"),
)


def run(piece: Piece, told: list[str], *, may_part: bool = True) -> None:
    """Go through the strata, the first of them a recursion."""
    with Order(STRATA, lambda one, recursion: told.append(f"finish {one.relations[0]} {recursion.hold()}"), may_part=may_part) as order:
        for one in order:
            told.append(one.relations[0])
            if one.recursive:
                order.work(one, piece)
            if one.relations[0] == "hostile":
                piece.stopped.set()


def test_what_does_not_read_a_recursion_goes_on_without_it() -> None:
    told: list[str] = []
    piece = Piece(told, lambda: None)
    piece._work = lambda: assert_set(piece.stopped)
    run(piece, told)
    order = [one for one in told if one in {name for one in STRATA for name in one.relations}]
    assert order == ["controls", "engaged", "hostile", "acts", "arms"]
    assert told[-4:] == ["hold", "finish controls True", "acts", "arms"]


def assert_set(event: threading.Event) -> None:
    assert event.wait(10)


@pytest.mark.parametrize(("may_part", "size"), [(False, ordering.LEAST), (True, ordering.LEAST - 1)])
def test_all_goes_in_order_where_nothing_is_aside(may_part: bool, size: int) -> None:  # noqa: FBT001
    told: list[str] = []
    piece = Piece(told, lambda: None)
    piece.size = size
    run(piece, told, may_part=may_part)
    assert told == ["controls", "work", "done", "hold", "finish controls True", "acts", "arms", "engaged", "hostile"]


def test_what_fails_aside_is_raised() -> None:
    def fail() -> None:
        raise LookupError

    told: list[str] = []
    with pytest.raises(LookupError):
        run(Piece(told, fail), told)
    assert "acts" not in told


def test_what_is_aside_ends_when_something_else_fails() -> None:
    told: list[str] = []
    piece = Piece(told, lambda: None)
    piece._work = lambda: assert_set(piece.stopped)
    with pytest.raises(ZeroDivisionError), Order(STRATA, lambda *_: None, may_part=True) as order:
        for one in order:
            if one.recursive:
                order.work(one, piece)
            if one.relations[0] == "engaged":
                raise ZeroDivisionError
    assert told == ["work", "done"]


def test_random_programs_are_the_same_with_all_recursions_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows and their rounds; most of what is recursive is worked on in another thread than the one that asked for it."""
    aside: list[bool] = []
    work = stepwise.Stepwise.work

    def spied(self: stepwise.Stepwise) -> None:
        aside.append(isinstance(threading.current_thread(), Aside))
        work(self)

    monkeypatch.setattr(ordering, "LEAST", 0)
    monkeypatch.setattr(stepwise.Stepwise, "work", spied)
    for seed in range(3000, 3060):
        text = program(seed).text
        assert rounds(text, "memory") == rounds(text, "duckdb"), text
    assert sum(aside) > len(aside) / 4 > 2


LINKS = "".join(f"link({i}, {i + 1}). " for i in range(400))
RULES = """
reach(X, Y) :- link(X, Y).
reach(X, Z) :- reach(X, Y), link(Y, Z).
other(X) :- link(X, _), X > 5.
both(X) :- reach(X, Y), other(Y).
"""


def test_a_limit_of_time_names_the_rule_that_is_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordering, "LEAST", 0)
    look = stepwise.Stepwise.look

    def slow(self: stepwise.Stepwise, rule: Rule, bytes_: int = 0) -> None:
        threading.Event().wait(0.3)
        look(self, rule, bytes_)

    monkeypatch.setattr(stepwise.Stepwise, "look", slow)
    kb = KnowledgeBase("duckdb", time_limit=0.2)
    kb.add(LINKS + RULES)
    with pytest.raises(LimitReached, match="while evaluating the rule '<input>:3'"):
        kb.rows("both")
