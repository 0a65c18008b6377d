"""The types of variables: what the declared relations of a body say of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from alignment.checks.model import ANY, Schema
from alignment.checks.walk import Body
from alignment.language import tree
from alignment.records import frozen


@frozen
class Use:
    """A variable where a `type` is expected: at an argument of `relation`, or beside a word of evidence."""

    type: str
    relation: str
    variable: tree.Variable
    is_evidence: bool = False

    @property
    def where(self) -> str:
        """The place, for people."""
        return f"`{self.relation}`" if self.is_evidence else f"{self.relation}(…)"


def variable_types(
    schema: Schema, body: Body, outer: Mapping[str, tuple[Use, ...]] | None = None
) -> dict[str, tuple[Use, ...]]:
    """For each variable of a body the types that its premises give it, those of the body around it first.

    A negated literal says nothing of its variables' types; neither does an argument of type `any`.
    """
    found: dict[str, tuple[Use, ...]] = dict(outer or {})
    for literal in body:
        if isinstance(literal, tree.Literal) and not literal.negated:
            for use in (*atom_uses(schema, literal.atom), *_evidence_uses(literal.evidence)):
                found[use.variable.name] = (*found.get(use.variable.name, ()), use)
    return found


def atom_uses(schema: Schema, atom: tree.Atom) -> Iterator[Use]:
    """The variables of an atom at arguments of a declared type."""
    relation = schema.relations.get(atom.predicate)
    if relation is None or relation.kind == "undeclared" or relation.arity != len(atom.args):
        return
    for arg, parameter in zip(atom.args, relation.parameters, strict=True):
        if isinstance(arg, tree.Variable) and not arg.is_anonymous and parameter.type != ANY:
            yield Use(parameter.type, relation.name, arg)


def _evidence_uses(evidence: Iterable[tree.Annotation]) -> Iterator[Use]:
    for annotation in evidence:
        match annotation:
            case tree.On(date=tree.Variable() as date):
                yield Use("date", "on", date, True)
            case tree.Since(date=tree.Variable() as date):
                yield Use("date", "since", date, True)
            case tree.Until(date=tree.Variable() as date):
                yield Use("date", "until", date, True)
            case _:
                pass
