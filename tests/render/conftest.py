"""A small base in the language, and proofs built by hand over it: nothing is evaluated in these tests."""

from __future__ import annotations

import datetime
import itertools

import pytest

from alignment.checks.check import check
from alignment.factbase.report import Report
from alignment.language import tree
from alignment.language.parser import parse, parse_atom, parse_body
from alignment.reasoning.proofs import Absent, Aggregated, Compared, CutOff, Derived, Proof, Reported, Why
from alignment.render.words import Words
from alignment.source import SourceText

DECLARED = r"""
type country, organisation, person, good.
country russia "Russia". country china "China". country turkey "Türkiye". country lebanon "لبنان".
country odd "Say \"hi\" [x] {y} <b>&|#1;`". country nameless.
organisation sco "the Shanghai Cooperation Organisation". person ono "小野".
good oil "oil". good gas "natural gas". good shells "shells".
relation member(country: country, organisation: organisation) "{country} is a member of {organisation}".
relation supplies(supplier: country, recipient: country, good: good)
    "{supplier} supplies {good} to {recipient}".
relation buys(buyer: country, seller: country, good: good) "{buyer} buys {good} from {seller}".
relation strategic(good: good) "strategic goods include {good}".
relation sanctions(sender: country, target: country) "{sender} sanctions {target}".
relation backs(actor: country, side: country) "{actor} backs {side}".
relation trade(a: country, b: country, amount: number) "{a} trades for {amount} with {b}".
relation votes(who: country, on: any, vote: any) "{who} votes '{vote}' on {on}".
relation untold(a: country, b: country).
relation alarm() "the alarm is raised".
stance supports(actor: country, side: country) "{actor} supports {side}".
source summary "Summary of the article", 2024-07-03, reliability c.
source article "The article", 2024-07-03, reliability b, url "https://example.org/a".
source gossip "Hearsay", reliability f.
source wire.
"""

RULES = """
%! Purchases of several strategic goods
%! pay for a war.
lifeline: backs(X, Y) :- N = #count{ G : buys(X, Y, G), strategic(G) }, N >= 2.
%! Backing is support, unless it is contradicted.
support: supports(X, Y) :- backs(X, Y), X != Y, not sanctions(X, Y).
normally 0.7 guess: supports(X, Y) :- member(X, sco), member(Y, sco).
backs(X, Y) :- supplies(X, Y, shells).
"""


class Base:
    """Makes values out of the language, over one schema."""

    def __init__(self) -> None:
        file, problems = parse(SourceText("base.facts", DECLARED))
        assert not problems, problems
        checked, problems = check([file])
        assert checked is not None, problems
        self.schema = checked.schema
        parsed, problems = parse(SourceText("war.rules", RULES))
        assert not problems, problems
        self.rules = [rule for rule in parsed.statements if isinstance(rule, tree.Rule)]
        self.words = Words(self.schema)
        self._source = SourceText("astana.facts", "\n" * 99)
        self._lines = itertools.count(1)

    def rule(self, label: str | None) -> tree.Rule:
        """A rule of `RULES` by its label."""
        return next(rule for rule in self.rules if rule.label == label)

    def atom(self, text: str) -> tree.Atom:
        """An atom as written."""
        atom, problems = parse_atom(SourceText("<atom>", text))
        assert atom is not None, problems
        return atom

    def literal(self, text: str) -> tree.BodyLiteral:
        """One literal of a body as written."""
        body, problems = parse_body(SourceText("<body>", text))
        assert body is not None, problems
        return body[0]

    def aggregate(self, text: str) -> tree.Aggregate:
        """An aggregate as written."""
        literal = self.literal(f"N = {text}")
        assert isinstance(literal, tree.Comparison)
        assert isinstance(literal.right, tree.Aggregate)
        return literal.right

    def report(
        self,
        source: str | None = None,
        quote: str | None = None,
        confidence: float | None | str = "",
        line: int = 12,
        **dates: str,
    ) -> Report:
        """A report at a line of astana.facts; as likely as its source is reliable, unless given."""
        if isinstance(confidence, str):
            declared = self.schema.sources.get(source or "")
            confidence = declared.confidence if declared else 1.0
        days = {name: datetime.date.fromisoformat(day) for name, day in dates.items()}
        span = self._source.span(line - 1, line)
        return Report(source, quote, confidence, span=span, **days)

    def reported(self, text: str, *reports: Report) -> Reported:
        """A fact and its reports; one without a source if none is given."""
        return Reported(self.atom(text), reports or (self.report(),))

    def derived(self, text: str, label: str | None, *premises: Proof) -> Derived:
        """A conclusion of a rule of `RULES`."""
        return Derived(self.atom(text), self.rule(label), premises)

    def absent(self, text: str) -> Absent:
        """What nothing shows."""
        return Absent(self.atom(text))

    def cut_off(self, text: str) -> CutOff:
        """A claim whose proof stands elsewhere."""
        return CutOff(self.atom(text))

    def compared(self, text: str) -> Compared:
        """A condition that holds."""
        condition = self.literal(text)
        assert isinstance(condition, tree.Comparison | tree.Membership)
        return Compared(condition)

    def counted(self, text: str, value: int, *rows: Proof) -> Aggregated:
        """An aggregate with its value."""
        return Aggregated(self.aggregate(text), tree.Integer(value), rows)

    def china(self) -> Derived:
        """Why China supports Russia: a proof with a node of each kind."""
        article, summary = (self.report(name, since="2022-02-24") for name in ("article", "summary"))
        return self.derived(
            "supports(china, russia)",
            "support",
            self.derived(
                "backs(china, russia)",
                "lifeline",
                self.counted(
                    "#count{ G : buys(X, Y, G), strategic(G) }",
                    2,
                    self.reported("buys(china, russia, oil)", article, summary),
                    self.reported("strategic(oil)"),
                    self.reported("buys(china, russia, gas)", summary),
                    self.reported("strategic(gas)"),
                ),
                self.compared("2 >= 2"),
            ),
            self.compared("china != russia"),
            self.absent("sanctions(china, russia)"),
        )

    def why(self, *proofs: Proof, confidence: float | None = 0.6, needed: tuple[str, ...] = ()) -> Why:
        """The answer to `why` with these proofs."""
        claim = proofs[0].claim  # type: ignore[union-attr]  # of a proof that claims something
        return Why(claim, proofs, confidence, needed=needed)


@pytest.fixture(scope="session")
def base() -> Base:
    """The base that all tests of this room speak about."""
    return Base()
