"""`because atom uses atoms`: whether some one proof of the first rests on all of the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from alignment.engines.base import Limits
from alignment.knowledge import KnowledgeBase
from alignment.language import tree
from alignment.language.atoms import atom_with, is_ground, row_values
from alignment.language.printer import format_node
from alignment.reasoning.derivations import derivations
from alignment.reasoning.proofs import Aggregated, CutOff, Derived, Proof, Reported
from alignment.reasoning.proving import ProofBuilder
from alignment.scripted.explain import unmet
from alignment.scripted.results import Failure

MOST_TRIED = 5000
"""Proofs looked at before the step gives up; a failure says so."""


def check_because(kb: KnowledgeBase, step: tree.Because) -> Failure | None:
    """The failure of a `because` step: what no proof rests on, or that no one proof rests on all."""
    goal = (tree.Literal(step.atom, span=step.atom.span),)
    answers = kb.query(goal)
    if not answers:
        return unmet(kb, step, goal)
    uses = [kb.prepare(atom) for atom in step.uses]
    atom = kb.prepare(step.atom)
    claims = [atom_with(atom, row_values(answers.columns, row)) for row in answers.constants]
    reasons = []
    for claim in claims:
        reason = _missing(kb, claim, uses)
        if reason is None:
            return None
        reasons.append(reason)
    expected = f"Expected: a proof of {format_node(step.atom)} that uses {_listed(uses)}"
    details = f"{expected}\nFound:    {reasons[0]}\n\n{kb.why(claims[0])}"
    return Failure(step.span, f"{format_node(step.atom)} does not rest on {_listed(uses)}", details)


def _missing(kb: KnowledgeBase, claim: tree.Atom, uses: Sequence[tree.Atom]) -> str | None:
    """Why no proof of a claim uses all the atoms, or None if one does."""
    evaluation, limits = kb.evaluation(), Limits.of(kb.time_limit)
    row = tuple(evaluation.dictionary.constant(arg) for arg in claim.args)  # type: ignore[arg-type]  # ground
    node = (claim.relation, row)
    builder = ProofBuilder(evaluation, derivations(evaluation, node, limits))
    reachable = [builder.claim(other) for other in builder.graph.instances]
    whole = builder.graph.whole
    never = [atom for atom in uses if not any(_match(atom, other, {}) is not None for other in reachable)]
    if never and whole:
        return f"no proof uses {_listed(never)}"
    proofs = builder.all_proofs(node)
    for proof in islice(proofs, MOST_TRIED):
        limits.check()
        if _uses_all(list(claims_of(proof)), uses, {}):
            return None
    if whole and next(proofs, None) is None:
        return "no one proof uses all of them"
    return "there are too many proofs to look at all, and none of those looked at uses all of them"


def claims_of(proof: Proof) -> Iterator[tree.Atom]:
    """What a proof states below its root, reported or derived; of a report, the report itself."""
    todo: list[Proof] = list(proof.premises) if isinstance(proof, Derived) else [proof]
    while todo:
        node = todo.pop()
        match node:
            case Reported(claim=claim) | CutOff(claim=claim):
                yield claim
            case Derived(claim=claim, premises=parts):
                yield claim
                todo += parts
            case Aggregated(rows=parts):
                todo += parts
            case _:
                pass


Known = dict[str, tree.Term]


def _uses_all(claims: Sequence[tree.Atom], uses: Sequence[tree.Atom], known: Known) -> bool:
    """Whether each atom matches some claim, a variable standing for the same in all of them."""
    if not uses:
        return True
    matches = (_match(uses[0], claim, known) for claim in claims)
    return any(_uses_all(claims, uses[1:], match) for match in matches if match is not None)


def _match(atom: tree.Atom, claim: tree.Atom, known: Known) -> Known | None:
    if atom.relation != claim.relation or len(atom.args) != len(claim.args):
        return None
    if is_ground(atom):
        return known if atom.args == claim.args else None
    extended = dict(known)
    for arg, value in zip(atom.args, claim.args, strict=True):
        if not isinstance(arg, tree.Variable):
            if arg != value:
                return None
        elif not arg.is_anonymous and extended.setdefault(arg.name, value) != value:
            return None
    return extended


def _listed(atoms: Sequence[tree.Atom]) -> str:
    return " and ".join(map(format_node, atoms))
