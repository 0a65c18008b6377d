"""Nodes below statements as canonical text: terms, atoms, annotations, literals.

What is written parses back to an equal node where it stands. Names go without quotes wherever the grammar
cannot take them for one of its own words; `bare` and `guarded` are the two kinds of place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from alignment.language import tree
from alignment.language.lexical import is_name, is_variable, quoted_symbol, quoted_text

WORDS = frozenset(
    "type aka relation event stance source reliability text url from on since until during confidence normally "
    "prefer over exclusive load import table where not is in mod test as of ever min without given expect refute "
    "answers unknown contested because uses timeline now".split()
)
"""The words of the grammar, apart from the likelihoods; a test holds the two together."""

_LEVELS = {"+": 1, "-": 1, "*": 2, "/": 2, "//": 2, "mod": 2}


def bare(name: str) -> str:
    """A name between parentheses, or before them: no word of the grammar means anything there."""
    return name if name and is_name(name) else quoted_symbol(name)


def guarded(name: str) -> str:
    """A name where a word of the grammar could be meant."""
    return quoted_symbol(name) if name in WORDS or name in tree.LIKELIHOOD else bare(name)


def format_constant(constant: tree.Constant) -> str:
    """A constant as an argument."""
    return _term(constant)


def phrase(node: tree.Node) -> str:
    """The canonical text of a node that is not a statement, a step or a file."""
    return _PHRASES[type(node)](node)


# Terms ---------------------------------------------------------------------------------------------


def _term(node: tree.Term) -> str:
    """A term as an argument."""
    match node:
        case tree.Symbol(name=name):
            return bare(name)
        case tree.Text(value=value):
            return quoted_text(value)
        case tree.Integer(value=whole):
            return str(whole)
        case tree.Decimal(value=number):
            return repr(float(number))
        case tree.Date(value=day):
            return day.isoformat()
        case tree.Variable(name=name):
            return name
        case tree.Now():
            return "now"
        case tree.Arithmetic(operator=operator):
            left, right = _operand(node.left, _LEVELS[operator]), _operand(node.right, _LEVELS[operator] + 1)
            return f"{left} {operator} {right}"


def _operand(node: tree.Term, level: int) -> str:
    if isinstance(node, tree.Arithmetic) and _LEVELS[node.operator] < level:
        return f"({_side(node)})"
    return _side(node)


def _side(node: tree.Term | tree.Aggregate) -> str:
    """A side of a comparison, or an operand: `now` means the date in view there."""
    if isinstance(node, tree.Symbol):
        return quoted_symbol(node.name) if node.name in WORDS else bare(node.name)
    return _aggregate(node) if isinstance(node, tree.Aggregate) else _term(node)


def value(node: tree.Term) -> str:
    """A date or a degree of confidence after its word."""
    return guarded(node.name) if isinstance(node, tree.Symbol) else _term(node)


# Atoms and bodies ----------------------------------------------------------------------------------


def atom(node: tree.Atom) -> str:
    """An atom; one without arguments goes without parentheses."""
    if not node.args:
        return f"{'-' * node.negative}{guarded(node.predicate)}"
    return call(node)


def call(node: tree.Atom) -> str:
    """An atom with its parentheses."""
    return f"{'-' * node.negative}{bare(node.predicate)}({', '.join(map(_term, node.args))})"


def literal(node: tree.Literal, written: Callable[[tree.Atom], str] = atom) -> str:
    """An atom in a body, with `not` before it and the evidence asked for behind."""
    return " ".join(["not"] * node.negated + [written(node.atom), *map(phrase, node.evidence)])


def pattern_part(node: tree.BodyLiteral) -> str:
    """A literal of a body before `= {`, where an atom without arguments must not be read as a term."""
    if not isinstance(node, tree.Literal):
        return phrase(node)
    plain = not node.evidence and not node.negated and not node.atom.negative
    return literal(node, atom if plain else call)


def body(literals: Iterable[tree.BodyLiteral]) -> str:
    """Literals in a line."""
    return ", ".join(map(phrase, literals))


def _comparison(node: tree.Comparison) -> str:
    return f"{_side(node.left)} {node.operator} {_side(node.right)}"


def _membership(node: tree.Membership) -> str:
    return f"{_side(node.term)} in [{', '.join(map(_term, node.items))}]"


def _aggregate(node: tree.Aggregate) -> str:
    return f"#{node.function}{{ {'; '.join(map(_element, node.elements))} }}"


def _element(node: tree.AggregateElement) -> str:
    terms = ", ".join(map(_term, node.terms))
    return f"{terms} : {body(node.body)}" if node.body else terms


# Annotations ---------------------------------------------------------------------------------------


def _from(node: tree.From) -> str:
    quote = "" if node.quote is None else f" {quoted_text(node.quote)}"
    return f"from {value(node.source)}{quote}"


def _confidence(node: tree.Confidence) -> str:
    if is_likelihood(node):
        return level(node.value)
    operator = "" if node.operator == "=" else f"{node.operator} "
    return f"confidence {operator}{level(node.value)}"


def is_likelihood(node: tree.Annotation) -> bool:
    """Whether an annotation is a word of likelihood alone."""
    if not isinstance(node, tree.Confidence) or node.operator != "=":
        return False
    return isinstance(node.value, tree.Symbol) and node.value.name in tree.LIKELIHOOD


def level(node: tree.Term) -> str:
    """A degree of confidence: a number, a variable or a word of likelihood."""
    if isinstance(node, tree.Symbol) and node.name in tree.LIKELIHOOD:
        return node.name
    return value(node)


# Parts of statements -------------------------------------------------------------------------------


def parameter(node: tree.Parameter) -> str:
    """A parameter in the declaration of a relation."""
    return f"{node.name if is_variable(node.name) else bare(node.name)}: {bare(node.type)}"


def row(values: Iterable[tree.Constant]) -> str:
    """A row of answers: without parentheses if it is one value."""
    written = list(map(_term, values))
    return written[0] if len(written) == 1 else f"({', '.join(written)})"


def _period(node: tree.Period) -> str:
    ends = (node.start.value.isoformat() if node.start else "", node.end.value.isoformat() if node.end else "")
    return " .. ".join(ends).strip()


def _timeline_row(node: tree.TimelineRow) -> str:
    period = _period(node.period)
    return f"({', '.join([*map(_term, node.values), period])})" if node.values else period


_PHRASES: dict[type, Callable[[Any], str]] = {
    **dict.fromkeys(
        (
            tree.Symbol,
            tree.Text,
            tree.Integer,
            tree.Decimal,
            tree.Date,
            tree.Variable,
            tree.Now,
            tree.Arithmetic,
        ),
        _term,
    ),
    tree.Atom: atom,
    tree.Literal: literal,
    tree.Comparison: _comparison,
    tree.Membership: _membership,
    tree.Aggregate: _aggregate,
    tree.AggregateElement: _element,
    tree.From: _from,
    tree.On: lambda node: f"on {value(node.date)}",
    tree.Since: lambda node: f"since {value(node.date)}",
    tree.Until: lambda node: f"until {value(node.date)}",
    tree.During: lambda node: f"during {value(node.start)} .. {value(node.end)}",
    tree.Confidence: _confidence,
    tree.Parameter: parameter,
    tree.Period: _period,
    tree.TimelineRow: _timeline_row,
}
