"""Contradictions in words: what cannot all be true, why not, and the proof of each side."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from alignment.language import tree
from alignment.language.printer import format_node
from alignment.reasoning.conflicts import Conflict, Conflicts
from alignment.records import frozen
from alignment.render.closing import sources_of
from alignment.render.data import proof_data
from alignment.render.likelihood import confidence_text
from alignment.render.notes import NotesOf
from alignment.render.outline import outline_of_all
from alignment.render.reports import place
from alignment.render.sections import Section
from alignment.render.style import Style, plain
from alignment.render.text import explanation_text
from alignment.render.widths import clean
from alignment.render.words import Words

if TYPE_CHECKING:
    from alignment.checks.model import Schema

NONE = "no contradictions"


@frozen
class Contradictions:
    """The contradictions of a base, with the words to tell them. Iterating gives the conflicts proved."""

    conflicts: Conflicts
    schema: Schema
    derived: Collection[str] = ()

    def __iter__(self) -> Iterator[Conflict]:
        return iter(self.conflicts.found)

    def __len__(self) -> int:
        return self.conflicts.total

    def __bool__(self) -> bool:
        return bool(self.conflicts.found)

    def __str__(self) -> str:
        return self.render()

    def render(self, width: int | None = None, style: Style = plain) -> str:
        """The text people read, wrapped to `width` columns; None leaves lines as long as they are."""
        if not self:
            return style("holds", NONE)
        found = [self._section(number, one) for number, one in enumerate(self, 1)]
        sources = sources_of([section.items for section in found], self._words())
        text = explanation_text(found, sources, NotesOf(self.schema), width, style)
        if len(self) > len(self.conflicts.found):
            text += f"\n\nOnly the first {len(self.conflicts.found)} of {len(self)} are shown."
        return text

    def to_dict(self) -> dict[str, Any]:
        """The same for other programs, safe for JSON.

        Each has `kind` (`denied`: an atom and its strong negation; `exclusive`; `constraint`), `claims`,
        `confidence`, `proofs` with a node for each side, and of `exclusive` and constraints `statement`.
        """
        return {"total": len(self), "contradictions": [self._data(one) for one in self]}

    def _words(self) -> Words:
        return Words(self.schema, self.derived)

    def _section(self, number: int, conflict: Conflict) -> Section:
        title = f"{number} of {len(self)}: {_title(conflict)}"
        return Section(title, outline_of_all(conflict.proofs, self._words()), (_strength(conflict),))

    def _data(self, conflict: Conflict) -> dict[str, Any]:
        words = self._words()
        return {
            "kind": conflict.kind,
            "claims": [{"atom": format_node(claim), "text": words.line(claim)} for claim in conflict.claims],
            "confidence": conflict.confidence,
            "statement": _statement(conflict.statement),
            "proofs": [proof_data(proof, words) for proof in conflict.proofs],
        }


def _title(conflict: Conflict) -> str:
    """Why the sides cannot all be true."""
    statement = conflict.statement
    where = f" ({place(statement.span)})" if statement is not None and statement.span else ""
    match statement:
        case tree.Constraint(label=label, doc=doc):
            name = f"the constraint {label}" if label else "a constraint"
            return f"{name}{where} rules this out{f': {clean(doc)}' if doc else ''}"
        case tree.Exclusive(doc=doc):
            return f"these exclude each other{where}{f': {clean(doc)}' if doc else ''}"
        case _:
            return "this is said and denied"


def _strength(conflict: Conflict) -> str:
    """How likely the side is that is easiest to doubt."""
    sides = conflict.statement is None or isinstance(conflict.statement, tree.Exclusive)
    if conflict.confidence == 1.0:
        return "Both sides are certain." if sides else "None of its premises is in doubt."
    weakest = "The weaker side" if sides else "The weakest premise"
    return f"{weakest}: {confidence_text(conflict.confidence)}."


def _statement(statement: tree.Exclusive | tree.Constraint | None) -> dict[str, Any] | None:
    if statement is None:
        return None
    return {
        "label": getattr(statement, "label", None),
        "text": " ".join(format_node(statement).split()),
        "doc": statement.doc,
        "file": statement.file,
        "line": statement.line,
    }
