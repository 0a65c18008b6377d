"""The plain program as text for clingo, in the language of ASP-Core-2."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from alignment.exchange import clingo_text
from alignment.exchange.clingo_rules import RuleText, Shared
from alignment.exchange.content import Content
from alignment.exchange.kinds import ColumnKinds
from alignment.exchange.lines import Lines
from alignment.exchange.magnitudes import LAST_DAY
from alignment.exchange.names import relation_names, remark
from alignment.exchange.ranks import Ranks
from alignment.exchange.refusals import Refusals
from alignment.exchange.rules import as_written
from alignment.exchange.shapes import Shape
from alignment.exchange.targets import Part
from alignment.program.model import Rule

LEGEND = """\
% Exported by Alignment for clingo; as of {as_of}.
% Names are constants, or symbol("...") where clingo has no such constant; texts are strings.
% date(N) is the day N, counted from 0001-01-01, which is 1; decimal("0.75") is a decimal."""


def names_of(content: Content) -> Mapping[str, str]:
    """The predicate of each relation."""
    return relation_names(content.all, clingo_text.may_keep)


def parts(content: Content) -> Iterator[Part]:
    """The one file of the export. Raises AlignmentError with what clingo cannot say."""
    refusals = Refusals("clingo")
    refusals.rows(content, lambda code: clingo_text.refused(content.dictionary, code))
    writer = _Writer(content, refusals)
    rules = {name: [writer.rule(rule) for rule in of_head] for name, of_head in content.rules.items()}
    if not refusals.problems:
        refusals.overflows(content)
    refusals.raise_any()
    yield Part("base.lp", writer.lines(rules))


class _Writer:
    """Writes relations under the names that they have there."""

    def __init__(self, content: Content, refusals: Refusals) -> None:
        self.content = content
        self.names = names_of(content)
        self.shared = Shared(content, ColumnKinds(content), self.names, refusals)

    def rule(self, rule: Rule) -> list[str]:
        """A rule under a remark that names it."""
        doc = remark(getattr(rule.origin, "doc", None))
        title = f"% {remark(rule.name)}{': ' if doc else ''}{doc}"
        text = RuleText(self.shared, rule).text()
        return [title, f"% It has no answers on these rows: {remark(as_written(rule))}" if text is None else text]

    def lines(self, rules: Mapping[str, list[list[str]]]) -> Iterator[str]:
        """The lines of the file."""
        content = self.content
        relations = {name: content.evaluation.reported(name) for name in content.all}
        facts = Lines(content, relations, {name: self.shape(name) for name in content.all})
        yield LEGEND.format(as_of=content.evaluation.view.as_of or "ever")
        for name, new in self.names.items():
            if name != new and name in content.public:
                yield f"% {remark(name)} is {new} here."
        for name in content.all:
            yield ""
            yield f"#defined {self.names[name]}/{content.arity(name)}."
            yield from facts.of(name)
            for lines in rules.get(name, ()):
                yield from lines
        yield from self.ranks()
        yield ""
        for name in content.public:
            yield f"#show {self.names[name]}/{content.arity(name)}."

    def shape(self, name: str) -> Shape:
        """A row as a fact."""
        head, width = self.names[name], self.content.arity(name)
        return Shape(f"{head}(", ",", ").", (clingo_text.spelled,) * width, f"{head}.")

    def ranks(self) -> Iterator[str]:
        """The order of constants, where a rule needs it."""
        dictionary, ranks = self.content.dictionary, Ranks(self.content)
        if self.shared.days:
            yield f"\n% The first day and the last.\ndays_(1,{LAST_DAY})."
        if self.shared.compares:
            yield "\n% order_(X,S,N): X is the N-th constant of the sort S."
            for code, sort, place in ranks.compared():
                yield f"order_({clingo_text.constant(dictionary, code)},{sort},{place})."
        if self.shared.lists:
            yield "\n% rank_(X,N): X is the N-th of all constants."
            for code, place in ranks.listed():
                yield f"rank_({clingo_text.constant(dictionary, code)},{place})."
