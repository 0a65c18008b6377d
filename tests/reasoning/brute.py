"""Rules run by trying everything, over values as written: what answers and proofs are held against.

Slow and obvious on purpose; it shares nothing with `alignment.engines` and `alignment.reasoning`.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from alignment.knowledge import KnowledgeBase
from alignment.language import tree

Env = dict[str, tree.Constant]
Rows = Mapping[str, set[tuple[tree.Constant, ...]]]
Ground = tuple[tree.Atom, int, tuple[tree.Atom, ...]]
"""A rule with its variables bound: the head, the rule's number, the rows it rests on."""


def rows_of(kb: KnowledgeBase) -> Rows:
    """All rows of all relations, as constants."""
    evaluation = kb.evaluation()
    names = {*evaluation.program.stratum_of, *evaluation.facts.tables}
    node = evaluation.dictionary.node
    return {
        name: {tuple(map(node, row)) for row in evaluation.relation(name)}
        for name in names
        if "." not in name and "@" not in name
    }


def value(term: tree.Term, env: Env) -> tree.Constant | None:
    """The constant that a term stands for, or None."""
    if isinstance(term, tree.Variable):
        return env.get(term.name)
    if not isinstance(term, tree.Arithmetic):
        return term
    left, right = value(term.left, env), value(term.right, env)
    if not isinstance(left, tree.Integer) or not isinstance(right, tree.Integer):
        return None
    a, b = left.value, right.value
    if term.operator in ("//", "mod") and b == 0:
        return None
    results = {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "mod": lambda: a % b}
    results["//"] = lambda: int(Fraction(a, b))
    return tree.Integer(results[term.operator]())


def match(terms: Iterable[tree.Term], row: Iterable[tree.Constant], env: Env) -> Env | None:
    """The environment in which the terms are the row."""
    found = dict(env)
    for term, constant in zip(terms, row, strict=True):
        if isinstance(term, tree.Variable) and term.is_anonymous:
            continue
        if isinstance(term, tree.Variable) and term.name not in found:
            found[term.name] = constant
        elif value(term, found) != constant:
            return None
    return found


def number(constant: tree.Constant) -> float | datetime.date | str:
    return constant.name if isinstance(constant, tree.Symbol) else constant.value


def compared(operator: str, left: tree.Constant, right: tree.Constant) -> bool:
    """Whether a comparison of two constants is true."""
    if operator in ("=", "!="):
        return (left == right) is (operator == "=")
    numbers = (tree.Integer, tree.Decimal)
    alike = isinstance(left, numbers) and isinstance(right, numbers)
    if not alike and type(left) is not type(right):
        return False
    a, b = number(left), number(right)
    return {"<": a < b, "=<": a <= b, ">": a > b, ">=": a >= b, "=:=": a == b}[operator]


def aggregate(written: tree.Aggregate, env: Env, rows: Rows) -> tree.Constant | None:
    """The value of an aggregate, recomputed from nothing but the rows."""
    seen = {
        tuple(value(term, found) for term in element.terms)
        for element in written.elements
        for found in solve(element.body, env, rows)
    }
    firsts = [row[0] for row in seen]
    if written.function == "count":
        return tree.Integer(len(seen))
    if written.function in ("min", "max"):
        return (min if written.function == "min" else max)(firsts, key=number, default=None)
    total = sum(first.value for first in firsts if isinstance(first, tree.Integer))
    if written.function == "sum":
        return tree.Integer(total)
    if not firsts:
        return None
    return tree.Integer(total // len(firsts)) if total % len(firsts) == 0 else tree.Decimal(total / len(firsts))


def solve(body: Iterable[tree.BodyLiteral], env: Env, rows: Rows) -> Iterator[Env]:
    """Every environment in which a body is true: positive literals first, then what filters."""
    todo = list(body)
    if not todo:
        yield env
        return
    for i, literal in enumerate(todo):
        extensions = one_step(literal, env, rows)
        if extensions is not None:
            for found in extensions:
                yield from solve([*todo[:i], *todo[i + 1 :]], found, rows)
            return
    raise AssertionError(f"nothing can be evaluated: {todo}")


def one_step(literal: tree.BodyLiteral, env: Env, rows: Rows) -> list[Env] | None:
    """The environments in which one literal is true; None if it has to wait for others."""
    if isinstance(literal, tree.Literal):
        args = literal.atom.args
        if literal.negated and not all(is_bound(arg, env) or is_any(arg) for arg in args):
            return None
        if any(isinstance(arg, tree.Arithmetic) and not is_bound(arg, env) for arg in args):
            return None
        found = [match(args, row, env) for row in rows.get(literal.atom.relation, ())]
        matching = [one for one in found if one is not None]
        return ([] if matching else [env]) if literal.negated else matching
    if isinstance(literal, tree.Membership):
        if isinstance(literal.term, tree.Variable) and literal.term.name not in env:
            return [{**env, literal.term.name: item} for item in dict.fromkeys(literal.items)]
        return [env] if value(literal.term, env) in literal.items else []
    sides = (literal.left, literal.right)
    ready = [isinstance(side, tree.Aggregate) or is_bound(side, env) for side in sides]
    if not all(ready) and (literal.operator != "=" or not any(ready)):
        return None
    values = [aggregate(s, env, rows) if isinstance(s, tree.Aggregate) else value(s, env) for s in sides]
    for known, other, is_ready in ((values[0], sides[1], ready[1]), (values[1], sides[0], ready[0])):
        if not is_ready:
            if not isinstance(other, tree.Variable):
                return None
            return [] if known is None else [{**env, other.name: known}]
    return [env] if None not in values and compared(literal.operator, *values) else []


def is_any(term: tree.Term) -> bool:
    return isinstance(term, tree.Variable) and term.is_anonymous


def is_bound(term: tree.Term, env: Env) -> bool:
    if isinstance(term, tree.Arithmetic):
        return is_bound(term.left, env) and is_bound(term.right, env)
    return not isinstance(term, tree.Variable) or term.name in env


# Proofs of programs of positive literals ---------------------------------------------------------


def grounded(kb: KnowledgeBase) -> list[Ground]:
    """Every instance of every rule; the rules have positive literals and comparisons only."""
    rows, found = rows_of(kb), []
    for number_, rule in enumerate(kb.checked.rules):
        for env in solve(rule.body, {}, rows):
            atoms = [literal.atom for literal in rule.body if isinstance(literal, tree.Literal)]
            premises = tuple(dict.fromkeys(tree.Atom(a.predicate, values(a.args, env)) for a in atoms))
            found.append((tree.Atom(rule.head.predicate, values(rule.head.args, env)), number_, premises))
    return list(dict.fromkeys(found))


def values(terms: Iterable[tree.Term], env: Env) -> tuple[tree.Constant, ...]:
    return tuple(constant for term in terms if (constant := value(term, env)) is not None)


def strengths(instances: list[Ground], reported: Mapping[tree.Atom, float]) -> dict[tree.Atom, float]:
    """The largest over all proofs of the smallest confidence in it: improved until nothing changes."""
    best = dict(reported)
    for _ in range(len(instances) + 1):
        for head, _, premises in instances:
            if all(premise in best for premise in premises):
                weakest = min((best[premise] for premise in premises), default=1.0)
                best[head] = max(best.get(head, weakest), weakest)
    return best


def lengths(instances: list[Ground], leaves: Iterable[tree.Atom]) -> dict[tree.Atom, int]:
    """The fewest rows in a proof from some leaves, a row used twice counted twice."""
    best = dict.fromkeys(leaves, 1)
    for _ in range(len(instances) + 1):
        for head, _, premises in instances:
            if all(premise in best for premise in premises):
                length = 1 + sum(best[premise] for premise in premises)
                best[head] = min(best.get(head, length), length)
    return best


def all_choices(
    root: tree.Atom, instances: list[Ground], reported: Iterable[tree.Atom], most: int
) -> set[frozenset[tuple[tree.Atom, Ground | None]]] | None:
    """Every proof as the set of its rows, each with what gives it; None if there is too much to try.

    All ways to choose for all rows are made, then cut to what the root needs, then those with a cycle dropped.
    """
    options: dict[tree.Atom, list[Ground | None]] = {atom: [None] for atom in reported}
    for instance in instances:
        options.setdefault(instance[0], []).append(instance)
    total = 1
    for choices in options.values():
        total *= len(choices)
    if total > most:
        return None
    found = set()
    for picked in itertools.product(*options.values()):
        choice = dict(zip(options, picked, strict=True))
        needed: dict[tree.Atom, Ground | None] = {}
        if acyclic(root, choice, needed, ()):
            found.add(frozenset(needed.items()))
    return found


def acyclic(
    atom: tree.Atom,
    choice: Mapping[tree.Atom, Ground | None],
    needed: dict[tree.Atom, Ground | None],
    above: tuple[tree.Atom, ...],
) -> bool:
    if atom in above:
        return False
    if atom in needed:
        return True
    instance = choice[atom]
    good = instance is None or all(acyclic(one, choice, needed, (*above, atom)) for one in instance[2])
    needed[atom] = instance
    return good
