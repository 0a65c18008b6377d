"""Who stands where: stances as a table of sentences, or as rows for other programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from alignment.language.printer import format_node
from alignment.reasoning.stances import Stance
from alignment.records import frozen
from alignment.render.data import constant_data
from alignment.render.likelihood import confidence_text
from alignment.render.rows import written_rows
from alignment.render.style import Style, plain
from alignment.render.tables import table
from alignment.render.words import Words, capitalised

if TYPE_CHECKING:
    from alignment.checks.model import Schema

COLUMNS = ("actor", "stance", "atom", "text", "confidence")
"""The fields of a row for other programs; `confidence` is null where it cannot be judged."""


@frozen
class StanceTable:
    """Some stances with the words to tell them. Iterating gives the stances."""

    stances: tuple[Stance, ...]
    schema: Schema

    def __iter__(self) -> Iterator[Stance]:
        return iter(self.stances)

    def __len__(self) -> int:
        return len(self.stances)

    def __bool__(self) -> bool:
        return bool(self.stances)

    def __str__(self) -> str:
        return self.render()

    def render(self, width: int | None = None, style: Style = plain) -> str:
        """A table of who, the stance as a sentence, and its likelihood; each actor is named once.

        Where some are contested, a column says which; other formats keep their columns.
        """
        if not self.stances:
            return style("fails", "no stances")
        words, rows, before = Words(self.schema), [], ""
        for stance in self.stances:
            who = capitalised(words.name(stance.actor)) if stance.actor else ""
            row = ["" if who == before else who, words.line(stance.claim), confidence_text(stance.confidence)]
            rows.append([*row, "yes" if stance.contested else ""])
            before = who
        header = ["Who", "Stance", "Likelihood", "Contested"]
        if not self.contested:
            header, rows = header[:-1], [row[:-1] for row in rows]
        return table(header, rows, width, style)

    @property
    def contested(self) -> int:
        """How many are contested."""
        return sum(stance.contested for stance in self.stances)

    def rows(self) -> list[dict[str, Any]]:
        """One dictionary a stance, with the keys of `COLUMNS`."""
        words = Words(self.schema)
        return [
            {
                "actor": constant_data(stance.actor) if stance.actor else None,
                "stance": stance.claim.relation,
                "atom": format_node(stance.claim),
                "text": words.line(stance.claim),
                "confidence": stance.confidence,
            }
            for stance in self.stances
        ]

    def to_dict(self) -> dict[str, Any]:
        """All stances, safe for JSON."""
        return {"stances": self.rows()}

    def format(self, form: str = "table", *, width: int | None = None, style: Style = plain) -> str | bytes:
        """The stances as `table`, `csv`, `json`, `jsonl` or `parquet`. Raises ValueError for another."""
        if form == "table":
            return self.render(width, style)
        return written_rows(COLUMNS, [[row[name] for name in COLUMNS] for row in self.rows()], form)
