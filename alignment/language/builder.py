"""Tokens to nodes, second half: statements and the steps of tests. Methods are named as grammar rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from alignment.language import bulk, tree
from alignment.language.lexical import symbol_name
from alignment.language.terms import Children, TermBuilder
from alignment.records import frozen
from alignment.source import Span


@frozen
class Label:
    """The label of a rule."""

    name: str


@frozen
class Option:
    """A part of a `source` or an `import` that may stand in any order."""

    key: str
    value: Any
    span: Span


class Builder(TermBuilder):
    """Builds the nodes of one text; what is wrong goes into `problems`."""

    # Files and what holds statements -----------------------------------------------------------

    def file(self, children: Children, _begin: int, _end: int) -> list[bulk.Part]:
        """The statements and the runs of facts."""
        return self._listed(children)

    def goal(self, children: Children, _begin: int, _end: int) -> tuple[tree.BodyLiteral, ...]:
        return next(child for child in children if isinstance(child, tuple))

    def atom_goal(self, children: Children, _begin: int, _end: int) -> tree.Atom:
        atom: tree.Atom = children[0]
        return atom

    def doc(self, children: Children, _begin: int, _end: int) -> bulk.Doc:
        return bulk.Doc(children[0][2:].strip())

    def _listed(self, children: Iterable[Any]) -> list[bulk.Part]:
        """Statements with the doc comments before them; those with something wrong in them left out."""
        parts: list[bulk.Part] = []
        docs: list[str] = []
        for child in children:
            if isinstance(child, bulk.Doc):
                docs.append(child.text)
                continue
            if not self._is_spoiled(child):
                parts.append(replace(child, doc="\n".join(docs)) if docs else child)
            docs = []
        return parts

    def _is_spoiled(self, part: bulk.Part) -> bool:
        if not self.problems or isinstance(part, bulk.Run) or part.span is None:
            return False
        if isinstance(part, bulk.FactBlock | tree.Block | tree.Test):
            return False  # only the fact or the step inside was left out
        start, end = part.span.start, part.span.end
        return any(problem.span and start <= problem.span.start < end for problem in self.problems)

    # Declarations ------------------------------------------------------------------------------

    def type_declaration(self, children: Children, begin: int, end: int) -> tree.TypeDeclaration:
        return tree.TypeDeclaration(tuple(children[1:-1]), span=Span(self.source, begin, end))

    def display_name(self, children: Children, begin: int, _end: int) -> str:
        return self.unquoted(children[0], begin)

    template = display_name

    def alias(self, children: Children, begin: int, _end: int) -> str:
        return self.unquoted(children[0], begin)

    def aliases(self, children: Children, _begin: int, _end: int) -> tuple[str, ...]:
        return tuple(children[1:])

    def entity_declaration(self, children: Children, begin: int, end: int) -> tree.EntityDeclaration:
        type_, id_, *rest, _dot = children
        name = rest[0] if rest and isinstance(rest[0], str) else None
        aliases = rest[-1] if rest and isinstance(rest[-1], tuple) else ()
        return tree.EntityDeclaration(type_, id_, name, aliases, span=Span(self.source, begin, end))

    def parameter(self, children: Children, begin: int, end: int) -> tree.Parameter:
        name, _colon, type_ = children
        return tree.Parameter(symbol_name(name), symbol_name(type_), span=Span(self.source, begin, end))

    def parameters(self, children: Children, _begin: int, _end: int) -> tuple[tree.Parameter, ...]:
        return tuple(children[1:-1])

    def relation_declaration(self, children: Children, begin: int, end: int) -> tree.RelationDeclaration:
        kind, name, *rest, _dot = children
        parameters = rest[0] if rest and isinstance(rest[0], tuple) else ()
        template = rest[-1] if rest and isinstance(rest[-1], str) else None
        span = Span(self.source, begin, end)
        return tree.RelationDeclaration(kind, symbol_name(name), parameters, template, span=span)

    def title(self, children: Children, begin: int, end: int) -> Option:
        return Option("title", self.unquoted(children[0], begin), Span(self.source, begin, end))

    def published(self, children: Children, begin: int, end: int) -> Option:
        return Option("date", children[0], Span(self.source, begin, end))

    def reliability(self, children: Children, begin: int, end: int) -> Option:
        code = children[1]
        if code not in tree.RELIABILITY:
            hint = "the Admiralty code has a, b, c, d, e, and f: cannot be judged"
            if code.lower() in tree.RELIABILITY:
                hint = f"write it small: reliability {code.lower()}"
            self.problem(end - len(code), end, f"'{code}' is not a reliability", hint)
        return Option("reliability", code, Span(self.source, begin, end))

    def text_file(self, children: Children, begin: int, end: int) -> Option:
        return Option("text", self.unquoted(children[1], end - len(children[1])), Span(self.source, begin, end))

    def url(self, children: Children, begin: int, end: int) -> Option:
        return Option("url", self.unquoted(children[1], end - len(children[1])), Span(self.source, begin, end))

    def source_declaration(self, children: Children, begin: int, end: int) -> tree.SourceDeclaration:
        _source, id_, *options, _dot = children
        given = self._options(options, "source")
        return tree.SourceDeclaration(id_, **given, span=Span(self.source, begin, end))

    def _options(self, options: Iterable[Any], statement: str) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for option in options:
            if not isinstance(option, Option):
                continue
            if option.key in given:
                message = f"this {statement} has a second {option.key}"
                self.problem(option.span.start, option.span.end, message, "leave one of them out")
            given[option.key] = option.value
        return given

    # Facts and rules ---------------------------------------------------------------------------

    def fact(self, children: Children, begin: int, end: int) -> tree.Fact:
        annotations = children[1] if len(children) == 3 else ()
        return tree.Fact(children[0], annotations, span=Span(self.source, begin, end))

    def block(self, children: Children, begin: int, end: int) -> tree.Block | bulk.FactBlock:
        annotations, _open, *facts, _close = children
        parts, span = self._listed(facts), Span(self.source, begin, end)
        if any(isinstance(part, bulk.Run) for part in parts):
            return bulk.FactBlock.of(annotations, parts, span)
        return tree.Block(annotations, tuple(parts), span=span)  # type: ignore[arg-type]  # no runs: facts

    def cap(self, children: Children, begin: int, end: int) -> float:
        value = float(children[0])
        if value > 1:
            hint = f"write {value / 100:g} for {value:g} percent" if value <= 100 else None
            message = f"a confidence lies between 0 and 1, and {value:g} does not"
            self.problem(begin, end, message, hint, "bad-confidence")
        return value

    def label(self, children: Children, _begin: int, _end: int) -> Label:
        return Label(symbol_name(children[0]))

    def rule(self, children: Children, begin: int, end: int) -> tree.Rule:
        label = next((child.name for child in children if isinstance(child, Label)), None)
        head = next(child for child in children if isinstance(child, tree.Atom))
        body = next((child for child in children if isinstance(child, tuple)), ())
        cap = next((child for child in children if isinstance(child, float)), None)
        return tree.Rule(head, body, label, children[0] == "normally", cap, span=Span(self.source, begin, end))

    def constraint(self, children: Children, begin: int, end: int) -> tree.Constraint:
        label = children[0].name if isinstance(children[0], Label) else None
        return tree.Constraint(children[-2], label, span=Span(self.source, begin, end))

    def query(self, children: Children, begin: int, end: int) -> tree.Query:
        return tree.Query(children[1], span=Span(self.source, begin, end))

    def prefer(self, children: Children, begin: int, end: int) -> tree.Prefer:
        return tree.Prefer(children[1], children[3], span=Span(self.source, begin, end))

    def exclusive(self, children: Children, begin: int, end: int) -> tree.Exclusive:
        return tree.Exclusive(tuple(children[1:-1]), span=Span(self.source, begin, end))

    def load(self, children: Children, begin: int, end: int) -> tree.Load:
        return tree.Load(tuple(children[1:-1]), span=Span(self.source, begin, end))

    # Imports -----------------------------------------------------------------------------------

    def import_annotations(self, children: Children, _begin: int, _end: int) -> tuple[tree.Annotation, ...]:
        return tuple(children)

    def import_paths(self, children: Children, begin: int, end: int) -> Option:
        return Option("paths", tuple(children[1:]), Span(self.source, begin, end))

    def import_named(self, children: Children, begin: int, end: int) -> Option:
        return Option("named", children[2], Span(self.source, begin, end))

    def import_table(self, children: Children, begin: int, end: int) -> Option:
        return Option("table", self.unquoted(children[1], end - len(children[1])), Span(self.source, begin, end))

    def import_source(self, children: Children, begin: int, end: int) -> Option:
        return Option("source", children[1], Span(self.source, begin, end))

    def where(self, children: Children, begin: int, end: int) -> Option:
        return Option("where", children[1], Span(self.source, begin, end))

    def table_declaration(self, children: Children, begin: int, end: int) -> tree.TableDeclaration:
        given = self._options(children, "table")
        return tree.TableDeclaration(children[1], span=Span(self.source, begin, end), **given)

    def import_statement(self, children: Children, begin: int, end: int) -> tree.Import:
        given = self._options(children, "import")
        if "paths" not in given and "named" not in given:
            self.problem(begin, begin + len("import"), "this import does not say from where", 'add: from "file.csv"')
        if "named" in given and ("paths" in given or "table" in given):
            message = "this import names a table twice"
            self.problem(begin, begin + len("import"), message, "its `table` statement says where it is")
        annotations = tuple(one for child in children if isinstance(child, tuple) for one in child)
        span = Span(self.source, begin, end)
        return tree.Import(children[1], annotations, given.pop("paths", ()), **given, span=span)

    # Tests -------------------------------------------------------------------------------------

    def test(self, children: Children, begin: int, end: int) -> tree.Test:
        _test, name, _open, *steps, _close = children
        steps = [step for step in steps if not self._is_spoiled(step)]
        value = self.unquoted(name, self.source.text.index('"', begin))
        return tree.Test(value, tuple(steps), span=Span(self.source, begin, end))

    def as_of(self, children: Children, begin: int, end: int) -> tree.AsOf:
        date = children[2] if isinstance(children[2], tree.Date) else None
        return tree.AsOf(date, span=Span(self.source, begin, end))

    def min_confidence(self, children: Children, begin: int, end: int) -> tree.MinConfidence:
        return tree.MinConfidence(children[2], span=Span(self.source, begin, end))

    def without(self, children: Children, begin: int, end: int) -> tree.Without:
        return tree.Without(tuple(children[1:-1]), span=Span(self.source, begin, end))

    def given(self, children: Children, begin: int, end: int) -> tree.Given:
        statements = tuple(bulk.nodes(self._listed(children[2:-1])))
        return tree.Given(statements, span=Span(self.source, begin, end))

    def expect(self, children: Children, begin: int, end: int) -> tree.Expect:
        return tree.Expect(children[1], span=Span(self.source, begin, end))

    def refute(self, children: Children, begin: int, end: int) -> tree.Refute:
        return tree.Refute(children[1], span=Span(self.source, begin, end))

    def pattern(self, children: Children, _begin: int, _end: int) -> tuple[tree.BodyLiteral, ...]:
        """A body; an atom without arguments in it was read as a term."""
        return tuple(self._atom_of(child) for child in children if isinstance(child, tree.Node))

    def _atom_of(self, part: Any) -> Any:  # noqa: ANN401
        if isinstance(part, tree.Literal | tree.Comparison | tree.Membership):
            return part
        if not isinstance(part, tree.Symbol):
            self.problem(part.span.start, part.span.end, "an atom is expected here", "for example: supports(X, russia)")
            return tree.Literal(tree.Atom("", span=part.span), span=part.span)
        return tree.Literal(tree.Atom(part.name, span=part.span), span=part.span)

    def row(self, children: Children, _begin: int, _end: int) -> tuple[tree.Constant, ...]:
        return tuple(child for child in children if isinstance(child, tree.Node))  # type: ignore[misc]  # constants

    def answers(self, children: Children, begin: int, end: int) -> tree.Answers:
        _answers, body, _open, *rows, _close, _dot = children
        return tree.Answers(body, tuple(rows), span=Span(self.source, begin, end))

    def period(self, children: Children, begin: int, end: int) -> tree.Period:
        start = children[0] if isinstance(children[0], tree.Date) else None
        stop = children[-1] if isinstance(children[-1], tree.Date) else None
        return tree.Period(start, stop, span=Span(self.source, begin, end))

    def timeline_row(self, children: Children, begin: int, end: int) -> tree.TimelineRow:
        *values, period = [child for child in children if isinstance(child, tree.Node)]
        return tree.TimelineRow(tuple(values), period, span=Span(self.source, begin, end))  # type: ignore[arg-type]

    def timeline(self, children: Children, begin: int, end: int) -> tree.Timeline:
        _timeline, body, _open, *rows, _close, _dot = children
        return tree.Timeline(body, tuple(rows), span=Span(self.source, begin, end))

    def unknown(self, children: Children, begin: int, end: int) -> tree.Unknown:
        return tree.Unknown(children[1], span=Span(self.source, begin, end))

    def contested(self, children: Children, begin: int, end: int) -> tree.Contested:
        return tree.Contested(children[1], span=Span(self.source, begin, end))

    def because(self, children: Children, begin: int, end: int) -> tree.Because:
        _because, claim, _uses, *uses, _dot = children
        return tree.Because(claim, tuple(uses), span=Span(self.source, begin, end))
