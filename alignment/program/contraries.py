"""Which atoms contradict each other: `p(X)` and `-p(X)`, and those that `exclusive` names together.

Before: `exclusive supports(X, Y), opposes(X, Y).  exclusive leads(X, C), leads(Y, C).`
After:  `supports(X, Y)` against `opposes(X, Y)`; `leads(X, C)` against `leads(Y, C)` where `X != Y`;
        `sanctions(#0, #1)` against `-sanctions(#0, #1)`, if anything is known of `-sanctions`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from alignment.language import tree
from alignment.program.model import (
    Argument,
    BodyLiteral,
    Comparison,
    Const,
    Contrary,
    Expression,
    Positive,
    Var,
    Wildcard,
)

if TYPE_CHECKING:
    from alignment.program.lower import Encode


def contraries(
    denied: Mapping[str, int], exclusions: Iterable[tree.Exclusive], encode: Encode
) -> tuple[Contrary, ...]:
    """The contrary atoms of a checked base, each pair once: strong negations by name, then as written.

    `denied` maps the predicates of which something is strongly denied to their numbers of arguments.
    """
    found = list(_negations(denied))
    for exclusion in exclusions:
        for left, right in itertools.combinations(exclusion.atoms, 2):
            found += _excluding(exclusion, left, right, encode)
    return tuple(found)


def _negations(denied: Mapping[str, int]) -> Iterator[Contrary]:
    for name in sorted(denied):
        args = tuple(Var(f"#{i}") for i in range(denied[name]))
        yield Contrary(Positive(name, args), Positive(f"-{name}", args))


def _excluding(
    exclusion: tree.Exclusive, left: tree.Atom, right: tree.Atom, encode: Encode
) -> Iterator[Contrary]:
    """Two atoms of different relations exclude each other once; of one relation, only if they differ.

    Where they may differ at several places, there is a pair for each place.
    """
    one, other = _premise(left, "#l", encode), _premise(right, "#r", encode)
    differing = [
        (a, b) for a, b in zip(one.args, other.args, strict=False) if a != b
    ]
    apart = any(isinstance(a, Const) and isinstance(b, Const) for a, b in differing)
    if one.relation != other.relation or apart:
        yield Contrary(one, other, None, exclusion)
        return
    for a, b in differing:
        assert isinstance(a, Var | Const)
        assert isinstance(b, Var | Const)
        yield Contrary(one, other, Comparison("!=", a, b), exclusion)


def _premise(atom: tree.Atom, prefix: str, encode: Encode) -> Positive:
    """The atom with a fresh variable for each `_`."""

    def argument(place: int, term: tree.Term) -> Var | Const:
        if isinstance(term, tree.Variable):
            return Var(f"{prefix}{place}" if term.is_anonymous else term.name)
        assert not isinstance(term, tree.Arithmetic | tree.Now)  # checked
        return Const(encode(term))

    return Positive(atom.relation, tuple(argument(i, term) for i, term in enumerate(atom.args)))


def standing_against(
    args: Sequence[Argument], contrary: Contrary, prefix: str = "#c"
) -> tuple[BodyLiteral, ...] | None:
    """What is true where an atom with these arguments, `contrary.left`, has its contrary; None if it cannot.

    Variables that only the contrary has are named with the prefix. For `leads(a, C)` and
    `exclusive leads(X, C), leads(Y, C)`: `leads(#cY, C), a != #cY`.
    """
    values: dict[str, Var | Const] = {}
    equal: list[BodyLiteral] = []
    for arg, pattern in zip(args, contrary.left.args, strict=True):
        if isinstance(arg, Wildcard) or isinstance(pattern, Wildcard):
            continue
        known = values.setdefault(pattern.name, arg) if isinstance(pattern, Var) else pattern
        if isinstance(known, Const) and isinstance(arg, Const) and known != arg:
            return None
        if known != arg:
            equal.append(Comparison("=", known, arg))

    def put_in(term: Expression | Argument) -> Var | Const:
        assert isinstance(term, Var | Const)
        return values.get(term.name, Var(prefix + term.name)) if isinstance(term, Var) else term

    right = Positive(contrary.right.relation, tuple(map(put_in, contrary.right.args)))
    unequal = contrary.unequal
    differs = [Comparison("!=", put_in(unequal.left), put_in(unequal.right))] if unequal else []
    return (*equal, right, *differs)
