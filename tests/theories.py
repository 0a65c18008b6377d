"""Random theories of defeasible logic over three constants, small enough to be run by definition.

Facts and their denials, rules with and without `normally`, `not`, preferences, `exclusive` and constraints. They
are safe, `not` in rules as written is stratified, and preferences have no cycle; what defaults make of
them may go round in every way. A seed gives the same theory on every machine.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

CONSTANTS = tuple("abc")


@dataclass(frozen=True, slots=True)
class Theory:
    """Statements in our language."""

    seed: int
    statements: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of them, with the relations declared that they may use."""
        declared = [f"relation {name}({', '.join(f'x{i}: any' for i in range(arity))})." for name, arity in ARITIES.items()]
        return "\n".join([*declared, *self.statements]).replace("()", "") + "\n"

    def without(self, place: int) -> Theory:
        """The theory without one of its statements."""
        return Theory(self.seed, self.statements[:place] + self.statements[place + 1 :])


REPORTED = {"e0": 1, "e1": 1, "e2": 2}
CONCLUDED = {"p0": 1, "p1": 1, "p2": 2, "q0": 1, "q1": 1, "q2": 0}
ARITIES = {**REPORTED, **CONCLUDED}
LEVELS = {**dict.fromkeys(REPORTED, -1), **{name: int(name[0] == "q") for name in CONCLUDED}}


def theory(seed: int) -> Theory:
    """The random theory of a seed."""
    maker = _Maker(random.Random(seed))
    maker.make()
    return Theory(seed, tuple(maker.statements))


@dataclass(slots=True)
class _Maker:
    chance: random.Random
    statements: list[str] = field(default_factory=list)
    heads: list[tuple[str, str]] = field(default_factory=list)

    def make(self) -> None:
        for name, arity in REPORTED.items():
            for _ in range(self.chance.randint(1, 4)):
                self.fact(name, arity, denied=0.1)
        for _ in range(self.chance.randint(0, 3)):
            self.fact(self.chance.choice(list(CONCLUDED)), None, denied=0.5)
        self.used = self.chance.sample(list(CONCLUDED), self.chance.randint(2, 5))
        for _ in range(self.chance.randint(3, 9)):
            self.rule()
        for _ in range(self.chance.choice([0, 0, 1, 1, 2])):
            self.exclusive()
        self.preferences()
        if self.chance.random() < 0.3:
            self.statements.append(f":- {self.atom(self.chance.choice(self.used), ['X', 'X'])}.")

    used: list[str] = field(default_factory=list)

    def fact(self, name: str, arity: int | None, denied: float) -> None:
        arity = ARITIES[name] if arity is None else arity
        sign = "-" if self.chance.random() < denied else ""
        args = ", ".join(self.chance.choice(CONSTANTS) for _ in range(arity))
        self.statements.append(f"{sign}{name}({args}).")

    def atom(self, name: str, variables: list[str], constants: float = 0.1) -> str:
        args = [
            self.chance.choice(CONSTANTS) if self.chance.random() < constants or not variables else self.chance.choice(variables)
            for _ in range(ARITIES[name])
        ]
        sign = "-" if name in CONCLUDED and self.chance.random() < 0.4 else ""
        return f"{sign}{name}({', '.join(args)})"

    def rule(self) -> None:
        """A rule; `not` stands before relations of a lower level only."""
        name = self.chance.choice(self.used)
        body: list[str] = []
        bound: list[str] = []
        for _ in range(self.chance.choice([0, 1, 1, 1, 2, 2])):
            readable = [other for other in ARITIES if LEVELS[other] <= LEVELS[name] and (other in REPORTED or other in self.used)]
            premise = self.atom(self.chance.choice(readable), ["X", "Y", "X", "Z"])
            body.append(premise)
            bound += [sign for sign in "XYZ" if sign in premise]
        lower = [other for other in ARITIES if LEVELS[other] < LEVELS[name] and (other in REPORTED or other in self.used)]
        if self.chance.random() < 0.3 and lower:
            denied = self.atom(self.chance.choice(lower), sorted(set(bound)))
            body.append(f"not {denied.replace('(a)', '(_)')}")
        if len(set(bound)) > 1 and self.chance.random() < 0.2:
            body.append(" != ".join(sorted(set(bound))[:2]))
        label = f"r{len(self.heads)}"
        head = self.atom(name, sorted(set(bound)), 0.05)
        default = self.chance.random() < 0.65
        cap = self.chance.choice(["", "", "0.7 ", "0.4 "]) if default else ""
        self.heads.append((label, head.split("(")[0]))
        end = f" :- {', '.join(body)}." if body else "."
        self.statements.append(f"{'normally ' if default else ''}{cap}{label}: {head}{end}")

    def exclusive(self) -> None:
        first, second = self.chance.choice(self.used), self.chance.choice([*self.used, "e1"])
        forms = [["X", "Y"], ["X", "Y"], ["Y", "X"], ["X", "_"], ["X", "a"], ["X", "X"]]
        left, right = self.chance.choice(forms), self.chance.choice(forms)
        if first == second:
            left, right = ["X", "Y"], self.chance.choice([["X", "Z"], ["Z", "Y"], ["Z", "V"], ["X", "_"]])
            if ARITIES[first] != 2:
                return
        signs = [self.chance.choice(["", "", "", "-"]) for _ in range(2)]
        atoms = [f"{sign}{name}({', '.join(args[: ARITIES[name]])})" for sign, name, args in zip(signs, (first, second), (left, right), strict=True)]
        if atoms[0] != atoms[1]:
            self.statements.append(f"exclusive {', '.join(atoms)}.")

    def preferences(self) -> None:
        """Pairs of labels, the stronger first in one random order: mostly of rules for contraries."""
        order = self.chance.sample(self.heads, len(self.heads))
        for i, (stronger, head) in enumerate(order):
            for weaker, other in order[i + 1 :]:
                contrary = head.lstrip("-") == other.lstrip("-") and head != other
                if self.chance.random() < (0.5 if contrary else 0.08):
                    self.statements.append(f"prefer {stronger} over {weaker}.")
