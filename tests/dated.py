"""Random programs whose facts are reported: by sources, with dates and confidence, and asked for that in rules.

Rules and rows are those of `tests.generators`; here the rows become reports, and rules are added that read
the evidence and the date in view. What a view sees is said here a second time, in the words of LANGUAGE.md, so
that tests hold the package against it. Days are counted from `DAY_ZERO`.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from dataclasses import dataclass

from tests.generators import SYMBOLS, Predicate, program

DAY_ZERO = datetime.date(2024, 1, 1)
DAYS = 40
"""Reports are dated within so many days."""

SOURCES = {"sa": ("a", 0.95), "sc": ("c", 0.6), "se": ("e", 0.2), "sf": ("f", None), "sn": ("", 1.0)}
"""Each source with its reliability (`sn` has none) and the confidence that it gives."""


def day(number: int) -> datetime.date:
    """The day of a number."""
    return DAY_ZERO + datetime.timedelta(number)


@dataclass(frozen=True, slots=True)
class Said:
    """One report of one fact."""

    atom: str
    since: int | None = None
    until: int | None = None
    on: int | None = None
    source: str | None = None
    stated: float | None = None

    @property
    def text(self) -> str:
        """The report as a statement."""
        parts = [f" {word} {day(one)}" for word, one in self._dates() if one is not None]
        parts += [f" from {self.source}"] if self.source else []
        parts += [f" confidence {self.stated}"] if self.stated is not None else []
        return f"{self.atom}{''.join(parts)}."

    def _dates(self) -> list[tuple[str, int | None]]:
        return [("since", self.since), ("until", self.until), ("on", self.on)]

    @property
    def confidence(self) -> float | None:
        """The number it carries, None where it cannot be judged."""
        if self.stated is not None:
            return self.stated
        return SOURCES[self.source][1] if self.source else 1.0

    def seen(self, as_of: datetime.date | None, least: float, without: frozenset[str]) -> bool:
        """Whether a view sees it."""
        if self.source in without:
            return False
        if least > 0 and (self.confidence is None or self.confidence < least):
            return False
        if as_of is None:
            return True
        begun = all(day(one) <= as_of for one in (self.since, self.on) if one is not None)
        return begun and (self.until is None or as_of < day(self.until))


@dataclass(frozen=True, slots=True)
class Dated:
    """A program: declarations with sources, reports, rules, and goals to ask of it."""

    declared: str
    reports: tuple[Said, ...]
    rules: tuple[str, ...]
    goals: tuple[str, ...]

    @property
    def text(self) -> str:
        """The program whole."""
        return self.text_of(self.reports)

    def text_of(self, reports: tuple[Said, ...]) -> str:
        """The program with these reports in place of its own."""
        return "\n".join([self.declared, *(one.text for one in reports), *self.rules]) + "\n"


def dated(seed: int) -> Dated:
    """The random program of a seed."""
    return _Maker(random.Random(f"dated {seed}")).made(seed)


@dataclass(frozen=True, slots=True)
class _Maker:
    chance: random.Random

    def made(self, seed: int) -> Dated:
        plain = program(seed)
        facts = [one.ours for one in plain.statements if ":-" not in one.ours]
        rules = [one.ours for one in plain.statements if ":-" in one.ours]
        concluded = {rule.split("(")[0].split(" ")[0] for rule in rules}
        reports = [said for fact in facts for said in self.said(fact.removesuffix("."))]
        reported = [one for one in plain.predicates if one.ours not in concluded]
        rules += [self.rule(self.chance.choice(reported), i) for i in range(self.chance.randint(1, 4))]
        names = {one.name: one.sorts for one in plain.predicates}
        heads = [rule.split(" :- ")[0] for rule in rules if rule.startswith("w")]
        names |= {head.split("(")[0]: "s" * (head.count(",") + 1) for head in heads}
        declared = [
            f"relation {name}{'(' + ', '.join(f'c{i}: any' for i in range(len(sorts))) + ')' if sorts else ''}."
            for name, sorts in names.items()
        ]
        sources = [f"source {name}{f' reliability {letter}' if letter else ''}." for name, (letter, _) in SOURCES.items()]
        return Dated("\n".join([*declared, *sources]), tuple(reports), tuple(rules), tuple(self.goals(plain.predicates, rules)))

    def said(self, atom: str) -> Iterator[Said]:
        """One or several reports of a fact."""
        for _ in range(self.chance.choice([1, 1, 1, 2, 3])):
            first, last = sorted(self.chance.sample(range(DAYS), 2))
            dates = self.chance.choice(
                [{}, {"since": first}, {"until": last}, {"since": first, "until": last}, {"since": first, "until": last}, {"on": first}]
            )
            source = self.chance.choice([None, *SOURCES])
            stated = self.chance.choice([None, None, 0.1, 0.5, 0.8, 0.97])
            yield Said(atom, **dates, source=source, stated=stated)

    def rule(self, read: Predicate, number: int) -> str:
        """A rule that reads the evidence of a reported relation, or the date in view."""
        args = [f"A{i}" for i in range(len(read.sorts))]
        atom = read.atom(args).ours
        days, more, date = self.chance.randint(0, 12), self.chance.randint(1, 5), day(self.chance.randrange(DAYS))
        forms = [
            f"{atom} since D, D >= now - {days}",
            f"{atom} since D, now - D > {days}",
            f"{atom} until D, N = D - now, N < {days}, N >= {more}",
            f"{atom} on D, T = now - {days}, D =< T, not {atom} from sa",
            f"{atom} since D, (now - D) // 7 >= {more % 3}, (now - D) * -2 < {-days}",
            f"{atom} since D, D =:= now - {days}",
            f"{atom} on now",
            f"{atom} since D, not {atom} on D",
            f"{atom}, not {atom} since now",
            f"{atom}, now >= {date}, now != {day(days)}",
            f"{atom}, now in [{date}, {day(days)}]",
            f"{atom}, S = now - {days}, 2 =< #count{{ D, C : {atom} since D confidence C, D >= S }}",
            f"{atom}, N = #count{{ D : {atom} since D, D < now - {more} }}, N < {more}",
            f"{atom}, T = now, #count{{ C : {atom} since T confidence C }} >= 1",
            f"{atom} confidence C, C >= 0.5, not {atom} confidence 0.1",
            f"{atom} from S, not {atom} from sc confidence 0.8",
            f"{atom} from sa since D, {atom} from S since E, D < E, S != sa",
            f"{atom} during D .. E, E - D > {days}",
            f"{atom} during {date} .. E, not {atom} until E confidence 0.97",
            f"{atom} confidence > 0.5, not {atom} confidence > 0.9",
            f"{atom} since {date}",
        ]
        head = f"w{number}({', '.join(args) or self.chance.choice(SYMBOLS)})"
        return f"{head} :- {self.chance.choice(forms)}."

    def goals(self, predicates: tuple[Predicate, ...], rules: list[str]) -> Iterator[str]:
        """Goals over all relations, some with constants, some of two literals."""
        for predicate in predicates:
            yield predicate.atom([f"V{i}" for i in range(len(predicate.sorts))]).ours
        heads = [rule.split(" :- ")[0] for rule in rules if rule.startswith("w")]
        yield from heads
        yield ", not ".join(self.chance.choices(heads, k=1) + [_any(self.chance.choice(heads))])


def _any(atom: str) -> str:
    """The atom with `_` for each argument."""
    name, _, args = atom.partition("(")
    return f"{name}({', '.join('_' * (args.count(',') + 1))})"
