"""Why an atom does not hold: for each rule how far it gets, where it stops, and what is known instead."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from alignment.language import tree
from alignment.language.atoms import is_ground
from alignment.language.printer import format_node
from alignment.reasoning.whynot import Blocked, Opposition, WhyNot
from alignment.records import frozen
from alignment.render.branches import branches, hanging
from alignment.render.conditions import failing_text
from alignment.render.data import proof_data, rule_data
from alignment.render.notes import NotesOf
from alignment.render.outline import outline
from alignment.render.remedies import remedy_blocks, remedy_data
from alignment.render.reports import rule_name, sources_named
from alignment.render.style import Style, plain
from alignment.render.widths import clean
from alignment.render.words import Words, capitalised

if TYPE_CHECKING:
    from alignment.checks.model import Schema

HOLDS, FAILS = "✓", "✗"


@frozen
class WhyNotExplanation:
    """Where each rule for an atom stops; true if the atom holds after all.

    `derived` are the relations that rules conclude: of others it is said that there is no report.
    """

    whynot: WhyNot
    schema: Schema
    derived: Collection[str] = ()

    @property
    def holds(self) -> bool:
        """Whether the atom holds after all."""
        return self.whynot.holds

    def __bool__(self) -> bool:
        return self.holds

    def __str__(self) -> str:
        return self.render()

    def render(self, width: int | None = None, style: Style = plain) -> str:
        """The text people read, wrapped to `width` columns; None leaves lines as long as they are."""
        words, found = self.words(), self.whynot
        if found.holds:
            lines = [f"It holds: {words.sentence(found.claim)}.", f"Ask: why {format_node(found.claim)}"]
            return "\n".join(line for text in lines for line in hanging(text, width))
        blocks = [
            [style("claim", line) for line in hanging(self._opening(words), width)],
            self._denied(words, width, style),
        ]
        blocks += [_rule(blocked, words, width, style) for blocked in found.blocked]
        blocks.append([style("closing", line) for text in self._closing() for line in hanging(text, width)])
        blocks += remedy_blocks(found, words, width, style)
        return "\n\n".join("\n".join(block) for block in blocks if block)

    def _opening(self, words: Words) -> str:
        claim = self.whynot.claim
        if self.whynot.undecided:
            circle = "what speaks for it and against it goes round in a circle"
            return f"It is undecided whether {words.sentence(claim)}: {circle}."
        opening = f"{words.no_report(claim)}."
        return f"There is {opening}" if opening.startswith("no report") else capitalised(opening)

    def words(self) -> Words:
        """The words of its base."""
        own = {self.whynot.claim.relation} if self.whynot.derived else set()
        return Words(self.schema, {*self.derived, *own})

    def to_dict(self) -> dict[str, Any]:
        """The same for other programs, safe for JSON; `rules` are in the order of the text."""
        words, found = self.words(), self.whynot
        return {
            "claim": format_node(found.claim),
            "text": words.line(found.claim),
            "holds": found.holds,
            "derived": found.derived,
            "denied": proof_data(found.denied, words) if found.denied else None,
            "rules": [_data(blocked, words) for blocked in found.blocked],
            "unmatched": found.unmatched,
            "undecided": found.undecided,
            **remedy_data(found, words),
        }

    def _denied(self, words: Words, width: int | None, style: Style) -> list[str]:
        if self.whynot.denied is None:
            return []
        drawn = branches(outline(self.whynot.denied, words), NotesOf(self.schema), width, style)
        return [style("header", "What is known is the contrary:"), *drawn]

    def _closing(self) -> list[str]:
        found = self.whynot
        if not found.derived:
            return ["Only a report could establish it; there is none in view."]
        if not found.unmatched:
            return []
        if not found.blocked:
            return ["No rule for it concludes anything of this form."]
        one = found.unmatched == 1
        return [
            f"{found.unmatched} other {'rule' if one else 'rules'} cannot conclude it, whatever is known."
        ]


def _rule(blocked: Blocked, words: Words, width: int | None, style: Style) -> list[str]:
    """One rule: its reason, a line for each premise that holds, the one that fails, what is known instead."""
    doc = f": {clean(blocked.rule.doc)}" if blocked.rule.doc else ""
    head = hanging(f"{capitalised(rule_name(blocked.rule))}{doc}", width, later="    ")
    lines = [style("rule", line) for line in head]
    for proof in blocked.held:
        item = outline(proof, words)[0]
        sources = sources_named(item.reports)
        text = f"{item.text} [{sources}]" if sources else item.text
        lines += [style("holds", line) for line in hanging(text, width, f"  {HOLDS} ", "    ")]
    for text in stopping(blocked, words):
        lines += [style("fails", line) for line in hanging(text, width, f"  {FAILS} ", "    ")]
    for text in instead(blocked, words):
        lines += [style("hint", line) for line in hanging(text, width, "    ", "      ")]
    return lines


def stopping(blocked: Blocked, words: Words) -> list[str]:
    """What a rule does not get past, in words: the premise that fails, or each thing that stands against it."""
    if blocked.failing is None:
        return [_against(one, words) for one in blocked.against]
    return [undecided(blocked.failing, words) if blocked.undecided else failing(blocked.failing, words)]


def _against(opposition: Opposition, words: Words) -> str:
    """What stands against a rule that applies."""
    claim = words.sentence(opposition.claim)
    rule = rule_name(opposition.rule) if opposition.rule else "another rule"
    match opposition.stands:
        case "certain":
            return f"{words.line(opposition.claim)}, which rests on no default: this rule yields to it"
        case "preferred":
            return f"{capitalised(rule)} is preferred, and says that {claim}"
        case "holds":
            return f"{capitalised(rule)} says that {claim}, which holds"
        case "blocked":
            return f"Blocked by {rule} for the contrary, undecided: {claim}"
        case "undecided":
            return f"It is undecided whether {rule} applies, which says that {claim}"


def undecided(literal: tree.BodyLiteral, words: Words) -> str:
    """A premise that is neither true nor false, in words."""
    if isinstance(literal, tree.Literal):
        return f"It is undecided whether {words.sentence(literal.atom)}{words.evidence(literal.evidence)}"
    return f"Something that it would look at is undecided: {failing_text(words, literal)}"


def failing(literal: tree.BodyLiteral, words: Words) -> str:
    """The premise that fails, in words, to begin a line with."""
    if not isinstance(literal, tree.Literal):
        return failing_text(words, literal)
    evidence = words.evidence(literal.evidence)
    if not literal.negated:
        return capitalised(words.no_report(literal.atom)) + evidence
    if is_ground(literal.atom):
        return f"{words.line(literal.atom)}{evidence}, which the rule excludes"
    return f"The rule excludes that {words.sentence(literal.atom)}{evidence}"


def instead(blocked: Blocked, words: Words) -> list[str]:
    """What is known instead of a premise, or against one under `not`."""
    literal = blocked.failing
    if not isinstance(literal, tree.Literal):
        return []
    if literal.negated:
        shown = [atom for atom in blocked.instead if atom != literal.atom]
        return [f"but: {words.sentence(atom)}" for atom in shown] + _next(literal.atom, "why", words)
    known = [f"instead: {words.sentence(atom)}" for atom in blocked.instead]
    return known + _next(literal.atom, "whynot", words)


def _next(atom: tree.Atom, command: str, words: Words) -> list[str]:
    """The question that leads one step further, where rules conclude what is missing or in the way."""
    if not (words.is_derived(atom) and is_ground(atom)):
        return []
    return [f"ask: {command} {format_node(atom)}"]


def _data(blocked: Blocked, words: Words) -> dict[str, Any]:
    shown: Sequence[tree.Atom] = blocked.instead
    return {
        "rule": rule_data(blocked.rule),
        "held": [proof_data(proof, words) for proof in blocked.held],
        "failing": _failing_data(blocked, words),
        "instead": [{"atom": format_node(atom), "text": words.line(atom)} for atom in shown],
        "undecided": blocked.undecided,
        "against": [_opposition_data(one, words) for one in blocked.against],
    }


def _failing_data(blocked: Blocked, words: Words) -> dict[str, Any] | None:
    if blocked.failing is None:
        return None
    return {"atom": format_node(blocked.failing), "text": stopping(blocked, words)[0]}


def _opposition_data(opposition: Opposition, words: Words) -> dict[str, Any]:
    return {
        "atom": format_node(opposition.claim),
        "stands": opposition.stands,
        "rule": rule_data(opposition.rule) if opposition.rule else None,
        "text": _against(opposition, words),
    }
