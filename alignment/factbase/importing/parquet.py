"""Columns of text and whole numbers in Parquet files, read by Arrow: what is repeated is encoded once.

A file keeps the different texts of some hundred thousand rows as a list, and of each row its place there. Arrow hands
out both as they are; whatever else is in a column (gaps, decimals, days) is left to DuckDB's reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any

from alignment.factbase.importing.odd import OddError
from alignment.factbase.importing.own_codes import INTEGERS, KINDS
from alignment.factbase.importing.packing import LARGE, narrow

ENDING = ".parquet"

TEXTS = ("string", LARGE)
"""The types of Arrow whose cells are text, as it calls them."""

ROWS = 1 << 18
"""Rows that are read at once."""

TOGETHER = 4
"""Times as many whose cells, if they do not carry their codes, are told apart at once: each time all known are, too."""

LIST = 1 << 18
"""Bytes of a column's list of different texts up to which Arrow hands it out: writers give up on one of a megabyte."""


def column_names(files: Sequence[str]) -> tuple[str, ...]:
    """The columns of files, those of all if not all have the same. Raises Arrow's error for what is no Parquet."""
    names: dict[str, None] = {}
    for file in files:
        names.update(dict.fromkeys(library().read_schema(file).names))
    return tuple(names)


def is_plain(files: Sequence[str], kinds: Mapping[str, str | None]) -> bool:
    """Whether columns, of which the kinds of their cells are given, are text in all files, or numbers of own codes."""
    return all(map(partial(_has_all, kinds), files))


def groups_of(files: Sequence[str], wanted: Sequence[str]) -> Iterator[list[Mapping[str, Any]]]:
    """The columns wanted, group by group. Raises OddError where one has a gap or cannot be read."""
    import pyarrow  # noqa: PLC0415  # an extra, loaded by who reads with it

    for file in files:
        try:
            with library().ParquetFile(file, read_dictionary=_listed(file, wanted)) as opened:
                batches = map(_block, opened.iter_batches(ROWS, columns=list(wanted)))
                while some := list(islice(batches, TOGETHER)):
                    yield some
        except (OSError, pyarrow.ArrowException):
            raise OddError from None


def _block(batch: Any) -> Mapping[str, Any]:  # noqa: ANN401
    """The columns of a batch, by name."""
    if any(column.null_count for column in batch.columns):
        raise OddError
    return dict(zip(batch.schema.names, map(narrow, batch.columns), strict=True))


def _listed(file: str, wanted: Sequence[str]) -> list[str]:
    """The columns wanted whose different texts are listed, as far as one can tell; of others a list would be made."""
    about = library().read_metadata(file)
    sizes: dict[str, int] = {}
    for group in range(about.num_row_groups):
        for place in range(about.num_columns):
            column = about.row_group(group).column(place)
            begin = column.dictionary_page_offset
            is_listed = begin is not None and column.physical_type == "BYTE_ARRAY"
            size = column.data_page_offset - begin if is_listed else LIST + 1
            sizes[column.path_in_schema] = max(size, sizes.get(column.path_in_schema, 0))
    return [name for name in wanted if 0 < sizes.get(name, 0) <= LIST]


def _has_all(kinds: Mapping[str, str | None], file: str) -> bool:
    import pyarrow  # noqa: PLC0415  # as above

    try:
        schema = library().read_schema(file)
    except (OSError, pyarrow.ArrowException):
        return False
    if any(schema.get_field_index(name) < 0 for name in kinds):
        return False
    types = {name: str(schema.field(name).type) for name in kinds}
    return all(types[name] in TEXTS or (types[name] in INTEGERS and kind in KINDS) for name, kind in kinds.items())


def library() -> Any:  # noqa: ANN401  # pyarrow has no types
    """Arrow's reader."""
    import pyarrow.parquet  # noqa: PLC0415  # as above

    return pyarrow.parquet
