"""Random edit sequences: a base that is kept up to date beside one that is made anew at each step.

`python -m tests.engines.edits --sequences 2000 --engine duckdb` is the wide run; exit status 1 if any differs.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from alignment import AlignmentError, KnowledgeBase
from alignment.engines.cache import Cache
from alignment.engines.evaluation import Evaluation
from alignment.engines.maintenance import maintain
from alignment.engines.maintenance.maintain import Maintenance
from tests.generators import Predicate, Program, program

TAILS = ["", "", "", "", " from one", " from two, likely", " since 2024-05-01", " until 2024-02-01", " confidence 0.6"]
VIEWS = [
    {"as_of": "ever"}, {"as_of": "ever"}, {"as_of": "2024-03-01"}, {"as_of": "2024-06-01"},
    {"as_of": "ever", "min_confidence": 0.65}, {"as_of": "ever", "without": ["one"]},
]
SOURCES = "source one. source two. "
STEPS = 8


@dataclass
class Outcome:
    """The first difference of a sequence, if there is one, and how often strata were maintained or made anew."""

    difference: str | None = None
    counts: Counter[str] = field(default_factory=Counter)


def sequence(seed: int, engine: str, steps: int = STEPS) -> Outcome:
    """A random program, edited step by step and asked in a random view after each."""
    chance, made, outcome = random.Random(seed), program(seed), Outcome()
    kb = KnowledgeBase(engine)
    try:
        told = [SOURCES + made.text + asking_evidence(made, chance)]
        kb.add(told[0])
    except AlignmentError:
        return outcome
    with counted(outcome.counts, few=chance.choice([2, 32, 32])):
        for _ in range(steps):
            told.append(edit(kb, made, chance))
            view = chance.choice(VIEWS)
            told.append(f"% seen {view}")
            seen = kb.view(**view)
            names = sorted(kb.evaluation().program.stratum_of)
            if not names:
                return outcome
            some = chance.sample(names, chance.randint(1, len(names)))
            mine, theirs = relations(seen.evaluation(), some), relations(anew(seen.evaluation()), some)
            if mine != theirs:
                wrong = [name for name in some if mine[name] != theirs[name]]
                shown = "\n".join(f"{name}: {shown_difference(mine[name], theirs[name])}" for name in wrong)
                outcome.difference = f"seed {seed}, {engine}\n" + "\n".join(told) + "\n" + shown
                return outcome
    return outcome


def asking_evidence(made: Program, chance: random.Random) -> str:
    """Rules that ask for the evidence of reports, and for the date in view; clingo knows neither."""
    rules = []
    for i, predicate in enumerate(one for one in made.predicates if one.name[0] in "ea"):
        names = [f"X{place}" for place in range(len(predicate.sorts))]
        atom, listed = predicate.atom(names).ours, ", ".join([*names, "S"])
        forms = [f"v{i}({listed}) :- {atom} from S.", f"v{i}({listed}) :- {atom} since S, not {atom} from one."]
        forms += [f"v{i}({listed}) :- {atom} since S, S >= now - 60.", f"v{i}(S) :- S = #count{{ {listed[:-3] or 1} : {atom} confidence >= 0.6 }}."]
        rules += [chance.choice(forms)] if chance.random() < 0.4 else []
    return "\n".join(rules)


def edit(kb: KnowledgeBase, made: Program, chance: random.Random) -> str:
    """Facts added or taken back, or the last change undone; what was done, as text."""
    draw = chance.random()
    if draw < 0.08 and len(kb._store.past) > 1:
        kb.undo()
        return "% undone"
    if draw < 0.45:
        facts = [(name, row) for name, table in kb.state.facts.tables.items() for row in [*table.plain, *table.annotated]]
        if facts:
            gone = [chance.choice(facts) for _ in range(chance.choice([1, 1, 1, 2, 5]))]
            text = " ".join(f"{written(kb, *one)}." for one in dict.fromkeys(gone))
            kb.remove(text)
            return f"% removed {text}"
    text = " ".join(fact(made, chance) for _ in range(chance.choice([1, 1, 1, 2, 5])))
    kb.add(text)
    return text


def written(kb: KnowledgeBase, name: str, row: tuple[int, ...]) -> str:
    """A row as an atom."""
    args = ", ".join(str(kb._store.dictionary.decode(code)) for code in row)
    return f"{name}({args})" if args else name


def fact(made: Program, chance: random.Random) -> str:
    """A fact of a reported relation, or now and then of one that rules give, too."""
    reported = [one for one in made.predicates if one.name[0] in "ea"]
    predicate: Predicate = chance.choice(reported if chance.random() < 0.75 else made.predicates)
    symbols, numbers = "abcdef", range(-2, 6)
    args = [chance.choice(symbols) if sort == "s" else str(chance.choice(numbers)) for sort in predicate.sorts]
    return f"{predicate.atom(args).ours}{chance.choice(TAILS)}."


def anew(evaluation: Evaluation) -> Evaluation:
    """The same content and view with nothing kept, not even what is reported."""
    return Evaluation(
        evaluation.program, evaluation.facts, evaluation.dictionary, evaluation.view, evaluation.engine, Cache(), evaluation.today
    )


def relations(evaluation: Evaluation, names: list[str]) -> dict[str, dict[tuple[int, ...], int]]:
    """Rows with their rounds."""
    found = evaluation.relations(names)
    return {name: {row: found[name].round(row) for row in found[name]} for name in names}


def shown_difference(mine: dict[tuple[int, ...], int], theirs: dict[tuple[int, ...], int]) -> str:
    """Rows of one alone, or in other rounds."""
    return f"kept up to date {sorted(mine.items() - theirs.items())}, anew {sorted(theirs.items() - mine.items())}"


@contextmanager
def counted(counts: Counter[str], few: int) -> Iterator[None]:
    """Count how often a former state was gone on from. Changes of more than a `few` rows are evaluated anew."""
    is_near, result = Maintenance.is_near, Maintenance.result

    def near(self: Maintenance) -> bool:
        found = is_near(self)
        counts["too far"] += not found
        return found

    def counting(self: Maintenance) -> object:
        found = result(self)
        counts["given up" if found is None else "maintained"] += 1
        if found is not None and self.stratum.recursive and (self.changes or self.own):
            counts["recursive"] += 1
        return found

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Maintenance, "is_near", near)
        patched.setattr(Maintenance, "result", counting)
        patched.setattr(maintain, "FEW", few)
        yield


def main() -> int:
    """Many sequences, long ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sequences", type=int, default=2000)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--seed", type=int, default=10_000)
    parser.add_argument("--engine", default="pydatalog")
    call = parser.parse_args()
    started, failures, counts = time.monotonic(), 0, Counter[str]()
    for seed in range(call.seed, call.seed + call.sequences):
        outcome = sequence(seed, call.engine, call.steps)
        counts += outcome.counts
        if outcome.difference:
            print(outcome.difference, end="\n\n", flush=True)
            failures += 1
    told = ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))
    print(f"{call.sequences} sequences, {failures} differ, {time.monotonic() - started:.0f} s; strata: {told}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
