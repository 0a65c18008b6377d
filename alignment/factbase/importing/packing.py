"""The different cells of columns of text, each cell as a number into the list of them.

Before: columns of Arrow with the cells "c1", "k7143", "c1".
After:  the list "c1", "k7143", and 0, 1, 0.

Codes of countries, companies and goods have a few letters. A cell of eight bytes at most is one whole number of eight
bytes, and whole numbers are told apart three times as fast as texts: no look at the text for each cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from alignment.factbase.importing.odd import OddError
from alignment.records import frozen

WIDTH = 8
"""Bytes of a cell that fit in a whole number. What is shorter is filled with zero bytes."""

LARGE = "large_string"
"""Text with places of 64 bits, as Arrow calls it."""

_KEPT = np.array([(1 << 8 * length) - 1 for length in range(WIDTH + 1)], dtype="<u8")
"""The bits of the first bytes, by their number."""


@frozen(eq=False)
class Cells:
    """A column: the place of each cell among the `different` ones, an Arrow array of text.

    A list that is `shared` goes on growing at its end, with each block of files.
    """

    places: Any
    different: Any
    shared: bool = False


def short(texts: Any) -> Any:  # noqa: ANN401  # no types of Arrow
    """An Arrow array of text as whole numbers, an array of NumPy, where all its cells are short; else as it is.

    It has no gaps. Cells with a zero byte are not short, whatever their length: with such bytes they are filled up.
    """
    if len(texts) == 0:
        return np.empty(0, "<u8")
    ends = ends_of(texts)
    lengths = ends[1:] - ends[:-1]
    if lengths.max() > WIDTH or not content_of(texts, ends).min(initial=1):
        return texts
    return _packed(texts, ends, lengths)


def told_apart(columns: Sequence[Any], known: Any = None) -> tuple[list[Any], Any]:  # noqa: ANN401
    """The places of the cells of each column, and the different cells of all, in the order in which they come.

    The columns are what `short` gives. Those cells that are `known`, an Arrow array of text, come first.
    """
    import pyarrow  # noqa: PLC0415  # an extra, loaded by who reads with it

    given = [*([] if known is None else [short(known)]), *columns]
    are_short = all(isinstance(one, np.ndarray) for one in given)
    chunks = [_whole_numbers(pyarrow, one) if are_short else _text(pyarrow, one) for one in given if len(one)]
    if not chunks:
        return [np.empty(0, np.int32) for _ in columns], _text(pyarrow, np.empty(0, "<u8")) if known is None else known
    pool = pyarrow.system_memory_pool()  # what is freed goes back: Arrow's own keeps 90 MB of an import of 1e7 rows
    encoded = arrow_functions()("dictionary_encode", [pyarrow.chunked_array(chunks)], memory_pool=pool).chunks
    different = encoded[-1].dictionary
    if are_short:
        found = np.frombuffer(different.buffers()[1], "<u8")[: len(different)]
        rest = _text(pyarrow, found if known is None else found[len(known) :])
        different = rest if known is None else pyarrow.concat_arrays([known, rest])
    in_order = iter([_places(one.indices) for one in encoded[len(encoded) - sum(len(one) > 0 for one in columns) :]])
    return [next(in_order) if len(one) else np.empty(0, np.int32) for one in columns], different


def arrow_functions() -> Any:  # noqa: ANN401
    """What calls Arrow's functions by name. `pyarrow.compute` describes 300 of them first, which takes 70 ms."""
    try:
        from pyarrow._compute import call_function  # noqa: PLC0415
    except ImportError:  # a release of the package that keeps it elsewhere
        from pyarrow.compute import call_function  # noqa: PLC0415
    return call_function


def texts_of(cells: Any) -> list[str | None]:  # noqa: ANN401
    """The texts of an Arrow array, None for bytes that are no UTF-8: Arrow's reader does not look at that."""
    try:
        found: list[str | None] = cells.to_pylist()
    except UnicodeDecodeError:
        found = [_decoded(one) for one in cells.view("binary").to_pylist()]
    return found


def _decoded(content: bytes) -> str | None:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def begins_with(column: Any, letters: bytes) -> bool:  # noqa: ANN401
    """Whether a text of a column begins with one of some letters."""
    ends = ends_of(column)
    begins = ends[:-1][ends[1:] > ends[:-1]]
    content = column.buffers()[2]
    first = np.frombuffer(b"" if content is None else content, np.uint8)[begins]
    return bool(_among(letters)[first].any())


def within(column: Any, first: bytes, last: bytes) -> Any:  # noqa: ANN401
    """For each text of a column whether it begins with one of some letters and ends with one of others."""
    found = np.zeros(len(column), np.bool_)
    if len(column):
        ends = ends_of(column)
        filled = np.flatnonzero(ends[1:] > ends[:-1])
        content = column.buffers()[2]
        letters = np.frombuffer(b"" if content is None else content, np.uint8)
        found[filled] = _among(first)[letters[ends[filled]]] & _among(last)[letters[ends[filled + 1] - 1]]
    return found


def _among(letters: bytes) -> Any:  # noqa: ANN401
    """For each byte whether it is one of these."""
    found = np.zeros(256, np.bool_)
    found[np.frombuffer(letters, np.uint8)] = True
    return found


def ends_of(texts: Any) -> Any:  # noqa: ANN401
    """Where each text begins among the bytes of its array, and where the last one ends."""
    return np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]


def content_of(texts: Any, ends: Any) -> Any:  # noqa: ANN401
    """The bytes of texts from the first one on, of which `ends_of` tells the ends."""
    content = texts.buffers()[2]
    return np.frombuffer(b"" if content is None else content, np.uint8)[ends[0] : ends[-1]]


def is_listed(texts: Any) -> bool:  # noqa: ANN401
    """Whether an Arrow array of text comes as places in a list of different texts."""
    return hasattr(texts, "dictionary")


def places_of(texts: Any) -> Any:  # noqa: ANN401
    """The places of an array that comes so. Raises OddError for one outside the list: Arrow does not look at that."""
    found = _places(texts.indices)
    if found.min(initial=0) < 0 or found.max(initial=-1) >= len(texts.dictionary):
        raise OddError
    return found


def spread(texts: Any, rows: Any = None) -> Any:  # noqa: ANN401
    """All rows of a column of text, or some by their places, each with its text."""
    if is_listed(texts):
        places = places_of(texts)
        return _taken(texts.dictionary, places if rows is None else places[rows])
    return texts if rows is None else _taken(texts, rows)


def narrow(texts: Any) -> Any:  # noqa: ANN401
    """A column of text with places of 32 bits: pandas and polars write those of 64. Raises OddError if it is long."""
    if str(texts.type) != LARGE:
        return texts
    import pyarrow  # noqa: PLC0415  # as above

    _, ends, content = texts.buffers()
    places = np.frombuffer(ends, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    if places[-1] > np.iinfo(np.int32).max:
        raise OddError
    return pyarrow.StringArray.from_buffers(len(texts), pyarrow.py_buffer(places.astype(np.int32)), content)


def _taken(texts: Any, rows: Any) -> Any:  # noqa: ANN401
    import pyarrow  # noqa: PLC0415  # as above

    places = np.ascontiguousarray(rows, np.int64)
    return arrow_functions()(
        "take", [texts, pyarrow.Array.from_buffers(pyarrow.int64(), len(places), [None, pyarrow.py_buffer(places)])]
    )


def _packed(texts: Any, ends: Any, lengths: Any) -> Any:  # noqa: ANN401
    """Short texts as whole numbers."""
    first, last = int(ends[0]), int(ends[-1])
    filled = np.zeros(last - first + WIDTH, np.uint8)
    if last > first:
        filled[: last - first] = np.frombuffer(texts.buffers()[2], np.uint8)[first:last]
    each = np.ndarray((last - first + 1,), "<u8", filled.data, 0, (1,))  # the eight bytes from every byte on
    numbers = each[ends[:-1] - first]
    numbers &= _KEPT[lengths]
    return numbers


def _text(pyarrow: Any, column: Any) -> Any:  # noqa: ANN401
    """A column of whole numbers as the texts that they stand for, an Arrow array; one of texts as it is."""
    if not isinstance(column, np.ndarray):
        return column
    letters = column.view(np.uint8).reshape(len(column), WIDTH)
    used = letters != 0
    ends = np.zeros(len(column) + 1, np.int32)
    np.cumsum(used.sum(axis=1), out=ends[1:])
    return pyarrow.StringArray.from_buffers(len(column), pyarrow.py_buffer(ends), pyarrow.py_buffer(letters[used]))


def _whole_numbers(pyarrow: Any, numbers: Any) -> Any:  # noqa: ANN401
    """An array of NumPy as one of Arrow. Arrow's own way would load pandas."""
    return pyarrow.Array.from_buffers(pyarrow.uint64(), len(numbers), [None, pyarrow.py_buffer(numbers)])


def _places(column: Any) -> Any:  # noqa: ANN401
    """An Arrow column of int32 without gaps as an array of NumPy."""
    return np.frombuffer(column.buffers()[1], np.int32)[column.offset : column.offset + len(column)]
