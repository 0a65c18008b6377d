"""The shell as a person uses it: `python -m bench.typed`, keys typed one by one into a pseudo-terminal.

The questions of `bench.shell`, each once. Milliseconds of wall time from Enter until a first line of the answer stands
on the screen, until a screenful does (40 lines, or all there is), and until the next prompt does.
"""

from __future__ import annotations

import argparse
import os
import pty
import re
import select
import shutil
import struct
import sys
import time
from fcntl import ioctl
from termios import TIOCSWINSZ

from bench.shell import BASES, questions

SCREENFUL = 40
"""Lines that a person has before the eyes."""

PROMPT = b"?- "
_CONTROL = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][0-9A-Za-z]|\r")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bases", nargs="*", default=list(BASES))
    parser.add_argument("--pace", type=float, default=0.2, help="seconds from one key to the next, and to Enter")
    parser.add_argument("--only", default="", help="questions that begin so")
    parser.add_argument("--show", action="store_true", help="also what is printed")
    options = parser.parse_args()
    for name in options.bases:
        files, *words = BASES[name]
        terminal = Terminal([shutil.which("alignment") or "alignment", *files])
        terminal.until_prompt()
        terminal.rest(3.0)  # somebody reads the banner
        print(name)
        for text in questions(*words):
            if not text.startswith((options.only, ":") if options.only else ""):
                continue
            times, shown = terminal.ask(text, options.pace)
            print(f"  {text:64.64} {'   '.join(f'{1000 * at:8.1f}' for at in times)}", flush=True)
            if options.show:
                print(shown)
        terminal.end()
    return 0


class Terminal:
    """A session in a pseudo-terminal of 120 columns."""

    def __init__(self, command: list[str]) -> None:
        self.process, self.at = pty.fork()
        if not self.process:
            os.environ |= {"TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1"}
            os.execvp(command[0], command)
        ioctl(self.at, TIOCSWINSZ, struct.pack("HHHH", SCREENFUL + 2, 120, 0, 0))

    def read(self, seconds: float) -> bytes:
        """What comes within some time; nothing if nothing does."""
        ready, _, _ = select.select([self.at], [], [], seconds)
        try:
            return os.read(self.at, 65_536) if ready else b""
        except OSError:  # it has ended
            return b""

    def until_prompt(self, longest: float = 30.0) -> bytes:
        """All until a prompt stands there."""
        seen, end = b"", time.monotonic() + longest
        while PROMPT not in seen[-200:] and time.monotonic() < end:
            seen += self.read(0.1)
        return seen

    def rest(self, seconds: float) -> None:
        """Wait, and read what is drawn meanwhile."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.read(left)

    def ask(self, text: str, pace: float) -> tuple[list[float], str]:
        """Type a line: when the first line, a screenful and the next prompt stood there, and what was shown."""
        for key in text:
            os.write(self.at, key.encode())
            self.rest(pace)
        os.write(self.at, b"\r")
        entered = time.monotonic()
        seen = b""
        first = screenful = None
        while True:
            came = self.read(10.0)
            now = time.monotonic() - entered
            seen += came
            shown = _CONTROL.sub(b"", seen).split(text.encode(), 1)[-1].lstrip(b"\n")
            if first is None and b"\n" in shown:
                first = now
            if screenful is None and shown.count(b"\n") >= SCREENFUL:
                screenful = now
            if not came or shown.rstrip(b" ").endswith(PROMPT.rstrip()):
                break
        self.rest(0.3)
        return [first or now, screenful or now, now], shown.decode(errors="replace")

    def end(self) -> None:
        """Leave the session."""
        os.write(self.at, b"\x04")
        self.rest(0.5)
        os.close(self.at)
        os.waitpid(self.process, 0)


if __name__ == "__main__":
    sys.exit(main())
