"""The shell in a real terminal, as a person meets it."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

import pexpect
import pytest

ROOT = Path(__file__).resolve().parents[2]
PROMPT = r"\?-(?: |\x1b\[[0-9;]*[A-Z])"
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\r")


class Terminal:
    """A running shell and what it shows."""

    def __init__(self, tmp_path: Path, *files: str, columns: int = 100) -> None:
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "XDG_STATE_HOME": str(tmp_path / "state"),
            "TERM": "xterm-256color",
            "PROMPT_TOOLKIT_NO_CPR": "1",
            "NO_COLOR": "1",
        }
        self.child: Any = pexpect.spawn(
            sys.executable,
            ["-m", "alignment", *files],
            env=environment,
            dimensions=(30, columns),
            encoding="utf-8",
            timeout=20,
            cwd=tmp_path,
        )
        self.banner = self.wait()

    def wait(self) -> str:
        """What is shown until the next prompt."""
        self.child.expect(PROMPT)
        return ESCAPES.sub("", self.child.before)

    def ask(self, text: str) -> str:
        """Type a line; what is shown until the next prompt after it."""
        self.child.send(text + "\r")
        self.child.expect("\n")
        return self.wait()

    def leave(self) -> int:
        """Ctrl-D, and the status of the process."""
        self.child.sendeof()
        self.child.expect(pexpect.EOF)
        self.child.close()
        status: int = self.child.exitstatus
        return status


@pytest.fixture
def big(tmp_path: Path) -> str:
    """A base whose rule `big` never ends in the time of a test."""
    path = tmp_path / "big.facts"
    path.write_text("".join(f"n({i}).\n" for i in range(300)) + "big(A, B, C, D) :- n(A), n(B), n(C), n(D).\n")
    return str(path)


def test_a_first_session(tmp_path: Path) -> None:
    """With no file there is something to ask at once; Ctrl-D leaves with 0."""
    terminal = Terminal(tmp_path)
    assert "China" in terminal.ask("supports(X, russia)")
    assert terminal.leave() == 0


def test_tab_completes_in_context(tmp_path: Path) -> None:
    """Tab completes the relation, then a country."""
    terminal = Terminal(tmp_path)
    terminal.child.send("suppor\tchi\t, russ\t)\r")
    terminal.child.expect("yes")
    terminal.wait()
    assert terminal.leave() == 0


def test_a_rule_over_several_lines(tmp_path: Path) -> None:
    """Enter opens a new line until the full stop."""
    terminal = Terminal(tmp_path)
    terminal.child.send("fan(X) :-\r")
    terminal.child.send("supports(X, russia).\r")
    terminal.child.expect("added")
    terminal.wait()
    assert "China" in terminal.ask("fan(X)")
    terminal.leave()


def test_history_lives_on(tmp_path: Path) -> None:
    """The line of one session is one key away in the next."""
    first = Terminal(tmp_path)
    first.ask("supports(china, russia)")
    first.leave()
    second = Terminal(tmp_path)
    second.child.send("\x1b[A\r")
    second.child.expect("yes")
    second.wait()
    second.leave()


def test_ctrl_c_stops_a_question_and_keeps_the_base(tmp_path: Path, big: str) -> None:
    """A question that would never end is stopped at once; what was told stays, and the session goes on."""
    terminal = Terminal(tmp_path, big)
    terminal.ask("told(a).")
    terminal.child.send("big(A, B, C, D)\r")
    terminal.child.expect("\n")
    pexpect.run("sleep 1")
    terminal.child.sendintr()
    terminal.child.expect("stopped", timeout=5)
    terminal.wait()
    assert "yes" in terminal.ask("told(a)")
    assert "yes" in terminal.ask("n(7)")
    assert terminal.leave() == 0


def test_ctrl_c_clears_a_line(tmp_path: Path) -> None:
    """At the prompt Ctrl-C gives up the line."""
    terminal = Terminal(tmp_path)
    terminal.child.send("nonsense(")
    terminal.child.sendintr()
    terminal.child.send("supports(china, russia)\r")
    terminal.child.expect("yes")
    terminal.wait()
    assert terminal.leave() == 0


def test_a_load_that_fails_leaves_the_base(tmp_path: Path) -> None:
    """The mistakes are told with their places, and questions are answered as before."""
    (tmp_path / "bad.facts").write_text("member(serbia, sco).\nmember(china, .\n")
    terminal = Terminal(tmp_path)
    shown = terminal.ask(":load bad.facts")
    assert "bad.facts:2:" in shown
    assert "error[syntax]" in shown
    assert "yes" in terminal.ask("supports(china, russia)")
    terminal.leave()


def test_a_narrow_terminal(tmp_path: Path) -> None:
    """In 40 columns the banner and a table are not broken by wrapping."""
    terminal = Terminal(tmp_path, columns=40)
    shown = terminal.ask("supports(X, russia)")
    assert "China" in shown
    assert all(len(line) <= 40 for line in shown.splitlines())
    assert all(len(line) <= 40 for line in terminal.banner.splitlines())
    shown = terminal.ask("stances turkey")
    assert "neutral towards Ukraine" in shown
    assert all(len(line) <= 40 for line in shown.splitlines())
    terminal.leave()
