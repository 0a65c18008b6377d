"""Columns that are the same in every row of an import, as SQL."""

from __future__ import annotations

from alignment.factbase.dictionary import Dictionary
from alignment.factbase.importing import encoding
from alignment.factbase.importing.plan import Output
from alignment.language import tree


def constant(output: Output, dictionary: Dictionary) -> str:
    """The SQL of a column that is the same in every row."""
    term = output.term
    if isinstance(term, tree.Variable):
        return "NULL::BIGINT"
    if output.kind == "confidence":
        stated = encoding.confidence(getattr(term, "name", None) or getattr(term, "value", None))
        return f"{'NULL' if stated is None else stated}::DOUBLE"
    assert isinstance(term, tree.Symbol | tree.Text | tree.Integer | tree.Decimal | tree.Date)
    code = dictionary.constant(term)
    return f"{(code - 2) // 4 if output.is_day else code}::BIGINT"
