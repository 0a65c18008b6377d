"""Our rows with the kind of each value, to be compared with those of another system."""

from __future__ import annotations

import datetime
from typing import TypeAlias

from alignment.engines.base import Limits
from alignment.exchange.content import Content
from alignment.factbase.dictionary import Dictionary, Sort
from alignment.knowledge import KnowledgeBase

Rows: TypeAlias = dict[str, set[tuple[tuple[str, object], ...]]]


def content_of(base: KnowledgeBase) -> Content:
    """What the command exports of a base."""
    return Content(base.evaluation(), base.schema, Limits())


def content(text: str, as_of: str = "ever") -> Content:
    """The content of a text."""
    base = KnowledgeBase("memory")
    base.add(text)
    return content_of(base.view(as_of=as_of))


def our_rows(content: Content) -> Rows:
    """The rows of every public relation."""
    return {
        name: {tuple(typed(content.dictionary, code) for code in row) for row in content.derived(name)}
        for name in content.public
    }


def typed(dictionary: Dictionary, code: int) -> tuple[str, object]:
    """A value with its kind: i, f, d, s, t."""
    value = dictionary.decode(code)
    if isinstance(value, str):
        return ("s" if dictionary.sort(code) is Sort.SYMBOL else "t", value)
    if isinstance(value, datetime.date):
        return ("d", value)
    return ("i" if isinstance(value, int) else "f", value)


def differences(ours: Rows, theirs: Rows) -> str:
    """What only one side has, relation by relation; nothing if they agree."""
    return "\n".join(
        f"{name}: only ours {sorted(ours[name] - theirs[name], key=str)}, "
        f"only theirs {sorted(theirs[name] - ours[name], key=str)}"
        for name in ours
        if ours[name] != theirs[name]
    )
