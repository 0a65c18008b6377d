"""The prompt, handed its input and output."""

from __future__ import annotations

import importlib.util
import io
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from alignment.commands.console import Console
from alignment.commands.options import Options
from alignment.shell import ready
from alignment.shell.prompt import Prompt
from alignment.shell.run import run_shell
from alignment.shell.session import Session


@pytest.fixture
def keys() -> Iterator[PipeInput]:
    """A keyboard to type on."""
    with create_pipe_input() as made:
        yield made


@pytest.fixture
def base(tmp_path: Path) -> str:
    """A base of three lines."""
    path = tmp_path / "base.facts"
    path.write_text('type country.\ncountry russia "Russia".\ncountry china.\nlikes(china, russia).\n')
    return str(path)


def typed(keys: PipeInput, text: str, base: str, history: Path) -> tuple[str, str]:
    """What a session prints when a text is typed; it ends with Ctrl-D."""
    out, err = io.StringIO(), io.StringIO()
    keys.send_text(text + "\x04")
    reader = Prompt(input=keys, output=DummyOutput(), history=history)
    assert run_shell([base], Options(), Console(io.StringIO(), out, err), reader) == 0
    return out.getvalue(), err.getvalue()


def test_banner_and_answers(keys: PipeInput, base: str, tmp_path: Path) -> None:
    """The banner names what the session is over and three things to try; then questions are answered."""
    out, err = typed(keys, "likes(china, russia)\r", base, tmp_path / "history")
    assert out == "yes\n"
    assert "base.facts (1 fact, 0 rules)" in " ".join(err.split())
    assert err.count("\n") <= 7


def test_enter_goes_on_until_the_full_stop(keys: PipeInput, base: str, tmp_path: Path) -> None:
    """A rule is typed over several lines; an empty line ends an entry in any case."""
    text = "fan(X) :-\r  likes(X, russia).\rfan(china)\rlikes(china,\r\r"
    out, err = typed(keys, text, base, tmp_path / "history")
    assert out == "yes\n"
    assert "added: fan(X) :- likes(X, russia)." in err
    assert "error[syntax]" in err


def test_tab_completes(keys: PipeInput, base: str, tmp_path: Path) -> None:
    """Tab completes a relation and a constant of the argument's type."""
    assert typed(keys, "lik\tchi\t, rus\t)\r", base, tmp_path / "history")[0] == "yes\n"


def test_ctrl_c_clears_the_line(keys: PipeInput, base: str, tmp_path: Path) -> None:
    """What was typed is given up, and the session goes on."""
    assert typed(keys, "likes(\x03likes(china, russia)\r", base, tmp_path / "history")[0] == "yes\n"


def test_history_is_kept_for_its_owner(keys: PipeInput, base: str, tmp_path: Path) -> None:
    """Earlier lines come back in the next session; the file is readable by its owner alone."""
    history = tmp_path / "state" / "alignment" / "history"
    typed(keys, "likes(china, russia)\r", base, history)
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    with create_pipe_input() as again:
        assert typed(again, "\x1b[A\r", base, history)[0] == "yes\n"


def test_no_place_for_a_history(keys: PipeInput, base: str) -> None:
    """A home that cannot be written to is no reason to fail."""
    assert typed(keys, "likes(china, russia)\r", base, Path("/proc/nowhere/history"))[0] == "yes\n"


def test_what_questions_need_is_loaded_while_nothing_is_typed(
    keys: PipeInput, base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Modules are loaded one after another between keys, and go on at the next prompt."""
    loaded: list[str] = []
    monkeypatch.setattr(ready, "PAUSE", 0.0)
    monkeypatch.setattr(ready.importlib, "import_module", loaded.append)
    reader = Prompt(input=keys, output=DummyOutput(), history=tmp_path / "history")
    session = Session.over([base], Options())

    def leave() -> None:
        for _ in range(400):
            if len(loaded) >= len(ready.MODULES):
                break
            time.sleep(0.01)
        keys.send_text("\x04")

    thread = threading.Thread(target=leave)
    thread.start()
    with pytest.raises(EOFError):
        reader.read(session, lambda _: None)
    thread.join()
    assert loaded == list(ready.MODULES)


def test_all_that_is_loaded_ahead_is_there() -> None:
    """A module that was renamed is renamed there too."""
    assert [importlib.util.find_spec(name) is not None for name in ready.MODULES] == [True] * len(ready.MODULES)
