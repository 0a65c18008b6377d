"""Random programs: in our language, and the same program as text for clingo.

The one place where programs are made up. A program is safe and stratified by construction, and every
relation is finite: numbers that a rule computes are bounded. A seed gives the same program on every machine.

Where the two systems differ in meaning the generator keeps to what both say alike: order comparisons and
`#min` and `#max` only within one sort, `mod` of what is not negative, no `/`, `#avg` only compared. Strong
negation becomes a predicate of its own, as clingo has no model where `p` and `-p` both hold.

`defeasible_program` adds what clingo has no word for: defaults, preferences, `exclusive`, constraints, and rules
for contraries; our engines are held against each other on them. Smaller ones that are run by definition are in
`tests.theories`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

SYMBOLS = ("a", "b", "c", "e", "a_longer", "c_longer_one")
"""Short names, which carry their letters in their codes, and longer ones, which do not."""
NUMBERS = tuple(range(-2, 6))
LARGEST = 30
"""Computed numbers stay within this distance of 0."""


@dataclass(frozen=True, slots=True)
class Both:
    """A piece of text in our language and in clingo's."""

    ours: str
    clingo: str

    @classmethod
    def same(cls, text: str) -> Both:
        """Text that both read alike."""
        return cls(text, text)


@dataclass(frozen=True, slots=True)
class Predicate:
    """A relation with the sort of each column: `s` for symbols, `n` for whole numbers."""

    name: str
    sorts: str
    negative: bool = False

    @property
    def ours(self) -> str:
        """Its name as `KnowledgeBase.rows` takes it."""
        return f"-{self.name}" if self.negative else self.name

    @property
    def clingo(self) -> str:
        """Its name in the translation."""
        return f"neg_{self.name}" if self.negative else self.name

    def atom(self, args: Iterable[str]) -> Both:
        """The atom with the given arguments."""
        inside = ", ".join(args)
        suffix = f"({inside})" if inside else ""
        return Both(self.ours + suffix, self.clingo + suffix)


@dataclass(frozen=True, slots=True)
class Program:
    """Statements in both languages, and the relations to compare."""

    seed: int
    predicates: tuple[Predicate, ...]
    statements: tuple[Both, ...]

    @property
    def text(self) -> str:
        """The program in our language; declarations keep a shrunk program free of unknown relations."""
        named = {predicate.name: predicate.sorts for predicate in self.predicates}
        declared = [
            f"relation {name}{'(' + ', '.join(f'c{i}: any' for i in range(len(sorts))) + ')' if sorts else ''}."
            for name, sorts in named.items()
        ]
        return "\n".join([*declared, *(statement.ours for statement in self.statements)]) + "\n"

    @property
    def clingo(self) -> str:
        """The program for clingo; what is shown is what `predicates` name."""
        shown = [f"#show {predicate.clingo}/{len(predicate.sorts)}." for predicate in self.predicates]
        known = [f"#defined {predicate.clingo}/{len(predicate.sorts)}." for predicate in self.predicates]
        return "\n".join([*known, *(statement.clingo for statement in self.statements), *shown]) + "\n"

    def shrunk(self, fails: Callable[[Program], bool]) -> Program:
        """A smaller program that still fails, none of whose statements can be left out."""
        current, size = self, max(1, len(self.statements) // 2)
        while True:
            smaller = None
            for start in range(0, len(current.statements), size):
                rest = current.statements[:start] + current.statements[start + size :]
                if fails(candidate := replace(current, statements=rest)):
                    smaller = candidate
                    break
            if smaller is not None:
                current = smaller
            elif size == 1:
                return current
            else:
                size = max(1, size // 2)


def program(seed: int) -> Program:
    """The random program of a seed."""
    return _ProgramMaker(random.Random(seed)).made(seed)


def defeasible_program(seed: int) -> Program:
    """The random program of a seed, with defaults; its translation for clingo leaves them out."""
    maker = _ProgramMaker(random.Random(seed))
    plain = maker.made(seed)
    statements = _with_defaults(maker.chance, [predicate for predicate in maker.below if predicate.name[0] in "pr"], plain)
    return Program(seed, plain.predicates, tuple(statements))


def _with_defaults(chance: random.Random, derived: list[Predicate], plain: Program) -> list[Both]:
    """Rules for contraries, then some rules made defaults, with preferences, exclusions and constraints."""
    statements = list(plain.statements)
    contrary: list[tuple[str, str]] = []
    for predicate in derived:
        if chance.random() < 0.5:
            args = [f"X{i}" for i in range(len(predicate.sorts))]
            reads = chance.choice([other for other in plain.predicates if other.sorts == predicate.sorts])
            other = replace(predicate, negative=not predicate.negative)
            statements.append(Both.same(f"{other.atom(args).ours} :- {reads.atom(args).ours}."))
    labelled = []
    for i, statement in enumerate(statements):
        head, arrow, _ = statement.ours.partition(" :- ")
        if arrow and chance.random() < 0.6:
            label = f"l{i}"
            default = chance.choice(["normally ", "normally ", "normally 0.7 ", ""])
            labelled.append(Both(f"{default}{label}: {statement.ours}", statement.clingo))
            contrary.append((label, head.split("(")[0]))
        else:
            labelled.append(statement)
    order = chance.sample(contrary, len(contrary))
    for i, (stronger, head) in enumerate(order):
        for weaker, other in order[i + 1 :]:
            if head != other and head.lstrip("-") == other.lstrip("-") and chance.random() < 0.5:
                labelled.append(Both(f"prefer {stronger} over {weaker}.", ""))
    for _ in range(chance.choice([0, 1, 1, 2]) if derived else 0):
        one, other = chance.choice(derived), chance.choice(list(plain.predicates))
        columns = [f"X{i}" for i in range(3)]
        atoms = [one.atom(columns[: len(one.sorts)]).ours, other.atom(columns[: len(other.sorts)]).ours]
        if one.name != other.name:
            labelled.append(Both(f"exclusive {', '.join(atoms)}.", ""))
            labelled.append(Both(f":- {', '.join(atoms)}.", ""))
    return labelled


@dataclass(slots=True)
class _ProgramMaker:
    chance: random.Random
    below: list[Predicate] = field(default_factory=list)
    statements: list[Both] = field(default_factory=list)

    def made(self, seed: int) -> Program:
        for i in range(self.chance.randint(2, 4)):
            self.reported(Predicate(f"e{i}", self.chance.choice(["s", "ss", "ss", "sn", "n", "ssn", "nn"])))
        if self.chance.random() < 0.3:
            self.reported(Predicate("alarm", ""))
        if self.chance.random() < 0.4:
            self.reported(replace(self.chance.choice(self.below), negative=True))
        for level in range(self.chance.randint(1, 4)):
            self.stratum(level)
        self.chance.shuffle(self.statements)
        return Program(seed, tuple(dict.fromkeys(self.below)), tuple(self.statements))

    def constant(self, sort: str) -> str:
        return self.chance.choice(SYMBOLS) if sort == "s" else str(self.chance.choice(NUMBERS))

    def reported(self, predicate: Predicate) -> None:
        """Facts of a relation: none, now and then."""
        self.below.append(predicate)
        number = self.chance.choice([0, 1, 1]) if not predicate.sorts else self.chance.randint(0, 10)
        rows = dict.fromkeys(tuple(map(self.constant, predicate.sorts)) for _ in range(number))
        for row in rows:
            atom = predicate.atom(row)
            self.statements.append(Both(f"{atom.ours}.", f"{atom.clingo}."))

    def stratum(self, level: int) -> None:
        """Rules for some relations that may read each other and all those below."""
        shapes = ["", "s", "ss", "ss", "sn", "n", "nn", "sss"]
        made = [
            Predicate(f"p{level}{letter}", self.chance.choice(shapes))
            for letter in "abc"[: self.chance.randint(1, 3)]
        ]
        if self.chance.random() < 0.25:
            made.append(replace(made[0], negative=True))
        if self.chance.random() < 0.6:
            self.closure(made, level)
        for predicate in made:
            for _ in range(self.chance.randint(1, 2)):
                self.statements.append(_RuleMaker(self, made).made(predicate))
        self.below += made

    def closure(self, made: list[Predicate], level: int) -> None:
        """Recursion as people write it: linear, double, mutual, over generations, over numbers."""
        edges = [predicate for predicate in self.below if predicate.sorts == "ss"]
        p, q, n = Predicate(f"r{level}", "ss"), Predicate(f"q{level}", "ss"), Predicate(f"n{level}", "n")
        forms = [
            ["p(X, Y) :- e(X, Y)", "p(X, Y) :- e(X, Z), p(Z, Y)"],
            ["p(X, Y) :- e(X, Y)", "p(X, Y) :- p(X, Z), e(Z, Y)"],
            ["p(X, Y) :- e(X, Y)", "p(X, Y) :- p(X, Z), p(Z, Y)"],
            ["p(X, Y) :- e(X, Y)", "p(X, Y) :- p(Y, X)", "p(X, Z) :- p(X, Y), p(Y, Z), X != Z"],
            ["p(X, Y) :- e(Z, X), e(Z, Y)", "p(X, Y) :- e(A, X), p(A, B), e(B, Y)"],
            ["p(X, Y) :- e(X, Z), q(Z, Y)", "q(X, Y) :- e(X, Y)", "q(X, Y) :- p(X, Z), e(Z, Y)"],
            ["p(X, Y) :- e(X, Y)", "p(X, W) :- p(X, Y), p(Y, Z), p(Z, W)"],
            ["q(X, Y) :- p(Y, X)", "p(X, Y) :- q(X, Y), f(Y, X)", "p(X, X) :- f(X, _)", "p(X, Y) :- e(X, Y)"],
        ]
        if edges:
            e, f = self.chance.choice(edges), self.chance.choice(edges)
            for rule in self.chance.choice(forms):
                self.rule_of(rule, {"p": p, "q": q, "e": e, "f": f})
                made += [predicate for predicate in (p, q) if predicate not in made]
        if self.chance.random() < 0.3:
            start, step, end = self.chance.randint(0, 3), self.chance.randint(1, 3), self.chance.randint(4, 12)
            self.rule_of(f"n({start})", {"n": n})
            self.rule_of(f"n(M) :- n(N), M = N + {step}, M < {end}", {"n": n})
            made.append(n)

    def rule_of(self, form: str, meaning: dict[str, Predicate]) -> None:
        """A rule written with one-letter relations."""
        ours = clingo = form
        for letter, predicate in meaning.items():  # the bracket is held back: a name may end in a letter
            ours = ours.replace(f"{letter}(", f"{predicate.ours}\0")
            clingo = clingo.replace(f"{letter}(", f"{predicate.clingo}\0")
        self.statements.append(Both(ours.replace("\0", "(") + ".", clingo.replace("\0", "(") + "."))


@dataclass(slots=True)
class _RuleMaker:
    """One rule: positive literals that bind variables, then whatever may be asked of them."""

    program: _ProgramMaker
    level: list[Predicate]
    body: list[Both] = field(default_factory=list)
    bound: dict[str, list[str]] = field(default_factory=lambda: {"s": [], "n": []})
    names: int = 0
    recursive: bool = False
    """Whether it reads its own level. Then a shared variable must be bound inside an aggregate's braces."""

    @property
    def chance(self) -> random.Random:
        return self.program.chance

    def made(self, head: Predicate) -> Both:
        """A rule for `head`."""
        for _ in range(self.chance.choice([0, 1, 1, 2, 2, 2, 3, 3])):
            again = self.chance.random() < 0.35
            self.recursive |= again
            self.positive(self.chance.choice(self.level if again else self.program.below))
        extras = [self.negative, self.comparison, self.membership, self.assignment, self.aggregate, self.equality]
        for _ in range(self.chance.choice([0, 0, 1, 1, 2, 3])):
            self.chance.choice(extras)()
        args = [self.known(sort, constants=0.1) for sort in head.sorts]
        if not any(args) and not self.body:
            args = [self.program.constant(sort) for sort in head.sorts]
        self.chance.shuffle(self.body)
        atom = head.atom(args)
        if not self.body:
            return Both(f"{atom.ours}.", f"{atom.clingo}.")
        ours, clingo = ", ".join(b.ours for b in self.body), ", ".join(b.clingo for b in self.body)
        return Both(f"{atom.ours} :- {ours}.", f"{atom.clingo} :- {clingo}.")

    def new(self, sort: str, *, local: bool = False) -> str:
        self.names += 1
        name = f"{'L' if local else 'X' if sort == 's' else 'N'}{self.names}"
        if not local:
            self.bound[sort].append(name)
        return name

    def known(self, sort: str, constants: float) -> str:
        """A bound variable or a constant."""
        if self.bound[sort] and self.chance.random() >= constants:
            return self.chance.choice(self.bound[sort])
        return self.program.constant(sort)

    def positive(self, predicate: Predicate) -> None:
        args = []
        for sort in predicate.sorts:
            draw = self.chance.random()
            if draw < 0.1:
                args.append("_")
            elif draw < 0.5 or draw > 0.95:
                args.append(self.known(sort, 0.1) if self.bound[sort] or draw > 0.95 else self.new(sort))
            else:
                args.append(self.new(sort))
        self.body.append(predicate.atom(args))

    def negative(self) -> None:
        predicate = self.chance.choice(self.program.below)
        args = ["_" if self.chance.random() < 0.3 else self.known(sort, 0.2) for sort in predicate.sorts]
        atom = predicate.atom(args)
        self.body.append(Both(f"not {atom.ours}", f"not {atom.clingo}"))

    def comparison(self) -> None:
        sort = self.chance.choice("sn")
        left, right = self.known(sort, 0), self.known(sort, 0.4)
        if sort == "n" and self.chance.random() < 0.4:
            right = f"{right} {self.chance.choice('+-*')} {self.known('n', 0.6)}"
        ours, clingo = self.chance.choice(
            [("<", "<"), ("=<", "<="), (">", ">"), (">=", ">="), ("!=", "!="), ("!=", "!="), ("=:=", "=")]
        )
        self.body.append(Both(f"{left} {ours} {right}", f"{left} {clingo} {right}"))

    def equality(self) -> None:
        """`=`, which binds a variable that nothing else binds."""
        sort = self.chance.choice("sn")
        right = self.known(sort, 0.4)
        left = self.new(sort) if self.chance.random() < 0.6 else self.known(sort, 0)
        sides = [left, right]
        self.chance.shuffle(sides)
        self.body.append(Both.same(" = ".join(sides)))

    def membership(self) -> None:
        sort = self.chance.choice("sn")
        items = dict.fromkeys(self.program.constant(sort) for _ in range(self.chance.randint(1, 4)))
        term = self.known(sort, 0) if self.chance.random() < 0.6 else self.new(sort)
        self.body.append(Both(f"{term} in [{', '.join(items)}]", f"{term} = ({';'.join(items)})"))

    def assignment(self) -> None:
        """Arithmetic, bounded so that recursion over it ends; sometimes of a variable that is bound already."""
        a, b = self.known("n", 0.1), self.known("n", 0.5)
        forms = [("{a} + {b}",) * 2, ("{a} - {b}",) * 2, ("{a} * {b}",) * 2, ("({a} + 1) * 2 - {b}",) * 2]
        forms += [("{a} // {b}", "{a} / {b}"), ("({a} * {a}) mod 3", "({a} * {a}) \\ 3")]
        ours, clingo = self.chance.choice(forms)
        again = self.bound["n"] and self.chance.random() < 0.2
        result = self.known("n", 0) if again else self.new("n")
        operator = "is" if self.chance.random() < 0.2 else "="
        value = Both(ours.format(a=a, b=b), clingo.format(a=a, b=b))
        self.body.append(Both(f"{result} {operator} {value.ours}", f"{result} = {value.clingo}"))
        self.bounded(result)

    def bounded(self, name: str) -> None:
        self.body.append(Both(f"{name} =< {LARGEST}", f"{name} <= {LARGEST}"))
        self.body.append(Both.same(f"{name} >= -{LARGEST}"))

    def aggregate(self) -> None:
        """An aggregate over lower relations, whose value is kept or compared."""
        function = self.chance.choice(["count", "count", "sum", "min", "max", "avg"])
        sorts = "n" if function in ("sum", "avg") else "sn"
        readable = [p for p in self.program.below if any(sort in p.sorts for sort in sorts)]
        if not readable:
            return
        predicate = self.chance.choice(readable)
        elements = [self.element(predicate, sorts)]
        sort = elements[0][0]
        if self.chance.random() < 0.2:
            elements.append(self.element(predicate, sort))
        inside = Both("; ".join(e.ours for _, e in elements), "; ".join(e.clingo for _, e in elements))
        if function == "avg":
            self.average(inside)
            return
        value = Both(f"#{function}{{ {inside.ours} }}", f"#{function}{{ {inside.clingo} }}")
        result_sort = "n" if function in ("count", "sum") else sort
        if self.chance.random() < 0.3 and function in ("count", "sum"):
            bound = self.known("n", 0.5)
            self.body.append(Both(f"{value.ours} >= {bound}", f"{value.clingo} >= {bound}"))
            return
        result = self.new(result_sort)
        some = f", {result} != #sup, {result} != #inf" if function in ("min", "max") else ""
        self.body.append(Both(f"{result} = {value.ours}", f"{result} = {value.clingo}{some}"))
        if function == "sum":
            self.bounded(result)

    def average(self, inside: Both) -> None:
        """An average compared with a number: whole in one language, a quotient in the other."""
        mean, total, number = self.new("n"), f"S{self.names}", f"C{self.names}"
        self.bound["n"].remove(mean)
        bound = self.chance.choice(NUMBERS)
        self.body.append(
            Both(
                f"{mean} = #avg{{ {inside.ours} }}, {mean} >= {bound}",
                f"{total} = #sum{{ {inside.clingo} }}, {number} = #count{{ {inside.clingo} }}, "
                f"{number} > 0, {total} >= {bound} * {number}",
            )
        )

    def element(self, predicate: Predicate, sorts: str) -> tuple[str, Both]:
        """One element `terms : condition`, whose first term has one of the sorts. Shared variables group."""
        columns = [i for i, sort in enumerate(predicate.sorts) if sort in sorts]
        first = self.chance.choice(columns)
        args, locals_ = [], []
        for i, sort in enumerate(predicate.sorts):
            if i == first:
                args.append(self.new(sort, local=True))
            elif self.chance.random() < 0.4 and self.bound[sort]:
                args.append(self.known(sort, 0))
            elif self.chance.random() < 0.3:
                args.append("_")
            else:
                args.append(self.new(sort, local=True))
                locals_.append(args[-1])
        terms = ", ".join([args[first], *(name for name in locals_ if self.chance.random() < 0.6)])
        condition = predicate.atom(args)
        sort = predicate.sorts[first]
        if self.chance.random() < 0.3:
            other = self.program.constant(sort) if self.recursive else self.known(sort, 0.6)
            differs = f", {args[first]} != {other}"
            condition = Both(condition.ours + differs, condition.clingo + differs)
        return sort, Both(f"{terms} : {condition.ours}", f"{terms} : {condition.clingo}")


def doubted(made: Program) -> Program:
    """The program with a confidence on most of its facts. clingo knows none, so its text stays as it is."""
    chance = random.Random(made.seed)
    statements = tuple(
        replace(one, ours=f"{one.ours[:-1]} confidence 0.{chance.randint(0, 9)}.")
        if _is_fact(one) and chance.random() < 0.8
        else one
        for one in made.statements
    )
    return replace(made, statements=statements)


def _is_fact(statement: Both) -> bool:
    return ":-" not in statement.ours
