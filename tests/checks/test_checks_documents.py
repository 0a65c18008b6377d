"""docs/problems.md: a section for every code, in which the bad example has that problem and the good one none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from alignment.checks.check import check
from alignment.knowledge import KnowledgeBase
from alignment.language.loader import Loader, read_text
from alignment.problems import AlignmentError

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
PROMISED = [
    "syntax", "unknown-relation", "arity", "type", "unknown-constant", "ambiguous-alias", "unsafe",
    "unstratified", "unknown-source", "quote-not-found", "bad-interval", "duplicate-label", "cycle-in-load",
    "bad-row", "unused-relation", "singleton-variable", "never-fires",
]  # fmt: skip
"""The codes that the public surface promises, in its order."""

BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECTIONS = dict(re.findall(r"^## ([a-z-]+)\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL))


@dataclass(frozen=True)
class Example:
    """The files of an example: their kinds and texts by name."""

    kind: str
    files: dict[str, str]


def example(section: str, heading: str) -> Example:
    """The blocks under `Bad:` or `Good:` of a section."""
    part = SECTIONS[section].split(f"\n{heading}:\n")[1].split("\nGood:\n")[0]
    blocks = BLOCK.findall(part)
    assert blocks, f"{section} has no example under {heading}"
    names = (name if "." in name else f"example{number}.rules" for number, (_, name, _) in enumerate(blocks))
    return Example(blocks[0][0], {name: text for name, (_, _, text) in zip(names, blocks, strict=True)})


def codes_of(shown: Example, folder: Path) -> set[str]:
    """The codes of the problems of an example: statements are checked, Python is a table to be taken in."""
    if shown.kind == "python":
        return set(codes_of_rows(*shown.files.values()))
    for name, text in shown.files.items():
        (folder / name).write_text(text, encoding="utf-8")
    loader = Loader()
    loader.load([str(folder / name) for name in shown.files if not name.endswith(".txt")])
    _, problems = check(loader.files, texts=read_text)
    return {problem.code for problem in (*loader.problems, *problems)}


def codes_of_rows(call: str) -> Iterator[str]:
    """The codes of the problems of `kb.insert(relation, rows)`."""
    found = re.fullmatch(r'kb\.insert\("(\w+)", (.*)\)\n', call)
    assert found
    try:
        KnowledgeBase().insert(found[1], eval(found[2], {}))  # noqa: S307  # the document is ours
    except AlignmentError as error:
        yield from (problem.code for problem in error.problems)


@pytest.mark.parametrize("section", SECTIONS)
def test_examples(section: str, tmp_path: Path) -> None:
    """The bad example of a section has its problem and no other; the good one has none."""
    for folder in ("bad", "good"):
        (tmp_path / folder).mkdir()
    assert codes_of(example(section, "Bad"), tmp_path / "bad") == {section}
    assert codes_of(example(section, "Good"), tmp_path / "good") == set()


def test_promised_codes_have_sections_in_their_order() -> None:
    """Every code of the public surface has a section, in the order of the surface; other codes follow."""
    assert list(SECTIONS)[: len(PROMISED)] == PROMISED


def test_every_code_has_a_section() -> None:
    """Every code that the package can raise is documented."""
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "alignment").rglob("*.py"))
    raised = set(re.findall(r'(?:Problem|warning|_Problem)\(\s*"([a-z-]+)"', source))
    in_table = set(re.findall(r"^\| `([a-z-]+)` \|", TEXT, re.MULTILINE))
    assert raised - set(SECTIONS) - in_table == set()


def test_the_list_at_the_top_links_to_every_section() -> None:
    """The table of codes at the top names every section once."""
    links = re.findall(r"\[([a-z-]+)\]\(#\1\)", TEXT.split("\n## ")[0])
    assert sorted(links) == sorted(SECTIONS)
