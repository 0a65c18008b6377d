"""The question that stands in the line is answered before Enter is pressed.

A person types for seconds while the machine has nothing to do. As soon as what is typed is a question, it is asked in
a thread, and what it says is written down; the next key ends that. Enter tells what is written down, and what follows.
Whatever is asked so changes nothing, and what goes wrong in it is forgotten: then the question is asked as usual.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from typing import TextIO

from alignment.collector import pause_collector, resume_collector
from alignment.commands.console import Console
from alignment.engines.call import calling
from alignment.problems import AlignmentError
from alignment.shell.entry import Kind, is_whole, read_entry
from alignment.shell.execute import ASKED, BARE, FLAGS, VERBS, execute
from alignment.shell.session import Session

LONGEST = 1.0
"""Seconds after which a question is given up that nobody has asked yet: it is no small one."""

STEP = 0.01
"""Seconds between two looks at what is written down: whoever looked at every word would hold up whoever writes."""

PURE = frozenset((*ASKED, "compare", "contradictions", "diff", "stances"))
"""Questions that leave everything as it is."""

PLAIN = frozenset(("--as-of", "--to", "--without", "--min-confidence", "--with", "--all"))
"""Options that name no file and no other engine."""

ENGINES = ("auto", "memory")
"""Engines that several threads may use at once without a process or a server behind them."""


class Ahead:
    """Asks ahead for one prompt. `ready` says whether the machine has nothing better to do."""

    def __init__(self, console: Console, ready: Callable[[], bool] = lambda: True) -> None:
        self._console = console
        self._ready = ready
        self._begun: _Begun | None = None

    def typing(self, session: Session, text: str) -> None:
        """The line is now `text`."""
        asked = text.strip()
        if self._begun is not None and self._begun.text == asked:
            return
        self.drop()
        if self._ready() and is_question(session, asked):
            self._begun = _Begun(session, asked, self._console)

    def told(self, text: str) -> int | None:
        """Tell what was found out about a line that was entered: its status, or None where it has to be asked.

        Raises what the question raised once some of it was told, and KeyboardInterrupt.
        """
        begun, self._begun = self._begun, None
        if begun is None:
            return None
        if begun.text != text.strip():
            begun.end()
            return None
        return begun.told(self._console)

    def drop(self) -> None:
        """Forget what was begun."""
        if self._begun is not None:
            self._begun.end()
            self._begun = None


def is_question(session: Session, text: str) -> bool:
    """Whether a text may be asked before somebody enters it: it changes nothing, and does not take long."""
    options = session.options
    small = session.kb.is_small and options.engine in ENGINES and options.memory_limit is None
    if not small or session.timing or options.format != "table" or text in BARE:
        return False
    entry = read_entry(text, VERBS, FLAGS)
    if entry.kind is not Kind.GOAL and not (entry.kind is Kind.VERB and entry.word in PURE):
        return False
    named = {word for word in entry.options if word.startswith("--")}
    return named <= PLAIN and is_whole(text, session.kb.schema.types)


class _Begun:
    """A question that is being asked, and what it has said so far."""

    def __init__(self, session: Session, text: str, console: Console) -> None:
        self.text = text
        self._said: list[tuple[TextIO, str]] = []
        self._status: int | None = None
        self._error: BaseException | None = None
        self._entered = False
        self._over = threading.Event()
        self._stop = threading.Event()
        self._lock = threading.Lock()
        streams = [_Written(stream, self._write) for stream in (console.stdout, console.stderr)]
        self._console = Console(io.StringIO(), *streams)
        self._thread = threading.Thread(target=self._ask, args=(session,), daemon=True)
        self._patience = threading.Timer(LONGEST, self._give_up)
        self._patience.daemon = True
        pause_collector()  # until somebody has the answer, or wants another
        self._patience.start()
        self._thread.start()

    def end(self) -> None:
        """Stop, soon."""
        self._patience.cancel()
        self._stop.set()
        resume_collector()

    def told(self, console: Console) -> int | None:
        """Tell what is said until all is; the status. None if nothing can be told."""
        with self._lock:
            self._entered = True
        over = told = False
        try:
            while not over:
                over = self._over.wait(STEP)
                with self._lock:
                    said, self._said = self._said, []
                for stream, text in said:
                    stream.write(text)
                    told = True
                console.stdout.flush()
        except BaseException:
            self._stop.set()
            self._thread.join(1)
            raise
        finally:
            resume_collector()
        if self._error is not None and told:
            raise self._error
        return self._status

    def _ask(self, session: Session) -> None:
        try:
            with calling(None, self._stop):
                self._status = execute(session, self.text, self._console)
        except (AlignmentError, KeyboardInterrupt) as error:
            self._error = error.with_traceback(None)  # nobody reads where; with it all that was found stays
        except BaseException as error:  # noqa: BLE001  # raised again once somebody has entered the question
            self._error = error
        self._patience.cancel()
        self._over.set()

    def _write(self, stream: TextIO, text: str) -> None:
        with self._lock:
            self._said.append((stream, text))

    def _give_up(self) -> None:
        with self._lock:
            if not self._entered:
                self._stop.set()


class _Written(io.StringIO):
    """What goes to a stream later, as it will look there."""

    def __init__(self, stream: TextIO, write: Callable[[TextIO, str], None]) -> None:
        super().__init__()
        self._stream, self._hand_on = stream, write

    def write(self, text: str, /) -> int:
        self._hand_on(self._stream, text)
        return len(text)

    def isatty(self) -> bool:
        return self._stream.isatty()

    def fileno(self) -> int:
        return self._stream.fileno()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._stream.encoding
