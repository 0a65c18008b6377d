"""A case is the text of a `.test` file and what running it gives."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from alignment.knowledge import KnowledgeBase
from alignment.scripted.results import Results
from alignment.scripted.runner import run
from alignment.scripted.text import report

BASE = """\
type country, good.
country china "China" aka "Beijing", "PRC".
country russia "Russia".
country turkey "Türkiye" aka "Ankara".
country india "India".
good oil. good gas. good drones.
source article "An article", 2024-07-03, reliability b.
source rumour "A rumour", 2024-07-03, reliability e.
relation buys(buyer: country, seller: country, good: good) "{buyer} buys {good} from {seller}".
relation supplies(a: country, b: country, good: good) "{a} supplies {good} to {b}".
relation sanctions(actor: country, target: country) "{actor} sanctions {target}".
relation military(good: good) "{good} is a military good".
stance supports(actor: country, side: country) "{actor} supports {side}".
stance opposes(actor: country, side: country) "{actor} opposes {side}".
buys(china, russia, oil) from article.
buys(china, russia, gas) from rumour.
supplies(turkey, india, drones) since 2024-01-01 from article.
-sanctions(turkey, russia).
military(drones).
trade: supports(X, Y) :- buys(X, Y, _), not sanctions(X, Y).
arms: supports(X, Y) :- supplies(X, Y, G), military(G).
hostility: opposes(X, Y) :- sanctions(X, Y).
"""


@pytest.fixture
def base_text() -> str:
    """The text of `base.rules`."""
    return BASE


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory of a test, with `base.rules` in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.rules").write_text(BASE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run_text(folder: Path) -> Callable[[str], Results]:
    """Run a text as the file `case.test`, over the base."""

    def run_it(text: str) -> Results:
        (folder / "case.test").write_text(f'load "base.rules".\n{text}', encoding="utf-8")
        return run(["case.test"])

    return run_it


@pytest.fixture
def run_steps(run_text: Callable[[str], Results]) -> Callable[[str], Results]:
    """Run steps as one test named `case`."""
    return lambda steps: run_text(f'test "case" {{\n{steps}\n}}\n')


@pytest.fixture
def shown(run_steps: Callable[[str], Results]) -> Callable[[str], str]:
    """What a person reads after steps were run."""
    return lambda steps: report(run_steps(steps))


@pytest.fixture
def filled() -> Callable[[str], str]:
    """A text with the explanation in place of each `{why …}` and `{whynot …}`, indented as it stands.

    To be used where `base.rules` is in the working directory.
    """

    def explanation(found: re.Match[str]) -> str:
        kb = KnowledgeBase()
        kb.load("base.rules")
        text = str(kb.why(found[3]) if found[2] == "why" else kb.whynot(found[3], suppose=False))
        return textwrap.indent(text, found[1])

    return lambda text: re.sub(r"^( *)\{(why|whynot) (.*)\}$", explanation, text, flags=re.MULTILINE)
