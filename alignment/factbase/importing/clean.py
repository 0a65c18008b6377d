"""Clean files, text and Parquet, encoded in one pass: many times as fast as through SQL.

Cells come as codes where they carry these, and else as places in a list of different cells, of which each is encoded
once; the table of codes is made of both. Anything that is not plain (a quote, an odd line ending, an empty cell, a
cell that fits nothing) is left to the reader that can tell what is wrong with it: this one then gives up, and nothing
of it remains.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from itertools import chain, islice
from typing import Any

import numpy as np

from alignment.factbase.database import Database
from alignment.factbase.importing import parquet
from alignment.factbase.importing.lines import Cutter, begins_plainly
from alignment.factbase.importing.lookups import NO_CODE, Lookups
from alignment.factbase.importing.numbering import Block, Coded, Coding, Column, Numbering, at_once, kinds_of
from alignment.factbase.importing.odd import OddError
from alignment.factbase.importing.own_codes import OwnCodes
from alignment.factbase.importing.packing import Cells, texts_of
from alignment.factbase.importing.plan import Output, Plan
from alignment.factbase.importing.reading import identifier
from alignment.factbase.importing.slab import Slab
from alignment.factbase.lent import Lent
from alignment.language import tree
from alignment.records import frozen

TOGETHER = 8
"""Blocks of which the cells are told apart together: for each time, those that are known are put in a table anew."""

LENT = 1 << 17
"""Rows up to which columns are lent to DuckDB. Of more it knows how many are different, if they are in a table of its
own, and joins them in a better order."""

LEAST = 256 << 10
"""Bytes of a file from which on NumPy and Arrow are worth their start."""


@frozen
class Group:
    """What gives the columns of some blocks, of so many bytes. What Arrow reads is encoded by whoever asks for it."""

    nbytes: int
    coded: Callable[[], Mapping[str, Coded]]


INTERRUPTED = "Query interrupted"
"""What DuckDB says when it is stopped, and what is said here."""


def read_clean(
    plan: Plan,
    target: str,
    fixed: Mapping[str, str],
    lookups: Lookups,
    database: Database,
    cursor: Any,  # noqa: ANN401
    stops: list[Callable[[], None]],
    blocks: Iterator[Block],
) -> tuple[str | Lent, int] | None:
    """The blocks of a plan, as the table of codes `target` or lent in memory, and how many rows they have.

    None, and no table, if they are not plain. `fixed` has the SQL of the columns that are the same in every row.
    """
    stopped = threading.Event()
    stops.append(stopped.set)
    rows, is_begun = 0, False
    try:
        some = list(islice(blocks, 2))
        if len(some) == 1 and some[0].size <= LENT and _is_bare(plan):
            lent = {output.name: codes for output, codes in _codes_of(some[0], plan, lookups)}
            return Lent(database, plan.statement.atom.relation, lent), some[0].size
        columns = ", ".join(f"{identifier(output.name)} {_sql_type(output)}" for output in plan.outputs)
        cursor.execute(f"CREATE TABLE {target} ({columns})")
        is_begun = True
        for block in chain(some, blocks):
            if stopped.is_set():
                raise RuntimeError(INTERRUPTED)
            rows += _append(block, plan, target, fixed, lookups, cursor)
    except OddError:
        if is_begun:
            cursor.execute(f"DROP TABLE {target}")
        return None
    finally:
        stops.remove(stopped.set)
    return target, rows


def is_clean(plan: Plan) -> bool:
    """Whether the files of a plan can be read here, as far as one can tell before."""
    plain, files = plan.reading.plain, plan.reading.files
    if not (plain or plan.reading.is_parquet) or not _is_plain(plan):
        return False
    return all(map(begins_plainly, files)) if plain else parquet.is_plain(files, kinds_of(plan))


def blocks_of(plan: Plan, numbering: Numbering) -> Iterator[Block]:
    """The columns wanted of the files of a clean plan, block by block. Raises OddError where they are not clean.

    So are many different numbers: SQL computes their codes faster. One `numbering` goes with one `Lookups`.
    """
    return (numbering.numbered(group.coded(), kinds_of(plan)) for group in groups_of(plan, Tools()))


class Tools:
    """What one thread reads with, for many files. `before_texts` is called before Arrow is used."""

    def __init__(self, before_texts: Callable[[], object] = at_once) -> None:
        self.slab, self.own = Slab(), OwnCodes()
        self.cutter = Cutter(self.slab)
        self.before_texts = before_texts


def groups_of(plan: Plan, tools: Tools) -> Iterator[Group]:
    """The same in groups whose cells are to be told apart together, if they do not carry their codes."""
    kinds = kinds_of(plan)
    if plan.reading.plain is None:
        own, slab = OwnCodes(), Slab()  # for whoever encodes
        for blocks in parquet.groups_of(plan.reading.files, sorted(kinds)):
            size = sum(column.nbytes for block in blocks for column in block.values())
            yield Group(size, partial(_coded, Coding(own, slab, kinds), blocks))
        return
    for file in plan.reading.files:
        cut = tools.cutter.blocks(file, plan.reading.plain, sorted(kinds))
        for first in cut:
            coding = Coding(tools.own, tools.slab, kinds, tools.before_texts)
            coding.add(first.columns, first.rows_in_all(TOGETHER))
            for block in islice(cut, TOGETHER - 1):
                coding.add(block.columns)
            yield Group(coding.nbytes, coding.coded)


def _coded(coding: Coding, blocks: Sequence[Mapping[str, Any]]) -> Mapping[str, Coded]:
    rows = sum(len(next(iter(block.values()))) for block in blocks)
    for block in blocks:
        coding.add(block, rows)
    return coding.coded()


def is_large(files: Sequence[str]) -> bool:
    """Whether files are worth to be read here, where Arrow is installed and bytes lie as codes of cells expect it."""
    large = any(os.path.getsize(file) >= LEAST for file in files)
    return large and sys.byteorder == "little" and find_spec("pyarrow") is not None


def _is_plain(plan: Plan) -> bool:
    """Whether an import takes its rows as they are."""
    if plan.statement.where or not any(output.variable for output in plan.outputs):
        return False
    if any(output.variable is None and isinstance(output.term, tree.Variable) for output in plan.outputs):
        return False  # `_` as an argument fits nothing
    # the sources of the rows decide on their confidence
    return not any(output.name == "src" and output.variable for output in plan.outputs)


def _is_bare(plan: Plan) -> bool:
    """Whether there is nothing in the rows of a plan but arguments that are read."""
    return all(output.variable is not None and not output.is_evidence for output in plan.outputs)


def _codes_of(block: Block, plan: Plan, lookups: Lookups) -> Iterator[tuple[Output, Any]]:
    """The columns of a block that are read, each as codes, days or confidences."""
    for output in plan.outputs:
        if output.variable is not None:
            column = block.columns[plan.columns[output.variable]]
            yield output, _filled(output, column, lookups, gaps=plan.reading.plain is not None)


def _append(
    block: Block, plan: Plan, target: str, fixed: Mapping[str, str], lookups: Lookups, cursor: Any  # noqa: ANN401
) -> int:
    """Add the rows of a block to the table of codes; how many they are."""
    arrays: dict[str, Any] = {}
    listed = dict(fixed)
    for output, codes in _codes_of(block, plan, lookups):
        name = identifier(output.name)
        arrays[output.name] = codes
        listed[output.name] = f"nullif({name}, {NO_CODE})" if output.is_evidence else name
    selected = ", ".join(listed[output.name] for output in plan.outputs)
    query = f"INSERT INTO {target} SELECT {selected} FROM arrays"  # noqa: S608  # names of our own
    ((rows,),) = cursor.execute(query).fetchall()
    del arrays
    return int(rows)


def _filled(output: Output, column: Column, lookups: Lookups, *, gaps: bool) -> Any:  # noqa: ANN401
    """The codes of a column, or its days or confidences. Raises OddError for cells that fit nothing.

    An empty cell of evidence is a gap where there are `gaps`, in files that have no other way to say so.
    """
    if column.cells is None:
        return column.codes
    codes = _looked_up(output, column.cells, lookups, gaps=gaps)
    if column.codes is None:
        return codes
    column.codes[column.left] = codes
    return column.codes


def _looked_up(output: Output, cells: Cells, lookups: Lookups, *, gaps: bool) -> Any:  # noqa: ANN401
    """The codes of cells that do not carry their own."""
    if not cells.shared:
        return _codes(output, cells, lookups, gaps=gaps)[cells.places]
    codes = lookups.numbered(output.kind, cells.different)[cells.places]
    if lookups.has_unfit(output.kind) and (codes == NO_CODE).any():
        raise OddError
    return codes


def _codes(output: Output, column: Cells, lookups: Lookups, *, gaps: bool) -> Any:  # noqa: ANN401
    """An array of the codes of the different cells of a column. Raises OddError for cells that fit nothing."""
    cells = texts_of(column.different)
    codes = lookups.codes(output.kind, cells)
    if None in codes:
        unfit = (cell for cell, code in zip(cells, codes, strict=True) if code is None)
        if any(cell != "" or not (gaps and output.is_evidence) for cell in unfit):
            raise OddError
        codes = [NO_CODE if code is None else code for code in codes]
    if output.is_day:
        codes = [code if code in (None, NO_CODE) else (int(code) - 2) // 4 for code in codes]
    return np.array(codes, dtype=np.float64 if output.kind == "confidence" else np.int64)


def _sql_type(output: Output) -> str:
    return "DOUBLE" if output.kind == "confidence" else "BIGINT"
