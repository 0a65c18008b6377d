"""What a load begins with: files parsed and checked, and the tables that they import being read.

Nothing else is loaded for it: a command reads its tables while the modules of engines and questions are loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from operator import is_
from typing import TYPE_CHECKING

from alignment.activity import Activity
from alignment.checks.check import check
from alignment.checks.model import Checked
from alignment.language import tree
from alignment.language.loader import Loader, read_text
from alignment.problems import Problem
from alignment.records import frozen

if TYPE_CHECKING:
    from alignment.factbase.importing.started import Started


@frozen
class Begun:
    """Files as they were read, what their check found, and the imports whose files are being read."""

    loader: Loader
    found: tuple[Checked | None, Sequence[Problem]] | None = None
    imports: Started | None = None

    def is_of(self, files: Sequence[tree.File]) -> bool:
        """Whether it was these files that were checked."""
        own = self.loader.files
        return self.found is not None and len(own) == len(files) and all(map(is_, own, files))


@contextmanager
def beginning(names: Iterable[str], activity: Activity, *, in_database: bool = False) -> Iterator[Begun]:
    """The begin of a load of these names into an empty base, and its end. Problems are kept.

    With `in_database` it is known that there will be a database, whatever stands in the files.
    """
    if in_database:
        from alignment.factbase.linking import link_ahead  # noqa: PLC0415  # only who has a database pays for DuckDB

        link_ahead()
    loader = Loader(activity=activity)
    loader.load(names)
    if in_database:
        _open_ahead()
    if loader.problems or loader.bases:
        yield Begun(loader)
        return
    checked, problems = check(loader.files, texts=read_text)
    if checked is None or not checked.imports:
        yield Begun(loader, (checked, problems))
        return
    _open_ahead()
    from alignment.factbase.importing.started import started  # noqa: PLC0415  # with it come NumPy and Arrow

    imports = started(checked, checked.imports)
    try:
        yield Begun(loader, (checked, problems), imports)
    finally:
        imports.ahead.close()


def _open_ahead() -> None:
    from alignment.factbase.database import open_ahead  # noqa: PLC0415  # likewise

    open_ahead()
