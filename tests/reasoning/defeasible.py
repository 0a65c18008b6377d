"""Defeasible logic by its definition, on ground rules: what compiled defaults are held against.

The theory is instantiated with all constants. `well_founded` builds the meta-program of Antoniou, Billington,
Governatori and Maher (2001) and takes its well-founded model with unfounded sets, as Van Gelder, Ross and Schlipf
(1991) define it; `provable` applies the proof conditions of +∂ and -∂ as they stand. Slow on purpose, it shares
nothing with `alignment.program`. Where more than two atoms exclude each other, one thing is added to the paper: a
rule attacks nothing if its own conclusion is contradicted for certain.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from alignment.checks.model import Checked
from alignment.language import tree
from alignment.language.bulk import FactColumns

Ground: TypeAlias = tuple[str, tuple[tree.Constant, ...]]
"""An atom: the key of its relation and its constants."""


@dataclass(frozen=True)
class GroundRule:
    """A rule without variables. `absent` are the atoms under `not`, of which none may hold."""

    label: str | None
    head: Ground
    premises: tuple[Ground, ...]
    absent: tuple[Ground, ...]
    default: bool


@dataclass
class GroundTheory:
    """Facts, ground rules, contrary atoms, and what is preferred to what."""

    facts: set[Ground] = field(default_factory=set)
    rules: list[GroundRule] = field(default_factory=list)
    contrary: dict[Ground, set[Ground]] = field(default_factory=dict)
    preferred: set[tuple[str, str]] = field(default_factory=set)
    tainted: set[str] = field(default_factory=set)

    def attackable(self, rule: GroundRule) -> bool:
        """Whether a rule is a default or has a premise or an absence that rests on some."""
        return rule.default or any(name in self.tainted for name, _ in (*rule.premises, *rule.absent))

    def beats(self, one: GroundRule, other: GroundRule) -> bool:
        return (one.label, other.label) in self.preferred

    def against(self, atom: Ground) -> list[GroundRule]:
        """The rules for contraries of an atom that may be attacked."""
        return [rule for rule in self.rules if rule.head in self.contrary.get(atom, ()) and self.attackable(rule)]

    def backing(self, atom: Ground) -> list[GroundRule]:
        return [rule for rule in self.rules if rule.head == atom and self.attackable(rule)]

    @property
    def atoms(self) -> set[Ground]:
        heads = {rule.head for rule in self.rules}
        return self.facts | heads | {one for rule in self.rules for one in (*rule.premises, *rule.absent)}


# Grounding ---------------------------------------------------------------------------------------


def ground(checked: Checked, constants: tuple[tree.Constant, ...]) -> GroundTheory:
    """The theory of a checked base with every variable replaced in every way."""
    theory = GroundTheory()
    for group in checked.facts:
        facts = [group.fact(i) for i in range(len(group))] if isinstance(group, FactColumns) else [group]
        theory.facts.update((fact.atom.relation, tuple(fact.atom.args)) for fact in facts)  # type: ignore[misc]
    for rule in checked.rules:
        theory.rules += _instances(rule, constants)
    theory.tainted = _tainted(checked.rules)
    arities = {name.lstrip("-"): len(args) for name, args in theory.atoms}
    for name, arity in arities.items():
        for row in itertools.product(constants, repeat=arity):
            _contrary(theory, (name, row), (f"-{name}", row))
    for exclusion in checked.exclusions:
        for left, right in itertools.combinations(exclusion.atoms, 2):
            for one, other in _matching(left, right, constants):
                _contrary(theory, one, other)
    theory.preferred = _closed({(one.stronger.name, one.weaker.name) for one in checked.preferences})
    return theory


def _contrary(theory: GroundTheory, one: Ground, other: Ground) -> None:
    if one != other:
        theory.contrary.setdefault(one, set()).add(other)
        theory.contrary.setdefault(other, set()).add(one)


def _variables(terms: Iterable[tree.Term]) -> list[str]:
    return sorted({term.name for term in terms if isinstance(term, tree.Variable) and not term.is_anonymous})


def _rows(terms: Iterable[tree.Term], env: dict[str, tree.Constant], constants: tuple[tree.Constant, ...]) -> Iterator[tuple[tree.Constant, ...]]:
    """The rows that terms stand for; `_` is any constant."""
    choices = []
    for term in terms:
        if isinstance(term, tree.Variable):
            choices.append(constants if term.is_anonymous else (env[term.name],))
        else:
            assert not isinstance(term, tree.Arithmetic | tree.Now)
            choices.append((term,))
    return itertools.product(*choices)


def _instances(rule: tree.Rule, constants: tuple[tree.Constant, ...]) -> Iterator[GroundRule]:
    atoms = [literal.atom for literal in rule.body if isinstance(literal, tree.Literal)]
    names = _variables(arg for atom in (rule.head, *atoms) for arg in atom.args)
    for values in itertools.product(constants, repeat=len(names)):
        env = dict(zip(names, values, strict=True))
        premises: list[list[Ground]] = [[]]
        absent: list[Ground] = []
        holds = True
        for literal in rule.body:
            if isinstance(literal, tree.Literal):
                rows = [(literal.atom.relation, row) for row in _rows(literal.atom.args, env, constants)]
                if literal.negated:
                    absent += rows
                else:
                    premises = [[*before, row] for before in premises for row in rows]
            else:
                assert isinstance(literal, tree.Comparison)
                assert literal.operator == "!="
                sides = [env[side.name] if isinstance(side, tree.Variable) else side for side in (literal.left, literal.right)]
                holds &= sides[0] != sides[1]
        if holds:
            (head,) = _rows(rule.head.args, env, constants)
            for chosen in premises:
                yield GroundRule(rule.label, (rule.head.relation, head), tuple(chosen), tuple(absent), rule.default)


def _matching(left: tree.Atom, right: tree.Atom, constants: tuple[tree.Constant, ...]) -> Iterator[tuple[Ground, Ground]]:
    names = _variables([*left.args, *right.args])
    for values in itertools.product(constants, repeat=len(names)):
        env = dict(zip(names, values, strict=True))
        for one in _rows(left.args, env, constants):
            for other in _rows(right.args, env, constants):
                yield (left.relation, one), (right.relation, other)


def _tainted(rules: Iterable[tree.Rule]) -> set[str]:
    found: set[str] = set()
    while True:
        more = {
            rule.head.relation
            for rule in rules
            if rule.default or any(isinstance(one, tree.Literal) and one.atom.relation in found for one in rule.body)
        }
        if more <= found:
            return found
        found |= more


def _closed(pairs: set[tuple[str, str]]) -> set[tuple[str, str]]:
    while True:
        more = {(a, d) for a, b in pairs for c, d in pairs if b == c}
        if more <= pairs:
            return pairs
        pairs = pairs | more


# The meta-program and its well-founded model -----------------------------------------------------

Meta: TypeAlias = tuple[object, ...]
Clause: TypeAlias = tuple[Meta, tuple[Meta, ...], tuple[Meta, ...]]
"""Head, what must hold, what must not."""


def clauses(theory: GroundTheory) -> list[Clause]:
    """What is certain, what holds, what is overruled and what is defeated, as ground clauses."""
    found: list[Clause] = [(("certain", fact), (), ()) for fact in theory.facts]
    found += [(("holds", atom), (("certain", atom),), ()) for atom in theory.atoms]
    for rule in theory.rules:
        if not rule.default and all(name not in theory.tainted for name, _ in rule.absent):
            premises = tuple(("certain", one) for one in rule.premises)
            found.append((("certain", rule.head), premises, tuple(("certain", one) for one in rule.absent)))
    for atom in {rule.head for rule in theory.rules}:
        for rule in theory.backing(atom):
            premises, absent = _body(rule)
            denied = [("certain", one) for one in theory.contrary.get(atom, ())]
            found.append((("holds", atom), premises, (*absent, *denied, ("overruled", atom))))
        for i, attack in enumerate(theory.against(atom)):
            premises, absent = _body(attack)
            denied = [("certain", one) for one in theory.contrary.get(attack.head, ())]
            found.append((("overruled", atom), premises, (*absent, *denied, ("defeated", atom, i))))
            for rule in theory.backing(atom):
                if theory.beats(rule, attack):
                    found.append((("defeated", atom, i), *_body(rule)))
    return list(dict.fromkeys(found))


def _body(rule: GroundRule) -> tuple[tuple[Meta, ...], tuple[Meta, ...]]:
    return tuple(("holds", one) for one in rule.premises), tuple(("holds", one) for one in rule.absent)


def well_founded(theory: GroundTheory) -> tuple[set[Ground], set[Ground]]:
    """The atoms that hold, and those that are not false, in the well-founded model of the meta-program."""
    program = clauses(theory)
    true: set[Meta] = set()
    false: set[Meta] = set()
    every = {atom for head, premises, absent in program for atom in (head, *premises, *absent)}
    while True:
        more = {
            head
            for head, premises, absent in program
            if all(one in true for one in premises) and all(one in false for one in absent)
        }
        if not more <= true:
            true |= more
            continue
        unfounded = every - _founded(program, true, false)
        if unfounded <= false:
            break
        false |= unfounded
    possible = every - false
    return {one[1] for one in true if one[0] == "holds"}, {one[1] for one in possible if one[0] == "holds"}  # type: ignore[misc]


def _founded(program: list[Clause], true: set[Meta], false: set[Meta]) -> set[Meta]:
    """What is not in the greatest unfounded set: it could still be derived, if all that is undecided went its way."""
    found: set[Meta] = set()
    while True:
        more = {
            head
            for head, premises, absent in program
            if all(one in found and one not in false for one in premises) and not any(one in true for one in absent)
        }
        if more <= found:
            return found
        found |= more


# The proof conditions as they stand ---------------------------------------------------------------


def provable(theory: GroundTheory, certain: set[Ground]) -> tuple[set[Ground], set[Ground]]:
    """+∂ and -∂: what is proved to hold, and what is proved not to be provable. Circles leave both open."""
    holds: set[Ground] = set(certain)
    fails: set[Ground] = set()
    heads = theory.atoms

    def applies(rule: GroundRule) -> bool:
        return all(one in holds for one in rule.premises) and all(one in fails for one in rule.absent)

    def discarded(rule: GroundRule) -> bool:
        return any(one in fails for one in rule.premises) or any(one in holds for one in rule.absent)

    while True:
        before = len(holds) + len(fails)
        for atom in heads - holds - fails:
            backing = theory.backing(atom)
            against = [
                attack
                for attack in theory.against(atom)
                if not any(one in certain for one in theory.contrary.get(attack.head, ()))
            ]
            denied = any(one in certain for one in theory.contrary.get(atom, ()))
            teams = [[rule for rule in backing if theory.beats(rule, attack)] for attack in against]
            beaten = all(discarded(one) or any(map(applies, team)) for one, team in zip(against, teams, strict=True))
            if any(map(applies, backing)) and not denied and beaten:
                holds.add(atom)
            lost = any(applies(one) and all(map(discarded, team)) for one, team in zip(against, teams, strict=True))
            if all(map(discarded, backing)) or denied or lost:
                fails.add(atom)
        if len(holds) + len(fails) == before:
            return holds, fails


def certain(theory: GroundTheory) -> set[Ground]:
    """What is certain, in the same well-founded model."""
    only = GroundTheory(theory.facts, [rule for rule in theory.rules if not rule.default], {}, set(), theory.tainted)
    kept = [clause for clause in clauses(only) if clause[0][0] == "certain"]
    true: set[Meta] = set()
    settled: set[Meta] = set()
    for _ in range(len(kept) + 2):  # stratified: each pass settles what is absent one level up
        found: set[Meta] = set()
        while True:
            more = {h for h, premises, absent in kept if found.issuperset(premises) and settled.isdisjoint(absent)}
            if more <= found:
                break
            found |= more
        if found == settled:
            true = found
            break
        settled = found
    return {one[1] for one in true}  # type: ignore[misc]
