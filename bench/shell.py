"""What an analyst asks in the shell, each question timed as typed: `python -m bench.shell`.

Over each bundled base a session is begun as at a terminal (stances are derived and modules loaded while the first
question is typed: that is waited for), and each question is typed twice. Milliseconds of wall time until the first line
stands there, if that is sooner, and until all does.
"""

from __future__ import annotations

import argparse
import gc
import io
import sys
import time
from collections.abc import Sequence

from alignment.commands.console import Console
from alignment.commands.options import Options
from alignment.process import MANY
from alignment.shell.execute import execute
from alignment.shell.ready import loading
from alignment.shell.session import Session

BASES = {
    "astana": (["@facts/astana", "@rules"], "china", "russia", "turkey", "2024-01-01", "2024-12-31", "summary"),
    "world": (["@facts/world", "@rules"], "china", "russia", "turkey", "2022-04-30", "2024-06-30", "kiel_tracker"),
    "gulf": (["@facts/gulf", "@rules"], "jordan", "iraq", "egypt", "1990-08-10", "1991-01-20", "ec_regulation_2340_90"),
}
"""Files, who supports whom, a third, two days and a source."""


def questions(who: str, whom: str, third: str, early: str, late: str, source: str) -> Sequence[str]:
    """The questions of a session, in the order in which they are typed."""
    return (
        f"supports(X, {whom})",
        f"why supports({who}, {whom})",
        f"whynot supports({third}, {whom})",
        f"linchpins supports({who}, {whom})",
        f"compare supports({third}, {whom}), opposes({third}, {whom}), neutral({third}, {whom})",
        f"timeline supports(X, {whom})",
        f"stances {third}",
        "contradictions",
        f":as-of {early}",
        f"supports(X, {whom})",
        f"why supports({who}, {whom})",
        ":as-of today",
        f":without {source}",
        f"supports(X, {whom})",
        ":without none",
        ":min-confidence 0.7",
        f"supports(X, {whom})",
        ":min-confidence 0",
        f"diff --as-of {early} --to {late}",
        f":assume sanctions({third}, {whom}).",
        f"supports(X, {whom})",
        ":drop",
    )


def main() -> int:
    gc.set_threshold(MANY, 20, 20)  # as the command does
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bases", nargs="*", default=list(BASES))
    parser.add_argument("--show", action="store_true", help="also what is printed")
    options = parser.parse_args()
    for name in options.bases:
        files, *words = BASES[name]
        session = begun(name, files)
        ask(session, questions(*words), show=options.show)
    return 0


def begun(name: str, files: Sequence[str]) -> Session:
    """A session whose stances are derived."""
    before = time.perf_counter()
    session = Session.over(list(files), Options())
    loaded = time.perf_counter()
    session.kb.warm_up()
    list(loading())
    print(f"{name}: loaded in {loaded - before:.2f} s, stances in {time.perf_counter() - loaded:.2f} s more")
    return session


def ask(session: Session, asked: Sequence[str], *, show: bool) -> None:
    """Type each question twice."""
    for text in asked:
        took = []
        for _ in range(1 if text.startswith(":") else 2):
            out = _Clocked()
            before = time.perf_counter()
            execute(session, text, Console(io.StringIO(), out, out))
            took.append(" ".join(f"{1000 * ((at or before) - before):8.1f}" for at in (out.first, out.last)))
        print(f"  {text:64.64} {'   '.join(took)}", flush=True)
        if show:
            print(out.getvalue())


class _Clocked(io.StringIO):
    """A stream that knows when it was first and last written to."""

    first: float | None = None
    last: float | None = None

    def write(self, text: str, /) -> int:
        written = super().write(text)
        self.last = time.perf_counter()
        self.first = self.first or self.last
        return written


if __name__ == "__main__":
    sys.exit(main())
