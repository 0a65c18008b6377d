"""Results as JUnit XML, the form that build servers read."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from alignment.scripted.results import Results, Status, TestResult
from alignment.scripted.text import failure_text

_INVALID = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 does not allow, escaped or not."""


def junit(results: Results) -> str:
    """An XML document with a suite for each file and a case for each test; times are in seconds.

    A file that cannot be read is a suite with one case in error.
    """
    suites = ElementTree.Element("testsuites", _counts(results.tests, results.duration))
    if results.problems:
        _unreadable(suites, "alignment", "\n".join(map(str, results.problems)))
    for file in results.files:
        if file.problems:
            _unreadable(suites, str(file.path), "\n".join(map(str, file.problems)))
            continue
        duration = sum(test.duration for test in file.tests)
        attributes = {"name": _valid(str(file.path)), **_counts(file.tests, duration)}
        suite = ElementTree.SubElement(suites, "testsuite", attributes)
        for test in file.tests:
            _case(suite, test)
    ElementTree.indent(suites)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(suites, encoding="unicode") + "\n"
    )


def _counts(tests: tuple[TestResult, ...], duration: float) -> dict[str, str]:
    failed = sum(test.status is Status.FAILED for test in tests)
    errors = sum(test.status in (Status.ERROR, Status.LIMIT) for test in tests)
    return {
        "tests": str(len(tests)),
        "failures": str(failed),
        "errors": str(errors),
        "time": f"{duration:.3f}",
    }


def _case(suite: ElementTree.Element, test: TestResult) -> None:
    attributes = {
        "classname": _valid(test.file),
        "name": _valid(test.name),
        "file": _valid(test.file),
        "line": str(test.line),
        "time": f"{test.duration:.3f}",
    }
    case = ElementTree.SubElement(suite, "testcase", attributes)
    if not test.passed:
        kind = "failure" if test.status is Status.FAILED else "error"
        message = "; ".join(failure.sentence for failure in test.failures)
        element = ElementTree.SubElement(case, kind, {"message": _valid(message), "type": test.status})
        element.text = _valid(failure_text(test))


def _unreadable(suites: ElementTree.Element, name: str, text: str) -> None:
    counts = {"tests": "1", "failures": "0", "errors": "1", "time": "0.000"}
    suite = ElementTree.SubElement(suites, "testsuite", {"name": _valid(name), **counts})
    case = ElementTree.SubElement(
        suite, "testcase", {"classname": _valid(name), "name": "(the file)", "time": "0.000"}
    )
    error = ElementTree.SubElement(
        case, "error", {"message": _valid(text.splitlines()[0]), "type": "problem"}
    )
    error.text = _valid(text)


def _valid(text: str) -> str:
    """The text with a replacement character for each that XML cannot hold."""
    return _INVALID.sub("\ufffd", text)
