"""What `exclusive` names: atoms of variables and constants, tied to each other by the variables they share."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator

from alignment.checks.context import Context
from alignment.checks.lint import warning
from alignment.checks.types import atom_type_problems
from alignment.language import tree
from alignment.language.phrases import phrase
from alignment.problems import Problem


def check_exclusions(context: Context) -> Iterator[Problem]:
    """Calculations, wrong constants, atoms that would exclude themselves, variables that tie nothing."""
    for exclusion in context.base.exclusions:
        for arg in (arg for atom in exclusion.atoms for arg in atom.args):
            if not isinstance(arg, tree.Arithmetic | tree.Now):
                continue
            message = "`exclusive` names variables and constants, and calculates nothing"
            hint = "write a variable here, and calculate in the rule that concludes the atom"
            yield Problem("unsafe", arg.span, message, hint)
        for atom in exclusion.atoms:
            yield from atom_type_problems(context.schema, atom)
        yield from _excluding_themselves(exclusion)
        yield from _untied(exclusion)


def _excluding_themselves(exclusion: tree.Exclusive) -> Iterator[Problem]:
    for left, right in itertools.combinations(exclusion.atoms, 2):
        if left == right and not any(isinstance(arg, tree.Variable) and arg.is_anonymous for arg in left.args):
            message = f"{phrase(right)} would exclude itself"
            hint = "name another atom, or another variable where the two may differ"
            yield Problem("excludes-itself", right.span, message, hint)


def _untied(exclusion: tree.Exclusive) -> Iterator[Problem]:
    """Named variables that stand in one atom alone: whatever they are, the other atoms are excluded."""
    homes = Counter(name for atom in exclusion.atoms for name in {variable.name for variable in _variables(atom)})
    for one in exclusion.atoms:
        if _same_relation(exclusion, one):
            continue  # `leads(X, C), leads(Y, C)`: the variables say where the two may differ
        for arg in _variables(one):
            if not arg.name.startswith("_") and homes[arg.name] == 1:
                message = f"the variable {arg.name} stands in one atom only, so it ties nothing together"
                hint = f"write `_` if any value will do, or use {arg.name} in the other atoms as well"
                yield warning("singleton-variable", arg, message, hint)


def _same_relation(exclusion: tree.Exclusive, atom: tree.Atom) -> bool:
    return sum(other.relation == atom.relation for other in exclusion.atoms) > 1


def _variables(atom: tree.Atom) -> list[tree.Variable]:
    return [arg for arg in atom.args if isinstance(arg, tree.Variable)]
