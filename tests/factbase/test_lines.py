"""Plain text cut into lines and cells: what comes of it is what Python's own `split` gives, or it is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pyarrow = pytest.importorskip("pyarrow")

import numpy as np  # noqa: E402

from alignment.factbase.importing import lines  # noqa: E402
from alignment.factbase.importing.cut import BEYOND, Cut  # noqa: E402  # needs NumPy
from alignment.factbase.importing.lines import Cutter, begins_plainly  # noqa: E402
from alignment.factbase.importing.odd import OddError  # noqa: E402
from alignment.factbase.importing.reading import PlainText  # noqa: E402
from alignment.factbase.importing.slab import Slab  # noqa: E402

letters = st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters='\t,"')
cells = st.text(letters, max_size=12) | st.sampled_from(("", "c1", "united kingdom", "über", "2024-01-05", "~"))


def read(file: Path, plain: PlainText, wanted: list[str], block: int) -> dict[str, list[str]]:
    """All cells of some columns, and of every third row once more, as `texts` gives them."""
    found: dict[str, list[str]] = {name: [] for name in wanted}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "BLOCK", block)
        for one in Cutter(Slab()).blocks(str(file), plain, wanted):
            assert one.rows_in_all(3) >= len(one.columns[wanted[0]])
            for name in wanted:
                cut = one.columns[name]
                texts = cut.texts().to_pylist()
                assert cut.texts(np.arange(0, len(cut), 3)).to_pylist() == texts[::3]
                odd = cut.odd_cells()
                plainly = [all("!" <= letter <= "~" for letter in text) for text in texts]
                assert plainly == ([True] * len(cut) if odd is None else (~odd).tolist())
                found[name] += texts
    return found


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_cells_are_those_of_the_file(data: st.DataObject, tmp_path: Path) -> None:
    width = data.draw(st.integers(1, 4))
    mark = data.draw(st.sampled_from("\t,"))
    cell = cells.filter(bool) if width == 1 else cells
    rows = data.draw(st.lists(st.lists(cell, min_size=width, max_size=width), max_size=20))
    names = tuple(f"n{i}" for i in range(width))
    header = data.draw(st.booleans())
    table = [list(names), *rows] if header else rows
    end = st.sampled_from(("", "\n")) if table else st.just("")
    text = "\n".join(mark.join(row) for row in table) + data.draw(end)
    file = tmp_path / "t.tsv"
    file.write_bytes(text.encode())
    if not begins_plainly(str(file)):
        return
    wanted = sorted(data.draw(st.sets(st.sampled_from(names), min_size=1)))
    long = max(len(line.encode()) for line in text.split("\n"))
    block = data.draw(st.integers(2 * long + 2, 3 * long + 40))
    found = read(file, PlainText(names, mark, "", header), wanted, block)
    assert found == {name: [row[names.index(name)] for row in rows] for name in wanted}


@pytest.mark.parametrize(
    "text",
    [
        b"A\tB\nc1\tc2\nc3\n",
        b"A\tB\nc1\tc2\nc3\tc4\tc5\n",
        b"A\tB\nc1\tc2\n\nc3\tc4\n",
        b"A\tB\nc1\tc2\r\nc3\tc4\n",
        b"A\tB\r\nc1\tc2\n",
        b"A\tB\nc1\tc2\nc\0\tc4\n",
        b"A\tB\nc1\tc2\nc\x01\tc4\n",
        b"A\tB\nc1\tc2\nc\xff\tc4\n",
        b"A\tB\nc1\tc2\nc3\x01c4\n",
        b"A\tB\nc1\tc2\nc3\nc4\n",
        b'A\tB\nc1\tc2\n"c"\tc4\n',
        b"A\tB\nc1\tc2\nc3\nc4\tc5\tc6\n",
        b"A\tB\nc1\t" + b"c" * 100 + b"\n",
    ],
)
def test_what_is_not_plain_is_left_alone(text: bytes, tmp_path: Path) -> None:
    (tmp_path / "t.tsv").write_bytes(text)
    for block in (40, 64):
        with pytest.raises(OddError):
            read(tmp_path / "t.tsv", PlainText(("A", "B"), "\t", '"', True), ["A"], block)


def test_an_empty_line_is_no_cell(tmp_path: Path) -> None:
    for text in (b"A\nc1\n\nc2\n", b"A\n\nc2\n", b"A\nc1\n\n"):
        (tmp_path / "t.tsv").write_bytes(text)
        with pytest.raises(OddError):
            read(tmp_path / "t.tsv", PlainText(("A",), "\t", "", True), ["A"], 40)


@pytest.mark.parametrize("start", [b"", b"\n", b"\xef\xbb\xbfA\n"])
def test_files_that_do_not_begin_plainly(start: bytes, tmp_path: Path) -> None:
    (tmp_path / "t.tsv").write_bytes(start)
    assert not begins_plainly(str(tmp_path / "t.tsv"))


def test_cells_of_one_length_and_of_several() -> None:
    content = b"2024-01-05|2024-02-06|x"
    buffer = np.zeros(len(content) + BEYOND + 1, np.uint8)[: (len(content) + BEYOND) // 8 * 8]
    buffer[: len(content)] = np.frombuffer(content, np.uint8)
    cut = Cut(buffer, np.array([0, 11, 22]), np.array([10, 21, 23]), None)
    assert cut.texts().to_pylist() == ["2024-01-05", "2024-02-06", "x"]
    assert cut.texts(np.array([1, 0])).to_pylist() == ["2024-02-06", "2024-01-05"]
    assert cut.texts(np.array([], np.int64)).to_pylist() == []
