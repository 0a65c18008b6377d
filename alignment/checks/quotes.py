"""Quotes: the words that a report quotes must stand in the text of its source."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import field

from alignment.checks.context import Context
from alignment.checks.model import Source
from alignment.checks.nearest import nearest_passage
from alignment.language import tree
from alignment.problems import Problem
from alignment.records import mutable


@mutable
class Quotes:
    """Looks quotes up; each text is read once."""

    context: Context
    texts: dict[str, str | None] = field(default_factory=dict)

    def problems(self, annotation: tree.From) -> Iterator[Problem]:
        """A quote that does not stand word for word, white space folded, in the source's text.

        A source that is not declared, or has no text, gives nothing to compare with.
        """
        if annotation.quote is None or not isinstance(annotation.source, tree.Symbol):
            return
        source = self.context.schema.sources.get(annotation.source.name)
        if source is None or source.text is None:
            return
        text = self._text(source)
        if text is None:
            file = source.span.file if source.span else "the file that declares it"
            message = (
                f"the text of '{source.id}', \"{source.text}\", cannot be read, so the quote is unproved"
            )
            yield Problem("quote-not-found", annotation.span, message, f"its path is relative to {file}")
            return
        quote = folded(annotation.quote)
        if not stands_in(quote, text):
            message = f"these words do not stand in the text of '{source.id}'"
            yield Problem("quote-not-found", annotation.span, message, self._hint(source, quote, text))

    def _hint(self, source: Source, quote: str, text: str) -> str:
        """The nearest passage, and in which line of the text's file it begins."""
        passage = nearest_passage(quote, text)
        if passage is None:
            return f'nothing in "{source.text}" is like them'
        words = r"\s+".join(map(re.escape, passage.split()))
        found = re.search(words, unicodedata.normalize("NFC", self._read(source) or ""))
        where = f' in "{source.text}"' if found is None else f", {source.text}:{_line(found.string, found.start())},"
        return f'the nearest passage{where} is: "{passage}"'

    def proved(self, name: str, quote: str | None) -> bool:
        """Whether a source is declared, and a quote from it stands in its text, if it has one."""
        source = self.context.schema.sources.get(name)
        if source is None or quote is None or source.text is None:
            return source is not None
        text = self._text(source)
        return text is not None and stands_in(folded(quote), text)

    def _text(self, source: Source) -> str | None:
        if source.id not in self.texts:
            text = self._read(source)
            self.texts[source.id] = None if text is None else folded(text)
        return self.texts[source.id]

    def _read(self, source: Source) -> str | None:
        return self.context.texts(source.span.file if source.span else "", source.text or "")


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def folded(text: str) -> str:
    """A text with each run of white space as one blank, and each letter written in one way (NFC)."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def stands_in(quote: str, text: str) -> bool:
    """Whether a folded quote stands in a folded text in whole words: "oil" does not stand in "boiled"."""
    at = text.find(quote)
    while at >= 0:
        end = at + len(quote)
        if not (_inside_word(text, at) or _inside_word(text, end)):
            return bool(quote)
        at = text.find(quote, at + 1)
    return False


def _inside_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()
