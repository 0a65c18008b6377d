"""The content of a base written to one file on disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from alignment.content import State, texts_of
from alignment.factbase.dictionary import Dictionary
from alignment.language import tree
from alignment.language.printer import format_node


def save(state: State, dictionary: Dictionary, path: Path) -> None:
    """Write a base to its place. Raises AlignmentError; what stood there is then there still."""
    from alignment.factbase.database import database_of  # noqa: PLC0415  # only bases on disk pay for DuckDB
    from alignment.factbase.disk.contents import Contents, parts, stored_parts  # noqa: PLC0415
    from alignment.factbase.disk.writing import write  # noqa: PLC0415

    database = database_of(dictionary)
    digests = {id(file): one for base in state.bases for file, one in zip(base.files, base.digests, strict=True)}
    found = parts((*state.files, *state.session), state.imported, digests)
    texts, reports = stored_parts(found, state.checked, dictionary, database)
    contents = Contents(texts, reports, _quoted(state), sorted(_hidden(state, dictionary)))
    write(path, contents, dictionary, database)


def session_lines(state: State, dictionary: Dictionary) -> Iterator[str]:
    """What a session added, statement by statement; rows that were handed over as facts."""
    for statement in (statement for file in state.session for statement in file.statements):
        if id(statement) in state.inserted:
            from alignment.factbase.inserting.writing import fact_lines  # noqa: PLC0415  # only where there are some

            yield from fact_lines(state.inserted[id(statement)], state.checked.schema, dictionary)
        else:
            yield format_node(statement)


def _quoted(state: State) -> dict[tuple[str, str], str]:
    """The texts of sources that can be read, by the file that names them and the path in it."""
    read = texts_of(state)
    places = [(one.span.file, one.text) for one in state.checked.schema.sources.values() if one.span and one.text]
    return {place: text for place in places if (text := read(*place)) is not None}


def _hidden(state: State, dictionary: Dictionary) -> list[str]:
    """The facts that were taken back, as they would be written."""
    atoms = (
        tree.Atom(name.removeprefix("-"), tuple(map(dictionary.node, row)), negative=name.startswith("-"))
        for name, row in state.hidden
    )
    return [format_node(tree.Fact(atom)) for atom in atoms]
