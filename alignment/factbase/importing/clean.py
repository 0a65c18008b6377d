"""Clean text files, read and encoded in one pass by Arrow: about four times as fast as through SQL.

Arrow gives the cells of a column as numbers into the list of its distinct cells, block by block. Each distinct cell
is encoded once, and the table of codes is made of the numbers. Anything that is not plain (a quote, an odd line
ending, an empty cell, a cell that fits nothing) is left to the reader that can tell what is wrong with it: this one
then gives up, and nothing of it remains.
"""

from __future__ import annotations

import codecs
import mmap
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np

from alignment.factbase.importing.lookups import Lookups
from alignment.factbase.importing.plan import Output, Plan
from alignment.factbase.importing.reading import PlainText, identifier
from alignment.language import tree

NO_CODE = -1
"""Stands for an empty cell of evidence until it is in its table: no day, no confidence and no source is coded so."""

BLOCK = 8 << 20
"""Bytes that are read at once."""

LEAST = 256 << 10
"""Bytes of a file from which on Arrow is worth its start."""

_ODD = (b"\r", b"\0")
_GAP = b"\n\n"
"""An empty line: in a file of one column it looks like an empty cell, else Arrow finds it."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
INTERRUPTED = "Query interrupted"
"""What DuckDB says when it is stopped, and what is said here."""

_FEW = 10_000
_NUMERIC = frozenset("-0123456789")


class OddError(Exception):
    """The file is not as plain as it has to be here."""


def read_clean(
    plan: Plan,
    target: str,
    fixed: Mapping[str, str],
    lookups: Lookups,
    cursor: Any,  # noqa: ANN401
    stops: list[Callable[[], None]],
    blocks: Iterable[Any],
) -> bool:
    """Make the table of codes `target` out of the blocks of a plan; False, and no table, if they are not plain.

    `fixed` has the SQL of the columns that are the same in every row.
    """
    stopped = threading.Event()
    stops.append(stopped.set)
    columns = ", ".join(f"{identifier(output.name)} {_sql_type(output)}" for output in plan.outputs)
    cursor.execute(f"CREATE TABLE {target} ({columns}, r INTEGER)")
    try:
        for block in blocks:
            if stopped.is_set():
                raise RuntimeError(INTERRUPTED)
            _append(block, plan, target, fixed, lookups, cursor)
    except OddError:
        cursor.execute(f"DROP TABLE {target}")
        return False
    finally:
        stops.remove(stopped.set)
    return True


def is_clean(plan: Plan) -> bool:
    """Whether the files of a plan are worth to be read here and can be, as far as one can tell before."""
    plain = plan.reading.plain
    return plain is not None and _worth_it(plan) and all(_is_plain(file, plain) for file in plan.reading.files)


def blocks_of(plan: Plan) -> Iterator[Any]:
    """The columns wanted of the files of a clean plan, block by block. Raises OddError where they are not clean."""
    assert plan.reading.plain is not None
    for file in plan.reading.files:
        yield from _blocks(file, plan.reading.plain, plan)


def is_large(files: Sequence[str]) -> bool:
    """Whether files are worth the start of Arrow, where it is installed."""
    started = "pyarrow.csv" in sys.modules
    large = started or any(os.path.getsize(file) >= LEAST for file in files)
    return large and find_spec("pyarrow") is not None


def loaded() -> Any:  # noqa: ANN401  # pyarrow has no types
    """Arrow and its reader: an extra, slow to import."""
    import pyarrow  # noqa: PLC0415
    import pyarrow.csv  # noqa: PLC0415

    return pyarrow


def _worth_it(plan: Plan) -> bool:
    if plan.statement.where or not any(output.variable for output in plan.outputs):
        return False
    if any(output.variable is None and isinstance(output.term, tree.Variable) for output in plan.outputs):
        return False  # `_` as an argument fits nothing
    if any(output.name == "src" and output.variable for output in plan.outputs):
        return False  # the sources of the rows decide on their confidence
    return is_large(plan.reading.files)


def _is_plain(file: str, plain: PlainText) -> bool:
    """Whether nothing in a file asks for a reader that knows quotes, other line endings or gaps."""
    with open(file, "rb") as opened:
        if os.path.getsize(file) == 0:
            return False
        with mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
            odd = [*_ODD, *([plain.quote.encode()] if plain.quote else []), *([_GAP] if len(plain.names) == 1 else [])]
            starts_oddly = content[:3] == _BYTE_ORDER_MARK or content[:1] == b"\n"
            return not starts_oddly and all(content.find(mark) < 0 for mark in odd)


def _is_text(file: str) -> bool:
    """Whether a file is in UTF-8 throughout."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with open(file, "rb") as opened:
        try:
            while block := opened.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _blocks(file: str, plain: PlainText, plan: Plan) -> Iterator[Any]:
    """The columns wanted of a file, block by block, each with the list of its distinct cells."""
    pyarrow = loaded()
    wanted = sorted({plan.columns[output.variable] for output in plan.outputs if output.variable is not None})
    if len(wanted) < len(plain.names) and not _is_text(file):
        raise OddError  # Arrow looks at the columns wanted alone
    cells = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())
    try:
        with pyarrow.csv.open_csv(
            file,
            pyarrow.csv.ReadOptions(
                block_size=BLOCK, column_names=list(plain.names), skip_rows=int(plain.has_header), use_threads=False
            ),
            pyarrow.csv.ParseOptions(delimiter=plain.mark, quote_char=False, ignore_empty_lines=False),
            pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(wanted, cells), include_columns=wanted, strings_can_be_null=False
            ),
        ) as reader:
            yield from reader
    except pyarrow.ArrowInvalid:
        raise OddError from None


def _append(
    block: Any, plan: Plan, target: str, fixed: Mapping[str, str], lookups: Lookups, cursor: Any  # noqa: ANN401
) -> None:
    """Add the rows of a block to the table of codes."""
    arrays: dict[str, Any] = {}
    listed = dict(fixed)
    for output in plan.outputs:
        if output.variable is not None:
            column, name = block.column(plan.columns[output.variable]), identifier(output.name)
            codes = _codes(output, column.dictionary.to_pylist(), len(column), lookups)
            arrays[output.name] = codes[_whole_numbers(column.indices)]
            listed[output.name] = f"nullif({name}, {NO_CODE})" if output.is_evidence else name
    selected = ", ".join(listed[output.name] for output in plan.outputs)
    cursor.execute(f"INSERT INTO {target} SELECT {selected}, 0 FROM arrays")  # noqa: S608  # names of our own
    del arrays


def _whole_numbers(column: Any) -> Any:  # noqa: ANN401
    """An Arrow column of int32 without gaps as an array. Arrow's own way loads pandas."""
    return np.frombuffer(column.buffers()[1], np.int32)[column.offset : column.offset + len(column)]


def _codes(output: Output, cells: list[str], rows: int, lookups: Lookups) -> Any:  # noqa: ANN401
    """An array of the codes of distinct cells.

    Raises OddError for cells that fit nothing, and for many different numbers: SQL computes their codes faster.
    """
    if len(cells) > max(_FEW, rows // 8) and any(cell[:1] in _NUMERIC for cell in cells[:_FEW]):
        raise OddError
    codes = lookups.codes(output.kind, cells)
    if None in codes:
        if any(code is None and (cell or not output.is_evidence) for cell, code in zip(cells, codes, strict=True)):
            raise OddError
        codes = [NO_CODE if code is None else code for code in codes]
    if output.is_day:
        codes = [code if code in (None, NO_CODE) else (int(code) - 2) // 4 for code in codes]
    return np.array(codes, dtype=np.float64 if output.kind == "confidence" else np.int64)


def _sql_type(output: Output) -> str:
    return "DOUBLE" if output.kind == "confidence" else "BIGINT"
