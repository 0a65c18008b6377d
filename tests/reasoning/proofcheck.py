"""Checks a proof without the code that made it: every node is looked up or computed again."""

from __future__ import annotations

from collections.abc import Iterator

from alignment.graph import strong_components
from alignment.knowledge import KnowledgeBase
from alignment.language import tree
from alignment.reasoning.proofs import Absent, Aggregated, Compared, CutOff, Derived, Proof, Reported
from tests.reasoning.brute import Env, Rows, aggregate, compared, match, rows_of, solve, value


class Wrong(AssertionError):
    """A proof that does not prove."""


def expect(condition: object, told: object) -> None:
    if not condition:
        raise Wrong(str(told))


def nodes(proof: Proof) -> Iterator[Proof]:
    """A proof and all its parts."""
    yield proof
    for part in parts(proof):
        yield from nodes(part)


def parts(proof: Proof) -> tuple[Proof, ...]:
    if isinstance(proof, Derived):
        return proof.premises
    return proof.rows if isinstance(proof, Aggregated) else ()


def is_same(literal: tree.Comparison, part: Proof) -> bool:
    """Whether a node is that of a comparison of an aggregate."""
    if not isinstance(part, Compared) or not isinstance(part.condition, tree.Comparison):
        return False
    shown = [part.condition.left, part.condition.right]
    return any(isinstance(side, tree.Aggregate) and side in shown for side in (literal.left, literal.right))


def waits(literal: tree.BodyLiteral) -> bool:
    """Whether a literal is to be evaluated last: an aggregate, whose group the rest binds."""
    sides = (literal.left, literal.right) if isinstance(literal, tree.Comparison) else ()
    return any(isinstance(side, tree.Aggregate) for side in sides)


class Checker:
    """Checks proofs over one base."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self.kb = kb
        self.rows: Rows = rows_of(kb)

    def check(self, proof: Proof, claim: tree.Atom) -> None:
        """Raise `Wrong` unless the proof proves the claim."""
        expect(isinstance(proof, Reported | Derived) and proof.claim == claim, ("proves something else", claim))
        shown = {node.claim for node in nodes(proof) if isinstance(node, Derived)}
        for node in nodes(proof):
            match node:
                case Derived():
                    self.follows(node)
                case Reported():
                    self.is_reported(node)
                case CutOff():
                    expect(node.claim in shown or "." in node.claim.predicate, ("shown nowhere", node))
        self.no_cycle(proof)

    def is_reported(self, node: Reported) -> None:
        evaluation = self.kb.evaluation()
        row = tuple(evaluation.dictionary.constant(arg) for arg in node.claim.args)
        known = evaluation.reports(node.claim.relation, row)
        expect(node.reports and set(node.reports) <= set(known), ("not so reported", node))

    def no_cycle(self, proof: Proof) -> None:
        edges: dict[tree.Atom, list[tree.Atom]] = {}
        for node in nodes(proof):
            if isinstance(node, Derived):
                expect(node.claim not in edges, ("shown twice", node.claim))
                below = [part for one in node.premises for part in (parts(one) if isinstance(one, Aggregated) else [one])]
                edges[node.claim] = [p.claim for p in below if isinstance(p, Reported | Derived | CutOff)]
        for component in strong_components(edges):
            expect(len(component) == 1 and component[0] not in edges.get(component[0], ()), ("cycle", component))

    def follows(self, node: Derived) -> None:
        """The conclusion and the premises are the rule with values in place of its variables."""
        rule = node.rule
        pairs = self.pairs(node)
        for literal, part in pairs:  # what names rows, then what is bound by computing
            if isinstance(literal, tree.Literal) and not literal.negated:
                expect(isinstance(part, Reported | Derived | CutOff), ("no row", part))
                expect(part.claim.relation == literal.atom.relation, ("another relation", part))
                expect(part.claim.args in self.rows[part.claim.relation], ("does not hold", part))
        env = self.environment(node)
        for literal, part in pairs:
            self.premise(literal, part, env)
        head = tuple(value(term, env) for term in rule.head.args)
        expect((rule.head.relation, head) == (node.claim.relation, node.claim.args), ("another head", node.claim))

    def pairs(self, node: Derived) -> list[tuple[tree.BodyLiteral, Proof]]:
        """Each literal with its node; an aggregate that is compared has one before the comparison's."""
        found, left = [], list(node.premises)
        for literal in node.rule.body:
            if isinstance(literal, tree.Comparison):
                sides = [literal.left, literal.right]
                aggregates = sum(isinstance(side, tree.Aggregate) for side in sides)
                while aggregates and left and isinstance(left[0], Aggregated):
                    found.append((literal, left.pop(0)))
                    aggregates -= 1
                expect(not aggregates, ("an aggregate without its node", node))
                if not (found and found[-1][0] is literal) or (left and is_same(literal, left[0])):
                    expect(left, ("too few nodes", node))
                    found.append((literal, left.pop(0)))
            else:
                expect(left, ("too few nodes", node))
                found.append((literal, left.pop(0)))
        expect(not left, ("too many nodes", node))
        return found

    def environment(self, node: Derived) -> Env:
        """The one environment that the rows named by the premises leave."""
        fixed: dict[str, set[tuple[tree.Constant, ...]]] = {}
        body: list[tree.BodyLiteral] = []
        for literal, part in self.pairs(node):
            if isinstance(literal, tree.Literal) and not literal.negated:
                fixed[f"premise {len(fixed)}"] = {part.claim.args}
                body.append(tree.Literal(tree.Atom(f"premise {len(fixed) - 1}", literal.atom.args)))
            elif literal not in body:
                body.append(literal)
        body.sort(key=waits)
        for env in solve(body, {}, {**self.rows, **fixed}):
            if tuple(value(term, env) for term in node.rule.head.args) == node.claim.args and all(
                value(literal.term, env) == part.condition.term
                for literal, part in self.pairs(node)
                if isinstance(literal, tree.Membership)
            ):
                return env
        raise Wrong(f"the premises do not satisfy the rule: {node}")

    def premise(self, literal: tree.BodyLiteral, part: Proof, env: Env) -> None:
        if isinstance(literal, tree.Literal) and literal.negated:
            expect(isinstance(part, Absent), ("not absent", part))
            expect(part.claim.relation == literal.atom.relation, ("another relation", part))
            known = self.rows.get(part.claim.relation, ())
            expect(not any(match(part.claim.args, row, {}) is not None for row in known), ("not absent", part))
            for written, shown in zip(literal.atom.args, part.claim.args, strict=True):
                expect(isinstance(shown, tree.Variable) or value(written, env) == shown, ("another value", part))
        elif isinstance(literal, tree.Comparison) and isinstance(part, Aggregated):
            sides = [literal.left, literal.right]
            expect(part.aggregate in sides, ("another aggregate", part))
            expect(aggregate(part.aggregate, env, self.rows) == part.value, ("another value", part))
            other = sides[1 - sides.index(part.aggregate)]
            known = aggregate(other, env, self.rows) if isinstance(other, tree.Aggregate) else value(other, env)
            sides_ = (part.value, known) if part.aggregate is literal.left else (known, part.value)
            expect(known and compared(literal.operator, *sides_), ("not so", part))
        elif isinstance(literal, tree.Comparison | tree.Membership):
            expect(isinstance(part, Compared), ("not compared", part))
            condition = part.condition
            if isinstance(condition, tree.Membership):
                expect(value(condition.term, {}) in condition.items, ("no member", part))
            elif not isinstance(condition.left, tree.Aggregate) and not isinstance(condition.right, tree.Aggregate):
                left, right = value(condition.left, {}), value(condition.right, {})
                expect(left and right and compared(condition.operator, left, right), ("not so", part))
                expect(left == value(literal.left, env) and right == value(literal.right, env), ("another", part))
