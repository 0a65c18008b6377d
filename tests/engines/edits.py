"""Random edit sequences: a base that is kept up to date beside one that is made anew at each step.

`python -m tests.engines.edits --sequences 2000 --engine duckdb --minutes 20` is the wide run; exit status 1 if any
differs.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from alignment import AlignmentError, KnowledgeBase
from alignment.engines import deriving
from alignment.engines.cache import Cache
from alignment.engines.evaluation import Evaluation
from alignment.engines.maintenance import maintain
from alignment.engines.maintenance.maintain import Maintenance
from alignment.factbase.relation import Row
from alignment.reasoning.confidences import confidences
from tests.engines.edited import Edited, edited
from tests.factbase.test_imported_programs import over_tables

VIEWS = [
    {"as_of": "ever"},
    {"as_of": "ever"},
    {"as_of": "2024-03-01"},
    {"as_of": "2024-06-01"},
    {"as_of": "ever", "min_confidence": 0.65},
    {"as_of": "ever", "without": ["one"]},
]
STEPS = 8


@dataclass
class Outcome:
    """The first difference of a sequence, if there is one, and how often strata were maintained or made anew."""

    difference: str | None = None
    counts: Counter[str] = field(default_factory=Counter)


def sequence(seed: int, engine: str, steps: int = STEPS) -> Outcome:
    """A random program, edited step by step and asked in a random view after each."""
    with TemporaryDirectory() as folder:
        return _sequence(seed, engine, steps, Path(folder))


def _sequence(seed: int, engine: str, steps: int, folder: Path) -> Outcome:
    """The sequence; every fourth has its first facts in tables, in that folder."""
    chance, outcome = random.Random(seed), Outcome()
    made, kb = edited(seed, chance), KnowledgeBase(engine)
    told = [made.text]
    try:
        if seed % 4 == 3:
            told.append("% the facts above are in tables")
            kb.add(over_tables(made.text, folder))
        else:
            kb.add(made.text)
    except AlignmentError:
        outcome.counts["refused programs"] += 1
        return outcome
    with counted(outcome.counts, few=chance.choice([2, 32, 32])):
        for _ in range(steps):
            told.append(edit(kb, made, chance))
            view = chance.choice(VIEWS)
            told.append(f"% seen {view}")
            evaluation = kb.view(**view).evaluation()
            names = sorted(evaluation.program.stratum_of)
            if not names:
                return outcome
            some = chance.sample(names, chance.randint(1, len(names)))
            shown = difference(evaluation, some, weighed=chance.random() < 0.15)
            if shown:
                outcome.difference = f"seed {seed}, {engine}\n" + "\n".join([*told, *shown])
                return outcome
    return outcome


def edit(kb: KnowledgeBase, made: Edited, chance: random.Random) -> str:
    """Facts added or taken back, or the last change undone; what was done, as text."""
    draw = chance.random()
    if draw < 0.08 and len(kb._store.past) > 1:
        kb.undo()
        return "% undone"
    if draw < 0.45:
        facts = [
            (name, row) for name, table in kb.state.facts.tables.items() for row in [*table.plain, *table.annotated]
        ]
        if facts:
            gone = [chance.choice(facts) for _ in range(chance.choice([1, 1, 1, 2, 5]))]
            text = " ".join(f"{written(kb, *one)}." for one in dict.fromkeys(gone))
            kb.remove(text)
            return f"% removed {text}"
    text = " ".join(made.fact(chance) for _ in range(chance.choice([1, 1, 1, 2, 5])))
    try:
        kb.add(text)
    except AlignmentError as error:  # a denial may make rules contradict each other in a circle
        return f"% refused {text} {error.problems[0].code}"
    return text


def reported(kb: KnowledgeBase) -> Iterator[tuple[str, Row]]:
    """All rows that are reported; those in tables are looked up only where there are any."""
    for name, table in kb.state.facts.tables.items():
        yield from ((name, row) for row in [*table.plain, *table.annotated])
        if table.imported:
            yield from ((name, row) for row in sorted(kb.view(as_of="ever").evaluation().reported(name)))


def written(kb: KnowledgeBase, name: str, row: tuple[int, ...]) -> str:
    """A row as an atom."""
    args = ", ".join(str(kb._store.dictionary.decode(code)) for code in row)
    return f"{name}({args})" if args else name


def anew(evaluation: Evaluation) -> Evaluation:
    """The same content and view with nothing kept, not even what is reported."""
    return Evaluation(
        evaluation.program,
        evaluation.facts,
        evaluation.dictionary,
        evaluation.view,
        evaluation.engine,
        Cache(),
        evaluation.today,
    )


def difference(evaluation: Evaluation, names: list[str], *, weighed: bool = False) -> list[str]:
    """In what relations differ from those of a base made anew, a line each: in rows, in rounds, in strengths."""
    other = anew(evaluation)
    mine, theirs = evaluation.relations(names), other.relations(names)
    found = []
    for name in names:
        kept, made = set(mine[name]), set(theirs[name])
        if kept != made:
            found.append(f"{name}: kept up to date has {sorted(kept - made)} more and {sorted(made - kept)} less")
            continue
        found += _unequal(
            name, "rounds", {row: mine[name].round(row) for row in kept}, {row: theirs[name].round(row) for row in made}
        )
    if weighed and not found:
        sure, surely = confidences(evaluation, names), confidences(other, names)
        for name in names:
            found += _unequal(name, "strengths", sure[name].of_all(mine[name]), surely[name].of_all(mine[name]))
    return found


def _unequal(name: str, what: str, mine: Mapping[Row, object], theirs: Mapping[Row, object]) -> list[str]:
    """A line for values that differ."""
    if mine == theirs:
        return []
    return [f"{name}: {what} {sorted((row, mine[row], theirs[row]) for row in mine if mine[row] != theirs[row])}"]


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
        for name in ("ANEW", "ANEW_IN_MEMORY"):  # the bases are small, and it is maintenance that is tried
            patched.setattr(maintain, name, 0)
        patched.setattr(deriving, "MOST_FAR", math.inf)
        yield


def main() -> int:
    """Many sequences, long ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sequences", type=int, default=2000)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--seed", type=int, default=10_000)
    parser.add_argument("--engine", default="memory")
    parser.add_argument("--minutes", type=float, default=math.inf, help="begin no further sequence after so long")
    call = parser.parse_args()
    started, failures, counts = time.monotonic(), 0, Counter[str]()
    done = 0
    for seed in range(call.seed, call.seed + call.sequences):
        if time.monotonic() - started > 60 * call.minutes:
            break
        done += 1
        outcome = sequence(seed, call.engine, call.steps)
        counts += outcome.counts
        if outcome.difference:
            print(outcome.difference, end="\n\n", flush=True)
            failures += 1
    told = ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))
    print(f"{done:,} sequences, {failures} differ, {time.monotonic() - started:.0f} s; strata: {told}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
