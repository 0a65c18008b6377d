"""Holds our engines against clingo: the answers of both for one program, and how they differ."""

from __future__ import annotations

import traceback
from typing import TypeAlias

import clingo

from alignment.factbase.dictionary import Value
from alignment.knowledge import KnowledgeBase
from alignment.problems import AlignmentError
from tests.generators import Program

Rows: TypeAlias = dict[str, set[tuple[Value, ...]]]

SECONDS = 20.0
"""A program that takes longer is a failure: they are all small."""


def clingo_rows(program: Program) -> Rows:
    """The one stable model that clingo finds, by relation."""
    control = clingo.Control(logger=lambda *_: None)  # undefined arithmetic is meant
    control.add("base", [], program.clingo)
    control.ground([("base", [])])
    names = {predicate.clingo: predicate.ours for predicate in program.predicates}
    rows: Rows = {name: set() for name in names.values()}
    with control.solve(yield_=True) as models:
        for model in models:
            for atom in model.symbols(shown=True):
                rows[names[atom.name]].add(tuple(map(_value, atom.arguments)))
    return rows


def _value(symbol: clingo.Symbol) -> Value:
    return symbol.number if symbol.type is clingo.SymbolType.Number else str(symbol)


def our_rows(program: Program, engine: str = "auto") -> Rows:
    """What our engine derives, through the façade: text in, rows out."""
    base = KnowledgeBase(engine, time_limit=SECONDS)
    base.add(program.text)
    return {predicate.ours: base.rows(predicate.ours) for predicate in program.predicates}


def difference(program: Program, engine: str = "auto") -> str | None:
    """None if both agree, else where they do not, or which of our problems there was."""
    try:
        ours = our_rows(program, engine)
    except AlignmentError as error:
        return str(error)
    except Exception:  # noqa: BLE001  # a crash is a difference, to be shrunk and shown with the others
        return "error[crash]: " + traceback.format_exc()
    theirs = clingo_rows(program)
    wrong = [
        f"{name}: only ours {sorted(ours[name] - theirs[name], key=str)}, "
        f"only clingo's {sorted(theirs[name] - ours[name], key=str)}"
        for name in ours
        if ours[name] != theirs[name]
    ]
    return "\n".join(wrong) or None


def explained(program: Program, engine: str = "auto") -> str | None:
    """None if both agree, else the difference and the smallest program that shows one."""
    found = difference(program, engine)
    if found is None:
        return None
    refused = "error[" in found

    def fails(candidate: Program) -> bool:
        try:
            again = difference(candidate, engine)
        except RuntimeError:  # clingo refuses what the shrinking left over
            return False
        return again is not None and ("error[" in again) == refused

    small = program.shrunk(fails)
    return f"seed {program.seed}\n{found}\n\nshrunk:\n{small.text}\n{small.clingo}\n{difference(small, engine)}"
