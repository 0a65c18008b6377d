"""What an answer hangs on, in words: single facts, sets that hold it up together, and sources."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from alignment.language.printer import format_node
from alignment.reasoning.diagnosis import LARGEST, Turning
from alignment.reasoning.linchpins import Linchpins
from alignment.reasoning.proofs import Reported
from alignment.records import frozen
from alignment.render.branches import hanging
from alignment.render.reports import report_data, sources_named
from alignment.render.style import Style, plain
from alignment.render.words import Words, capitalised

if TYPE_CHECKING:
    from alignment.checks.model import Schema

MOST_SETS = 10
"""Sets of several facts or sources listed in text; data has them all."""


@frozen
class LinchpinTable:
    """What an atom hangs on, with the words to tell it; false if the atom does not hold."""

    found: Linchpins
    schema: Schema
    derived: Collection[str] = ()

    @property
    def holds(self) -> bool:
        """Whether the atom holds at all."""
        return self.found.holds

    @property
    def facts(self) -> Turning[Reported]:
        """The smallest sets of facts without which it would not hold."""
        return self.found.facts

    @property
    def sources(self) -> Turning[str]:
        """The smallest sets of sources without which it would not hold."""
        return self.found.sources

    def __bool__(self) -> bool:
        return self.found.holds

    def __str__(self) -> str:
        return self.render()

    def render(self, width: int | None = None, style: Style = plain) -> str:
        """The text people read, wrapped to `width` columns; None leaves lines as long as they are."""
        words = Words(self.schema, self.derived)
        claim = words.sentence(self.found.claim)
        if not self.holds:
            said = [f"No: it does not hold that {claim}.", f"Ask: whynot {format_node(self.found.claim)}"]
            return "\n".join(line for text in said for line in hanging(text, width))
        lines: list[str] = []
        for kind, first, text in self._parts(words):
            lines += [""] if kind == "header" else []
            lines += [style(kind, line) for line in hanging(text, width, first, " " * len(first) + "  ")]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """The same for other programs, safe for JSON: `facts` and `sources`, each as sets with `complete`."""
        words = Words(self.schema, self.derived)
        return {
            "claim": format_node(self.found.claim),
            "text": words.line(self.found.claim),
            "holds": self.found.holds,
            "exact": self.found.exact,
            "facts": {
                "sets": [[self._fact(fact, words) for fact in one] for one in self.facts.sets],
                "complete": self.facts.complete,
            },
            "sources": {"sets": [list(one) for one in self.sources.sets], "complete": self.sources.complete},
        }

    def _fact(self, fact: Reported, words: Words) -> dict[str, Any]:
        reports = [report_data(report, self.schema) for report in fact.reports]
        return {"atom": format_node(fact.claim), "text": words.line(fact.claim), "reports": reports}

    def _parts(self, words: Words) -> Iterator[tuple[str, str, str]]:
        """Kind, indent and text of each paragraph."""
        yield "claim", "", f"{words.line(self.found.claim)}."
        yield from _told(
            "facts", [[_named(fact, words) for fact in one] for one in self.facts.sets], self.facts.complete
        )
        sources = [[_titled(name, self.schema) for name in one] for one in self.sources.sets]
        yield from _told("sources", sources, self.sources.complete)
        if not self.found.exact:
            yield "closing", "", "Not all that bears on it was looked at, so there may be more."


def _told(kind: str, sets: Sequence[Sequence[str]], complete: bool) -> Iterator[tuple[str, str, str]]:
    single = [one[0] for one in sets if len(one) == 1]
    several = [one for one in sets if len(one) > 1]
    one = kind.removesuffix("s")
    if single:
        these = f"any one of these {kind}" if len(single) > 1 else f"this {one}"
        yield "header", "", f"Without {these} it would not hold:"
        yield from (("report", "  ", name) for name in single)
    if several:
        more = "other " if single else ""
        yield "header", "", f"No {more}{one} alone brings it down; without these together it would not hold:"
        yield from (("report", "  ", " + ".join(names)) for names in several[:MOST_SETS])
    if len(several) > MOST_SETS:
        left = len(several) - MOST_SETS
        yield "closing", "  ", f"and {left} more (--format json lists them)"
    if not complete:
        none = "" if sets else f"No set of up to {LARGEST} {kind} brings it down. "
        yield "closing", "", f"{none}There may be sets of more than {LARGEST} {kind}; they are not looked for."
    elif not sets:
        yield "closing", "", f"It hangs on no {one}: {capitalised(kind)} could all go, and it would hold."


def _named(fact: Reported, words: Words) -> str:
    who = sources_named(fact.reports)
    return f"{words.line(fact.claim)} [{who}]" if who else words.line(fact.claim)


def _titled(name: str, schema: Schema) -> str:
    source = schema.sources.get(name)
    return f"{name} ({source.title})" if source and source.title else name
