"""What is peculiar to the engine that runs on pyDatalog."""

from pyDatalog import Logic

from alignment import KnowledgeBase


def test_the_caller_s_own_pydatalog_logic_is_untouched() -> None:
    """A program that uses pyDatalog itself finds its logic as it left it."""
    mine = Logic()
    base = KnowledgeBase()
    base.add("p(a, b). p(b, c). q(X, Z) :- p(X, Y), p(Y, Z).")
    assert base.rows("q") == {("a", "c")}
    assert Logic.tl.logic is mine
