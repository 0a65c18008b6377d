"""Statements and steps of tests as layouts: head, parts, end. Those with braces around others are containers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from alignment.language import tree
from alignment.language.layout import Layout, Part
from alignment.language.lexical import quoted_text
from alignment.language.phrases import (
    atom,
    bare,
    body,
    call,
    guarded,
    is_likelihood,
    level,
    parameter,
    pattern_part,
    phrase,
    row,
)
from alignment.language.tables import tables
from alignment.records import frozen
from alignment.source import Span


@frozen
class Container:
    """A statement that holds others between braces; `may_be_line` if all of it may stand in one line."""

    head: str
    children: Sequence[Any]
    may_be_line: bool = False


def container(node: tree.Node) -> Container | None:
    """What a statement or step holds between braces, or None if it holds no statements."""
    match node:
        case tree.Block(annotations=annotations, facts=facts):
            return Container(", ".join(map(phrase, annotations)), facts)
        case tree.Test(name=name, steps=steps):
            return Container(f"test {quoted_text(name)}", steps)
        case tree.Given(statements=statements):
            return Container("given", statements, may_be_line=True)
        case _:
            return None


def is_statement(node: tree.Node) -> bool:
    """Whether a node is a statement or a step of a test."""
    return type(node) in _LAYOUTS or container(node) is not None


def layout(node: tree.Node) -> Layout:
    """The layout of a statement or step without braces."""
    return _LAYOUTS[type(node)](node)


# Parts ---------------------------------------------------------------------------------------------


def _nodes(nodes: Iterable[tree.Node], written: Callable[[Any], str] = phrase) -> list[Part]:
    return [Part(written(node), node.span) for node in nodes]


def _noted(annotations: Iterable[tree.Annotation]) -> list[Part]:
    """Annotations of a fact: a bare word of likelihood and a second source are set off by a comma."""
    parts: list[Part] = []
    sourced = False
    for one in annotations:
        again = sourced and isinstance(one, tree.From)
        parts.append(Part(phrase(one), one.span, comma=again or is_likelihood(one)))
        sourced = isinstance(one, tree.From)
    return parts


def _texts(node: tree.Node, values: Iterable[str], skipped: int = 0) -> Iterator[Part]:
    """Texts that are no nodes; their places are those of the text tokens of the statement after the `skipped`."""
    spans = [span for kind, span in _tokens(node) if kind == "TEXT"][skipped:]
    for index, value in enumerate(values):
        yield Part(quoted_text(value), spans[index] if spans else None)


def _tokens(node: tree.Node) -> Iterator[tuple[str, Span]]:
    """The tokens of a statement from a text, with their kinds."""
    if node.span is None:
        return
    table, source = tables(), node.span.source
    for match in table.pattern(source.text).finditer(source.text, node.span.start, node.span.end):
        group = match.lastindex or 0
        kind = table.words.get(match[group], table.kinds[group])
        if match[group]:  # not the end
            yield table.names[kind], source.span(match.start(group), match.end())


def _words(symbols: Iterable[tree.Symbol]) -> list[Part]:
    return _nodes(symbols, lambda symbol: guarded(symbol.name))


# Declarations --------------------------------------------------------------------------------------


def _entity(node: tree.EntityDeclaration) -> Layout:
    head = f"{guarded(node.type.name)} {guarded(node.id.name)}"
    if node.name is not None:
        head += f" {quoted_text(node.name)}"
    if not node.aliases:
        return Layout(head)
    return Layout(f"{head} aka", list(_texts(node, node.aliases, skipped=node.name is not None)))


def _relation(node: tree.RelationDeclaration) -> Layout:
    name = bare(node.name) if node.parameters else guarded(node.name)
    parameters = f"({', '.join(map(parameter, node.parameters))})" if node.parameters else ""
    template = [] if node.template is None else list(_texts(node, [node.template]))
    return Layout(f"{node.kind} {name}{parameters}", template)


def _source(node: tree.SourceDeclaration) -> Layout:
    places = _option_places(node, node.id)
    options = {
        "title": None if node.title is None else quoted_text(node.title),
        "date": phrase(node.date) if node.date else None,
        "reliability": node.reliability and f"reliability {node.reliability}",
        "text": None if node.text is None else f"text {quoted_text(node.text)}",
        "url": None if node.url is None else f"url {quoted_text(node.url)}",
    }
    parts = [Part(text, places.get(key)) for key, text in options.items() if text is not None]
    return Layout(f"source {guarded(node.id.name)}", parts)


_OPTIONS = {
    "TEXT": "title",
    "DATE": "date",
    "RELIABILITY": "reliability",
    "TEXT_WORD": "text",
    "URL": "url",
    "FROM": "paths",
    "TABLE": "table",
    "SOURCE": "source",
    "WHERE": "where",
}


def _option_places(node: tree.Statement, head: tree.Node) -> dict[str, Span]:
    """Where the options of a `source` or an `import` stand that come after its `head`: word and value."""
    places: dict[str, Span] = {}
    tokens = [(kind, span) for kind, span in _tokens(node) if head.span and span.start >= head.span.end]
    taken = False
    for (kind, span), (following, value) in pairwise(tokens):
        key = None if taken or (kind == "FROM" and following != "TEXT") else _OPTIONS.get(kind)
        taken = key is not None and kind not in {"TEXT", "DATE"}
        if key is not None:
            places.setdefault(key, Span(span.source, span.start, value.end) if taken else span)
    return places


# Facts, rules and the rest -------------------------------------------------------------------------


def _fact(node: tree.Fact) -> Layout:
    return Layout(atom(node.atom), _noted(node.annotations))


def _rule(node: tree.Rule) -> Layout:
    default = ["normally"] if node.default else []
    cap = [repr(float(node.cap))] if node.cap is not None else []
    label = [f"{guarded(node.label)}:"] if node.label is not None else []
    neck = [":-"] if node.body else []
    return Layout(" ".join([*default, *cap, *label, atom(node.head), *neck]), _nodes(node.body), breaks=True)


def _constraint(node: tree.Constraint) -> Layout:
    label = f"{guarded(node.label)}: " if node.label is not None else ""
    return Layout(f"{label}:-", _nodes(node.body))


def _import(node: tree.Import) -> Layout:
    places = _option_places(node, node.atom)
    parts = [*_noted(node.annotations)]
    if node.paths:
        parts.append(Part(f"from {', '.join(map(phrase, node.paths))}", places.get("paths"), comma=False))
    if node.named is not None:
        parts.append(Part(f"from table {guarded(node.named.name)}", places.get("named"), comma=False))
    if node.table is not None:
        parts.append(Part(f"table {quoted_text(node.table)}", places.get("table"), comma=False))
    if node.source is not None:
        parts.append(Part(f"source {guarded(node.source.name)}", places.get("source"), comma=False))
    if node.where:
        parts.append(Part(f"where {body(node.where)}", places.get("where"), comma=False))
    return Layout(f"import {call(node.atom)}", parts)


def _table(node: tree.TableDeclaration) -> Layout:
    table = "" if node.table is None else f" table {quoted_text(node.table)}"
    return Layout(f"table {guarded(node.id.name)}", [Part(f"from {', '.join(map(phrase, node.paths))}{table}", None)])


def _pattern(literals: Iterable[tree.BodyLiteral]) -> str:
    return ", ".join(map(pattern_part, literals))


def _answers(node: tree.Answers) -> Layout:
    spans = _row_spans(node)
    rows = [Part(row(values), spans[i] if spans else None) for i, values in enumerate(node.rows)]
    return Layout(f"answers {_pattern(node.body)} = {{", rows, "}.", breaks=True, hangs=True)


def _row_spans(node: tree.Answers) -> list[Span]:
    """Where the rows stand, parentheses included: between the commas of the set after the `=`."""
    texts = [(span.text, span) for _, span in _tokens(node)]
    opening = next((i for i, pair in enumerate(pairwise(texts)) if (pair[0][0], pair[1][0]) == ("=", "{")), -3)
    spans: list[Span] = []
    fresh, depth = True, 0
    for text, span in texts[opening + 2 : -2]:
        depth += {"(": 1, ")": -1}.get(text, 0)
        if text == "," and not depth:
            fresh = True
        else:
            spans.append(span if fresh else Span(span.source, spans.pop().start, span.end))
            fresh = False
    return spans


def _timeline(node: tree.Timeline) -> Layout:
    return Layout(f"timeline {_pattern(node.body)} = {{", _nodes(node.rows), "}.", breaks=True, hangs=True)


_LAYOUTS: dict[type, Callable[[Any], Layout]] = {
    tree.TypeDeclaration: lambda node: Layout("type", _words(node.names)),
    tree.EntityDeclaration: _entity,
    tree.RelationDeclaration: _relation,
    tree.SourceDeclaration: _source,
    tree.Fact: _fact,
    tree.Rule: _rule,
    tree.Constraint: _constraint,
    tree.Query: lambda node: Layout("?-", _nodes(node.body)),
    tree.Prefer: lambda node: Layout(f"prefer {guarded(node.stronger.name)} over {guarded(node.weaker.name)}"),
    tree.Exclusive: lambda node: Layout("exclusive", _nodes(node.atoms)),
    tree.Load: lambda node: Layout("load", _nodes(node.paths)),
    tree.TableDeclaration: _table,
    tree.Import: _import,
    tree.AsOf: lambda node: Layout(f"as of {phrase(node.date) if node.date else 'ever'}"),
    tree.MinConfidence: lambda node: Layout(f"min confidence {level(node.value)}"),
    tree.Without: lambda node: Layout("without", _words(node.sources)),
    tree.Expect: lambda node: Layout("expect", _nodes(node.body)),
    tree.Refute: lambda node: Layout("refute", _nodes(node.body)),
    tree.Answers: _answers,
    tree.Timeline: _timeline,
    tree.Unknown: lambda node: Layout(f"unknown {atom(node.atom)}"),
    tree.Contested: lambda node: Layout(f"contested {atom(node.atom)}"),
    tree.Because: lambda node: Layout(f"because {atom(node.atom)} uses", _nodes(node.uses)),
}
