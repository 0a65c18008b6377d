"""The command as a process of its own: pipes, colour, limits, start-up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pexpect
import pytest

from alignment.commands.console import Status
from alignment.process import INTERRUPTED, _with_room

ROOT = Path(__file__).resolve().parents[2]
ALIGNMENT = [sys.executable, "-m", "alignment"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color"}
ENVIRONMENT.pop("NO_COLOR", None)


def run(*words: str, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [*ALIGNMENT, *words],
        input=stdin,
        capture_output=True,
        text=True,
        env={**ENVIRONMENT, **more},
        check=False,
        timeout=60,
    )


@pytest.fixture
def big(tmp_path: Path) -> str:
    """A base whose rule `big` never ends in the time of a test."""
    path = tmp_path / "big.facts"
    path.write_text("".join(f"n({i}).\n" for i in range(300)) + "big(A, B, C, D) :- n(A), n(B), n(C), n(D).\n")
    return str(path)


def test_the_bundled_base_answers_at_once() -> None:
    """With no file, the question goes to the Astana base."""
    done = run("query", "supports(X, russia)")
    assert (done.returncode, done.stderr) == (0, "")
    assert "China" in done.stdout


def test_importing_the_package_imports_nothing_heavy() -> None:
    """`import alignment` loads none of its rooms; the names of the surface come when they are used."""
    code = "import sys, alignment; print([m for m in sys.modules if m.startswith('alignment.')])"
    assert subprocess.check_output([sys.executable, "-c", code], env=ENVIRONMENT, text=True) == "[]\n"
    code = "from alignment import KnowledgeBase, AlignmentError, Problem, __version__; print(__version__)"
    assert subprocess.check_output([sys.executable, "-c", code], env=ENVIRONMENT, text=True) == "0.1.0\n"


def test_numpy_starts_no_threads_of_its_own_in_our_process() -> None:
    """OpenBLAS would, a tenth of a second of processor time; whoever asks for them gets them."""
    told = "import atexit, os, sys; atexit.register(lambda: print(os.environ['OPENBLAS_NUM_THREADS']));"
    code = f"{told} from alignment.process import main; sys.argv = ['alignment', '--version']; main()"
    for asked, expected in ({}, "1"), ({"OPENBLAS_NUM_THREADS": "3"}, "3"):
        environment = {name: value for name, value in ENVIRONMENT.items() if name != "OPENBLAS_NUM_THREADS"} | asked
        out = subprocess.check_output([sys.executable, "-c", code], env=environment, text=True)
        assert out.splitlines()[-1] == expected


def faults_of_calls() -> int:
    """The most pages that five hundred calls at one depth of calls touch anew."""
    resource = pytest.importorskip("resource")

    def leaf() -> int:
        return 0

    def at(depth: int) -> int:
        if depth:
            return at(depth - 1)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for _ in range(500):
            leaf()
        return int(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)

    return max(map(at, range(400)))


def test_no_depth_of_calls_is_slow() -> None:
    """CPython maps memory anew at each call at some depths, where it has not got room for all frames in one piece."""
    assert _with_room(faults_of_calls)() < 250


HEAVY = (
    *("prompt_toolkit", "argparse", "pyarrow", "pandas", "numpy", "difflib"),
    *("alignment.shell", "alignment.scripted"),
)


def test_a_query_does_not_import_the_terminal() -> None:
    """Start-up pays for what a query needs: no prompt-toolkit, no argparse, no pyarrow, no shell."""
    code = (
        "import sys; from alignment.cli import main; main(['query', 'supports(X, russia)']);"
        f"print([m for m in {HEAVY} if m in sys.modules])"
    )
    out = subprocess.check_output([sys.executable, "-c", code], env=ENVIRONMENT, text=True)
    assert out.splitlines()[-1] == "[]"


def test_duckdb_reads_rules_without_sqlglot() -> None:
    """The SQL of rules is text: what writes it for Spark would take a tenth of a second to load."""
    code = (
        "import sys; from alignment import KnowledgeBase; kb = KnowledgeBase('duckdb');"
        "kb.add('e(1, 2). e(2, 3). p(X, Y) :- e(X, Y), Y > 1. p(X, Z) :- p(X, Y), e(Y, Z).');"
        "print(len(kb.query('p(X, Y)')), 'sqlglot' in sys.modules)"
    )
    assert subprocess.check_output([sys.executable, "-c", code], env=ENVIRONMENT, text=True) == "3 False\n"


def test_what_is_to_be_done_at_the_end_is_done() -> None:
    """The command does not wait until Python has freed all that it made; what was registered for the end runs."""
    code = (
        "import atexit, sys; from alignment.process import main; sys.argv = ['alignment', 'query', 'supports(china, china)'];"
        "atexit.register(print, 'the end'); main(); print('too slow')"
    )
    done = subprocess.run([sys.executable, "-c", code], env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("no\nthe end\n", "", 1)


LOADED = """
import os, signal, sys

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "alignment.cli":
            os.kill(os.getpid(), signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)
sys.meta_path.insert(0, Finder())
from alignment.process import main
main()
"""


def test_ctrl_c_while_modules_are_loaded() -> None:
    """It is told in a word as at any other time, not by a traceback."""
    done = subprocess.run([sys.executable, "-c", LOADED], env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("", "interrupted\n", Status.INTERRUPTED)
    assert INTERRUPTED == Status.INTERRUPTED


def test_a_reader_that_leaves_early() -> None:
    """`| head -1` ends the command quietly."""
    script = f"{sys.executable} -m alignment query 'n(X)' - | head -1"
    facts = "".join(f"n({i}).\n" for i in range(50_000))
    done = subprocess.run(
        ["sh", "-c", script], input=facts, capture_output=True, text=True, env=ENVIRONMENT, check=False
    )
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1


def test_a_full_disk_is_one_sentence() -> None:
    """Where results cannot be written, the command says so and does not claim success."""
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*ALIGNMENT, "--help"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=ENVIRONMENT,
            check=False,
        )
    assert done.returncode == 2
    assert "error[cannot-write]" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_colour_in_pipes() -> None:
    """What goes to a pipe or file has no escape sequences."""
    done = run("query", "suports(X, russia)")
    assert done.returncode == 2
    assert "\x1b" not in done.stderr + done.stdout


@pytest.mark.parametrize(("more", "colour"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colour_on_a_terminal(more: dict[str, str], colour: bool) -> None:
    """On a terminal an error is coloured, unless NO_COLOR is set."""
    out = pexpect.run(
        f"{sys.executable} -m alignment query 'suports(X, russia)'",
        env={**ENVIRONMENT, **more},
        timeout=30,
        encoding="utf-8",
    )
    assert "error" in out
    assert ("\x1b[31" in out) is colour


def test_interrupted_is_130(big: str) -> None:
    """Ctrl-C ends a running command with 130 and one word."""
    process = subprocess.Popen(
        [*ALIGNMENT, "query", "big(A, B, C, D)", big],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, "", "interrupted\n")


def test_a_memory_limit_is_status_3(big: str) -> None:
    """A question that needs too much memory is stopped, and says so."""
    done = run("query", "big(A, B, C, D)", big, "--memory-limit", "300", "--time-limit", "40")
    assert (done.returncode, done.stdout) == (3, "")
    assert "error[memory-limit]" in done.stderr
    assert "Traceback" not in done.stderr


def test_text_that_is_not_utf8(tmp_path: Path) -> None:
    """A file or goal in another encoding is a problem, not a crash."""
    path = tmp_path / "latin.facts"
    path.write_bytes('country t "Türkiye".'.encode("latin-1"))
    done = run("query", "country(X)", str(path))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    raw = subprocess.run([*ALIGNMENT, "query", b"p(\xff)"], capture_output=True, env=ENVIRONMENT, check=False)
    assert raw.returncode == 2
    assert b"Traceback" not in raw.stderr
    assert b"internal" not in raw.stderr


def test_names_where_the_terminal_cannot_show_them() -> None:
    """A name outside the terminal's encoding does not end the command."""
    done = run("query", "supports(X, Y)", PYTHONIOENCODING="ascii")
    assert done.returncode == 0


def test_parquet_is_nothing_for_a_terminal() -> None:
    """Bytes are not written to a screen."""
    words = ["-m", "alignment", "query", "supports(X, russia)", "--format", "parquet"]
    child = pexpect.spawn(sys.executable, words, env=ENVIRONMENT, timeout=30, encoding="utf-8")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 2
    assert "write it to a file" in (child.before or "")


def test_parquet_goes_to_standard_output(tmp_path: Path) -> None:
    """`--format parquet` writes the bytes of a Parquet file."""
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "out.parquet"
    with path.open("wb") as file:
        subprocess.run(
            [*ALIGNMENT, "query", "supports(X, russia)", "--format", "parquet"],
            stdout=file,
            env=ENVIRONMENT,
            check=True,
        )
    assert "china" in parquet.read_table(path).column("X").to_pylist()
