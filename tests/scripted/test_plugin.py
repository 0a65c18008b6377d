"""The pytest plugin: `.test` files are collected, run and reported like any other test."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points

import pytest

pytest_plugins = ["pytester"]

INSTALLED = any(point.name == "alignment" for point in entry_points(group="pytest11"))
PLUGIN = ("-p", "no:cacheprovider", *(() if INSTALLED else ("-p", "alignment.scripted.plugin")))


@pytest.fixture
def case(pytester: pytest.Pytester, base_text: str) -> pytest.Pytester:
    """A project with a base and two tests, of which one fails."""
    (pytester.path / "base.rules").write_text(base_text, encoding="utf-8")
    (pytester.path / "case.test").write_text(
        'load "base.rules".\n'
        'test "China supports Russia" { expect supports(china, russia). }\n'
        'test "India supports Russia" { expect supports(india, russia). }\n',
        encoding="utf-8",
    )
    return pytester


def runpytest(pytester: pytest.Pytester, *args: str) -> pytest.RunResult:
    """Run pytest with the plugin, whether or not the package is installed."""
    return pytester.runpytest(*PLUGIN, *args)


def test_each_test_is_an_item(case: pytest.Pytester) -> None:
    """Both tests are run, and each is known by its file and name."""
    result = runpytest(case, "-v")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["case.test::China supports Russia PASSED*", "case.test::India supports Russia FAILED*"])


def test_a_failure_is_our_text(case: pytest.Pytester) -> None:
    """What did not come out is shown as the command line shows it, without a traceback."""
    result = runpytest(case)
    result.stdout.fnmatch_lines(["*case.test:3:*supports(india, russia) does not hold*", "*Expected: supports(india, russia)*"])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*plugin.py*")


def test_selecting_by_name(case: pytest.Pytester) -> None:
    """`-k` chooses tests by their names."""
    runpytest(case, "-k", "China").assert_outcomes(passed=1, deselected=1)


def test_a_file_with_a_mistake_is_a_collection_error(case: pytest.Pytester) -> None:
    """A file that cannot be read is told with its problems, without a traceback."""
    (case.path / "case.test").write_text('test "one" { expect }', encoding="utf-8")
    result = runpytest(case)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*case.test:1:*error*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_importing_the_plugin_is_light() -> None:
    """Every pytest run where the package is installed loads the plugin, so it brings no engine along."""
    code = (
        "import sys, alignment.scripted.plugin\n"
        "print(sorted(n for n in sys.modules if n.startswith(('alignment', 'lark', 'pyDatalog'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "['alignment', 'alignment.scripted', 'alignment.scripted.plugin']"
