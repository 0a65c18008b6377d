"""What a report says of itself and cannot mean: periods that end before they begin, a thing said twice."""

from __future__ import annotations

from collections.abc import Iterator

from alignment.checks.constants import date_hint, kind_of, shown
from alignment.checks.nearest import suggestion
from alignment.language import tree
from alignment.problems import Note, Problem
from alignment.source import Span

_WORDS: dict[type, str] = {
    tree.From: "from",
    tree.On: "on",
    tree.Since: "since",
    tree.Until: "until",
    tree.During: "during",
    tree.Confidence: "confidence",
}


def annotation_problems(annotations: tuple[tree.Annotation, ...], is_event: bool) -> Iterator[Problem]:
    """What is wrong with the annotations of one fact, taken together and one by one; sources apart."""
    given: dict[type, tree.Annotation] = {}
    for annotation in annotations:
        if isinstance(annotation, tree.From):
            continue
        before = given.setdefault(type(annotation), annotation)
        if before is not annotation:
            yield said_twice(before, annotation, "leave one of them out")
        yield from value_problems(annotation)
    yield from _period(given)
    if is_event:
        yield from _event(given)


def value_problems(annotation: tree.Annotation) -> Iterator[Problem]:
    """A date that is none, or a confidence that is none."""
    match annotation:
        case tree.Confidence(value=tree.Symbol(name=word)) if word not in tree.LIKELIHOOD:
            words = suggestion(word, tree.LIKELIHOOD) or f"the words are: {', '.join(tree.LIKELIHOOD)}"
            yield Problem("bad-confidence", annotation.span, f"'{word}' is not a word of likelihood", words)
        case tree.Confidence(value=tree.Integer(value=value) | tree.Decimal(value=value)):
            if not 0 <= value <= 1:
                hint = f"write {value / 100:g} for {value:g} percent" if 1 < value <= 100 else None
                message = f"a confidence lies between 0 and 1, and {value:g} does not"
                yield Problem("bad-confidence", annotation.span, message, hint)
        case tree.Confidence(value=tree.Text() | tree.Date() as value):
            message = "a confidence is a number from 0 to 1, or a word of likelihood"
            yield Problem(
                "bad-confidence", value.span, message, f"the words are: {', '.join(tree.LIKELIHOOD)}"
            )
        case tree.On(date=date) | tree.Since(date=date) | tree.Until(date=date):
            yield from _day(date)
        case tree.During(start=start, end=end):
            yield from _day(start)
            yield from _day(end)
        case _:
            pass


def _day(term: tree.Term) -> Iterator[Problem]:
    if isinstance(term, tree.Symbol | tree.Text | tree.Integer | tree.Decimal):
        yield Problem(
            "type",
            term.span,
            f"{shown(term)} is {kind_of(term)}, but a date is expected here",
            date_hint(term),
        )


def said_twice(before: tree.Annotation, again: tree.Annotation, hint: str) -> Problem:
    """The problem of two annotations that say the same thing of one report."""
    message = f"`{_WORDS[type(again)]}` is said twice of one fact"
    notes = (Note(before.span, "the first is"),) if before.span else ()
    return Problem("duplicate-annotation", again.span, message, hint, notes=notes)


def _period(given: dict[type, tree.Annotation]) -> Iterator[Problem]:
    """Since, until, during and on of one fact: they must be one period, or one day."""
    since, until, during, on = (given.get(kind) for kind in (tree.Since, tree.Until, tree.During, tree.On))
    if isinstance(since, tree.Since) and isinstance(until, tree.Until):
        yield from _order(since.date, until.date, until.span)
    if isinstance(during, tree.During):
        yield from _order(during.start, during.end, during.span)
        for other in (since, until):
            if other is not None:
                message = "this period is given twice: `during` says both its ends"
                yield Problem("bad-interval", other.span, message, "leave one of them out")
    if on is not None and (since or until or during):
        message = "a fact happens `on` a day, or holds during a period, and not both"
        yield Problem("bad-interval", on.span, message, "leave the day or the period out")


def _order(start: tree.Term, end: tree.Term, span: Span | None) -> Iterator[Problem]:
    if isinstance(start, tree.Date) and isinstance(end, tree.Date) and start.value >= end.value:
        if start.value == end.value:
            message = f"this period begins and ends on {end.value}, so it covers no day"
        else:
            message = f"this period begins on {start.value} and ends before that, on {end.value}"
        hint = "the end is the first day on which it no longer holds"
        yield Problem("bad-interval", span, message, hint)


def _event(given: dict[type, tree.Annotation]) -> Iterator[Problem]:
    """What happens has no end: it has happened ever after."""
    for kind in (tree.Until, tree.During):
        if kind in given:
            message = "an event happens on a day and has no end"
            hint = "give its day with `on`, or declare it with `relation` if it lasts"
            yield Problem("bad-interval", given[kind].span, message, hint)
