"""What is different, in words: what appears, what vanishes, what is more or less likely, and the reason of each."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from alignment.language import tree
from alignment.language.printer import format_node
from alignment.reasoning.answers import GOAL
from alignment.reasoning.changes import KINDS, Change, Kind
from alignment.reasoning.proofs import Absent, Compared, Derived, Proof, premises
from alignment.records import frozen
from alignment.render.branches import hanging
from alignment.render.data import constant_data, proof_data
from alignment.render.likelihood import confidence_text
from alignment.render.outline import text_of
from alignment.render.reports import place, report_data
from alignment.render.rows import Field, written_rows
from alignment.render.style import Style, plain
from alignment.render.widths import clean
from alignment.render.words import Words

if TYPE_CHECKING:
    from alignment.checks.model import Schema
    from alignment.reasoning.causes import Cause, Reason, Weakest, Yielding

COLUMNS = ("change", "atom", "text", "before", "after", "causes")
"""The fields of a row for other programs. `before` and `after` are null where it did not hold, or is unjudged."""

NOTHING = "nothing changes"
ASSUMED = "<assumed>"
"""The name of the text of what is assumed, in place of a file's."""

SIGNS: dict[Kind, str] = {"appeared": "+", "vanished": "-", "changed": "~"}
STYLES: dict[Kind, str] = {"appeared": "holds", "vanished": "fails", "changed": "warning"}


MOST_WINNING = 3
"""Rules named to which a conclusion gives way."""


@frozen
class Changes:
    """All changes from one side to another, with the words to tell them. Iterating gives the changes.

    Their order is that of `appeared`, `vanished`, `changed`, and within these that of their values.
    `schemas` have the words of both sides, `derived` what rules conclude. `columns` are the variables of a
    goal whose answers were compared; None for stances.
    """

    changes: Sequence[Change]
    schemas: tuple[Schema, Schema]
    columns: tuple[str, ...] | None = None
    derived: Collection[str] = ()

    @property
    def appeared(self) -> tuple[Change, ...]:
        """What holds on the second side alone."""
        return self._of("appeared")

    @property
    def vanished(self) -> tuple[Change, ...]:
        """What holds on the first side alone."""
        return self._of("vanished")

    @property
    def changed(self) -> tuple[Change, ...]:
        """What holds on both, and is not as likely on both."""
        return self._of("changed")

    def _of(self, kind: Kind) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.kind == kind)

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def __len__(self) -> int:
        return len(self.changes)

    def __bool__(self) -> bool:
        return bool(self.changes)

    def __str__(self) -> str:
        return self.render()

    def render(self, width: int | None = None, style: Style = plain, most: int | None = None) -> str:
        """A block for each change, `+`, `-` or `~` before it; `most` blocks, and how many more there are."""
        return "\n".join(self.blocks(width, style, most))

    def blocks(self, width: int | None = None, style: Style = plain, most: int | None = None) -> Iterator[str]:
        """The same, block by block as changes are explained."""
        if not self:
            yield NOTHING
        shown = len(self) if most is None else min(most, len(self))
        for at in range(shown):
            change = self.changes[at]
            yield "\n".join(self._telling(change, width, style).block(change))
        if shown < len(self):
            yield f"and {len(self) - shown} more"

    def to_dict(self) -> dict[str, Any]:
        """All changes by kind, safe for JSON."""
        return {kind: [self._data(change) for change in self._of(kind)] for kind in KINDS}

    def format(self, form: str = "table", *, width: int | None = None, style: Style = plain) -> str | bytes:
        """The changes as `table` (sentences), `json`, `csv`, `jsonl` or `parquet`. Raises ValueError for another."""
        if form == "table":
            return self.render(width, style)
        if form == "json":
            return json.dumps(self.to_dict(), ensure_ascii=False, indent=2, default=str)
        return written_rows(COLUMNS, [self._row(one) for one in self], form)

    def _telling(self, change: Change, width: int | None = None, style: Style = plain) -> _Telling:
        return _Telling(Words(self.schemas[change.kind != "vanished"], self.derived), self.columns, width, style)

    def _row(self, change: Change) -> list[Field]:
        told = self._telling(change)
        return [change.kind, change.atom, told.claim(change), change.before, change.after, tuple(told.causes(change))]

    def _data(self, change: Change) -> dict[str, Any]:
        words = self._telling(change).words
        data: dict[str, Any] = {"atom": change.atom, "text": words.line(change.claim)}
        if self.columns is not None:
            data["values"] = dict(zip(self.columns, map(constant_data, change.values), strict=True))
            data["text"] = self._telling(change).claim(change)
        data |= {"before": change.before, "after": change.after}
        if change.kind == "changed":
            return {**data, "weakest": [_weakest_data(one, words) for one in change.weakest]}
        return {**data, **_reason_data(change.reason, words)}


@frozen
class _Telling:
    """Tells changes in the words of a base."""

    words: Words
    columns: tuple[str, ...] | None
    width: int | None
    style: Style

    def block(self, change: Change) -> Iterator[str]:
        """The lines of one change: what it is, and under it why."""
        title = f"{SIGNS[change.kind]} {self.claim(change)}: {_sure(change)}"
        for line in hanging(title, self.width, later="  "):
            yield self.style(STYLES[change.kind], line)
        for reason in self.reasons(change):
            yield from hanging(reason, self.width, "    ", "      ")

    def claim(self, change: Change) -> str:
        """The stance as a sentence, or the values of an answer."""
        if change.claim.predicate != GOAL:
            return self.words.line(change.claim)
        values = map(self.words.name, change.values)
        return ", ".join(f"{name} = {one}" for name, one in zip(self.columns or (), values, strict=True)) or "yes"

    def reasons(self, change: Change) -> Iterator[str]:
        """The lines under a change."""
        if change.kind == "changed":
            before, after = (self.weakest(one) for one in change.weakest)
            yield f"weakest premise before: {before}"
            yield f"weakest premise now: {after}" if after != before else "the same premise is weakest now"
        if change.reason is not None:
            yield from self.rule(change)
            yield from self.causes(change)

    def rule(self, change: Change) -> Iterator[str]:
        """The rule of the proof with its premises, each that is new marked; or those that hold no more.

        What is absent or compared is told where it is new: the proof in short.
        """
        assert change.reason is not None
        proof, failing, yields = change.reason.step, change.reason.failing, change.reason.yields
        if not isinstance(proof, Derived):
            return
        named = "" if proof.claim.predicate == GOAL else self.named(proof.rule)
        if change.kind == "appeared":
            shown = [one for one in premises(proof) if one in failing or not isinstance(one, Absent | Compared)]
            told = [f"{text_of(one, self.words)}{' (new)' if one in failing else ''}" for one in shown]
            yield f"by {named}: {'; '.join(told)}" if named else "; ".join(told)
        elif failing:
            told = [self.gone(one) for one in failing]
            yield f"{named} holds no more: {'; '.join(told)}" if named else "; ".join(told)
        if yields and not failing:
            way = "gives way" if change.kind == "vanished" else "it no longer gives way"
            subject = f"{named} {way}" if change.kind == "vanished" and named else way
            yield f"{subject} to {'; '.join(map(self.winning, yields[:MOST_WINNING]))}"

    def winning(self, one: Yielding) -> str:
        """What a conclusion gives way to."""
        said = self.words.sentence(one.claim)
        return f"{self.named(one.rule)}: {said}" if one.rule else f"what is certain: {said}"

    def gone(self, proof: Proof) -> str:
        """A premise that holds no more; of what was absent, that it is there."""
        if isinstance(proof, Absent):
            return f"{self.words.line(proof.claim)}{self.words.evidence(proof.evidence)} (now)"
        return f"{text_of(proof, self.words)} (gone)"

    def causes(self, change: Change) -> Iterator[str]:
        """What is behind a change, each in a line."""
        for cause in change.reason.causes if change.reason else ():
            yield self.cause(cause)

    def cause(self, cause: Cause) -> str:
        if cause.over is not None and cause.rule is not None:
            kind = "new" if cause.appears else "gone"
            return f"{kind}: a preference of {self.named(cause.rule)} over {self.named(cause.over)}"
        if cause.rule is not None:
            return f"{'new' if cause.appears else 'gone'}: {self.named(cause.rule)}"
        if cause.claim is None:
            return "the date in view is another"
        sources = list(dict.fromkeys(clean(report.source) for report in cause.reports if report.source))
        by = f" ({', '.join(sources)})" if sources else ""
        if any(report.span and report.span.file == ASSUMED for report in cause.reports):
            return f"{'' if cause.appears else 'no longer '}assumed: {self.words.sentence(cause.claim)}"
        return f"{'now' if cause.appears else 'no longer'} reported{by}: {self.words.sentence(cause.claim)}"

    def named(self, rule: tree.Rule) -> str:
        where = place(rule.span) if rule.span else ""
        if rule.label:
            return f"rule {rule.label} ({where})" if where else f"rule {rule.label}"
        return f"the rule at {where}" if where else "a rule without a label"

    def weakest(self, weakest: Weakest | None) -> str:
        if weakest is None:
            return "none is in doubt"
        told = self.named(weakest.rule) if weakest.rule else ""
        told = self.words.sentence(weakest.claim) if weakest.claim else told
        return f"{told} ({confidence_text(weakest.confidence)})"


def _sure(change: Change) -> str:
    """How likely it is, or was."""
    if change.kind == "vanished":
        return f"was {confidence_text(change.before)}"
    if change.kind == "appeared":
        return confidence_text(change.after)
    return f"{confidence_text(change.after)}, was {confidence_text(change.before)}"


def _reason_data(reason: Reason | None, words: Words) -> dict[str, Any]:
    if reason is None:
        return {"proof": None, "failing": [], "causes": []}
    return {
        "proof": proof_data(reason.proof, words),
        "failing": [text_of(one, words) for one in reason.failing],
        "causes": [_cause_data(one, words) for one in reason.causes],
        **({"yields": [_yielding_data(one, words) for one in reason.yields]} if reason.yields else {}),
    }


def _yielding_data(yielding: Yielding, words: Words) -> dict[str, Any]:
    return {
        "atom": format_node(yielding.claim),
        "text": words.line(yielding.claim),
        "rule": yielding.rule.label if yielding.rule else None,
    }


def _cause_data(cause: Cause, words: Words) -> dict[str, Any]:
    return {
        "appears": cause.appears,
        "atom": format_node(cause.claim) if cause.claim else None,
        "text": words.line(cause.claim) if cause.claim else None,
        "rule": cause.rule.label if cause.rule else None,
        **({"over": cause.over.label} if cause.over else {}),
        "reports": [report_data(report, words.schema) for report in cause.reports],
    }


def _weakest_data(weakest: Weakest | None, words: Words) -> dict[str, Any] | None:
    if weakest is None:
        return None
    return {
        "confidence": weakest.confidence,
        "atom": format_node(weakest.claim) if weakest.claim else None,
        "text": words.line(weakest.claim) if weakest.claim else None,
        "rule": weakest.rule.label if weakest.rule else None,
    }
