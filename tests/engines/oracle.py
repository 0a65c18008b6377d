"""Holds our engines against clingo: the answers of both for one program, and how they differ."""

from __future__ import annotations

import re
import traceback
from dataclasses import dataclass
from typing import Literal, TypeAlias

import clingo

from alignment.factbase.dictionary import Value
from alignment.knowledge import KnowledgeBase
from alignment.problems import AlignmentError, Severity
from tests.engines.compared import Rounds, rounds_of
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


CLINGO = "clingo"

TOLD = frozenset(["unstratified", "unsafe", "number-too-large"])
"""Refusals that are part of the language. Any other problem of a program that was generated is a difference."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one program: `same`, `refused` with a code by some sides, or `differ` with a text that shows it."""

    kind: Literal["same", "refused", "differ"]
    by: tuple[str, ...] = ()
    code: str = ""
    text: str = ""


def verdict(program: Program, engine: str, against: str = CLINGO) -> Verdict:
    """The program on an engine, held against clingo (rows) or against another engine (rows and rounds)."""
    if against == CLINGO:
        found = difference(program, engine)
        if found is None:
            return Verdict("same")
        codes = set(re.findall(r"error\[([\w-]+)\]", found))
        if codes and codes <= TOLD:
            return Verdict("refused", (engine,), ", ".join(sorted(codes)))
        return Verdict("differ", text=explained(program, engine) or found)
    outcomes = {side: outcome(program, side) for side in (engine, against)}
    refused = {side: codes for side, codes in outcomes.items() if isinstance(codes, frozenset)}
    if len(refused) == 2 and outcomes[engine] == outcomes[against] and refused[engine] <= TOLD:
        return Verdict("refused", (engine, against), ", ".join(sorted(refused[engine])))
    if not refused and outcomes[engine] == outcomes[against]:
        return Verdict("same")
    told = "; ".join(f"{side} refuses: {', '.join(sorted(codes))}" for side, codes in refused.items())
    return Verdict("differ", text=f"seed {program.seed}: {told or 'other rows or rounds'}\n{program.text}")


def outcome(program: Program, engine: str) -> Rounds | frozenset[str]:
    """Rows with their rounds, or the codes of the problems with which an engine refuses a program, read or evaluated."""
    base = KnowledgeBase(engine, time_limit=SECONDS * (10 if engine == "spark" else 1))
    try:
        base.add(program.text)
        return rounds_of(base)
    except AlignmentError as error:
        return frozenset(one.code for one in error.problems if one.severity is Severity.ERROR)
    except Exception as error:  # noqa: BLE001  # a crash is a difference
        return frozenset([f"crash: {type(error).__name__}: {error}"])


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
