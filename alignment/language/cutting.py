"""A text without its long runs of facts, line for line: what is left is read quickly, however many facts there were."""

from __future__ import annotations

from collections.abc import Iterator

from alignment.language import tree
from alignment.language.bulk import FactBlock, FactColumns, Run, Statements
from alignment.language.printer import format_node
from alignment.records import frozen


@frozen
class Cut:
    """A text of the same number of lines, and the facts that were taken out of it."""

    body: str
    runs: tuple[FactColumns, ...]


def cut(file: tree.File, fewest: int) -> Cut:
    """The text of a file without its runs of at least `fewest` facts of one relation."""
    if file.span is None or not isinstance(file.statements, Statements):
        written = (one for one in file.statements if not (isinstance(one, tree.Import) and one.is_from_nowhere))
        return Cut("".join(f"{format_node(statement)}\n" for statement in written), ())
    text = file.span.source.text
    kept: list[str] = []
    runs: list[FactColumns] = []
    at = 0
    for start, end, columns in _long_runs(file.statements, fewest):
        kept += [text[at:start], "\n" * text.count("\n", start, end)]
        runs += columns
        at = end
    return Cut("".join([*kept, text[at:]]), tuple(runs))


def _long_runs(statements: Statements, fewest: int) -> Iterator[tuple[int, int, tuple[FactColumns, ...]]]:
    """Ranges of the text that hold nothing but facts of long runs, with the facts."""
    for part in statements.parts:
        if isinstance(part, Run):
            yield from _of_run(part, fewest)
        elif isinstance(part, FactBlock):
            for inside in part.parts:
                if isinstance(inside, Run):
                    yield from _of_run(inside, fewest)


def _of_run(run: Run, fewest: int) -> Iterator[tuple[int, int, tuple[FactColumns, ...]]]:
    """The whole run; or where relations with few facts are mixed in, what is between those facts."""
    long = tuple(columns for columns in run.columns if len(columns) >= fewest)
    if not long:
        return
    if len(long) == len(run.columns):
        yield run.start, run.end, long
        return
    starts, ends = run.bounds
    gone = sorted(ordinal for columns in long for ordinal in columns.ordinals)
    first = 0
    for i, ordinal in enumerate(gone):
        if i + 1 == len(gone) or gone[i + 1] != ordinal + 1:
            yield starts[gone[first]], ends[ordinal], long if first == 0 else ()
            first = i + 1


