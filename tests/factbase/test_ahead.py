"""Files are read ahead of their imports: what comes of them is what comes of reading each in its turn."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest

from alignment import KnowledgeBase
from alignment.factbase.importing import ahead, clean, lines, numbering, table

pytest.importorskip("pyarrow")


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is large, and little may wait: the thread that reads is always a block or so ahead.

    Some columns have so many different cells in a block that Arrow numbers them, others have not.
    """
    monkeypatch.setattr(clean, "LEAST", 0)
    monkeypatch.setattr(lines, "BLOCK", 2_000)
    monkeypatch.setattr(clean, "TOGETHER", 2)
    monkeypatch.setattr(ahead, "MOST", 1)
    monkeypatch.setattr(numbering, "FEW", 40)


def world(folder: Path, damaged: tuple[int, ...] = ()) -> Path:
    """Eight tables with an import each; late in those that are damaged a line has a cell too many."""
    for i in range(8):
        names = ("n", "a_long_name_of_n", f"name_in_{i}_of_n")
        lines = [f"{names[j % 3]}{(i * 7 + j) % 90}\t{j % 31 if j % 3 else f'm{j}'}" for j in range(600)]
        if i in damaged:
            lines[500] = "a\tb\tc"
        (folder / f"t{i}.tsv").write_text("A\tB\n" + "\n".join(lines) + "\n")
    spec = folder / "world.facts"
    spec.write_text("".join(f'import p{i}(A, B) from "t{i}.tsv".\n' for i in range(8)))
    return spec


def loaded(spec: Path) -> tuple[list[object], list[str], list[object]]:
    """What a base holds, what it tells, and its constants in the order in which they were met.

    In which order SQL meets those of a damaged file is not said.
    """
    kb = KnowledgeBase("memory")
    kb.load(spec)
    rows = [sorted(kb.rows(f"p{i}"), key=repr) for i in range(8)]
    told = [str(one) for one in kb.checked.warnings]
    met = [value for _, value, _ in kb._store.dictionary.own()]
    return rows, told, sorted(met, key=repr) if told else met


def ended(before: int) -> bool:
    """Whether soon there are no more threads than before."""
    until = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.001)
    return threading.active_count() <= before


@pytest.mark.parametrize("damaged", [(), (0,), (3, 4), (7,)])
def test_the_same_comes_of_files_that_are_read_ahead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damaged: tuple[int, ...]
) -> None:
    """A file that turns out to be damaged when much of it is read holds up neither the thread nor the others."""
    spec, before = world(tmp_path, damaged), threading.active_count()
    found = loaded(spec)
    assert len(found[1]) == len(damaged)
    assert ended(before)
    monkeypatch.setattr(numbering, "FEW", 1_000_000)
    monkeypatch.setattr(ahead, "reading_ahead", lambda jobs, schema: ahead.Ahead([None for _ in jobs], schema))
    assert found == loaded(spec)


def test_nothing_is_read_on_once_an_import_has_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec, before = world(tmp_path), threading.active_count()

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(table, "read_clean", interrupted)
    with pytest.raises(KeyboardInterrupt):
        loaded(spec)
    assert ended(before)


def test_an_import_is_here_when_all_of_it_is_and_it_is_small() -> None:
    early = ahead.Early(threading.Condition(), threading.Event())
    small = numbering.Block({"A": numbering.Column(np.arange(3), None, None)})
    large = numbering.Block({"A": numbering.Column(np.arange(clean.LENT + 1), None, None)})
    assert not early.is_here
    early.put(small, 24)
    assert not early.is_here
    early.end(odd=False)
    assert early.is_here
    for blocks in ([small, small], [large], []):
        other = ahead.Early(threading.Condition(), threading.Event())
        for block in blocks:
            other.put(block, 24)
        other.end(odd=False)
        assert not other.is_here
