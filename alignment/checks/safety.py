"""Safety: every variable gets its values from somewhere before it is used (range restriction)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from alignment.checks.context import Context
from alignment.checks.walk import Body, all_variables, elements, evidence_terms, literal_variables, variables
from alignment.language import tree
from alignment.problems import Problem


def check_safety(context: Context) -> Iterator[Problem]:
    """The variables of rules, constraints, queries and facts that nothing binds."""
    base = context.base
    for fact in context.single_facts:
        yield from fact_problems(fact)
    for rule in base.rules:
        yield from rule_problems(rule)
    for statement in (*base.constraints, *base.queries):
        yield from goal_problems(statement.body)


def fact_problems(fact: tree.Fact) -> Iterator[Problem]:
    """A fact says something of named things only."""
    for arg in fact.atom.args:
        for variable in variables(arg):
            message = f"the fact says '{variable.name}', which is a variable: a fact needs a name"
            hint = f"names begin with a lower-case letter, or stand in quotes: '{variable.name}'"
            yield Problem("unsafe", variable.span, message, hint)
        if isinstance(arg, tree.Arithmetic) and not any(variables(arg)):
            yield Problem("unsafe", arg.span, "a fact holds constants, not calculations", "write the result")
    for term in evidence_terms(fact.annotations):
        for variable in variables(term):
            yield Problem("unsafe", variable.span, f"'{variable.name}' is a variable: a report needs a value here")


def rule_problems(rule: tree.Rule) -> Iterator[Problem]:
    """The unbound variables of a rule's head and body."""
    bound = bound_variables(rule.body, set())
    seen: set[str] = set()
    for arg in rule.head.args:
        for variable in variables(arg):
            if variable.is_anonymous:
                message = "the head says `_`, which stands for anything: say which"
                yield Problem("unsafe", variable.span, message, "use a variable that the body binds")
            elif variable.name not in bound and variable.name not in seen:
                seen.add(variable.name)
                if _occurs(variable.name, rule.body):
                    continue  # told below, where it stands
                message = f"the variable {variable.name} of the head does not occur in the body"
                hint = f"add a premise that says which {variable.name} are meant"
                yield Problem("unsafe", variable.span, message, hint)
    heads = [variable.name for arg in rule.head.args for variable in variables(arg)]
    yield from _body_problems(rule.body, bound, heads)


def goal_problems(body: Body) -> Iterator[Problem]:
    """The unbound variables of a goal."""
    yield from _body_problems(body, bound_variables(body, set()), ())


def _occurs(name: str, body: Body) -> bool:
    return any(variable.name == name for literal in body for variable in literal_variables(literal))


def bound_variables(body: Body, outer: set[str]) -> set[str]:
    """The variables that a body binds, in whatever order it is written."""
    bound = set(outer)
    changed = True
    while changed:
        before = len(bound)
        for literal in body:
            bound |= _binds(literal, bound, body)
        changed = len(bound) > before
    return bound


def _binds(literal: tree.BodyLiteral, bound: set[str], body: Body) -> set[str]:
    match literal:
        case tree.Literal(negated=False, atom=atom, evidence=evidence):
            terms = [*atom.args, *evidence_terms(evidence)]
            return {term.name for term in terms if isinstance(term, tree.Variable) and not term.is_anonymous}
        case tree.Membership(term=tree.Variable() as variable) if not variable.is_anonymous:
            return {variable.name}
        case tree.Comparison(operator="=", left=left, right=right):
            return _assigns(left, right, bound, body, literal) | _assigns(right, left, bound, body, literal)
        case _:
            return set()


def _assigns(
    target: tree.Term | tree.Aggregate,
    value: tree.Term | tree.Aggregate,
    bound: set[str],
    body: Body,
    literal: tree.Comparison,
) -> set[str]:
    if not isinstance(target, tree.Variable) or target.is_anonymous:
        return set()
    if isinstance(value, tree.Aggregate):
        return {target.name} if group_variables(value, literal, body) <= bound else set()
    needed = {variable.name for variable in variables(value)}
    return {target.name} if needed <= bound else set()


def group_variables(aggregate: tree.Aggregate, literal: tree.Comparison, body: Body) -> set[str]:
    """The variables of an aggregate that the rest of the body shares; those in other braces are local there."""
    inner: set[str] = set()
    for element in aggregate.elements:
        inner |= {variable.name for term in element.terms for variable in variables(term)}
        inner |= {variable.name for variable in all_variables(element.body)}
    inner.discard("_")
    outer = {
        variable.name for other in body if other is not literal for variable in literal_variables(other)
    }
    return inner & outer


def _body_problems(body: Body, bound: set[str], heads: Iterable[str]) -> Iterator[Problem]:
    told: set[str] = set()
    for literal in body:
        for variable in _needed(literal):
            if variable.is_anonymous and not isinstance(literal, tree.Literal):
                message = "`_` stands for anything, so it cannot be compared"
                yield Problem("unsafe", variable.span, message, "use a variable that a premise binds")
            elif not variable.is_anonymous and variable.name not in bound and variable.name not in told:
                told.add(variable.name)
                yield _unbound(variable, literal)
        yield from _aggregate_problems(literal, body, bound, set(heads), told)


def _needed(literal: tree.BodyLiteral) -> Iterator[tree.Variable]:
    """The variables of a literal that must be bound: all but the plain arguments of a positive one."""
    match literal:
        case tree.Literal(negated=False, atom=atom, evidence=evidence):
            for term in (*atom.args, *evidence_terms(evidence)):
                if isinstance(term, tree.Arithmetic):
                    yield from variables(term)
        case tree.Literal(atom=atom, evidence=evidence):
            for term in (*atom.args, *evidence_terms(evidence)):
                yield from variables(term)
        case _:
            yield from literal_variables(literal)


def _unbound(variable: tree.Variable, literal: tree.BodyLiteral) -> Problem:
    name = variable.name
    if isinstance(literal, tree.Literal) and literal.negated:
        message = f"the variable {name} stands only under `not`, so nothing says which {name} are meant"
        hint = f"add a premise that names {name}, or write `_` for: none at all"
        return Problem("unsafe", variable.span, message, hint)
    message = f"nothing says which values the variable {name} has"
    return Problem("unsafe", variable.span, message, f"add a premise in which {name} stands as an argument")


def _aggregate_problems(
    literal: tree.BodyLiteral, body: Body, bound: set[str], heads: set[str], told: set[str]
) -> Iterator[Problem]:
    if not isinstance(literal, tree.Comparison):
        return
    for element in elements(literal):
        inner = bound_variables(element.body, bound)
        own = [v for term in element.terms for v in variables(term)]
        alone = bound_variables(element.body, set())
        for variable in own:
            shared_with_head = variable.name in heads and variable.name not in bound
            if variable.name not in inner or shared_with_head:
                if variable.name not in told:
                    told.add(variable.name)
                    yield _outside(variable) if shared_with_head else _unbound(variable, literal)
        for variable in all_variables(element.body):
            if variable.name in heads and variable.name not in bound and variable.name not in told:
                told.add(variable.name)
                yield _outside(variable)
        yield from _body_problems(element.body, inner | alone, ())


def _outside(variable: tree.Variable) -> Problem:
    message = f"the variable {variable.name} groups the aggregate, but nothing outside its braces says which"
    hint = f"add a premise outside the braces in which {variable.name} stands as an argument"
    return Problem("unsafe", variable.span, message, hint)
