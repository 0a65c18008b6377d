"""Comparisons, memberships and aggregates in words, as true or as the reason why a rule stops."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from alignment.language import tree
from alignment.render.words import Words, capitalised, is_date, plural

_HOLDS = {
    "=": "is",
    "=:=": "equals",
    "!=": "is not",
    "<": "is less than",
    "=<": "is at most",
    ">": "is more than",
    ">=": "is at least",
}
_FAILS = {
    "=": "is not",
    "=:=": "does not equal",
    "!=": "is",
    "<": "is not less than",
    "=<": "is not at most",
    ">": "is not more than",
    ">=": "is not at least",
}
_DATES_HOLD = {
    "<": "is earlier than",
    "=<": "is no later than",
    ">": "is later than",
    ">=": "is no earlier than",
}
_DATES_FAIL = {
    "<": "is not earlier than",
    "=<": "is later than",
    ">": "is not later than",
    ">=": "is earlier than",
}

_VALUE_TYPES = {"number", "text", "date", "any", ""}


def condition_text(words: Words, condition: tree.Comparison | tree.Membership) -> str:
    """A condition that holds: `Türkiye is not Russia`, `2 is at least 2`, `yes is one of yes, abstain`."""
    if isinstance(condition, tree.Membership):
        return f"{words.term(condition.term)} is one of {_items(words, condition)}"
    verbs = {**_HOLDS, **_DATES_HOLD} if _of_dates(condition) else _HOLDS
    return _begun(
        f"{_side(words, condition.left)} {verbs[condition.operator]} {_side(words, condition.right)}"
    )


def failing_text(words: Words, condition: tree.Comparison | tree.Membership) -> str:
    """Why a condition does not hold: `1 is not at least 2`, `Both are Russia, and must differ`."""
    if isinstance(condition, tree.Membership):
        return f"{words.term(condition.term)} is none of {_items(words, condition)}"
    left, right = _side(words, condition.left), _side(words, condition.right)
    if condition.operator == "!=" and left == right:
        return f"Both are {left}, and must differ"
    if condition.operator == "=" and isinstance(condition.right, tree.Aggregate):
        if isinstance(condition.left, tree.Variable):
            return f"There is nothing to take {right} of"
        return _begun(f"{right} is not {left}")
    verbs = {**_FAILS, **_DATES_FAIL} if _of_dates(condition) else _FAILS
    return _begun(f"{left} {verbs[condition.operator]} {right}")


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


def _begun(text: str) -> str:
    """A line that begins with our own words has a capital; a name or an identifier stays as it is."""
    return capitalised(text) if text.startswith("the ") else text


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
            if (
                isinstance(literal, tree.Literal)
                and not literal.negated
                and element.terms[0] in literal.atom.args
            ):
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
