"""Runs an exported program in clingo and reads back every relation."""

from __future__ import annotations

import datetime

import clingo as solver

from alignment.exchange import clingo
from alignment.exchange.content import Content
from tests.exchange.rows import Rows


def clingo_rows(content: Content) -> Rows:
    """The rows of every public relation, as the one stable model has them."""
    (part,) = clingo.parts(content)
    text = b"".join(part.chunks()).decode()
    told: list[str] = []
    control = solver.Control(logger=lambda code, message: told.append(f"{code}: {message}"))
    control.add("base", [], text)
    control.ground([("base", [])])
    assert all("OperationUndefined" in one for one in told), told
    names = {new: name for name, new in clingo.names_of(content).items()}
    rows: Rows = {name: set() for name in content.public}
    models = 0
    with control.solve(yield_=True) as found:
        for model in found:
            models += 1
            for atom in model.symbols(shown=True):
                rows[names[atom.name]].add(tuple(map(value, atom.arguments)))
    assert models == 1
    return rows


def value(symbol: solver.Symbol) -> tuple[str, object]:
    """What a term of the export stands for."""
    if symbol.type is solver.SymbolType.Number:
        return ("i", symbol.number)
    if symbol.type is solver.SymbolType.String:
        return ("t", symbol.string)
    match symbol.name, symbol.arguments:
        case name, []:
            return ("s", name)
        case "symbol", [inner]:
            return ("s", inner.string)
        case "decimal", [inner]:
            return ("f", float(inner.string))
        case "date", [inner]:
            return ("d", datetime.date.fromordinal(inner.number))
    raise AssertionError(symbol)
