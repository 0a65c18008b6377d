"""What is different between two sides, and why: what is new, what is gone, what is more or less sure."""

from __future__ import annotations

import random

import pytest

from alignment import AlignmentError, KnowledgeBase
from alignment.language import tree
from alignment.language.phrases import phrase
from alignment.reasoning.causes import Cause, Causes, Reason, Side
from alignment.reasoning.changes import Change
from alignment.reasoning.derivations import Node
from alignment.reasoning.proofs import Aggregated, CutOff, Derived, leaves
from alignment.render.changes import Changes
from tests.dated import Dated, Said, dated, day
from tests.generators import SYMBOLS
from tests.reasoning.proofcheck import nodes

BASE = """
source a reliability b. source c reliability c.
relation p(x: any). relation q(x: any). relation e(x: any, y: any).
stance s(x: any). stance t(x: any). stance far(x: any, y: any).
p(one) from a. p(two) from c. q(two) from a. p(late) since 2024-06-01 from a. p(over) until 2024-01-01 from a.
e(a, b). e(b, c).
first: s(X) :- p(X), not q(X).
second: t(X) :- s(X).
reach: far(X, Y) :- e(X, Y).
further: far(X, Z) :- far(X, Y), e(Y, Z).
"""


def base(text: str = "") -> KnowledgeBase:
    """The base, seen in March 2024."""
    kb = KnowledgeBase()
    kb.add(BASE + text)
    return kb.view(as_of="2024-03-01")


def told(changes: Changes) -> list[str]:
    """The changes in short: what is behind each, or the weakest premises before and after."""
    signs = {"appeared": "+", "vanished": "-", "changed": "~"}
    lines = []
    for one in changes:
        behind = [short(cause) for cause in one.reason.causes] if one.reason else []
        if one.kind == "changed":
            behind = [phrase(weakest.claim) if weakest and weakest.claim else "none" for weakest in one.weakest]
        lines.append(" ".join([f"{signs[one.kind]}{one}", *behind]))
    return lines


def short(cause: Cause) -> str:
    """`+p(one)` for a report that is new, `-first` for a rule that is gone."""
    what = phrase(cause.claim) if cause.claim else cause.rule.label if cause.rule else "date"
    return f"{'+' if cause.appears else '-'}{what}"


WHAT_IF = {
    "a fact more": ("p(three).", "", ["+s(three) +p(three)", "+t(three) +p(three)"]),
    "a fact fewer": ("", "p(one).", ["-s(one) -p(one)", "-t(one) -p(one)"]),
    "what a `not` meets": ("q(one).", "", ["-s(one) +q(one)", "-t(one) +q(one)"]),
    "what a `not` met": ("", "q(two).", ["+s(two) -q(two)", "+t(two) -q(two)"]),
    "more sure": ("p(one).", "", ["~s(one) p(one) none", "~t(one) p(one) none"]),
    "a rule": ("new: s(X) :- q(X).", "", ["+s(two) +new", "+t(two) +new"]),
    "a step of a way": ("", "e(b, c).", ["-far(a, c) -e(b, c)", "-far(b, c) -e(b, c)"]),
    "another way": ("e(a, c).", "", []),
    "nothing": ("", "", []),
}


@pytest.mark.parametrize("engine", ["memory", "duckdb"])
@pytest.mark.parametrize(("add", "remove", "expected"), WHAT_IF.values(), ids=WHAT_IF.keys())
def test_what_if(add: str, remove: str, expected: list[str], engine: str) -> None:
    """Each change has its reason; the base itself stays as it was."""
    kb = KnowledgeBase(engine)
    kb.add(BASE)
    view, before = kb.view(as_of="2024-03-01"), kb.session_text()
    assert told(view.what_if(add=add, remove=remove)) == expected
    assert kb.session_text() == before
    assert told(view.what_if(add=add, remove=remove)) == expected, "and the same again"


def test_two_dates() -> None:
    """What holds on the one date and not on the other, with the reports that begin and end between them."""
    kb = base()
    found = kb.view(as_of="2023-12-31").diff(kb.view(as_of="2024-06-01"))
    assert told(found) == [
        "+s(late) +p(late)", "+t(late) +p(late)", "-s(over) -p(over)", "-t(over) -p(over)",
    ]  # fmt: skip


def test_the_date_itself() -> None:
    """Where no report changes, the condition on the date is what fails."""
    kb = base("event met(x: any). met(one) on 2024-01-01. fresh: s(X) :- met(X) on D, D >= now - 30.")
    found = kb.view(as_of="2024-01-15").diff(kb.view(as_of="2024-03-15"), "s(X), not p(X)")
    assert told(found) == []
    kb = base("event met(x: any). met(old) on 2024-01-01. fresh: s(X) :- met(X) on D, D >= now - 30.")
    (gone, _) = kb.view(as_of="2024-01-15").diff(kb.view(as_of="2024-03-15"))
    assert (str(gone), gone.kind) == ("s(old)", "vanished")
    assert gone.reason is not None
    assert [(cause.claim, cause.rule) for cause in gone.reason.causes] == [(None, None)]
    assert len(gone.reason.failing) == 1


def test_without_a_source_and_above_a_threshold() -> None:
    """Views are sides like others."""
    kb = base("p(one) from c. p(mine) from c.")
    assert told(kb.diff(kb.view(without=["c"]))) == ["-s(mine) -p(mine)", "-t(mine) -p(mine)"]
    assert told(kb.diff(kb.view(min_confidence=0.7))) == ["-s(mine) -p(mine)", "-t(mine) -p(mine)"]
    assert told(kb.diff(kb.view(without=["a"]))) == [
        "+s(two) -q(two)", "+t(two) -q(two)", "~s(one) p(one) p(one)", "~t(one) p(one) p(one)",
    ]  # fmt: skip


def test_two_bases() -> None:
    """Two bases of their own, with another order of facts, other rules, and constants that the first does not know."""
    first, second = KnowledgeBase(), KnowledgeBase("duckdb")
    first.add(BASE)
    second.add("unheard(of). relation unheard(x: any).")
    second.add(BASE.replace("second: t(X) :- s(X).", "").replace("p(one) from a.", "p(new)."))
    found = first.view(as_of="2024-03-01").diff(second.view(as_of="2024-03-01"))
    assert told(found) == ["+s(new) +p(new)", "-s(one) -p(one)", "-t(one) -second -p(one)"]


def test_the_answers_of_a_goal() -> None:
    """A goal has rows in place of atoms, and is as sure as its weakest premise."""
    kb = base()
    found = kb.what_if(add="e(c, d).", goal="e(X, Y), far(X, Z), Z != Y")
    assert found.columns == ("X", "Y", "Z")
    assert told(kb.what_if(remove="p(one).", goal="s(one)")) == ["-s(one) -p(one)"]
    assert [str(one) for one in found.appeared] == ["(a, b, d)", "(b, c, d)"]
    assert found.to_dict()["appeared"][0]["values"] == {"X": "a", "Y": "b", "Z": "d"}


def test_mistakes() -> None:
    """What cannot be supposed is told, and what was supposed for it is gone."""
    kb = base()
    for add, remove, code in (
        ("p(three", "", "syntax"), ("pp(X) :- nowhere(X).", "", "unknown-relation"), ("", "p(nine).", "not-reported"),
        ("p(one) since 2023-01-01.", "p(one).", "usage"),
    ):  # fmt: skip
        with pytest.raises(AlignmentError) as caught:
            kb.what_if(add=add, remove=remove)
        assert [problem.code for problem in caught.value.problems] == [code]
    assert not kb.what_if()


@pytest.mark.parametrize(("engine", "seeds"), [("memory", range(200, 240)), ("duckdb", range(280, 285))])
def test_random_changes(engine: str, seeds: range) -> None:
    """On random programs: the changes are those of the rows, how sure each is is what `why` says, and what is
    behind each is among the facts that were put in and taken out."""
    seen = 0
    for seed in seeds:
        chance, program = random.Random(seed), dated(seed)
        kb = KnowledgeBase(engine)
        try:
            kb.add(stances(program))
        except AlignmentError:
            continue  # an aggregate that needs another's value in its braces
        view = kb.view(as_of=day(chance.randrange(40)))
        add, remove = edited(program, chance)
        other = view.supposing(add=add, remove=remove)
        found = view.diff(other)
        rows = [{one for name in names(kb) for one in atoms(side, name)} for side in (view, other)]
        assert {str(one) for one in found.appeared} == rows[1] - rows[0], program.text
        assert {str(one) for one in found.vanished} == rows[0] - rows[1], program.text
        for one in found:
            assert one.before == (sure(view, one.atom) if one.kind != "appeared" else None), program.text
            assert one.after == (sure(other, one.atom) if one.kind != "vanished" else None), program.text
            if one.kind == "changed":
                assert one.before != one.after
            else:
                check_causes(one, add, remove)
            seen += 1
    assert seen > len(seeds)


def test_changes_are_explained_when_they_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader has the first before the second is explained; counting them explains none."""
    kb = KnowledgeBase()
    kb.add("stance p(a: any). relation z(a: any). z(a). p(X) :- z(X).")
    reasons: list[object] = []
    explained = Causes.reason

    def noted(self: Causes, side: Side, node: Node) -> Reason:
        reasons.append(node)
        return explained(self, side, node)

    monkeypatch.setattr(Causes, "reason", noted)
    other = kb.supposing(add="z(b). z(c). z(d).")
    found = kb.diff(other, lazily=True)
    assert len(found) == 3
    assert not reasons
    blocks = found.blocks()
    assert next(blocks).startswith("+ p(b)")
    assert len(reasons) == 1
    assert len(list(blocks)) == 2
    assert str(found) == str(kb.diff(other))
    assert [change.atom for change in found.changes[1:]] == ["p(c)", "p(d)"]
    assert len(reasons) == 6


def check_causes(change: Change, add: str, remove: str) -> None:
    """There is something behind a change, and it is what was supposed."""
    assert change.reason is not None
    assert change.reason.causes
    for cause in change.reason.causes:
        assert cause.claim is not None
        assert f"{phrase(cause.claim)}." in (add if cause.appears else remove).split("\n")


def stances(program: Dated) -> str:
    """The program with what it concludes declared as stances."""
    heads = {rule.split("(")[0].split(" ")[0].removeprefix("-") for rule in program.rules}
    lines = program.text.split("\n")
    words = (line.split("(")[0].split(".")[0].split(" ") for line in lines)
    return "\n".join(
        line.replace("relation", "stance", 1) if word[0] == "relation" and word[-1] in heads else line
        for line, word in zip(lines, words, strict=True)
    )


def names(kb: KnowledgeBase) -> list[str]:
    """The stances of a base."""
    return [one.name for one in kb.schema.relations.values() if one.kind == "stance"]


def atoms(kb: KnowledgeBase, name: str) -> set[str]:
    """The rows of a relation as atoms."""
    variables = ", ".join(f"V{i}" for i in range(kb.schema.relations[name].arity))
    return {phrase(tree.Atom(name, row)) for row in kb.query(f"{name}({variables})").constants}


def sure(kb: KnowledgeBase, atom: str) -> float | None:
    """How sure the strongest proof of an atom is."""
    (why,) = kb.why(atom).whys
    return why.confidence


def edited(program: Dated, chance: random.Random) -> tuple[str, str]:
    """Some reports to add, and some facts to take back: others."""
    facts = sorted({one.atom for one in program.reports})
    gone = chance.sample(facts, min(len(facts), chance.randint(0, 2)))
    kinds = [one for one in facts if one not in gone]
    new = [Said(other_row(one, chance)) for one in chance.sample(kinds, min(len(kinds), 2))]
    return "\n".join(one.text for one in new if one.atom not in gone), "\n".join(f"{one}." for one in gone)


def other_row(atom: str, chance: random.Random) -> str:
    """The atom with a constant or two of another row."""
    name, bracket, args = atom.partition("(")
    changed = (chance.choice(SYMBOLS) if one in SYMBOLS and chance.random() < 0.5 else one for one in args)
    return f"{name}{bracket}{''.join(changed)}"


def test_of_rules_as_good_the_one_written_first_counts() -> None:
    """In `why` and in what a difference tells, whatever was looked at before."""
    kb = KnowledgeBase()
    kb.add(
        "stance p(a: any). stance q(a: any). relation z(a: any). z(x).\n"
        "first: p(X) :- z(X). second: p(X) :- z(X). q(X) :- p(X)."
    )
    found = kb.what_if(remove="z(x).").vanished
    rules = [one.reason.proof.rule.label for one in found if one.reason and one.claim.predicate == "p"]
    assert rules == ["first"]
    assert "by rule first" in str(kb.why("p(x)"))


def test_what_an_aggregate_counts_is_told_though_the_proof_is_cut() -> None:
    """The last step names the rows counted; the whole proof is there for whoever asks."""
    kb = KnowledgeBase("memory")
    kb.add("""
        relation p(x: any). relation e(x: any, y: any).
        stance s(x: any).
        p(one). q(X, Y) :- e(X, Y).
        many: s(X) :- p(X), N = #count{ Y : q(X, Y) }, N >= 2.
        e(one, two).
    """)
    (found,) = kb.what_if(add="e(one, three).")
    assert found.reason is not None
    step, proof = found.reason.step, found.reason.proof
    assert isinstance(step, Derived) and isinstance(proof, Derived)
    (counted,) = (one for one in step.premises if isinstance(one, Aggregated))
    assert {phrase(row.claim) for row in counted.rows if isinstance(row, CutOff)} == {"q(one, three)", "q(one, two)"}
    assert not any(isinstance(one, CutOff) for one in nodes(proof))
    assert {phrase(leaf.claim) for leaf in leaves(proof)} == {"p(one)", "e(one, three)", "e(one, two)"}


def test_of_a_change_the_weakest_premise_is_told_and_of_one_that_is_gone_the_premise_that_fails() -> None:
    """The premises that are stronger, or hold on both sides, are not it, whatever their place."""
    kb = KnowledgeBase("memory")
    kb.add("""stance p(x: any). stance g(x: any). relation q(x: any). relation r(x: any). relation t(x: any).
        q(a) confidence 0.9. r(a) confidence 0.6 until 2024-06-01. r(a) confidence 0.5 since 2024-06-01.
        t(a) until 2024-06-01. p(X) :- q(X), r(X), q(X). g(X) :- q(X), t(X), r(X).""")
    gone, changed = kb.view(as_of="2024-05-01").diff(kb.view(as_of="2024-07-01"))
    assert gone.kind == "vanished"
    assert [phrase(part.claim) for part in gone.reason.failing] == ["t(a)"]
    assert changed.kind == "changed"
    assert [(phrase(one.claim), one.confidence) for one in changed.weakest] == [("r(a)", 0.6), ("r(a)", 0.5)]
