"""Completion in context, as a pure function of the text, the cursor and what the base knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field

from alignment.checks.model import Entity, Relation, Schema, fold
from alignment.language.tree import LIKELIHOOD
from alignment.records import frozen
from alignment.shell.entry import DECLARING
from alignment.shell.place import Place, place_of

MOST = 200
"""Completions offered at once."""


@frozen
class Completion:
    """One way to go on: `text` takes the place of the `length` characters before the cursor."""

    text: str
    length: int
    shown: str = ""
    meta: str = ""


@frozen
class Words:
    """What can be completed besides the names of the schema. `files` lists what a path could become."""

    commands: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Name of a command to what it takes (`file`, `relation`, `entity`, …) and its help."""
    verbs: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What a command can take out of a fixed list, by kind (`engine`, `setting`, `topic`)."""
    files: Callable[[str], Iterable[str]] = lambda _: ()


ANNOTATIONS = ("from", "since", "until", "on", "during", "confidence")
STEPS = (
    *("load", "as of", "min confidence", "without", "given", "expect", "refute", "answers", "unknown", "contested"),
    *("because", "timeline"),
)
"""Words that begin a step of a test."""

_STEP = re.compile(r"\s*test\s+\"[^\"]*\"\s*\{(?:.*\.)?\s*$", re.DOTALL)
_PREFERRED = re.compile(r"\s*prefer\s+\w+\s+$")
_COMMAND = re.compile(r"\s*:([a-z-]*)$")
_ARGUMENT = re.compile(r"\s*:([a-z-]+)\s+(.*)$", re.DOTALL)
_VERB = re.compile(r"\s*([a-z]+)\s+(.*)$", re.DOTALL)
_VARIABLE = re.compile(r"\b[A-Z]\w*")
_AFTER_ATOM = re.compile(r"\)\s+$|\)\s[^)]*,\s*$")


def complete(text: str, cursor: int, schema: Schema, words: Words) -> list[Completion]:
    """The completions at the cursor, best first, each once."""
    found: dict[str, Completion] = {}
    for completion in _all(text[:cursor], text[cursor:], schema, words):
        found.setdefault(completion.text, completion)
        if len(found) == MOST:
            break
    return list(found.values())


def _all(text: str, after: str, schema: Schema, words: Words) -> Iterator[Completion]:
    if command := _COMMAND.match(text):
        for name, (_, help_) in words.commands.items():
            if name.startswith(command[1]):
                yield Completion(name, len(command[1]), f":{name}", help_)
    elif (argument := _ARGUMENT.match(text)) and not text.lstrip().startswith(":-"):
        takes = words.commands.get(argument[1], ("", ""))[0]
        yield from _of_kind(takes, argument[2], after, schema, words)
    elif (verb := _VERB.match(text)) and verb[1] in words.verbs:
        yield from _of_kind(words.verbs[verb[1]][0], verb[2], after, schema, words)
    else:
        yield from _of_kind("statement", text, after, schema, words)


def _of_kind(kind: str, text: str, after: str, schema: Schema, words: Words) -> Iterator[Completion]:
    """What can stand at the end of a text that is to be of a kind."""
    last = re.split(r"[\s,]+", text)[-1]
    if kind in ("statement", "goal"):
        yield from _language(text, after, schema, words, statement=kind == "statement")
    elif kind == "entity":
        yield from _entities(last, list(schema.entities.values()), quoted=False)
    elif kind == "relation":
        for relation in _matching(schema.relations, last):
            yield Completion(relation, len(last), meta=_meta(schema.relations[relation]))
    elif kind == "source":
        yield from _sources(schema, last)
    elif kind == "file":
        yield from (Completion(path, len(text)) for path in words.files(text))
    elif kind == "confidence":
        yield from _likelihood(last)
    else:
        yield from (Completion(word, len(last)) for word in words.lists.get(kind, ()) if word.startswith(last))


def _language(text: str, after: str, schema: Schema, words: Words, *, statement: bool) -> Iterator[Completion]:
    place = place_of(text)
    if place.commented:
        return
    if place.quoted and re.match(r"\s*load\b", place.before):
        closing = "" if after.startswith('"') else '"'
        for path in words.files(place.word):
            end = "" if path.endswith("/") else closing
            yield Completion(f"{path}{end}", len(place.word), path)
    elif place.relation is not None:
        yield from _arguments(place, after, schema)
    elif place.quoted:
        return
    elif re.search(r"\bfrom\s+$", place.before):
        yield from _sources(schema, place.word)
    elif re.search(r"\bconfidence\s+$", place.before):
        yield from _likelihood(place.word)
    elif _PREFERRED.match(place.before):
        if "over".startswith(place.word):
            yield Completion("over ", len(place.word), "over")
    elif _STEP.match(place.before) and place.before.count("{") == place.before.count("}") + 1:
        steps = (word for word in STEPS if word.startswith(place.word))
        yield from (Completion(f"{word} ", len(place.word), word) for word in steps)
    elif _AFTER_ATOM.search(place.before) and not re.search(r"\)\s*,\s*$", place.before):
        yield from (Completion(word, len(place.word)) for word in ANNOTATIONS if word.startswith(place.word))
        yield from _likelihood(place.word) if place.word else ()
    else:
        yield from _beginnings(place, after, schema, words, statement=statement)


def _beginnings(place: Place, after: str, schema: Schema, words: Words, *, statement: bool) -> Iterator[Completion]:
    """Where an atom, and in an empty line a verb or a statement, may begin."""
    first = statement and not place.before.strip()
    if first:
        for verb, (_, help_) in words.verbs.items():
            if verb.startswith(place.word):
                yield Completion(f"{verb} ", len(place.word), verb, help_)
    for name in _matching(schema.relations, place.word):
        relation = schema.relations[name]
        bracket = "(" if relation.arity and not after.startswith("(") else ""
        yield Completion(name + bracket, len(place.word), _shape(relation), _meta(relation))
    if place.word and "not".startswith(place.word) and place.before.strip():
        yield Completion("not ", len(place.word), "not")
    if first and place.word:
        for word in sorted(DECLARING):
            if word.startswith(place.word):
                yield Completion(f"{word} ", len(place.word), word)


def _arguments(place: Place, after: str, schema: Schema) -> Iterator[Completion]:
    """The entities whose type fits the argument, and the variables used so far."""
    relation = schema.relations.get(place.relation or "")
    if relation is not None and place.argument >= relation.arity:
        return
    type_ = relation.parameters[place.argument].type if relation else "any"
    fitting = [entity for entity in schema.entities.values() if type_ == "any" or type_ in entity.types]
    if place.quoted:
        closing = "" if after.startswith('"') else '"'
        yield from _names(place.word, fitting, closing)
        return
    used = dict.fromkeys(_VARIABLE.findall(place.before))
    length = len(place.word)
    variables = [Completion(one, length, meta="variable") for one in used if one.startswith(place.word)]
    if place.word:
        yield from variables
    yield from _entities(place.word, fitting, quoted=True)
    yield from variables


def _entities(word: str, entities: list[Entity], *, quoted: bool) -> Iterator[Completion]:
    """Ids that begin with the word, then ids of entities with a name or alias that does."""
    near = [entity for entity in entities if entity.id.startswith(word)]
    for entity in sorted(near, key=lambda one: one.id):
        yield Completion(_written(entity.id, quoted=quoted), len(word), entity.id, entity.name or "")
    for entity in sorted(entities, key=lambda one: one.id) if word else ():
        for name in (entity.name or "", *entity.aliases):
            if fold(name).startswith(fold(word)):
                yield Completion(_written(entity.id, quoted=quoted), len(word), entity.id, name)
                break


def _names(word: str, entities: list[Entity], closing: str) -> Iterator[Completion]:
    """Names and aliases that begin with what stands between the quotes."""
    for entity in sorted(entities, key=lambda one: one.id):
        for name in (entity.name or "", *entity.aliases):
            if name and fold(name).startswith(fold(word)):
                escaped = name.replace("\\", "\\\\").replace('"', '\\"')
                yield Completion(escaped + closing, len(word), name, entity.id)


def _sources(schema: Schema, word: str) -> Iterator[Completion]:
    for name in _matching(schema.sources, word):
        yield Completion(name, len(word), meta=schema.sources[name].title or "")


def _likelihood(word: str) -> Iterator[Completion]:
    for name, value in LIKELIHOOD.items():
        if name.startswith(word):
            yield Completion(name, len(word), meta=f"{value:g}")


def _matching(names: Iterable[str], word: str) -> list[str]:
    return sorted(name for name in names if name.startswith(word))


def _written(name: str, *, quoted: bool) -> str:
    """An id as the language writes it."""
    if not quoted or re.fullmatch(r"[a-z][A-Za-z0-9_]*", name):
        return name
    return "'" + name.replace("'", "''") + "'"


def _shape(relation: Relation) -> str:
    if not relation.arity:
        return relation.name
    names = (parameter.name or parameter.type for parameter in relation.parameters)
    return f"{relation.name}({', '.join(names)})"


def _meta(relation: Relation) -> str:
    return relation.template or (relation.kind if relation.kind != "undeclared" else "")
