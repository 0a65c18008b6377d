"""The JUnit file that build servers read."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from alignment.scripted.junit import junit
from alignment.scripted.results import Failure, FileResult, Results, Status, TestResult
from alignment.scripted.runner import run


def test_each_file_is_a_suite_and_each_test_a_case(folder: Path) -> None:
    """Counts, places, times and the text of a failure are there; a case that passed is empty."""
    (folder / "a.test").write_text('load "base.rules".\ntest "one" { }\ntest "two" { expect opposes(_, _). }')
    (folder / "b.test").write_text('test "three" { load "nowhere.rules". }')
    (folder / "c.test").write_text('test "four" {')
    suites = ElementTree.fromstring(junit(run(["."])).encode())
    assert suites.attrib["tests"] == "3"
    assert [(suite.get("name"), suite.get("failures"), suite.get("errors")) for suite in suites] == [
        ("a.test", "1", "0"),
        ("b.test", "0", "1"),
        ("c.test", "0", "1"),
    ]
    one, two = suites[0]
    assert (one.get("classname"), one.get("name"), one.get("line"), len(one)) == ("a.test", "one", "2", 0)
    assert float(one.get("time", "")) >= 0
    failure = two.find("failure")
    assert failure is not None
    assert failure.get("message") == "opposes(_, _) does not hold"
    assert "a.test:3:" in str(failure.text)
    assert suites.find("testsuite[@name='b.test']/testcase/error") is not None
    assert suites.find("testsuite[@name='c.test']/testcase[@name='(the file)']/error") is not None


def test_only_what_xml_allows_is_written() -> None:
    """Control characters and lone surrogates, which no XML file may hold, are replaced; the rest is kept."""
    text = "a\x00b\x1bc\ud800d<é>&\U0001f600\ufffe"
    test = TestResult(text, "a.test", 1, Status.FAILED, 0.1, (Failure(None, text, text),))
    document = junit(Results((FileResult(Path("a.test"), (test,)),)))
    case = ElementTree.fromstring(document.encode("utf-8"))[0][0]
    assert case.get("name") == "a\ufffdb\ufffdc\ufffdd<é>&\U0001f600\ufffd"
    assert case.get("name", "") in str(case[0].text)


def test_problems_of_the_call_are_an_error() -> None:
    """A run that found nothing to run is no empty success for the build server."""
    suites = ElementTree.fromstring(junit(run(["nowhere"])).encode())
    assert suites.find("testsuite/testcase/error") is not None
