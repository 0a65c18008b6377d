"""Numbers for what relations hold: the same rows, as sure, have the same number, whatever they were made from."""

from alignment import KnowledgeBase
from alignment.engines.contents import STATES, Contents
from alignment.engines.memory import MemoryEngine
from alignment.factbase.relation import MemoryRelation
from alignment.factbase.strengths import MemoryStrengths


def test_the_same_content_has_the_same_number() -> None:
    contents, rows = Contents(), MemoryRelation.of([(1,), (2,)])
    one = contents.number("p", rows, None)
    assert contents.number("p", MemoryRelation.of([(2,), (1,)]), None) == one
    assert contents.number("p", MemoryRelation.of([(1,)]), None) != one
    assert contents.number("p", MemoryRelation.of([(1,), (3,)]), None) != one
    assert contents.number("q", MemoryRelation.of([(1,), (2,)]), None) != one
    weak = contents.number("p", rows, MemoryStrengths({(1,): 0.5}))
    assert weak != one
    assert contents.number("p", MemoryRelation.of([(1,), (2,)]), MemoryStrengths({(1,): 0.5})) == weak
    assert contents.number("p", MemoryRelation.of([(1,), (2,)]), MemoryStrengths({(1,): 0.6})) != weak


def test_nothing_is_kept_for_the_numbers_alone() -> None:
    """A state that the cache let go is forgotten: the same rows have another number then."""
    contents, rows = Contents(), MemoryRelation.of([(1,)])
    one = contents.number("p", rows, None)
    del rows
    assert contents.number("p", MemoryRelation.of([(1,)]), None) != one


def test_the_longest_unused_state_is_forgotten() -> None:
    contents = Contents()
    states = [MemoryRelation.of([(number,)]) for number in range(STATES + 1)]
    first = contents.number("p", states[0], None)
    for state in states[1:-1]:
        contents.number("p", state, None)
    assert contents.number("p", states[0], None) == first
    contents.number("p", states[-1], None)  # one too many: the second goes
    assert contents.number("p", states[0], None) == first


def test_rules_that_read_the_same_are_not_evaluated_again(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """One fact more: of two rules only the one that reads it is weighed again."""
    kb = KnowledgeBase("memory")
    kb.add("stance p(a: any). stance q(a: any). a(x) confidence 0.5. b(x) confidence 0.6. p(X) :- a(X). q(X) :- b(X).")
    kb.stances()
    weighed: list[str] = []
    evaluate = MemoryEngine.evaluate

    def noted(self, strata, *rest):  # type: ignore[no-untyped-def]
        weighed.extend(one.rules[0].body[0].relation for one in strata if one.relations[0].startswith("~"))
        return evaluate(self, strata, *rest)

    monkeypatch.setattr(MemoryEngine, "evaluate", noted)
    other = kb.supposing(add="a(y) confidence 0.7.")
    assert [(one.claim.predicate, one.confidence) for one in other.stances().stances] == [
        ("p", 0.5), ("q", 0.6), ("p", 0.7),
    ]  # fmt: skip
    assert weighed == ["a~.0"]
