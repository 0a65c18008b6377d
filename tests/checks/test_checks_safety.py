"""Safety and stratification against slow and obvious definitions of both, over random rules."""

from __future__ import annotations

import itertools
import random

import pytest

from alignment.checks.edges import rule_edges
from alignment.checks.safety import rule_problems
from alignment.checks.strata import knots
from alignment.language import tree

NAMES = "XYZN"


def random_term(rng: random.Random) -> tree.Term:
    """Mostly a variable."""
    kind = rng.random()
    if kind < 0.75:
        return tree.Variable(rng.choice(NAMES))
    if kind < 0.85:
        return tree.Integer(1)
    return tree.Arithmetic("+", tree.Variable(rng.choice(NAMES)), tree.Integer(1))


def random_literal(rng: random.Random) -> tree.BodyLiteral:
    """A literal without an aggregate."""
    kind = rng.random()
    if kind < 0.65:
        evidence = (tree.Since(random_term(rng)),) if rng.random() < 0.2 else ()
        arity = rng.choice((1, 2))
        atom = tree.Atom(f"p{arity}", tuple(random_term(rng) for _ in range(arity)))
        return tree.Literal(atom, rng.random() < 0.25, evidence)
    if kind < 0.9:
        return tree.Comparison(rng.choice(("=", "=", "<", "!=")), random_term(rng), random_term(rng))
    return tree.Membership(tree.Variable(rng.choice(NAMES)), (tree.Integer(1),))


def names(term: object) -> set[str]:
    """The variables of a term."""
    if isinstance(term, tree.Variable):
        return {term.name}
    if isinstance(term, tree.Arithmetic):
        return names(term.left) | names(term.right)
    return set()


def after(literal: tree.BodyLiteral, bound: set[str]) -> set[str] | None:
    """The bound variables after a literal has been evaluated, None if it cannot be yet."""
    if isinstance(literal, tree.Membership):
        return bound | names(literal.term)
    if isinstance(literal, tree.Literal):
        terms = [*literal.atom.args, *(one.date for one in literal.evidence if isinstance(one, tree.Since))]
        plain = set().union(*(names(term) for term in terms if isinstance(term, tree.Variable)))
        if literal.negated:
            return bound if set().union(*(names(term) for term in terms)) <= bound else None
        return bound | plain
    for target, value in ((literal.left, literal.right), (literal.right, literal.left)):
        if literal.operator == "=" and isinstance(target, tree.Variable) and names(value) <= bound:
            return bound | names(target)
    return bound if names(literal.left) | names(literal.right) <= bound else None


def calculated(rule: tree.Rule) -> set[str]:
    """The variables of calculations in positive literals: the results are compared once all have values."""
    found = set()
    for literal in rule.body:
        if isinstance(literal, tree.Literal) and not literal.negated:
            terms = [
                *literal.atom.args,
                *(one.date for one in literal.evidence if isinstance(one, tree.Since)),
            ]
            found |= set().union(*(names(term) for term in terms if isinstance(term, tree.Arithmetic)))
    return found


def has_an_order(rule: tree.Rule) -> bool:
    """Whether some order of the body evaluates each literal, and then has values for the head."""
    wanted = calculated(rule).union(*(names(arg) for arg in rule.head.args))
    for order in itertools.permutations(rule.body):
        bound: set[str] | None = set()
        for literal in order:
            bound = None if bound is None else after(literal, bound)
        if bound is not None and wanted <= bound:
            return True
    return False


@pytest.mark.parametrize("seed", range(4))
def test_a_rule_is_safe_if_some_order_of_its_body_can_be_evaluated(seed: int) -> None:
    """Random rules are accepted exactly if trying all orders finds one that works."""
    rng = random.Random(seed)
    accepted = 0
    for _ in range(1500):
        head = tree.Atom("h", tuple(random_term(rng) for _ in range(rng.choice((0, 1, 2)))))
        rule = tree.Rule(head, tuple(random_literal(rng) for _ in range(rng.choice((1, 2, 3, 4)))))
        safe = not list(rule_problems(rule))
        accepted += safe
        assert safe == has_an_order(rule), rule
    assert 200 < accepted < 1300, "the random rules are all of one kind"


def test_the_order_of_a_body_does_not_matter() -> None:
    """A safe rule stays safe, and an unsafe one unsafe, however its body is written."""
    rng = random.Random(7)
    for _ in range(300):
        body = [random_literal(rng) for _ in range(3)]
        found = {
            bool(list(rule_problems(tree.Rule(tree.Atom("h", (tree.Variable("X"),)), order))))
            for order in itertools.permutations(body)
        }
        assert len(found) == 1


def is_stratified(rules: list[tree.Rule]) -> bool:
    """Whether levels exist, by raising them until they fit: not and aggregates need a lower level."""
    level = dict.fromkeys((name for edge in rule_edges(rules) for name in (edge.head, edge.needs)), 0)
    for _ in range(len(level) + 1):
        raised = False
        for edge in rule_edges(rules):
            least = level[edge.needs] + bool(edge.how)
            if level[edge.head] < least:
                level[edge.head], raised = least, True
        if not raised:
            return True
    return False


@pytest.mark.parametrize("seed", range(4))
def test_a_program_is_stratified_if_levels_exist(seed: int) -> None:
    """Random programs have a knot exactly if no levels fit."""
    rng = random.Random(seed)
    found = {True: 0, False: 0}
    for _ in range(400):
        rules = []
        for _ in range(rng.randrange(1, 7)):
            body = [
                tree.Literal(tree.Atom(rng.choice("pqrst"), (), rng.random() < 0.2), rng.random() < 0.3)
                for _ in range(rng.choice((1, 2)))
            ]
            rules.append(tree.Rule(tree.Atom(rng.choice("pqrst"), (), rng.random() < 0.2), tuple(body)))
        stratified = not knots(rule_edges(rules))
        found[stratified] += 1
        assert stratified == is_stratified(rules)
    assert min(found.values()) > 30, "the random programs are all of one kind"
