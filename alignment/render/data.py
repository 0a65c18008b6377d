"""Proofs for other programs: dictionaries that JSON can hold, with keys that stay.

Every node has `kind` (reported, derived, absent, compared, aggregated, defeated, cut_off), `atom` (what it says
in the language), `text` (the same as a sentence), `confidence` (null where it cannot be judged). A derived node
has `rule` and `premises`; a reported one `reports`; an aggregated one `value` and `rows`. Where rules for the
contrary were beaten, a derived or reported node has `defeated`: nodes with the `rule` that was beaten, its
`premises`, and the `winner`, null if what won rests on no default.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from alignment.factbase.strengths import CERTAIN
from alignment.language import tree
from alignment.language.printer import format_node
from alignment.reasoning.proofs import Absent, Aggregated, Compared, Defeated, Derived, Proof, Reported, Why
from alignment.reasoning.sureness import sureness
from alignment.render.outline import kind_of, text_of
from alignment.render.reports import report_data
from alignment.render.words import Words


def why_data(why: Why, words: Words) -> dict[str, Any]:
    """One explained atom: claim, text, holds, confidence, complete, proofs, needed."""
    return {
        "claim": format_node(why.claim),
        "text": words.line(why.claim),
        "holds": True,
        "confidence": why.confidence,
        "complete": why.complete,
        "proofs": [proof_data(proof, words) for proof in why.proofs],
        "needed": list(why.needed),
    }


def proof_data(proof: Proof, words: Words) -> dict[str, Any]:
    """A node of a proof with all below it; built with a stack, as proofs may be deep."""
    top: list[dict[str, Any]] = []
    sure = sureness(proof)
    todo: list[tuple[Proof, list[dict[str, Any]]]] = [(proof, top)]
    while todo:
        node, siblings = todo.pop()
        data = _node(node, words, sure.get(id(node), CERTAIN))
        siblings.append(data)
        for name, parts in _parts(node):
            data[name] = []
            todo += [(part, data[name]) for part in reversed(parts)]
    return top[0]


def _parts(node: Proof) -> list[tuple[str, Sequence[Proof]]]:
    """The nodes below one, by the key they stand under."""
    match node:
        case Derived(premises=parts) | Defeated(premises=parts):
            found: list[tuple[str, Sequence[Proof]]] = [("premises", parts)]
        case Aggregated(rows=rows):
            found = [("rows", rows)]
        case _:
            found = []
    if isinstance(node, Derived | Reported) and node.defeated:
        found.append(("defeated", node.defeated))
    return found


def rule_data(rule: tree.Rule) -> dict[str, Any]:
    """Which rule, and where it is written."""
    return {
        "label": rule.label,
        "doc": rule.doc,
        "default": rule.default,
        "file": rule.file,
        "line": rule.line,
    }


def constant_data(constant: tree.Constant) -> str | int | float:
    """A constant as JSON has it: identifiers and texts as strings, dates in ISO 8601."""
    if isinstance(constant, tree.Symbol):
        return constant.name
    value = constant.value
    return value.isoformat() if isinstance(value, datetime.date) else value


def _node(node: Proof, words: Words, confidence: float | None) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": kind_of(node), "atom": _written(node), "text": text_of(node, words)}
    data["confidence"] = confidence
    match node:
        case Derived():
            data["rule"] = rule_data(node.rule)
        case Reported():
            data["reports"] = [report_data(report, words.schema) for report in node.reports]
        case Defeated():
            data["rule"] = rule_data(node.rule)
            data["winner"] = rule_data(node.winner) if node.winner else None
        case Aggregated():
            data["value"] = constant_data(node.value)
    return data


def _written(node: Proof) -> str:
    match node:
        case Compared(condition=condition):
            return format_node(condition)
        case Aggregated(aggregate=aggregate):
            return format_node(aggregate)
        case Absent(claim=claim, evidence=evidence):
            return format_node(tree.Literal(claim, negated=True, evidence=evidence))
        case _:
            return format_node(node.claim)
