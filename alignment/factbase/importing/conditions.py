"""The `where` of an import as SQL over the columns of its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alignment.language import tree
from alignment.problems import AlignmentError, Problem

_OPERATORS = {"=": "=", "!=": "<>", "<": "<", "=<": "<=", ">": ">", ">=": ">=", "=:=": "="}


def condition(where: Sequence[tree.BodyLiteral], columns: Mapping[str, str]) -> str:
    """The condition, TRUE if there is none. `columns` maps variables to columns as SQL writes them."""
    return " AND ".join(f"coalesce({_literal(one, columns)}, FALSE)" for one in where) or "TRUE"


def names(where: Sequence[tree.BodyLiteral]) -> list[tree.Variable]:
    """The variables of a `where`: each names a column."""
    found: list[tree.Variable] = []
    for one in where:
        sides = [one.left, one.right] if isinstance(one, tree.Comparison) else [getattr(one, "term", None)]
        found += [side for side in sides if isinstance(side, tree.Variable)]
    return found


def _literal(literal: tree.BodyLiteral, columns: Mapping[str, str]) -> str:
    match literal:
        case tree.Comparison(operator=operator, left=tree.Variable() as left, right=right) if operator in _OPERATORS:
            return _comparison(columns[left.name], _OPERATORS[operator], right, columns, literal)
        case tree.Membership(term=tree.Variable(name=name), items=items):
            among = [_comparison(columns[name], "=", item, columns, literal) for item in items]
            return f"({' OR '.join(among) or 'FALSE'})"
        case _:
            raise _refused(literal)


def _comparison(
    column: str, operator: str, other: tree.Term | tree.Aggregate, columns: Mapping[str, str], at: tree.BodyLiteral
) -> str:
    """A column against a constant is compared as what the constant is: a text, a number or a day.

    An empty cell is other than everything but the empty text, and neither before nor after anything.
    """
    if operator == "<>":
        return f"NOT coalesce({_comparison(column, '=', other, columns, at)}, FALSE)"
    match other:
        case tree.Text(value="") if operator == "=":
            return f"({column} IS NULL OR {column}::VARCHAR = '')"
        case tree.Symbol(name=text) | tree.Text(value=text):
            return f"{column}::VARCHAR {operator} {_quoted(text)}"
        case tree.Integer(value=number) | tree.Decimal(value=number):
            return f"TRY_CAST({column}::VARCHAR AS DOUBLE) {operator} {number!r}"
        case tree.Date(value=day):
            return f"TRY_CAST({column}::VARCHAR AS DATE) {operator} DATE '{day.isoformat()}'"
        case tree.Variable(name=name):
            plain = f"{column}::VARCHAR {operator} {columns[name]}::VARCHAR"
            if operator == "=":
                return plain
            ours, theirs = (f"TRY_CAST({one}::VARCHAR AS DOUBLE)" for one in (column, columns[name]))
            return f"CASE WHEN {ours} IS NULL OR {theirs} IS NULL THEN {plain} ELSE {ours} {operator} {theirs} END"
        case _:
            raise _refused(at)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _refused(literal: tree.BodyLiteral) -> AlignmentError:
    message = "`where` of an import compares columns with constants or with each other"
    hint = 'for example: where Status = "delivered", Year >= 2022, Kind in ["arms", "parts"]'
    return AlignmentError(Problem("syntax", literal.span, message, hint))
