"""Why an atom holds, as text, data, diagram or page. The façade's door to this room."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from alignment.language import tree
from alignment.language.atoms import is_ground
from alignment.language.printer import format_node
from alignment.reasoning.proofs import Derived, Why, premises
from alignment.records import frozen
from alignment.render.branches import hanging
from alignment.render.closing import sources_of
from alignment.render.data import why_data
from alignment.render.diagram import Drawing, drawings
from alignment.render.dot import to_dot
from alignment.render.html import page
from alignment.render.mermaid import to_mermaid
from alignment.render.notes import NotesOf
from alignment.render.sections import Section, sections
from alignment.render.stances import StanceTable
from alignment.render.style import Style, plain
from alignment.render.text import explanation_text
from alignment.render.whynot import WhyNotExplanation
from alignment.render.words import Words

if TYPE_CHECKING:
    from alignment.checks.model import Schema
    from alignment.factbase.report import View

__all__ = ["Explanation", "StanceTable", "WhyNotExplanation"]


@frozen
class Explanation:
    """The proofs of an atom, or of each answer of an atom with variables; false if it does not hold.

    `view` is the view it was asked in, for saying on which date it does not hold. `derived` are the
    relations that rules conclude; without it, stances and the heads of the proofs' rules.
    """

    claim: tree.Atom
    whys: tuple[Why, ...]
    schema: Schema
    view: View | None = None
    derived: Collection[str] = ()

    @property
    def holds(self) -> bool:
        """Whether there is a proof."""
        return bool(self.whys)

    def __bool__(self) -> bool:
        return self.holds

    def __str__(self) -> str:
        return self.render()

    def render(self, width: int | None = None, style: Style = plain) -> str:
        """The text people read, wrapped to `width` columns; None leaves lines as long as they are."""
        if not self.whys:
            return "\n".join(line for text in self._denial() for line in hanging(text, width))
        found = self.sections()
        return explanation_text(found, self._sources(found), NotesOf(self.schema), width, style)

    def to_mermaid(self) -> str:
        """A flowchart in Mermaid's language, arrows from premises to conclusions."""
        return to_mermaid(self._drawings())

    def to_dot(self) -> str:
        """A graph in the DOT language of Graphviz, arrows from premises to conclusions."""
        return to_dot(self._drawings())

    def to_html(self) -> str:
        """A self-contained page: boxes that open, everything escaped, no scripts."""
        found = self.sections() or [Section("", (), tuple(self._denial()))]
        title = self.words().line(self.claim)
        return page(title, found, self._sources(found), NotesOf(self.schema))

    def sections(self) -> list[Section]:
        """Its proofs, each with a title and closing words, for who lays out a page of many."""
        return sections(self.whys, self.words())

    def words(self) -> Words:
        """The words of its base."""
        return Words(self.schema, {*self.derived, *_heads(self.whys)})

    def to_dict(self) -> dict[str, Any]:
        """The explanation for other programs, safe for JSON. See `data.why_data` for the keys.

        An atom with variables has `answers`, one such object for each, in place of its own proofs.
        """
        words = self.words()
        about = {"claim": format_node(self.claim), "text": words.line(self.claim), "holds": self.holds}
        if not is_ground(self.claim):
            return {**about, "answers": [why_data(why, words) for why in self.whys]}
        if self.whys:
            return why_data(self.whys[0], words)
        return {**about, "confidence": None, "complete": True, "proofs": [], "needed": []}

    def _sources(self, found: list[Section]) -> list[tuple[str, str]]:
        return sources_of([section.items for section in found], self.words())

    def _drawings(self) -> list[Drawing]:
        found = sections(self.whys, self.words(), whole=True)
        return drawings([(section.title, section.items) for section in found])

    def _denial(self) -> list[str]:
        ask = "Ask whynot with a name in place of each variable."
        if is_ground(self.claim):
            ask = f"Ask: whynot {format_node(self.claim)}"
        return [f"No: it does not hold{_in_view(self.view)} that {self.words().sentence(self.claim)}.", ask]


def _heads(whys: tuple[Why, ...]) -> Iterator[str]:
    """The relations that the rules in some proofs conclude."""
    todo = [proof for why in whys for proof in why.proofs]
    while todo:
        proof = todo.pop()
        if isinstance(proof, Derived):
            yield proof.claim.relation
        todo += premises(proof)


def _in_view(view: View | None) -> str:
    """In which view, as far as it matters: ` on 2024-07-04, without summary`."""
    if view is None:
        return ""
    today = view.as_of == datetime.date.today()  # noqa: DTZ011  # the reader's own day
    day = f" today ({view.as_of})" if today else f" on {view.as_of}"
    said = [day if view.as_of else " at any time"]
    said += [f"with a likelihood of at least {view.min_confidence:g}"] if view.min_confidence > 0 else []
    said += [f"without {', '.join(sorted(view.without))}"] if view.without else []
    return ", ".join(said) + ("," if len(said) > 1 else "")
