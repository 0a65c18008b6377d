"""Atoms as sentences, by the templates and names that a base declares."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from alignment.language import tree
from alignment.language.phrases import phrase
from alignment.render.likelihood import confidence_text, likelihood_word
from alignment.render.widths import clean, isolated

if TYPE_CHECKING:
    from alignment.checks.model import Relation, Schema

__all__ = ["Words", "capitalised", "confidence_text", "likelihood_word", "plural", "with_article"]

_PLACE = re.compile(r"\{(\w+)\}")
_ANY = {"any": "anything", "": "anything"}
_BOUNDS = {
    "<": "below", "=<": "of at most", ">": "above", ">=": "of at least", "=:=": "of", "!=": "other than",
}  # fmt: skip
_DAYS = {"+": "after", "-": "before"}


class Words:
    """The words of one base: names for its constants, sentences for its atoms.

    `derived` are the relations that rules conclude (`-p` for a strong negation): of these it is said
    that nothing shows them, of others that there is no report. Stances count as derived in any case.
    """

    def __init__(self, schema: Schema, derived: Collection[str] = ()) -> None:
        self.schema = schema
        self.derived = frozenset(derived)

    def name(self, constant: tree.Constant) -> str:
        """What people call it: an entity's display name, else the constant without quotes."""
        match constant:
            case tree.Symbol(name=name):
                entity = self.schema.entities.get(name)
                return clean(entity.name if entity and entity.name else name)
            case tree.Date(value=day):
                return day.isoformat()
            case tree.Text(value=text):
                return clean(text)
            case _:
                return str(constant.value)

    def term(self, term: tree.Term) -> str:
        """A term within a sentence; variables by their names, days counted from a date in words."""
        match term:
            case tree.Variable(name=name):
                return name
            case tree.Now():
                return "now"
            case tree.Arithmetic(
                operator="+" | "-" as operator, left=left, right=tree.Integer(value=days)
            ) if is_date(left):
                return f"{days} {'day' if days == 1 else 'days'} {_DAYS[operator]} {self.term(left)}"
            case tree.Arithmetic():
                return f"{self.term(term.left)} {term.operator} {self.term(term.right)}"
            case _:
                return isolated(self.name(term))

    def sentence(self, atom: tree.Atom) -> str:
        """The atom as a sentence to stand within another: `it is not the case that Türkiye …`.

        Without a template it is the atom as the language writes it. What is not bound reads `any good`.
        """
        return f"it is not the case that {self._plain(atom)}" if atom.negative else self._plain(atom)

    def line(self, atom: tree.Atom) -> str:
        """The sentence to begin a line with: with a capital, unless it is an atom as written."""
        text = self.sentence(atom)
        return text if self._is_code(atom) and not atom.negative else capitalised(text)

    def no_report(self, atom: tree.Atom) -> str:
        """That an atom is absent: `no report that …`, of derived relations `nothing shows that …`."""
        derived = self.is_derived(atom)
        if atom.negative:
            return f"{'nothing' if derived else 'no report'} denies that {self._plain(atom)}"
        return f"{'nothing shows' if derived else 'no report'} that {self._plain(atom)}"

    def is_derived(self, atom: tree.Atom) -> bool:
        """Whether rules conclude the relation, as far as is known here."""
        relation = self.schema.relations.get(atom.predicate)
        return atom.relation in self.derived or (relation is not None and relation.kind == "stance")

    def evidence(self, annotations: Collection[tree.Annotation]) -> str:
        """What was asked of the reports, to stand behind a sentence: ` (from summary, since 2022-02-24)`."""
        asked = [text for annotation in annotations if (text := self._annotation(annotation))]
        return f" ({', '.join(asked)})" if asked else ""

    def any_of(self, kind: str) -> str:
        """What stands for any value of a type: `any good`, `anything`."""
        return _ANY.get(kind, f"any {kind.replace('_', ' ')}")

    def relation(self, atom: tree.Atom) -> Relation | None:
        """What is known of the atom's relation, if it has as many arguments as the atom."""
        relation = self.schema.relations.get(atom.predicate)
        return relation if relation is not None and relation.arity == len(atom.args) else None

    def _is_code(self, atom: tree.Atom) -> bool:
        relation = self.relation(atom)
        return relation is None or not (relation.template or relation.kind == "type")

    def _plain(self, atom: tree.Atom) -> str:
        relation = self.relation(atom)
        if relation is not None and relation.kind == "type" and relation.arity == 1:
            return f"{self._argument(atom, 0, 'any')} is {with_article(relation.name.replace('_', ' '))}"
        if relation is None or not relation.template:
            return clean(phrase(tree.Atom(atom.predicate, atom.args)))
        values = {
            parameter.name: self._argument(atom, i, parameter.type)
            for i, parameter in enumerate(relation.parameters)
        }
        return _PLACE.sub(lambda found: values.get(found[1], found[0]), clean(relation.template))

    def _argument(self, atom: tree.Atom, position: int, kind: str) -> str:
        term = atom.args[position]
        if not isinstance(term, tree.Variable):
            return self.term(term)
        repeated = not term.is_anonymous and term in atom.args[:position]
        noun = "thing" if kind in _ANY else kind.replace("_", " ")
        return f"the same {noun}" if repeated else self.any_of(kind)

    def _annotation(self, annotation: tree.Annotation) -> str | None:
        match annotation:
            case tree.From(source=tree.Symbol(name=source)):
                return f"from {source}"
            case tree.Since(date=tree.Date(value=day)):
                return f"since {day}"
            case tree.Until(date=tree.Date(value=day)):
                return f"until {day}"
            case tree.On(date=tree.Date(value=day)):
                return f"on {day}"
            case tree.During(start=tree.Date(value=first), end=tree.Date(value=last)):
                return f"from {first} to {last}"
            case tree.Confidence(operator=operator, value=tree.Decimal() | tree.Integer() | tree.Symbol()) if (
                operator != "="
            ):
                return f"of a likelihood {_BOUNDS[operator]} {clean(phrase(annotation.value))}"
            case tree.Confidence(value=tree.Decimal(value=number) | tree.Integer(value=number)):
                return confidence_text(number)
            case tree.Confidence(value=tree.Symbol(name=word)):
                return word.replace("_", " ")
            case _:
                return None


def is_date(term: object) -> bool:
    """Whether a term is a date or is counted from one."""
    match term:
        case tree.Date() | tree.Now():
            return True
        case tree.Arithmetic(left=left):
            return is_date(left)
        case _:
            return isinstance(term, datetime.date)


def capitalised(text: str) -> str:
    """The text with its first letter as a capital."""
    first = text[:1].title()
    return first + text[1:] if len(first) == 1 else text


def with_article(noun: str) -> str:
    """`a country`, `an organisation`."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def plural(noun: str) -> str:
    """More than one of a type: `countries`, `goods`, `people`."""
    if noun == "person":
        return "people"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"
