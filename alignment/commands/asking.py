"""The questions of the command line and of the shell: ask the base, write what it says.

Both call these functions, so that a question has the same answer and the same form in both.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from alignment.commands.console import Status
from alignment.commands.convert import usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alignment.commands.console import Console
    from alignment.commands.evidence import Evidence
    from alignment.commands.options import Options
    from alignment.knowledge import KnowledgeBase
    from alignment.render.contradictions import Contradictions
    from alignment.render.explanation import Explanation, StanceTable, WhyNotExplanation
    from alignment.render.linchpins import LinchpinTable


def query(kb: KnowledgeBase, goal: str, options: Options, console: Console) -> int:
    """The answers of a goal, or how they are found."""
    if options.explain_plan:
        return explain_plan(kb, goal, console)
    from alignment.render.answers import render_answers  # noqa: PLC0415  # what is written loads with it

    parquet_can_be_written(options, console)
    answers = kb.query(goal)
    extra: Sequence[Evidence] = ()
    if options.with_ and answers:
        from alignment.commands.evidence import evidence  # noqa: PLC0415  # only where asked for

        extra = tuple(evidence(kb, goal, answers, options.with_))
    text = render_answers(answers, kb.schema, options.format, extra, width=console.width, style=console.style)
    written(text, console)
    note_contested(len(answers.contested), len(answers), console)
    return Status.YES if answers else Status.NO


def explain_plan(kb: KnowledgeBase, goal: str, console: Console) -> int:
    """How a goal is evaluated."""
    written(str(kb.explain_plan(goal)), console)
    return Status.YES


def note_contested(number: int, total: int, console: Console, what: str = "answer") -> None:
    """Tell beside answers that the contrary of some holds as well."""
    if number:
        console.note(f"note: {contested_note(number, total, what)}")


def contested_note(number: int, total: int, what: str = "answer") -> str:
    """What is told beside answers of which some are contested."""
    if total == 1:
        who = f"this {what} is contested"
    elif number == total:
        who = f"all {total} {what}s are contested"
    else:
        who = f"{number} of {total} {what}s {'is' if number == 1 else 'are'} contested"
    return f"{who}: the contrary holds as well (`contradictions` shows both sides)"


def contradictions(kb: KnowledgeBase, options: Options, console: Console) -> int:
    """What cannot all be true; 0 if there is nothing of the kind, 1 if there is."""
    found = kb.contradictions()
    written(formatted(found, options.format, console), console)
    return Status.NO if found else Status.YES


def why(kb: KnowledgeBase, atom: str, options: Options, console: Console) -> int:
    """The proofs of an atom."""
    found = kb.why(atom, every=options.all)
    written(formatted(found, options.format, console), console)
    if found:
        from alignment.language import tree  # noqa: PLC0415  # nothing is loaded for a question that has no answer

        answers = kb.query((tree.Literal(found.claim),))
        note_contested(len(answers.contested), len(answers), console)
    return Status.YES if found else Status.NO


def whynot(kb: KnowledgeBase, atom: str, options: Options, console: Console) -> int:
    """Where each rule for an atom stops; 1 if it holds after all."""
    found = kb.whynot(atom)
    written(formatted(found, options.format, console), console)
    return Status.NO if found.holds else Status.YES


def linchpins(kb: KnowledgeBase, atom: str, options: Options, console: Console) -> int:
    """What an atom hangs on; 1 if it does not hold."""
    found = kb.linchpins(atom)
    written(formatted(found, options.format, console), console)
    return Status.YES if found else Status.NO


def compare(kb: KnowledgeBase, atoms: Sequence[str], options: Options, console: Console) -> int:
    """Hypotheses against each other; 1 if nothing bears on any of them."""
    if len(atoms) < 2:
        hint = "for example: alignment compare 'supports(turkey, russia)' 'balances(turkey, russia, ukraine)'"
        raise usage("to compare takes two hypotheses or more", hint)
    parquet_can_be_written(options, console)
    found = kb.compare(*atoms)
    table = options.format == "table"
    written(found.render(console.width, console.style) if table else found.format(options.format), console)
    return Status.YES if found.evidence else Status.NO


def stances(kb: KnowledgeBase, entities: Sequence[str], options: Options, console: Console) -> int:
    """Who stands where."""
    parquet_can_be_written(options, console)
    found = kb.stances(*entities)
    result = found.format(options.format, style=console.style)
    if options.format == "table" and console.width and not fits(found.render(), console.width):
        result = stance_lines(found, console.width)
    written(result, console)
    note_contested(found.contested, len(found), console, "stance")
    return Status.YES if found else Status.NO


def timeline(kb: KnowledgeBase, goal: str, options: Options, console: Console) -> int:
    """Since when until when each answer holds; 1 if none ever does."""
    from alignment.commands.progress import progress  # noqa: PLC0415  # what takes long loads with it

    parquet_can_be_written(options, console)
    with progress(console, "days") as told:
        found = kb.timeline(goal, progress=told)
    written(found.format(options.format, width=console.width, style=console.style), console)
    return Status.YES if found else Status.NO


def fits(text: str, width: int) -> bool:
    """Whether no line is longer than the terminal is wide."""
    from alignment.render.widths import display_width  # noqa: PLC0415  # only at a terminal

    return all(display_width(line) <= width for line in text.split("\n"))


def stance_lines(found: StanceTable, width: int) -> str:
    """Stances as sentences, where a table would have to cut them; a blank line between actors."""
    from textwrap import fill  # noqa: PLC0415  # only in a narrow terminal

    from alignment.render.likelihood import confidence_text  # noqa: PLC0415  # likewise

    lines: list[str] = []
    before = None
    for stance, row in zip(found, found.rows(), strict=True):
        if before not in (None, row["actor"]):
            lines.append("")
        before = row["actor"]
        text = f"{row['text']}: {confidence_text(row['confidence'])}{', contested' if stance.contested else ''}"
        lines.append(fill(text, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False))
    return "\n".join(lines)


def parquet_can_be_written(options: Options, console: Console) -> None:
    """Raise AlignmentError before any work is done for a Parquet file that nobody could read."""
    if options.format != "parquet":
        return
    if console.stdout.isatty():
        raise usage("Parquet is nothing for a terminal", "write it to a file: … --format parquet > answers.parquet")
    try:
        import pyarrow  # noqa: F401, PLC0415  # only for this format
    except ImportError:
        hint = "pip install 'alignment[arrow]'"
        raise usage("Parquet needs pyarrow, which is not installed", hint) from None


def formatted(
    found: Explanation | WhyNotExplanation | Contradictions | LinchpinTable, form: str, console: Console
) -> str:
    """An explanation in one of its forms."""
    if form == "json":
        return json.dumps(found.to_dict(), ensure_ascii=False, indent=2, default=str)
    drawn = {"mermaid": "to_mermaid", "dot": "to_dot", "html": "to_html"}
    if form in drawn:
        return str(getattr(found, drawn[form])())
    return found.render(console.width, console.style)


def written(result: str | bytes, console: Console) -> None:
    """Write a result as text or as bytes."""
    if isinstance(result, bytes):
        console.data(result)
    else:
        console.result(result)
