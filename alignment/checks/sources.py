"""Reports: sources that are not declared, quotes that do not stand in their text, periods that are none."""

from __future__ import annotations

from collections.abc import Iterator

from alignment.checks.context import Context, merge_annotations
from alignment.checks.model import Source
from alignment.checks.nearest import nearest, nearest_passage, suggestion
from alignment.checks.walk import atom_literals
from alignment.language import tree
from alignment.problems import Problem
from alignment.source import Span


def check_sources(context: Context) -> Iterator[Problem]:
    """Everything that is wrong with what facts say of their evidence."""
    seen: set[tuple[object, ...]] = set()
    for fact in context.single_facts:
        yield from annotation_problems(context, fact.annotations, fact.atom.predicate, seen)
    for columns in context.columns:
        for tail in dict.fromkeys(columns.tails or ("",)):
            merged = merge_annotations(columns.annotations, columns.annotations_of(tail) if tail else ())
            yield from annotation_problems(context, merged, columns.predicate, seen)
    for rule in context.base.rules:
        for literal in atom_literals(rule.body):
            yield from _pattern_problems(context, literal.evidence)
    for statement in context.base.imports:
        if statement.source and statement.source.name not in context.schema.sources:
            yield _unknown(context, statement.source)


def _pattern_problems(context: Context, evidence: tuple[tree.Annotation, ...]) -> Iterator[Problem]:
    for annotation in evidence:
        if isinstance(annotation, tree.From) and isinstance(annotation.source, tree.Symbol):
            if annotation.source.name not in context.schema.sources:
                yield _unknown(context, annotation.source)
        elif isinstance(annotation, tree.Confidence):
            yield from _confidence(annotation)


def annotation_problems(
    context: Context, annotations: tuple[tree.Annotation, ...], predicate: str, seen: set[tuple[object, ...]]
) -> Iterator[Problem]:
    """The problems of one fact's annotations; `seen` keeps a block's from being told for each fact."""
    given: dict[type, tree.Annotation] = {}
    for annotation in annotations:
        place = (annotation.span.start, annotation.span.end, annotation.file) if annotation.span else id(annotation)
        fresh = place not in seen
        seen.add(place)  # type: ignore[arg-type]  # any hashable will do
        if not isinstance(annotation, tree.From) and type(annotation) in given:
            yield Problem("bad-interval", annotation.span, "the same is said twice of this fact", "leave one of them out")
        given[type(annotation)] = annotation
        if fresh:
            yield from _single(context, annotation)
    yield from _interval(context, given, predicate)


def _single(context: Context, annotation: tree.Annotation) -> Iterator[Problem]:
    match annotation:
        case tree.From(source=tree.Symbol() as name, quote=quote):
            source = context.schema.sources.get(name.name)
            if source is None:
                yield _unknown(context, name)
            elif quote is not None and source.text is not None:
                yield from _quote(context, source, quote, annotation.span)
        case tree.Confidence():
            yield from _confidence(annotation)
        case tree.On(date=date) | tree.Since(date=date) | tree.Until(date=date) if not isinstance(date, tree.Date):
            if not isinstance(date, tree.Variable):
                yield Problem("type", date.span, "a date is expected here", "dates are written 2024-07-03")
        case _:
            pass


def _unknown(context: Context, name: tree.Symbol) -> Problem:
    hint = suggestion(name.name, context.schema.sources) or f'declare it: source {name.name} "title", 2024-07-03.'
    return Problem("unknown-source", name.span, f"'{name.name}' is not a declared source", hint)


def _confidence(annotation: tree.Confidence) -> Iterator[Problem]:
    match annotation.value:
        case tree.Symbol(name=word) if word not in tree.LIKELIHOOD:
            close = nearest(word, tree.LIKELIHOOD)
            hint = f"did you mean '{close}'?" if close else f"the words are: {', '.join(tree.LIKELIHOOD)}"
            yield Problem("type", annotation.span, f"'{word}' is not a word of likelihood", hint)
        case tree.Integer(value=value) | tree.Decimal(value=value) if not 0 <= value <= 1:
            hint = f"write {value / 100:g} for {value:g} percent" if 1 < value <= 100 else None
            yield Problem("type", annotation.span, f"a confidence is between 0 and 1, not {value:g}", hint)
        case _:
            pass


def _quote(context: Context, source: Source, quote: str, span: Span | None) -> Iterator[Problem]:
    """A quote stands word for word in the source's text, white space folded."""
    assert source.text is not None
    file = source.span.file if source.span else ""
    text = context.texts(file, source.text)
    if text is None:
        message = f"the text of '{source.id}', \"{source.text}\", cannot be read, so the quote is not proved"
        yield Problem("quote-not-found", span, message, f"the path is relative to {file}")
        return
    folded, wanted = " ".join(text.split()), " ".join(quote.split())
    if wanted not in folded:
        passage = nearest_passage(wanted, folded)
        hint = f'the nearest passage is: "{passage}"' if passage else None
        yield Problem("quote-not-found", span, f"\"{quote}\" does not stand in the text of '{source.id}'", hint)


def _interval(context: Context, given: dict[type, tree.Annotation], predicate: str) -> Iterator[Problem]:
    since, until, during, on = (given.get(kind) for kind in (tree.Since, tree.Until, tree.During, tree.On))
    if isinstance(since, tree.Since) and isinstance(until, tree.Until):
        yield from _order(since.date, until.date, until.span)
    if isinstance(during, tree.During):
        yield from _order(during.start, during.end, during.span)
        for other in (since, until):
            if other is not None:
                yield Problem("bad-interval", other.span, "a period is given twice: `during` says both its ends")
    if on is not None and (since or until or during):
        message = "a fact happens `on` a day or holds during a period, not both"
        yield Problem("bad-interval", on.span, message, "leave one of them out")


def _order(start: tree.Term, end: tree.Term, span: Span | None) -> Iterator[Problem]:
    if isinstance(start, tree.Date) and isinstance(end, tree.Date) and start.value >= end.value:
        message = f"the period ends on {end.value}, which is not after its beginning on {start.value}"
        yield Problem("bad-interval", span, message, "`until` names the first day on which it no longer holds")
