"""What tells whether a base on disk still fits: the digest of a text, and what the arguments of its rows were."""

from __future__ import annotations

import hashlib

from alignment.checks.entities import has_entities
from alignment.checks.model import Schema
from alignment.language import tree


def digest_of(file: tree.File) -> str:
    """The SHA-256 of the text of a file."""
    text = file.span.source.text if file.span else ""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def kinds_of(schema: Schema, relation: str) -> str:
    """What the arguments of a relation were checked against; `!` marks a type of which all entities are declared."""
    parameters = schema.relations[relation.removeprefix("-")].parameters
    return ",".join(f"{one.type}{'!' if has_entities(schema, one.type) else ''}" for one in parameters)
