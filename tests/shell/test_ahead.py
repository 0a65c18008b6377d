"""What is asked while it is typed: told as it would be, and never anything that changes the session."""

from __future__ import annotations

import gc
import io
import threading
import time
from pathlib import Path

import pytest

from alignment.commands.console import Console
from alignment.commands.options import Options
from alignment.problems import LimitReached
from alignment.shell import ahead
from alignment.shell.ahead import Ahead, is_question
from alignment.shell.execute import execute
from alignment.shell.session import Session

BASE = """type country.
country russia "Russia". country china. country india.
event likes(who: country, whom: country).
likes(china, russia) on 2024-03-01 confidence 0.8.
likes(india, russia) on 2023-03-01 confidence 0.8.
fan(X) :- likes(X, russia).
"""
PRODUCT = "".join(f"n({i}). " for i in range(300)) + "p(A, B, C, D) :- n(A), n(B), n(C), n(D)."


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """A session over a few facts."""
    path = tmp_path / "base.facts"
    path.write_text(BASE)
    return Session.over([str(path)], Options())


def streams() -> Console:
    """A console whose streams can be read."""
    return Console(io.StringIO(), io.StringIO(), io.StringIO())


def written(console: Console) -> tuple[str, str]:
    """What stands in the two streams of a console of `streams`."""
    assert isinstance(console.stdout, io.StringIO) and isinstance(console.stderr, io.StringIO)
    return console.stdout.getvalue(), console.stderr.getvalue()


def workers() -> int:
    """Threads that ask ahead."""
    return sum("_ask" in thread.name for thread in threading.enumerate())


def until_quiet(seconds: float) -> None:
    """Wait until no thread asks ahead any more."""
    end = time.monotonic() + seconds
    while workers() and time.monotonic() < end:
        time.sleep(0.01)
    assert not workers()


@pytest.mark.parametrize(
    "text",
    [
        "likes(X, russia)",
        "?- likes(X, russia).",
        "why fan(china)",
        "whynot likes(russia, russia)",
        "linchpins fan(china)",
        "timeline fan(X)",
        "diff fan(X) --as-of 2023-06-01 --to 2024-06-01",
        "likes(X, Y) --min-confidence 0.9",
        "likes(X, india)",
    ],
)
def test_told_as_if_asked_on_enter(session: Session, text: str) -> None:
    """Both streams and the status are those of the question asked as usual."""
    usual, typed = streams(), streams()
    status = execute(session, text, usual)
    asker = Ahead(typed)
    for at in range(len(text) + 1):
        asker.typing(session, text[:at])
    assert written(typed) == ("", "")
    assert asker.told(text) == status
    assert written(typed) == written(usual) != ("", "")


def test_what_is_typed_wrong_is_asked_again_on_enter(session: Session) -> None:
    """A problem is not told by what was asked ahead, nor anything of a line that has changed since."""
    console = streams()
    asker = Ahead(console)
    asker.typing(session, "nobody(X)")
    assert asker.told("nobody(X)") is None
    asker.typing(session, "fan(X)")
    assert asker.told("fan(china)") is None
    assert asker.told("fan(X)") is None
    assert written(console) == ("", "")


@pytest.mark.parametrize(
    "text",
    [
        "likes(russia, china).",
        ":as-of 2024-01-01",
        "quit",
        "help",
        "",
        "likes(X, ",
        "diff --against other.facts",
        "fan(X) --engine duckdb",
        "fan(X) --format json",
        "evaluate 'fan(X)' --labels key.csv",
        'country iran "Iran"',
    ],
)
def test_nothing_else_is_asked_ahead(session: Session, text: str) -> None:
    """Statements, commands, what is not whole, and what names files or engines."""
    assert not is_question(session, text)


def test_sessions_in_which_nothing_is_asked_ahead(session: Session) -> None:
    """Where times are told, another engine or form is chosen, or memory is short."""
    assert is_question(session, "fan(X)")
    session.timing = True
    assert not is_question(session, "fan(X)")
    session.timing = False
    for options in (Options(engine="duckdb"), Options(format="json"), Options(memory_limit=500)):
        session.choose(options)
        assert not is_question(session, "fan(X)")


def test_the_next_key_ends_what_was_begun(session: Session) -> None:
    """A product that nobody entered stops when something else is typed."""
    session.tell(PRODUCT)
    asker = Ahead(streams())
    asker.typing(session, "p(A, B, C, D)")
    assert workers() == 1
    asker.typing(session, "p(A, B, C, D), ")
    until_quiet(1)


def test_what_takes_long_is_given_up(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """A product over which somebody thinks for a while stops by itself, and the collector goes on with the next key."""
    monkeypatch.setattr(ahead, "LONGEST", 0.1)
    session.tell(PRODUCT)
    console = streams()
    asker = Ahead(console)
    asker.typing(session, "p(A, B, C, D)")
    until_quiet(2)
    assert not gc.isenabled()
    asker.typing(session, "")
    assert gc.isenabled()
    assert written(console) == ("", "")


def test_a_limit_of_the_session_holds_once_it_is_entered(session: Session) -> None:
    """What is entered goes on beyond the time for what nobody asked, and its own limit is told by asking again."""
    session.tell(PRODUCT)
    session.choose(Options(time_limit=0.3))
    asker = Ahead(streams())
    asker.typing(session, "p(A, B, C, D)")
    assert asker.told("p(A, B, C, D)") is None
    with pytest.raises(LimitReached):
        execute(session, "p(A, B, C, D)", streams())


def test_ctrl_c_ends_what_is_told(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupt while an entered question goes on stops its thread."""
    session.tell(PRODUCT)

    class Interrupted(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            raise KeyboardInterrupt

    asker = Ahead(streams())
    asker.typing(session, "p(A, B, C, D)")
    assert asker._begun is not None
    monkeypatch.setattr(asker._begun, "_over", Interrupted())
    with pytest.raises(KeyboardInterrupt):
        asker.told("p(A, B, C, D)")
    until_quiet(1)
    assert gc.isenabled()
