"""Runs exported programs in SWI-Prolog, many in one process, and reads back every relation."""

from __future__ import annotations

import datetime
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from alignment.exchange import prolog, prolog_text
from alignment.exchange.content import Content
from alignment.exchange.prolog import prolog_lines
from tests.exchange.rows import Rows

SWIPL = shutil.which("swipl")

DRIVER = """
:- encoding(utf8).
run(M, File, Preds) :-
    catch(load_files(M:File, [silent(true)]), E, (print_message(error, E), true)),
    forall(dl_member(P/N, Preds), rows(M, P, N)).
dl_member(X, [X|_]).
dl_member(X, [_|T]) :- dl_member(X, T).
rows(M, P, N) :-
    functor(H, P, N), H =.. [_|Args],
    forall(catch(M:H, E, (print_message(error, E), fail)), line(M, P, Args)).
line(M, P, Args) :-
    format('~w\\t', [M]), codes(P),
    forall(dl_member(A, Args), (put_char('\\t'), value(A))), nl.
value(A) :- integer(A), !, format('i~w', [A]).
value(A) :- float(A), !, format('f~w', [A]).
value(date(Y,M,D)) :- !, format('d~w-~w-~w', [Y,M,D]).
value(A) :- string(A), !, write(t), codes(A).
value(A) :- atom(A), !, write(s), codes(A).
value(A) :- format('?~w', [A]).
codes(A) :- atom_codes(A, Cs), forall(dl_member(C, Cs), format('~w,', [C])).
"""


def prolog_rows(contents: Sequence[Content], folder: Path, seconds: float = 50) -> list[Rows]:
    """The rows of every public relation of each content, as SWI-Prolog derives them."""
    calls = []
    for i, content in enumerate(contents):
        (folder / f"p{i}.pl").write_text("\n".join(prolog_lines(content)) + "\n", encoding="utf-8")
        names = prolog.names_of(content)
        preds = ", ".join(f"{prolog_text.atom(names[name])}/{content.arity(name)}" for name in content.public)
        calls.append(f"run(m{i}, 'p{i}.pl', [{preds}]),")
    text = DRIVER + "main :-\n" + "\n".join(calls) + "\nhalt.\n:- initialization(main).\n"
    (folder / "driver.pl").write_text(text, encoding="utf-8")
    assert SWIPL is not None
    done = subprocess.run([SWIPL, "-q", "driver.pl"], cwd=folder, capture_output=True, text=True, timeout=seconds, encoding="utf-8", check=False, stdin=subprocess.DEVNULL)
    assert not done.stderr, done.stderr
    found: list[Rows] = [{name: set() for name in content.public} for content in contents]
    back: list[Mapping[str, str]] = [{new: name for name, new in prolog.names_of(c).items()} for c in contents]
    for line in done.stdout.splitlines():
        module, predicate, *values = line.split("\t")
        at = int(module[1:])
        found[at][back[at][_text(predicate)]].add(tuple(map(_value, values)))
    return found


def _text(codes: str) -> str:
    return "".join(chr(int(code)) for code in codes.split(",") if code)


def _value(written: str) -> tuple[str, object]:
    kind, rest = written[0], written[1:]
    if kind == "i":
        return ("i", int(rest))
    if kind == "f":
        return ("f", float(rest))
    if kind == "d":
        return ("d", datetime.date(*map(int, rest.split("-"))))
    assert kind in "st", written
    return (kind, _text(rest))
