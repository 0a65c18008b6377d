"""What `pip install .` gives: the command, with rules and facts inside, from any directory."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]
    run([*pip, "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(folder), str(ROOT)], folder)
    (file,) = folder.glob("alignment-*.whl")
    return file


def run(command: list[str], folder: Path, **environment: str) -> str:
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=folder, env=inherited | environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_travels_in_the_wheel(wheel: Path) -> None:
    """The grammar, the marker of types, and every bundled rule and fact file; no tests."""
    names = set(zipfile.ZipFile(wheel).namelist())
    bundled = {f"alignment/bundled/{file.relative_to(ROOT).as_posix()}" for folder in ("rules", "facts") for file in (ROOT / folder).rglob("*.*")}
    assert len(bundled) > 10
    assert {"alignment/language/grammar.lark", "alignment/py.typed", *bundled} <= names
    assert not [name for name in names if "test" in name.split("/")[0] or name.endswith(".test")]


def test_the_installed_command_works_anywhere(wheel: Path, tmp_path: Path) -> None:
    """The command answers from the bundled base, with no checkout in reach."""
    target = tmp_path / "site"
    run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", str(target), str(wheel)], tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    command = str(target / "bin" / "alignment")
    assert os.access(command, os.X_OK)
    where = run([sys.executable, "-P", "-c", "import alignment; print(alignment.__file__)"], elsewhere, PYTHONPATH=str(target))
    assert Path(where.strip()).is_relative_to(target)
    said = run([command, "query", "supports(X, russia)"], elsewhere, PYTHONPATH=str(target))
    assert "China" in said
    assert "yes" in run([command, "query", 'supports("Beijing", "the Kremlin")'], elsewhere, PYTHONPATH=str(target))
