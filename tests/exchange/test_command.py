"""`alignment export` and `:export`: where files go, what is refused, and that a failure leaves what was there."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from alignment.cli import main
from alignment.commands.console import Console
from alignment.exchange.targets import TARGETS

BASE = """\
country(china). source wire. relation tons(a: any, n: number).
tons(china, 0.5) since 2024-01-01 from wire.
double(X, N + N) :- tons(X, N).
"""


@pytest.fixture
def base(tmp_path: Path) -> str:
    """A file with a rule that some targets cannot say."""
    path = tmp_path / "base.rules"
    path.write_text(BASE, encoding="utf-8")
    return str(path)


def run(*words: str, stdin: str = "") -> tuple[int, str, str]:
    """Exit status, standard output and standard error of a call in this process."""
    out, err = io.StringIO(), io.StringIO()
    status = main(words, Console(io.StringIO(stdin), out, err))
    return status, out.getvalue(), err.getvalue()


def test_one_file_goes_to_a_path_or_to_standard_output(base: str, tmp_path: Path) -> None:
    """Without a path a single file is the result; with one nothing else is printed."""
    path = tmp_path / "new" / "base.pl"
    status, out, _ = run("export", base, "--to", "prolog")
    assert (status, "tons(china, 0.5)." in out) == (0, True)
    assert run("export", base, "--to", "prolog", "-o", str(path)) == (0, "", f"wrote 1 file: {path}\n")
    assert path.read_text(encoding="utf-8") == out


def test_several_formats_go_into_a_folder(base: str, tmp_path: Path) -> None:
    """Files with an ending of their own lie in it, tables in a folder for each format."""
    assert run("export", base, "--to", "prolog,csv,json", "--output", str(tmp_path / "out"))[0] == 0
    files = sorted(str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert files == ["base.json", "base.pl", "csv/country.csv", "csv/double.csv", "csv/tons.csv"]


def test_the_view_options_apply(base: str) -> None:
    """What the view does not see is not there."""
    for view in (("--as-of", "2023-01-01"), ("--without", "wire")):
        relations = json.loads(run("export", base, "--to", "json", *view)[1])["relations"]
        assert relations["tons"]["rows"] == relations["double"]["rows"] == []


def test_a_refusal_writes_nothing(base: str, tmp_path: Path) -> None:
    """All that any of the formats cannot say is told with its place, and no file is made."""
    status, out, err = run("export", base, "--to", "json,clingo,souffle", "-o", str(tmp_path / "out"))
    assert (status, out) == (2, "")
    assert err.count("base.rules:3:1: error[not-exportable]") == 2
    assert "clingo cannot say this: arithmetic with decimals" in err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "`export` needs to know for whom"),
        (("--to", "csv"), "several files need a folder"),
        (("--to", "json,prolog"), "several files need a folder"),
        (("--to", "prolg"), "'prolg' is not a format of `export`"),
        (("--to", ","), "--to names no format"),
    ],
)
def test_wrong_calls(base: str, words: tuple[str, ...], message: str) -> None:
    """Each says what is missing."""
    status, out, err = run("export", base, *words)
    assert (status, out) == (2, "")
    assert f"error[usage]: {message}" in err


def test_a_path_that_cannot_be_written(base: str, tmp_path: Path) -> None:
    """A folder in the way of a file is told, and nothing half-written stays."""
    (tmp_path / "there").mkdir()
    status, _, err = run("export", base, "--to", "json", "-o", str(tmp_path / "there"))
    assert (status, "error[cannot-write]" in err) == (2, True)
    (tmp_path / "file").write_text("x")
    assert run("export", base, "--to", "csv", "-o", str(tmp_path / "file"))[0] == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["base.rules", "file", "there"]


def test_export_from_the_shell(base: str, tmp_path: Path) -> None:
    """The ending tells the format, or the first word does; what the session was told is there."""
    path, folder = tmp_path / "it.json", tmp_path / "tables"
    typed = f"tons(china, 2).\n:export {path}\n:export csv {folder}\n:export it.txt\n"
    _, _, err = run(base, stdin=typed)
    assert len(json.loads(path.read_text(encoding="utf-8"))["relations"]["tons"]["rows"]) == 2
    assert (folder / "tons.csv").exists()
    assert "the ending of 'it.txt' tells no format" in err


def test_targets_are_documented() -> None:
    """Each format has its row."""
    text = (Path(__file__).resolve().parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
    assert [name for name in TARGETS if f"| `{name}`" not in text and f", `{name}` |" not in text] == []
