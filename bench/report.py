"""The figures as a table for people and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.compare import Comparison, Figures
from bench.processes import spread


def table(comparison: Comparison) -> str:
    """One row: seconds, spread, memory, and how many times as long as each engine of ours a system took."""
    ours = [each for each in comparison.figures if each.ours and each.seconds]
    counts = {each.found.count for each in comparison.figures if each.found}
    title = f"{comparison.row}: {comparison.goal}"
    if comparison.facts:
        title += f", {comparison.facts:,} facts"
    if counts:
        title += f", {' or '.join(f'{count:,}' for count in sorted(counts))} answers"
    if sum(1 for each in comparison.figures if each.found) > len(counts) == 1 and not comparison.disagreements:
        title += ", all agree"
    head = f"  {'':18}{'best':>9}{'median':>9}{'spread':>8}{'cpu':>9}{'memory':>10}"
    head += "".join(f"{'/ ' + each.system:>14}" for each in ours)
    lines = [title, head, *(_line(each, ours) for each in comparison.figures)]
    lines += [f"  ERROR: {sentence}" for sentence in comparison.disagreements]
    if comparison.promise:
        lines.append(f"  asked: {comparison.promise}")
    return "\n".join(lines)


def _line(each: Figures, ours: Sequence[Figures]) -> str:
    if not each.seconds:
        return f"  {each.system:18}{'ERROR: ' if each.failed else ''}{each.note}"
    line = f"  {each.system:18}{each.best:>7.2f} s{each.middle:>7.2f} s"
    line += f"{each.spread:>8.0%}{each.cpu:>7.2f} s{each.megabytes:>7.0f} MB"
    return line + "".join(f"{each.best / other.best:>13.2f}x" for other in ours)


def noise(calibrations: Sequence[float], comparisons: Sequence[Comparison]) -> str:
    """How much the machine wavered: the calibrating loop all along, and the runs of each system."""
    spreads = sorted(each.spread for one in comparisons for each in one.figures if len(each.seconds) > 1)
    text = f"noise: a fixed loop took {min(calibrations):.3f} to {max(calibrations):.3f} s"
    text += f" ({spread(calibrations):.0%} spread over {len(calibrations)})"
    if spreads:
        text += f"; runs of one system spread {spreads[len(spreads) // 2]:.0%} at the median, {spreads[-1]:.0%} at most"
    return text


def as_json(comparison: Comparison) -> dict[str, Any]:
    """The same for machines."""
    return {
        "row": comparison.row,
        "goal": comparison.goal,
        "facts": comparison.facts,
        "disagreements": list(comparison.disagreements),
        "systems": [
            {
                "system": each.system,
                "ours": each.ours,
                "seconds": list(each.seconds),
                "cpu": each.cpu,
                "megabytes": each.megabytes,
                "answers": each.found.count if each.found else None,
                "digest": each.found.digest if each.found else None,
                "note": each.note,
            }
            for each in comparison.figures
        ],
    }
