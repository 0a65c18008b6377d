"""The forms in which systems read a world: fact text, TSV with and without a header, Parquet.

Columns are spelled by Arrow a million rows at a time, so memory stays small and the writing fast.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from bench.tables import NUMBER, Table, World

ROWS = 1_000_000
"""Rows spelled at once."""

HEADER = "ABCDEFGH"
"""The names of columns in TSV and Parquet files."""


def write(world: World, form: str, folder: Path) -> None:
    """Write the world in that form: `facts`, `tsv`, `bare` (TSV without a header, for Soufflé) or `parquet`."""
    names = {kind: _names(parts) for kind, parts in world.names.items()}
    if form in ("tsv", "parquet"):
        (folder / "world.facts").write_text("".join(_import(n, t, form) for n, t in world.tables.items()))
    for relation, table in world.tables.items():
        chunks = _spelled(table, names)
        if form == "parquet":
            _write_parquet(folder / f"{relation}.parquet", chunks, len(table.kinds))
        elif form == "facts":
            with open(folder / "world.facts", "ab") as file:
                _write_lines(file, chunks, f"{relation}(", ", ", ").\n")
        else:
            with open(folder / (f"{relation}.tsv" if form == "tsv" else f"{relation}.facts"), "wb") as file:
                if form == "tsv":
                    file.write(("\t".join(HEADER[: len(table.kinds)]) + "\n").encode())
                _write_lines(file, chunks, "", "\t", "\n")


def describe(world: World) -> str:
    """What the harness must know without reading the world: facts, kinds of columns by relation."""
    kinds = {
        name: ["number" if kind == NUMBER else "symbol" for kind in table.kinds]
        for name, table in world.tables.items()
    }
    return json.dumps({"facts": len(world), "kinds": kinds})


def _import(relation: str, table: Table, form: str) -> str:
    """The statement that brings a file of the world into a base of ours."""
    return f'import {relation}({", ".join(HEADER[: len(table.kinds)])}) from "{relation}.{form}".\n'


def _names(parts: tuple[tuple[str, int], ...]) -> pa.Array:
    spelled = [pc.binary_join_element_wise(prefix, pa.array(np.arange(n)).cast(pa.string()), "") for prefix, n in parts]
    return pa.concat_arrays(spelled)


def _spelled(table: Table, names: dict[str, pa.Array]) -> Iterator[list[pa.Array]]:
    """The columns, a chunk of rows at a time; numbers stay numbers."""
    for start in range(0, len(table), ROWS):
        chunk = [pa.array(column[start : start + ROWS]) for column in table.columns]
        yield [
            codes if kind == NUMBER else names[kind].take(codes)
            for kind, codes in zip(table.kinds, chunk, strict=True)
        ]


def _write_lines(file: BinaryIO, chunks: Iterator[list[pa.Array]], before: str, between: str, after: str) -> None:
    for columns in chunks:
        parts: list[pa.Array | str] = [before]
        for column in columns:
            parts += [column.cast(pa.string()), between]
        parts[-1] = after
        lines = pc.binary_join_element_wise(*[pa.scalar(p) if isinstance(p, str) else p for p in parts], "")
        offsets = np.frombuffer(lines.buffers()[1], dtype=np.int32)
        file.write(memoryview(lines.buffers()[2])[offsets[lines.offset] : offsets[lines.offset + len(lines)]])


def _write_parquet(path: Path, chunks: Iterator[list[pa.Array]], width: int) -> None:
    writer = None
    for columns in chunks:
        batch = pa.table(columns, names=list(HEADER[:width]))
        writer = writer or pyarrow.parquet.ParquetWriter(path, batch.schema)
        writer.write_table(batch)
    if writer:
        writer.close()
