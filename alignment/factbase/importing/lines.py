"""Plain text files cut into lines and cells, a block of bytes at a time.

Every mark in a block is found in one pass, and the marks have to follow each other as they do in a table: so many
that end a cell, then one that ends the line. Whatever is not so (a quote, an odd line ending, a row of another width,
bytes that are no UTF-8) is left to the reader that can tell what is wrong with it.

Arrow's reader, which copies each cell to a column first, takes four times as long.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from alignment.factbase.importing.cut import BEYOND, FIRST, LAST, WORD, Bytes, Cut, Mask, Places
from alignment.factbase.importing.odd import OddError
from alignment.factbase.importing.reading import PlainText
from alignment.frozen import frozen

BLOCK = 1 << 21
"""Bytes that are cut at once. With fewer, more of the time goes into handing Python's lock from thread to thread."""

_NEWLINE = ord("\n")
_CONTROLS = 32
"""The letters below are marks, or odd."""

_BLANK = ord(" ")
_ASCII = 128
_ODD_IN_HEADER = (b"\r", b"\0")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@frozen
class CutBlock:
    """The columns of some lines, until the next block is asked for, and how many more like it there may be."""

    columns: Mapping[str, Cut]
    more: int

    def rows_in_all(self, blocks: int | None = None) -> int:
        """About how many rows so many blocks have, or all, this one the first: rather more than less."""
        rows = max(map(len, self.columns.values()), default=0)
        more = self.more if blocks is None else min(self.more, blocks - 1)
        return rows * (1 + more) * 17 // 16


def begins_plainly(file: str) -> bool:
    """Whether there is something in a file, and neither a byte order mark nor an empty line comes first."""
    with open(file, "rb") as opened:
        start = opened.read(len(_BYTE_ORDER_MARK))
    return bool(start) and start != _BYTE_ORDER_MARK and not start.startswith(b"\n")


def cut_blocks(file: str, plain: PlainText, wanted: Sequence[str]) -> Iterator[CutBlock]:
    """The columns wanted of a file, block by block. Raises OddError where it is not plain."""
    size = -(-BLOCK // WORD) * WORD
    letters = np.empty((size + BEYOND) // WORD, np.uint64).view(np.uint8)
    columns = {name: plain.names.index(name) for name in wanted}
    with open(file, "rb", buffering=0) as opened:
        left, end, is_first, is_end = os.path.getsize(file), 0, plain.has_header, False
        while not is_end:
            got = opened.readinto(letters[end:size].data) or 0
            is_end = got < size - end  # files give all that they have
            left, end = left - got, end + got
            if is_end and end and letters[end - 1] != _NEWLINE:
                letters[end] = _NEWLINE
                end += 1
            begin = _after_header(letters[:end]) if is_first else 0
            is_first = False
            if begin == end:
                end = 0
                continue
            marks = _marks(letters[:end], begin, plain)
            last = int(marks[-1, -1]) + 1
            odd = _odd_letters(letters[:last], plain)
            more = max(0, -(-left // (last - begin)))
            yield CutBlock({name: _column(letters, begin, marks, at, odd) for name, at in columns.items()}, more)
            letters[: end - last] = letters[last:end].copy()
            end -= last


def _after_header(letters: Bytes) -> int:
    """Where the first line ends. Raises OddError if it does not, or not as other lines do."""
    header, newline, _ = letters.tobytes().partition(b"\n")
    if not newline or any(odd in header for odd in _ODD_IN_HEADER):
        raise OddError
    return len(header) + 1


def _marks(letters: Bytes, begin: int, plain: PlainText) -> Places:
    """Where the cells of whole lines end, from `begin` on: a row a line. Raises OddError if lines are not alike."""
    mark, width = ord(plain.mark), len(plain.names)
    found = letters[begin:] < _CONTROLS
    if mark >= _CONTROLS:
        found |= letters[begin:] == mark
    places = np.flatnonzero(found)
    places += begin
    newlines = np.flatnonzero(letters[places[-width:]] == _NEWLINE)  # of the last line there may be a part
    if not len(newlines):
        raise OddError
    whole = max(0, len(places) - width) + int(newlines[-1]) + 1
    if whole % width:
        raise OddError
    marks = places[:whole].reshape(-1, width)
    lines = letters[begin : marks[-1, -1] + 1]
    # each line ends as it should, and no other does: so many marks of each kind are where they belong
    if not (letters[marks[:, -1]] == _NEWLINE).all() or np.count_nonzero(lines == _NEWLINE) != len(marks):
        raise OddError
    if np.count_nonzero(lines == mark) != len(marks) * (width - 1):
        raise OddError
    if width == 1 and (np.diff(marks[:, 0], prepend=begin - 1) == 1).any():
        raise OddError  # an empty line looks like an empty cell
    return marks


def _odd_letters(letters: Bytes, plain: PlainText) -> Mask | None:
    """Which letters of whole lines no plain cell has, None if no cell has one. Raises OddError for what is no text."""
    if plain.quote and (letters == ord(plain.quote)).any():
        raise OddError
    largest = letters.max()
    if largest <= LAST and not (letters == _BLANK).any():
        return None
    if largest >= _ASCII:
        try:
            letters.tobytes().decode()
        except UnicodeDecodeError:
            raise OddError from None
    odd: Mask = (letters < FIRST) | (letters > LAST)
    return odd


def _column(letters: Bytes, begin: int, marks: Places, at: int, odd: Mask | None) -> Cut:
    """The cells of a column, by its place."""
    if at:
        begins = marks[:, at - 1] + 1
    else:
        begins = np.empty(len(marks), np.int64)
        begins[0] = begin
        np.add(marks[:-1, -1], 1, out=begins[1:])
    return Cut(letters, begins, marks[:, at], odd)
