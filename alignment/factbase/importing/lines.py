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
from alignment.factbase.importing.slab import Slab
from alignment.records import frozen

BLOCK = 1 << 20
"""Bytes that are cut at once. With fewer, more of the time goes into handing Python's lock from thread to thread."""

_NEWLINE = ord("\n")
_CONTROLS = 32
"""The letters below are marks, or odd."""

_BLANK = ord(" ")
_HEADER = 1 << 16
"""Bytes in which the first line is looked for."""

_ASCII = 128
_ODD_IN_HEADER = (b"\r", b"\0")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@frozen
class CutBlock:
    """The columns of some lines, until the next block is asked for, and how many more like it there may be."""

    columns: Mapping[str, Cut]
    more: int

    def rows_in_all(self, blocks: int) -> int:
        """About how many rows so many blocks have, this one the first: rather more than less."""
        rows = max(map(len, self.columns.values()), default=0)
        return rows * (1 + min(self.more, blocks - 1)) * 17 // 16


def begins_plainly(file: str) -> bool:
    """Whether there is something in a file, and neither a byte order mark nor an empty line comes first."""
    with open(file, "rb") as opened:
        start = opened.read(len(_BYTE_ORDER_MARK))
    return bool(start) and start != _BYTE_ORDER_MARK and not start.startswith(b"\n")


class Cutter:
    """Cuts files, for one thread: one after another, in arrays that are used again."""

    def __init__(self, slab: Slab) -> None:
        self._size = -(-BLOCK // WORD) * WORD
        self._letters = slab.take((self._size + BEYOND) // WORD).view(np.uint8)
        self._mask = slab.take((self._size + BEYOND) // WORD).view(np.bool_)
        self._begins = np.empty(0, np.int64)

    def blocks(self, file: str, plain: PlainText, wanted: Sequence[str]) -> Iterator[CutBlock]:
        """The columns wanted of a file, block by block. Raises OddError where it is not plain."""
        letters, size = self._letters, self._size
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
                marks = self._marks(begin, end, plain)
                last = int(marks[-1, -1]) + 1
                odd = self._odd_letters(last, plain)
                more = max(0, -(-left // (last - begin)))
                yield CutBlock(dict(zip(wanted, self._columns(begin, marks, odd, plain, wanted), strict=True)), more)
                letters[: end - last] = letters[last:end].copy()
                end -= last

    def _are(self, letters: Bytes, letter: int) -> Mask:
        """Which letters are this one, until the next is asked for."""
        return np.equal(letters, letter, out=self._mask[: len(letters)])

    def _marks(self, begin: int, end: int, plain: PlainText) -> Places:
        """Where the cells of whole lines end, a row a line. Raises OddError if lines are not alike."""
        letters, mark, width = self._letters, ord(plain.mark), len(plain.names)
        found = np.less(letters[begin:end], _CONTROLS, out=self._mask[: end - begin])
        if mark >= _CONTROLS:
            found |= letters[begin:end] == mark
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
        # each line ends as it should, and there are as many marks as belong before: nothing else can be among them
        if not (letters[marks[:, -1]] == _NEWLINE).all():
            raise OddError
        if np.count_nonzero(self._are(lines, mark)) != len(marks) * (width - 1):
            raise OddError
        if width == 1 and (np.diff(marks[:, 0], prepend=begin - 1) == 1).any():
            raise OddError  # an empty line looks like an empty cell
        return marks

    def _odd_letters(self, last: int, plain: PlainText) -> Mask | None:
        """Which letters of whole lines no plain cell has, None if no cell has one. Raises OddError for no text."""
        letters = self._letters[:last]
        if plain.quote and self._are(letters, ord(plain.quote)).any():
            raise OddError
        largest = letters.max()
        if largest <= LAST and not self._are(letters, _BLANK).any():
            return None
        if largest >= _ASCII:
            try:
                letters.tobytes().decode()
            except UnicodeDecodeError:
                raise OddError from None
        odd: Mask = (letters < FIRST) | (letters > LAST)
        return odd

    def _columns(
        self, begin: int, marks: Places, odd: Mask | None, plain: PlainText, wanted: Sequence[str]
    ) -> Iterator[Cut]:
        """The cells of some columns."""
        rows = len(marks)
        if len(self._begins) < rows * len(wanted):
            self._begins = np.empty(rows * len(wanted), np.int64)
        for place, name in enumerate(wanted):
            at = plain.names.index(name)
            begins = self._begins[place * rows : (place + 1) * rows]
            if at:
                np.add(marks[:, at - 1], 1, out=begins)
            else:
                begins[0] = begin
                np.add(marks[:-1, -1], 1, out=begins[1:])
            yield Cut(self._letters, begins, marks[:, at], odd)


def _after_header(letters: Bytes) -> int:
    """Where the first line ends. Raises OddError if it does not, or not as other lines do."""
    newlines = np.flatnonzero(letters[:_HEADER] == _NEWLINE)
    if not len(newlines):
        raise OddError
    header = letters[: newlines[0]].tobytes()
    if any(odd in header for odd in _ODD_IN_HEADER):
        raise OddError
    return len(header) + 1
