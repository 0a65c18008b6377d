"""How one report reads: who says so, in which words, for which time, how likely, and where it is written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from alignment.render.likelihood import UNJUDGED, confidence_text
from alignment.render.widths import clean, isolated

if TYPE_CHECKING:
    from alignment.checks.model import Schema, Source
    from alignment.factbase.report import Report, Reports
    from alignment.language import tree
    from alignment.source import Span


ADMIRALTY = {
    "a": "completely reliable",
    "b": "usually reliable",
    "c": "fairly reliable",
    "d": "not usually reliable",
    "e": "unreliable",
    "f": "reliability cannot be judged",
}
"""The letters of the Admiralty code (NATO AJP-2.1) for the reliability of a source."""


def report_text(report: Report, schema: Schema) -> str:
    """`[summary, reliability c, 2024-07-03: "quote"; since 2022-02-24; facts/astana.facts:31]`."""
    source = schema.sources.get(report.source) if report.source is not None else None
    parts = [_who(report, source), *_when(report), *_likelihood(report, source)]
    if report.source is not None and report.span:
        parts.append(place(report.span))
    return f"[{'; '.join(parts)}]"


def source_text(source: Source) -> str:
    """A source as a list of sources has it: its title, date, reliability in words, and address."""
    about = [isolated(clean(source.title or source.id))]
    about += [source.date.isoformat()] if source.date else []
    about += [f"{ADMIRALTY[source.reliability]} ({source.reliability})"] if source.reliability else []
    about += [clean(source.url)] if source.url else []
    return ", ".join(about)


def report_data(report: Report, schema: Schema) -> dict[str, Any]:
    """A report for other programs; every key is always there."""
    source = schema.sources.get(report.source) if report.source is not None else None
    return {
        "source": report.source,
        "title": source.title if source else None,
        "reliability": source.reliability if source else None,
        "quote": report.quote,
        "confidence": report.confidence,
        "since": report.since.isoformat() if report.since else None,
        "until": report.until.isoformat() if report.until else None,
        "on": report.on.isoformat() if report.on else None,
        "file": report.span.file if report.span else None,
        "line": report.span.line if report.span else None,
    }


def sources_named(reports: Reports) -> str:
    """Who reports something, in short: `article, summary`."""
    names = dict.fromkeys(clean(report.source) for report in reports if report.source is not None)
    return ", ".join(names)


def place(span: Span) -> str:
    """`facts/astana.facts:31`."""
    return f"{clean(span.file)}:{span.line}"


def _who(report: Report, source: Source | None) -> str:
    if report.source is None:
        where = f"stated in {place(report.span)}" if report.span else "stated"
        who = f"{where}, no source given"
    else:
        who = clean(report.source)
    if source is not None:
        who += f", reliability {source.reliability}" if source.reliability else ""
        who += f", {source.date.isoformat()}" if source.date else ""
    return f"{who}: {isolated(_quoted(report.quote))}" if report.quote else who


def _quoted(text: str) -> str:
    return '"' + clean(text).replace('"', "'") + '"'


def _when(report: Report) -> list[str]:
    parts = [f"on {report.on}"] if report.on else []
    if report.since and report.until:
        parts.append(f"since {report.since} until {report.until}")
    elif report.since:
        parts.append(f"since {report.since}")
    elif report.until:
        parts.append(f"until {report.until}")
    return parts


def _likelihood(report: Report, source: Source | None) -> list[str]:
    """How likely, unless it is just what the reliability of the source says."""
    if report.confidence is None:
        return [UNJUDGED]
    usual = source.confidence if source else 1.0
    return [] if report.confidence == usual else [confidence_text(report.confidence)]


def rule_name(rule: tree.Rule) -> str:
    """`rule lifeline (rules/material.rules:14)`, `default rule lean`, `the rule at my.rules:3`."""
    kind = "default rule" if rule.default else "rule"
    if rule.label is None:
        return f"the {kind} at {place(rule.span)}" if rule.span else f"a {kind} without a label"
    return f"{kind} {rule.label} ({place(rule.span)})" if rule.span else f"{kind} {rule.label}"


def short_name(rule: tree.Rule) -> str:
    """The same without the place, where the label says enough."""
    return rule_name(replace(rule, span=None) if rule.label else rule)
