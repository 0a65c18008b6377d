"""Random programs whose facts come and go: what `tests.generators` and `tests.theories` make, and more on top.

A third are plain programs, a third have defaults, preferences and contraries, a third are theories of
defeasible logic. Rules are added that count on in their heads, in recursion too, that look at what such recursion
gave, and that ask for evidence and for the date in view; facts are added with sources, dates and confidence, and denied.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from tests.generators import NUMBERS, SYMBOLS, Predicate, defeasible_program, program
from tests.theories import ARITIES, CONSTANTS, theory

TAILS = ["", "", "", "", " from one", " from two, likely", " since 2024-05-01", " until 2024-02-01", " confidence 0.6"]
SOURCES = "source one. source two."

COUNTING = (
    "d(X, 0) :- e(X, _). d(Y, N + 1) :- d(X, N), e(X, Y), N < 4.",
    "d(Y, 1) :- e(_, Y). d(Y, 2 * N - 1) :- d(X, N), e(X, Y), N < 4, N > 0. d(X, N - 1) :- d(X, N), N > 0.",
    "w(X, Y, 1) :- e(X, Y). w(X, Z, M + N) :- w(X, Y, M), w(Y, Z, N), M + N < 5. d(X, N) :- w(X, X, N).",
    "d(X, 0) :- e(X, X). w(Y, X, N + 1) :- d(X, N), e(X, Y), N < 4. d(Y, N) :- w(Y, X, N), e(Y, _), X != Y.",
    "d(Y, N + 1) :- d(X, N), e(X, Y), not e(Y, X), N < 3. d(X, S) :- e(X, _), S = #count{ Y : e(X, Y) }.",
)
"""Recursion whose heads calculate, over a relation `e` of pairs. It is bounded."""

LOOKING = (
    "f(X, S) :- e(X, _), S = #max{ N : d(X, N) }.",
    "f(X, S) :- e(X, _), S = #sum{ N : d(X, N) }.",
    "f(X, N) :- d(X, N), not d(X, N + 1).",
    "f(X, N - M) :- d(X, N), d(X, M), N > M.",
    "normally f(X, N) :- d(X, N). normally -f(X, N - 1) :- d(X, N).",
)
"""What is asked of the result."""


@dataclass(frozen=True, slots=True)
class Edited:
    """A program as text, and what facts may be about: `reported` relations, and others that rules give."""

    text: str
    reported: tuple[Predicate, ...]
    concluded: tuple[Predicate, ...]
    symbols: tuple[str, ...]

    def fact(self, chance: random.Random) -> str:
        """A fact of a reported relation, or now and then of another; or that it is not so."""
        concluded = self.concluded if chance.random() < 0.25 else ()
        predicate = chance.choice(concluded or self.reported)
        if chance.random() < 0.08:
            predicate = replace(predicate, negative=not predicate.negative)
        args = [chance.choice(self.symbols) if sort == "s" else str(chance.choice(NUMBERS)) for sort in predicate.sorts]
        return f"{predicate.atom(args).ours}{chance.choice(TAILS)}."


def edited(seed: int, chance: random.Random) -> Edited:
    """The random program of a seed."""
    kind = seed % 3
    if kind == 2:
        made = theory(seed)
        reported = [Predicate(name, "s" * arity) for name, arity in ARITIES.items() if name[0] == "e"]
        concluded = [Predicate(name, "s" * arity) for name, arity in ARITIES.items() if name[0] != "e"]
        text, symbols = made.text, CONSTANTS
    else:
        plain = program(seed) if kind == 0 else defeasible_program(seed)
        reported = [one for one in plain.predicates if one.name[0] in "ea"]
        concluded = [one for one in plain.predicates if one.name[0] not in "ea"]
        text, symbols = plain.text, SYMBOLS
    rules = [*_evidence(reported, chance), *_counting(reported, chance)]
    return Edited("\n".join([SOURCES, text, *rules]), tuple(reported), tuple(concluded), symbols)


def _evidence(reported: list[Predicate], chance: random.Random) -> list[str]:
    """Rules that ask for the evidence of reports, and for the date in view."""
    rules = []
    for i, predicate in enumerate(reported):
        names = [f"X{place}" for place in range(len(predicate.sorts))]
        atom, listed = predicate.atom(names).ours, ", ".join([*names, "S"])
        forms = [
            f"v{i}({listed}) :- {atom} from S.",
            f"v{i}({listed}) :- {atom} since S, not {atom} from one.",
            f"v{i}({listed}) :- {atom} since S, S >= now - 60.",
            f"v{i}(S) :- S = #count{{ {listed[:-3] or 1} : {atom} confidence >= 0.6 }}.",
        ]
        rules += [chance.choice(forms)] if chance.random() < 0.4 else []
    return rules


def _counting(reported: list[Predicate], chance: random.Random) -> list[str]:
    """Rules that calculate in their heads; some are defaults."""
    pairs = [one.ours for one in reported if one.sorts == "ss"]
    if not pairs or chance.random() < 0.4:
        return []
    text = f"{chance.choice(COUNTING)} {chance.choice(LOOKING)}"
    text = (
        text.replace("e(", f"{chance.choice(pairs)}(")
        .replace("d(", "depth(")
        .replace("w(", "way(")
        .replace("f(", "far(")
    )
    return [f"{chance.choice(['', '', 'normally 0.7 '])}{text}"]
