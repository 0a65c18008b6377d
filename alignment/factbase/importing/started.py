"""The imports of a base told apart, and their files read from now on: what is begun before they are carried out."""

from __future__ import annotations

import os
from collections.abc import Container, Hashable, Mapping, Sequence
from pathlib import Path

from alignment.checks.model import Checked
from alignment.factbase.importing.ahead import Ahead, Early, Job, reading_ahead
from alignment.factbase.importing.files import located, matching
from alignment.factbase.importing.together import Together, together
from alignment.language import tree
from alignment.records import frozen


@frozen
class Key:
    """An import with its table in place, and all that what it gives depends on."""

    placed: tree.Import
    folder: Path
    stamps: Hashable
    names: Hashable


@frozen
class Started:
    """For each statement, by its identity, its key; and for each key who reads its table.

    `shared` are those that read one table together, `early` what is read ahead.
    """

    keys: Mapping[int, Key]
    shared: Mapping[Key, Together]
    early: Mapping[Key, Early | None]
    ahead: Ahead


def started(checked: Checked, wanted: Sequence[tree.Import], done: Container[Key] = ()) -> Started:
    """Begin to read the files of these imports, but for those that are done. Who carries them out closes `ahead`."""
    keys = {id(statement): _key(statement, checked) for statement in wanted}
    new = {key: (key.placed, key.folder) for key in keys.values() if key not in done}
    shared = dict(zip(new, together(list(new.values())), strict=True))
    alone = [Job(*new[key], group.names) if group.is_one else None for key, group in shared.items()]
    ahead = reading_ahead(alone, checked.schema)
    early = {key: ahead[place] for place, key in enumerate(shared)}
    return Started(keys, shared, early, ahead)


def _key(statement: tree.Import, checked: Checked) -> Key:
    placed, folder = located(statement, checked.schema.tables)
    return Key(placed, folder, _stamps(placed, folder), _names(checked, placed))


def _stamps(statement: tree.Import, folder: Path) -> Hashable:
    """What tells whether files have changed. A database server is asked again each time it is loaded."""
    found: list[Hashable] = []
    for path in statement.paths:
        for file in matching(path.value, folder):
            status = os.stat(file)
            found.append((file, status.st_mtime_ns, status.st_size))
    return tuple(found)


def _names(checked: Checked, statement: tree.Import) -> Hashable:
    """The names that cells may resolve to: a base with other entities reads the same file otherwise."""
    relation = checked.schema.relations[statement.atom.predicate]
    types = {parameter.type for parameter in relation.parameters}
    entities = frozenset(
        (entity.id, entity.name, entity.aliases)
        for entity in checked.schema.entities.values()
        if types.intersection(entity.types)
    )
    return (relation.parameters, entities)
