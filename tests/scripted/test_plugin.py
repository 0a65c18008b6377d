"""The pytest plugin: `.test` files are collected, run and reported like any other test."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points

import pytest

from alignment.language.parser import parse
from alignment.source import SourceText

pytest_plugins = ["pytester"]

INSTALLED = any(point.name == "alignment" for point in entry_points(group="pytest11"))
PLUGIN = ("-p", "no:cacheprovider", *(() if INSTALLED else ("-p", "alignment.scripted.plugin")))


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """Import what parsing imports: modules that come in under pytester are dropped with its test."""
    parse(SourceText("warm", "p(a)."))


@pytest.fixture
def project(pytester: pytest.Pytester, base_text: str) -> pytest.Pytester:
    """A project with a base, two tests of which one fails, and a file with a mistake."""
    texts = {
        "base.rules": base_text,
        "case.test": 'load "base.rules".\n'
        'test "China supports Russia" { expect supports(china, russia). }\n'
        'test "India supports Russia" { expect supports(india, russia). }\n',
        "odd.test": 'test "one" { expect }',
    }
    for name, text in texts.items():
        (pytester.path / name).write_text(text, encoding="utf-8")
    return pytester


def test_a_run(project: pytest.Pytester) -> None:
    """Each test is an item; failures and problems are our texts, without a traceback."""
    result = project.runpytest(*PLUGIN, "-v", "--continue-on-collection-errors")
    result.assert_outcomes(passed=1, failed=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            "case.test::China supports Russia PASSED*",
            "case.test::India supports Russia FAILED*",
            "odd.test:1:*: error[[]syntax[]]*",
            "  case.test:3:32: supports(india, russia) does not hold",
            "    Expected: supports(india, russia)",
            "    Found:    no answer",
        ]
    )
    for trace in ("*Traceback*", "*plugin.py*"):
        result.stdout.no_fnmatch_line(trace)


def test_selecting_by_name(project: pytest.Pytester) -> None:
    """`-k` chooses tests by their names."""
    result = project.runpytest(*PLUGIN, "case.test", "-k", "China", "--collect-only", "-q")
    result.stdout.fnmatch_lines(["case.test::China supports Russia", "1/2 tests collected*"])


def test_importing_the_plugin_is_light() -> None:
    """Every pytest run where the package is installed loads the plugin, so it brings no engine along."""
    code = (
        "import sys, alignment.scripted.plugin\n"
        "print(sorted(n for n in sys.modules if n.startswith(('alignment', 'lark', 'pyDatalog'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "['alignment', 'alignment.scripted', 'alignment.scripted.plugin']"
