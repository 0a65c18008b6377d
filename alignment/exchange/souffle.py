"""The plain program for Soufflé: typed declarations and rules in `base.dl`, the facts in tables beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property, partial

from alignment.exchange import souffle_text
from alignment.exchange.content import Content
from alignment.exchange.kinds import ColumnKinds
from alignment.exchange.lines import Lines
from alignment.exchange.names import relation_names, remark
from alignment.exchange.ranks import Ranks
from alignment.exchange.refusals import Refusals
from alignment.exchange.rules import as_written
from alignment.exchange.shapes import Shape
from alignment.exchange.souffle_rules import RuleText
from alignment.exchange.souffle_terms import Shared
from alignment.exchange.souffle_text import Form, form_of, plain
from alignment.exchange.targets import Part
from alignment.program.model import PADDING, Rule

LEGEND = """\
// Exported by Alignment for Souffle; as of {as_of}. Run it where its .facts are: souffle base.dl
// Names and texts are symbols as in the language: china, 'Big name', "a text". A column of mixed kinds holds
// such symbols too. Dates are numbers: the days since 0001-01-01, which is 1.
// Decimals are exact where Souffle was built with SOUFFLE_DOMAIN_64BIT only."""


def names_of(content: Content) -> Mapping[str, str]:
    """The relation of each relation."""
    return relation_names(content.all, souffle_text.may_keep)


def parts(content: Content) -> Iterator[Part]:
    """The program and its tables. Raises AlignmentError with what Soufflé cannot say."""
    refusals = Refusals("Soufflé")
    refusals.rows(content, lambda code: souffle_text.refused(content.dictionary, code))
    writer = _Writer(content, refusals)
    rules = {name: [writer.rule(rule) for rule in of_head] for name, of_head in content.rules.items()}
    if not refusals.problems:
        refusals.overflows(content)
    refusals.raise_any()
    yield Part("base.dl", writer.lines(rules))
    for name in content.all:
        if writer.has_table(name):
            yield Part(f"{writer.names[name]}.facts", writer.table(name))
    if writer.shared.compares:
        yield Part("order_.facts", writer.compared())
    if writer.shared.lists:
        yield Part("rank_.facts", writer.listed())


_SPELLS = {form: partial(souffle_text.spelled, form=form) for form in Form}


class _Writer:
    """Writes relations under the names that they have there."""

    def __init__(self, content: Content, refusals: Refusals) -> None:
        self.content = content
        self.names = names_of(content)
        kinds = ColumnKinds(content)
        self.forms = {name: [form_of(column) for column in columns] for name, columns in kinds.columns.items()}
        for rules in content.rules.values():
            for rule in rules:
                for i, arg in enumerate(rule.args):
                    if arg == PADDING:
                        self.forms[rule.head][i] = Form.SYMBOL
        self.shared = Shared(content, kinds, self.forms, self.names, refusals)

    def has_table(self, name: str) -> bool:
        """Whether the facts of a relation are in a file: not where it has no columns, or none can be reported."""
        concluded = name in self.content.rules and not self.content.evaluation.reported(name)
        return self.content.arity(name) > 0 and not concluded

    def rule(self, rule: Rule) -> list[str]:
        """A rule under a remark that names it."""
        doc = _remark(getattr(rule.origin, "doc", None))
        title = f"// {_remark(rule.name)}{': ' if doc else ''}{doc}"
        text = RuleText(self.shared, rule).text()
        return [title, f"// It has no answers on these rows: {_remark(as_written(rule))}" if text is None else text]

    def lines(self, rules: Mapping[str, list[list[str]]]) -> Iterator[str]:
        """The lines of the program."""
        content = self.content
        yield LEGEND.format(as_of=content.evaluation.view.as_of or "ever")
        for name in content.all:
            new = self.names[name]
            yield ""
            if new != name and name in content.public:
                yield f"// {_remark(name)} is {new} here."
            columns = ", ".join(f"c{i}: {form.type}" for i, form in enumerate(self.forms[name], 1))
            yield f".decl {new}({columns})"
            if self.has_table(name):
                yield _input(new)
            elif content.evaluation.reported(name):
                yield f"{new}()."
            for lines in rules.get(name, ()):
                yield from lines
        if self.shared.compares:
            yield "\n.decl order_(constant: symbol, sort: symbol, place: number)\n" + _input("order_")
        if self.shared.lists:
            yield "\n.decl rank_(constant: symbol, place: number)\n" + _input("rank_")
        yield ""
        for name in content.public:
            yield f".output {self.names[name]}"

    def table(self, name: str) -> Iterator[str]:
        """The facts of a relation, a line each."""
        yield from self.facts.of(name)

    @cached_property
    def facts(self) -> Lines:
        """The facts of all relations that have a table, a line each."""
        content = self.content
        relations = {name: content.evaluation.reported(name) for name in content.all if self.has_table(name)}
        shapes = {
            name: Shape("", "\t", "", tuple(_SPELLS[form] for form in self.forms[name]), "") for name in relations
        }
        return Lines(content, relations, shapes)

    def compared(self) -> Iterator[str]:
        """The places of constants within their sorts."""
        for code, sort, place in Ranks(self.content).compared():
            yield f"{plain(self.content.dictionary, code, Form.SYMBOL)}\t{sort}\t{place}"

    def listed(self) -> Iterator[str]:
        """The places of constants among all."""
        for code, place in Ranks(self.content).listed():
            yield f"{plain(self.content.dictionary, code, Form.SYMBOL)}\t{place}"


def _input(name: str) -> str:
    return f'.input {name}(IO=file, filename="{name}.facts", delimiter="\\t")'


def _remark(text: str | None) -> str:
    """A text in a comment: a backslash at its end would take in the next line."""
    return remark(text).replace("\\", "/")
