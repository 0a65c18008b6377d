"""Warnings: what is allowed and most likely not meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from alignment.checks.context import Context
from alignment.checks.nearest import suggestion
from alignment.checks.walk import all_variables, atom_literals, bodies, elements, test_bodies, variables
from alignment.language import tree
from alignment.language.bulk import FactColumns
from alignment.problems import Problem, Severity


def check_lint(context: Context) -> Iterator[Problem]:
    """Relations nobody uses, variables that join nothing, rules that cannot fire, undeclared predicates."""
    yield from _unused(context)
    yield from _undeclared(context)
    yield from _never_fires(context)
    for rule in context.base.rules:
        yield from _singletons(rule)


def _warning(code: str, node: tree.Node, message: str, hint: str | None) -> Problem:
    return Problem(code, node.span, message, hint, Severity.WARNING)


def _filled(context: Context) -> set[str]:
    """The relations that have a fact or a rule."""
    filled = {rule.head.relation for rule in context.base.rules}
    for group in context.base.facts:
        if isinstance(group, FactColumns):
            filled.add(f"-{group.predicate}" if group.negative else group.predicate)
        else:
            filled.add(group.atom.relation)
    filled.update(type_ for entity in context.schema.entities.values() for type_ in entity.types)
    filled.update(statement.atom.relation for statement in context.base.imports)
    return filled


def _unused(context: Context) -> Iterator[Problem]:
    """A declared relation that is neither filled nor asked for anywhere."""
    used = {relation.removeprefix("-") for relation in _filled(context)}
    base = context.base
    for body in bodies((*base.rules, *base.constraints, *base.queries)):
        used.update(literal.atom.predicate for literal in atom_literals(body))
    for test in base.tests:
        for body in test_bodies(test):
            used.update(literal.atom.predicate for literal in atom_literals(body))
    for statement in base.declarations:
        if isinstance(statement, tree.RelationDeclaration) and statement.name not in used:
            message = f"'{statement.name}' is declared, and nothing reports, derives or uses it"
            yield _warning("unused-relation", statement, message, suggestion(statement.name, used))


def _undeclared(context: Context) -> Iterator[Problem]:
    """A predicate without a declaration has no types and no sentence."""
    declared = [r.name for r in context.schema.relations.values() if r.kind != "undeclared"]
    if not declared:
        return  # a base without any declaration is plain Datalog, and meant so
    for relation in context.schema.relations.values():
        if relation.kind == "undeclared":
            message = f"'{relation.name}' is not declared, so its arguments have no types and it has no sentence"
            hint = suggestion(relation.name, declared) or f"declare it: relation {relation.name}(…)."
            yield Problem("undeclared-relation", relation.span, message, hint, Severity.WARNING)


def _never_fires(context: Context) -> Iterator[Problem]:
    """Rules that ask for a relation which nothing reports or derives: told once for each such relation."""
    filled = _filled(context)
    if not any(context.base.facts):
        return  # rules alone: the facts come from elsewhere
    idle: dict[str, list[tree.Rule]] = {}
    for rule in context.base.rules:
        for literal in rule.body:
            if isinstance(literal, tree.Literal) and not literal.negated and literal.atom.relation not in filled:
                idle.setdefault(literal.atom.relation, []).append(rule)
    for name, rules in idle.items():
        more = f", nor do {len(rules) - 1} more that need it" if len(rules) > 1 else ""
        message = f"this rule never fires{more}: nothing reports or derives '{name}'"
        known = {other for other in filled if other.startswith("-") == name.startswith("-")}
        yield _warning("never-fires", rules[0], message, suggestion(name, known))


def _singletons(rule: tree.Rule) -> Iterator[Problem]:
    """A variable that stands once joins nothing: it is `_`, or mistyped."""
    found = [*all_variables(rule.body), *(v for arg in rule.head.args for v in variables(arg))]
    counts = Counter(variable.name for variable in found)
    results = {v.name for literal in rule.body if any(elements(literal)) for v in all_variables((literal,))}
    for variable in found:
        name = variable.name
        if counts[name] == 1 and not name.startswith("_") and name not in results:
            message = f"the variable {name} stands only once, so it joins nothing"
            yield _warning("singleton-variable", variable, message, f"write `_`, or `_{name}` to keep the name")
