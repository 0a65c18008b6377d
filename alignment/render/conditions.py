"""Comparisons, memberships and aggregates in words, as true or as the reason why a rule stops."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from alignment.language import tree
from alignment.render.words import Words, is_date, plural

_TRUE = {"=": "is", "=:=": "equals", "!=": "is not", "<": "is less than", "=<": "is at most"}
_TRUE |= {">": "is more than", ">=": "is at least"}
_DATES = {"<": "is before", "=<": "is not after", ">": "is after", ">=": "is not before"}
_FALSE = {"=": "is not", "=:=": "does not equal", "!=": "is", "<": "is not less than", "=<": "is more than"}
_FALSE |= {">": "is not more than", ">=": "is less than"}
_FALSE_DATES = {"<": "is not before", "=<": "is after", ">": "is not after", ">=": "is before"}

_VALUE_TYPES = {"number", "text", "date", "any", ""}


def condition_text(words: Words, condition: tree.Comparison | tree.Membership) -> str:
    """A condition that holds: `Türkiye is not Russia`, `2 is at least 2`, `abstain is one of yes, abstain`."""
    if isinstance(condition, tree.Membership):
        return f"{words.term(condition.term)} is one of {_items(words, condition)}"
    verbs = {**_TRUE, **_DATES} if _of_dates(condition) else _TRUE
    return f"{_side(words, condition.left)} {verbs[condition.operator]} {_side(words, condition.right)}"


def failing_text(words: Words, condition: tree.Comparison | tree.Membership) -> str:
    """Why a condition does not hold: `1 is less than 2`, `both are Russia`."""
    if isinstance(condition, tree.Membership):
        return f"{words.term(condition.term)} is none of {_items(words, condition)}"
    left, right = _side(words, condition.left), _side(words, condition.right)
    if condition.operator == "!=" and left == right:
        return f"both are {left}, and must differ"
    if condition.operator == "=" and isinstance(condition.right, tree.Aggregate):
        if isinstance(condition.left, tree.Variable):
            return f"there is nothing to take {right} of"
        return f"{right} is not {left}"
    verbs = {**_FALSE, **_FALSE_DATES} if _of_dates(condition) else _FALSE
    return f"{left} {verbs[condition.operator]} {right}"


def aggregated_text(
    words: Words, aggregate: tree.Aggregate, value: tree.Constant, claims: Iterable[tree.Atom]
) -> str:
    """An aggregate and its value: `2 goods counted: oil, natural gas`, `the sum of the amounts is 12`."""
    if aggregate.function != "count":
        return f"{_aggregate(words, aggregate)} is {words.term(value)}"
    noun = _noun(words, aggregate)
    number = value.value if isinstance(value, tree.Integer) else 0
    if number == 0:
        return f"no {plural(noun)} counted"
    names = [words.term(term) for term in _counted(aggregate, tuple(claims))]
    listed = f": {', '.join(names)}" if len(names) == number else ""
    return f"{number} {noun if number == 1 else plural(noun)} counted{listed}"


def _side(words: Words, side: tree.Term | tree.Aggregate) -> str:
    return _aggregate(words, side) if isinstance(side, tree.Aggregate) else words.term(side)


def _items(words: Words, condition: tree.Membership) -> str:
    return ", ".join(words.term(item) for item in condition.items)


def _of_dates(condition: tree.Comparison) -> bool:
    return is_date(condition.left) or is_date(condition.right)


def _aggregate(words: Words, aggregate: tree.Aggregate) -> str:
    noun = _noun(words, aggregate)
    match aggregate.function:
        case "count":
            return f"the number of {plural(noun)}"
        case "sum":
            return f"the sum of the {plural(noun)}"
        case "min":
            return f"the smallest {noun}"
        case "max":
            return f"the largest {noun}"
        case "avg":
            return f"the average {noun}"


def _noun(words: Words, aggregate: tree.Aggregate) -> str:
    """What an aggregate looks at: the type of its first term, or of a plain value the parameter's name."""
    if aggregate.function == "count" and any(len(element.terms) > 1 for element in aggregate.elements):
        return "combination"
    for literal, position in _places(aggregate):
        relation = words.schema.relations.get(literal.atom.predicate)
        if relation is not None and position < relation.arity:
            parameter = relation.parameters[position]
            noun = parameter.name if parameter.type in _VALUE_TYPES else parameter.type
            if noun:
                return noun.replace("_", " ")
    return "thing" if aggregate.function == "count" else "value"


def _places(aggregate: tree.Aggregate) -> Iterator[tuple[tree.Literal, int]]:
    """Where the first term of each element stands in the literals that bind it."""
    for element in aggregate.elements:
        for literal in element.body:
            if isinstance(literal, tree.Literal) and not literal.negated and element.terms[0] in literal.atom.args:
                yield literal, literal.atom.args.index(element.terms[0])
                break


def _counted(aggregate: tree.Aggregate, claims: tuple[tree.Atom, ...]) -> list[tree.Term]:
    """What was counted, read off the facts it was counted in."""
    found: dict[tree.Term, None] = {}
    for literal, position in _places(aggregate):
        for claim in claims:
            if claim.relation == literal.atom.relation and position < len(claim.args):
                found[claim.args[position]] = None
    return list(found)
