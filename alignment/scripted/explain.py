"""What a failing `expect`, `refute` or `unknown` shows: how far the goal gets, or the proof that it holds."""

from __future__ import annotations

from collections.abc import Sequence

from alignment.knowledge import KnowledgeBase
from alignment.language import tree
from alignment.language.atoms import Values, atom_with, is_ground, row_values
from alignment.language.printer import format_node
from alignment.problems import AlignmentError, LimitReached
from alignment.scripted.asking import ask, asks_strength, strengths
from alignment.scripted.goals import put_in
from alignment.scripted.results import Failure

MOST_ROWS = 3
"""Rows of the same relation that are shown where a goal with variables finds none."""


def text_of(body: Sequence[tree.BodyLiteral]) -> str:
    """A body as the language writes it, on one line."""
    return ", ".join(" ".join(format_node(literal).split()) for literal in body)


def unmet(kb: KnowledgeBase, step: tree.Node, body: Sequence[tree.BodyLiteral]) -> Failure | None:
    """The failure of a goal that should have an answer and has none, with the premise it stops at."""
    if ask(kb, body):
        return None
    values, failing = _first_failing(kb, body)
    stops = f": {_with(values)}it stops at {text_of([failing])}" if len(body) > 1 else ""
    expected = f"Expected: {text_of(body)}\nFound:   "
    weaker = _as_strong(kb, failing)
    if weaker:
        details = [f"{expected} {_listed(weaker)}", str(kb.why(weaker[0].atom))]
    else:
        details = [f"{expected} no answer{stops}", _why_failing(kb, failing)]
    return Failure(step.span, f"{text_of(body)} does not hold", "\n\n".join(details))


def met(
    kb: KnowledgeBase, step: tree.Node, body: Sequence[tree.BodyLiteral], sentence: str
) -> Failure | None:
    """The failure of a goal that should have no answer and has one, with the proof of the first."""
    answers = ask(kb, body)
    if not answers:
        return None
    values = row_values(answers.columns, answers.constants[0])
    shown = [one for literal in body for one in _with_strength(kb, put_in(literal, values))]
    more = "" if len(answers) == 1 else f", the first of {len(answers)} answers"
    details = [f"Expected: no answer to {text_of(body)}\nFound:    {text_of(shown)}{more}"]
    details += [str(kb.why(lit.atom)) for lit in shown if isinstance(lit, tree.Literal) and not lit.negated]
    return Failure(step.span, sentence, "\n\n".join(details))


def uncontested(kb: KnowledgeBase, step: tree.Node, atom: tree.Atom) -> Failure | None:
    """The failure of an atom that should be contested: it does not hold, or no contrary of it does."""
    literal = tree.Literal(atom, span=atom.span)
    answers = kb.query((literal,))
    if not answers:
        return unmet(kb, step, (literal,))
    if answers.contested:
        return None
    found = f"Expected: {text_of([literal])} and a contrary of it\nFound:    no contrary that holds"
    return Failure(step.span, f"{text_of([literal])} is not contested", f"{found}\n\n{kb.why(atom)}")


def _as_strong(kb: KnowledgeBase, literal: tree.BodyLiteral) -> list[tree.Literal]:
    """The answers to a conclusion of which more strength was asked, each with what it has, the surest first."""
    if not isinstance(literal, tree.Literal) or literal.negated or not asks_strength(kb, literal):
        return []
    return [_told(claim, strength) for claim, strength in strengths(kb, literal.atom).items()]


def _with_strength(kb: KnowledgeBase, literal: tree.BodyLiteral) -> list[tree.BodyLiteral]:
    """A literal that holds, and if it asks for strength, with the strength that it has."""
    stronger = _as_strong(kb, literal)
    return [stronger[0] if stronger else literal]


def _told(claim: tree.Atom, strength: float | None) -> tree.Literal:
    evidence = (tree.Confidence(tree.Decimal(strength)),) if strength is not None else ()
    return tree.Literal(claim, evidence=evidence)


def _listed(literals: Sequence[tree.Literal]) -> str:
    more = f" and {len(literals) - MOST_ROWS} more" if len(literals) > MOST_ROWS else ""
    texts = (text_of([one]) + ("" if one.evidence else ", unjudged") for one in literals[:MOST_ROWS])
    return ", ".join(texts) + more


def _first_failing(kb: KnowledgeBase, body: Sequence[tree.BodyLiteral]) -> tuple[Values, tree.BodyLiteral]:
    """The values under which the goal gets furthest from the left, and the literal that fails there."""
    values: Values = {}
    for i in range(1, len(body)):
        try:
            answers = ask(kb, body[:i])
        except LimitReached:
            raise
        except AlignmentError:
            continue  # a condition on variables that a later literal binds
        if not answers:
            return values, put_in(body[i - 1], values)
        values = row_values(answers.columns, answers.constants[0])
    return values, put_in(body[-1], values)


def _why_failing(kb: KnowledgeBase, literal: tree.BodyLiteral) -> str:
    if not isinstance(literal, tree.Literal):
        return f"{text_of([literal])} is false."
    if literal.negated:
        return str(kb.why(literal.atom))
    if literal.evidence and ask(kb, (tree.Literal(literal.atom),)):
        return str(kb.why(literal.atom))
    if is_ground(literal.atom):
        return str(kb.whynot(literal.atom, suppose=False))
    return _others(kb, literal.atom)


def _others(kb: KnowledgeBase, atom: tree.Atom) -> str:
    """Some rows of the relation, where none fits the atom."""
    columns = [tree.Variable(f"A{i}") for i in range(len(atom.args))]
    pattern = tree.Atom(atom.predicate, tuple(columns), atom.negative)
    answers = ask(kb, (tree.Literal(pattern),))
    if not answers:
        return f"Nothing at all is known as {atom.relation}."
    rows = [atom_with(pattern, row_values(answers.columns, row)) for row in answers.constants[:MOST_ROWS]]
    more = f" and {len(answers) - MOST_ROWS} more" if len(answers) > MOST_ROWS else ""
    return f"Known as {atom.relation}: {', '.join(map(format_node, rows))}{more}"


def _with(values: Values) -> str:
    said = ", ".join(f"{name} = {format_node(value)}" for name, value in values.items())
    return f"with {said} " if said else ""
