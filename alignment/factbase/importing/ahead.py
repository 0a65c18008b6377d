"""The files of the next imports are read while the cells of this one are encoded, in three threads.

Two read, each an import at a time, the other tells cells apart. NumPy and Arrow do both without Python's lock, and
cells are encoded under it, so that all goes on at once. Cells are told apart and encoded in the order of the imports
all the same, so that names have the same codes each time; what cannot be read here is left to whoever encodes it, who
tells why.
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from queue import Queue

from alignment.checks.model import Schema
from alignment.factbase.importing import parquet
from alignment.factbase.importing.clean import LENT, Group, Tools, groups_of, is_clean, is_large
from alignment.factbase.importing.delimited import MARKS
from alignment.factbase.importing.files import matching
from alignment.factbase.importing.numbering import Block, Numbering, kinds_of
from alignment.factbase.importing.odd import OddError
from alignment.factbase.importing.own_codes import KINDS
from alignment.factbase.importing.packing import arrow_functions
from alignment.factbase.importing.plan import Plan, planned
from alignment.language import tree
from alignment.records import frozen

MOST = 16 << 20
"""Bytes that were read and wait to be encoded: then the reading waits."""

READERS = 2
"""Threads that read, as each has the lock for a part of the time."""

READ = 2
"""Groups of an import that wait to have their cells told apart: then its reading waits, too."""


@frozen
class Job:
    """An import of text files, where its paths begin, and the columns that are asked for."""

    statement: tree.Import
    folder: Path
    names: frozenset[str]

    @property
    def files(self) -> list[str]:
        """The files, none if they are neither plain text nor Parquet."""
        paths = [path.value for path in self.statement.paths]
        if any("://" in path or Path(path).suffix.lower() not in (*MARKS, parquet.ENDING) for path in paths):
            return []
        return [file for path in paths for file in matching(path, self.folder)]


class Early:
    """What is read ahead of one import: its plan, whether its files are clean, and then their blocks."""

    def __init__(self, changed: threading.Condition, may_load: threading.Event) -> None:
        self._changed = changed
        self._may_load = may_load
        self._plan: Plan | None = None
        self._is_clean = False
        self._is_planned = False
        self._blocks: deque[tuple[Block, int]] = deque()
        self._waiting = 0
        self._ended = False
        self._odd = False
        self._left = False
        self._is_asked = False
        self.groups: Queue[tuple[Group, Plan] | None] = Queue(READ)

    def plan(self) -> Plan | None:
        """The plan; None where whoever imports has to make it, and will be told why it cannot be made."""
        self._may_load.set()
        with self._changed:
            self._is_asked = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._is_planned or self._ended or self._left)
            return self._plan

    @property
    def is_clean(self) -> bool:
        """Whether there are blocks of all that is in the files, as far as one can tell before they are read."""
        return self._is_clean and not self._odd

    @property
    def is_here(self) -> bool:
        """Whether all of it has been read and is one small block, so that nobody has to wait for anything."""
        with self._changed:
            return self._ended and len(self._blocks) == 1 and self._blocks[0][0].size <= LENT

    def blocks(self) -> Iterator[Block]:
        """The blocks, as they come in. Raises OddError where the files turn out not to be clean."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._blocks or self._ended or self._left)
                if self._odd:
                    raise OddError
                if not self._blocks:
                    return
                block, size = self._blocks.popleft()
                self._waiting -= size
                self._changed.notify_all()
            yield block

    def leave(self) -> None:
        """No more of it is wanted."""
        with self._changed:
            self._left = True
            self._blocks.clear()
            self._changed.notify_all()

    # In the threads that read ---------------------------------------------------------------------

    def planned(self, plan: Plan, *, clean: bool) -> None:
        """Tell the plan."""
        with self._changed:
            self._plan, self._is_clean, self._is_planned = plan, clean, True
            self._changed.notify_all()

    @property
    def is_left(self) -> bool:
        """Whether no more of it is wanted, or nothing more can come."""
        return self._left or self._odd

    def wait(self, waiting: Callable[[], int]) -> None:
        """Wait until little is waiting; of an import that is being carried out, of its own."""
        with self._changed:
            self._changed.wait_for(lambda: self._left or (self._waiting if self._is_asked else waiting()) < MOST)

    def read(self, group: Group, plan: Plan) -> None:
        """Hand on what was read."""
        with self._changed:
            self._waiting += group.nbytes
        self.groups.put((group, plan))

    def put(self, block: Block, size: int) -> None:
        """Add a block, of which so many bytes were read, if it is still wanted."""
        with self._changed:
            if not self._left:
                self._blocks.append((block, size))
                self._changed.notify_all()

    def end(self, *, odd: bool) -> None:
        """Nothing more will come."""
        with self._changed:
            self._ended, self._odd = True, odd or self._odd
            self._changed.notify_all()

    @property
    def waiting(self) -> int:
        """The bytes that were read and that nobody has taken."""
        return 0 if self._left else self._waiting


class Ahead:
    """Threads that read the files of some imports, in their order."""

    def __init__(self, jobs: Sequence[Job | None], schema: Schema) -> None:
        changed, self._may_load = threading.Condition(), threading.Event()
        self._found = [None if job is None else Early(changed, self._may_load) for job in jobs]
        self._work = [(job, early) for job, early in zip(jobs, self._found, strict=True) if job and early]
        self._schema = schema
        self._numbering = Numbering()
        if self._work:
            # modules are loaded by one thread at a time: what Arrow is surely needed for is seen here, else it waits
            if any(file.lower().endswith(parquet.ENDING) for job, _ in self._work for file in job.files):
                parquet.library()
            if any(_has_texts(job.statement, schema) for job, _ in self._work):
                arrow_functions()
            if "pyarrow" in sys.modules:
                self._may_load.set()
            jobs_left = iter(self._work)  # each is for whoever comes first
            for _ in range(READERS):
                threading.Thread(target=self._read_all, args=(jobs_left,), daemon=True).start()
            threading.Thread(target=self._number_all, daemon=True).start()

    def __getitem__(self, place: int) -> Early | None:
        """What is read ahead of an import, None if nothing is."""
        return self._found[place]

    def close(self) -> None:
        """Read no more."""
        self._may_load.set()
        for _, early in self._work:
            early.leave()

    def _waiting(self) -> int:
        return sum(early.waiting for _, early in self._work)

    def _read_all(self, jobs: Iterator[tuple[Job, Early]]) -> None:
        tools = Tools(self._may_load.wait)
        for job, early in jobs:
            try:
                self._read(job, early, tools)
            except Exception:  # noqa: BLE001  # whatever it is, it is met again by whoever imports, and told
                early.end(odd=True)
            early.groups.put(None)

    def _read(self, job: Job, early: Early, tools: Tools) -> None:
        plan = planned(job.statement, self._schema, job.folder, None, [], job.names)
        clean = is_clean(plan)
        early.planned(plan, clean=clean)
        for group in groups_of(plan, tools) if clean else ():
            early.wait(self._waiting)
            if early.is_left:
                return
            early.read(group, plan)

    def _number_all(self) -> None:
        for _, early in self._work:
            while (step := early.groups.get()) is not None:
                group, plan = step
                if early.is_left:
                    continue
                try:
                    early.put(self._numbering.numbered(group.coded(), kinds_of(plan)), group.nbytes)
                except Exception:  # noqa: BLE001  # as above
                    early.end(odd=True)
            early.end(odd=False)


def _has_texts(statement: tree.Import, schema: Schema) -> bool:
    """Whether an import has columns that are sure to have cells which do not carry their codes."""
    types = {parameter.type for parameter in schema.relations[statement.atom.predicate].parameters}
    return bool(statement.annotations) or not types <= KINDS


def reading_ahead(jobs: Sequence[Job | None], schema: Schema) -> Ahead:
    """Begin to read imports of text files: none if none of them is large, else the small ones too."""
    texts = [job if job is not None and job.files else None for job in jobs]
    worth = is_large([file for job in texts if job is not None for file in job.files])
    return Ahead(texts if worth else [None for _ in jobs], schema)
