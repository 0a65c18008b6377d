"""Names for relations by what they came from: the same in every process, so that a result can be kept on disk.

The digest of a derived relation covers its rules, constants spelled out, and the digests of what they read; that of a
reported one covers the content of its table and what of a view makes a difference to it. The engine is
no part of it: all give the same rows in the same rounds. What has no lasting content (facts of a session,
tables imported into memory) has no digest, and neither has anything that reads it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alignment.factbase.table import Table
from alignment.program.lower import NOW
from alignment.program.model import PADDING, Aggregation, Const, Membership, Negative, Positive, Rule, Stratum

if TYPE_CHECKING:
    from alignment.engines.evaluation import Evaluation

_PACKAGE = Path(__file__).resolve().parent.parent


class Digests:
    """The digests of the relations of an evaluation, shared by evaluations over one cache."""

    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self._known = evaluation.cache.digests
        self._texts = evaluation.cache.texts

    def of(self, name: str) -> str | None:
        """The digest of a relation in the view of the evaluation; None if it has none."""
        key = self._evaluation.key(name)
        if key not in self._known:
            program = self._evaluation.program
            for stratum in program.needed(frozenset((name,))):
                if self._evaluation.key(stratum.relations[0]) not in self._known:
                    self._add(stratum)
            if name not in program.stratum_of:
                self._known[key] = self._reported(name)
        return self._known[key]

    def of_strengths(self, name: str) -> str | None:
        """That of how sure the rows of a relation are, which follows from the same."""
        rows = self.of(name)
        return None if rows is None else _hashed(["strengths", rows])

    def _add(self, stratum: Stratum) -> None:
        """The digests of a stratum, by those of the relations below it."""
        below = {name: self.of(name) for name in sorted(stratum.reads.difference(stratum.relations))}
        own = [self._reported(name) for name in stratum.relations]
        whole: str | None = None
        if None not in below.values() and None not in own:
            names = {name: f"own {i}" for i, name in enumerate(stratum.relations)} | below
            whole = _hashed([*map(str, own), *(self._rule(rule, names) for rule in stratum.rules)])
        for i, name in enumerate(stratum.relations):
            self._known[self._evaluation.key(name)] = whole and _hashed([whole, str(i)])

    def _rule(self, rule: Rule, names: Mapping[str, str | None]) -> str:
        """A rule, with relations as their digests and constants as they are written."""
        text = self._texts.get(rule)
        if text is None:
            text = self._texts[rule] = self._written((rule.args, rule.body, rule.cap))
        return " ".join([str(names[rule.head]), text, *(str(names[name]) for name in rule.reads)])

    def _written(self, value: Any) -> str:  # noqa: ANN401  # any part of a rule
        """A part of a rule without the relations that it reads."""
        match value:
            case Const(id=code):
                return self._constant(code)
            case Membership(term=term, items=items):
                return f"in {self._written(term)} {' '.join(map(self._constant, items))}"
            case tuple():
                return f"({', '.join(map(self._written, value))})"
            case _ if is_dataclass(value):
                reads = isinstance(value, Positive | Negative | Aggregation)
                about = [one.name for one in fields(value) if one.compare and not (reads and one.name == "relation")]
                return f"{type(value).__name__} {self._written(tuple(getattr(value, name) for name in about))}"
            case _:
                return repr(value)

    def _constant(self, code: int) -> str:
        return "padding" if code == PADDING.id else repr(self._evaluation.dictionary.node(code))

    # Reports -------------------------------------------------------------------------------------

    def _reported(self, name: str) -> str | None:
        """The digest of the reported rows of a relation, or of the rows of an evidence relation."""
        evaluation = self._evaluation
        if name == NOW:
            return f"now {evaluation.today.isoformat()}"
        evidence = evaluation.program.evidence.get(name)
        table = evaluation.facts.tables.get(evidence.base if evidence else name)
        if table is None:
            return "nothing"
        content = self._content(table)
        if content is None:
            return None
        about = "" if evidence is None else f"{evidence.columns} {evidence.bound}"
        return _hashed([evidence.base if evidence else name, about, *content, *self._view(table)])

    def _content(self, table: Table) -> list[str] | None:
        """What tells a table from all others that there ever were."""
        found = [one.lasting for one in table.imported]
        if table.plain or table.annotated:
            found.append(self._evaluation.facts.lasting)
        if table.taken_back or None in found:
            return None
        return [one for one in found if one is not None]

    def _view(self, table: Table) -> list[str]:
        """What of the view makes a difference to a table: a day stands for all until the next change."""
        if not table.annotated and all(one.is_plain for one in table.imported):
            return []
        view = self._evaluation.view
        day = "ever" if view.as_of is None else str(table.last_change(view.as_of))
        return [day, repr(view.min_confidence), *sorted(view.without)]


def _hashed(parts: list[str]) -> str:
    """One digest of several."""
    return hashlib.sha256("\0".join([*parts, _release()]).encode("utf-8", "surrogatepass")).hexdigest()[:40]


@cache
def _release() -> str:
    """What tells this release from others: the sizes and times of its files."""
    found = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*.py")):
        status = path.stat()
        found.update(f"{path.relative_to(_PACKAGE)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return found.hexdigest()
