"""Strata in their order as set-oriented SQL, recursion semi-naive over delta tables: the driver of every SQL engine.

All rules of a round see the relations as they were at its beginning, so that a row's round is the same
on every engine. The newest rows of each relation are a table of their own; a recursive rule is one query
for each of its recursive literals, in which that literal reads the newest rows (Bancilhon 1986).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeAlias

from alignment.engines.relational.ordering import Order, Recursion
from alignment.engines.relational.plan import counted, inlined, read_for_loops, uses
from alignment.engines.relational.sql import Delta
from alignment.engines.relational.tables import Tables
from alignment.program.model import Const, Positive, Rule, Stratum

Queries: TypeAlias = Mapping[str, Sequence[tuple[Rule, Delta | None]]]
"""For each relation the rules that may add to it, each with the premise that reads the newest rows."""

Otherwise: TypeAlias = Callable[[Stratum], Recursion | None]
"""Reads the premises of a recursive stratum that is evaluated in another way; None where it has none."""


def evaluate_all(
    strata: Sequence[Stratum], tables: Tables, asked: Collection[str], otherwise: Otherwise = lambda _: None
) -> None:
    """Derive the relations of all strata, in order."""
    tables.learn_arities(strata)
    omitted = inlined(strata, tables.known, asked)
    tables.without_table = {
        name: stratum.rules for stratum in strata for name in stratum.relations if name in omitted
    }
    tables.counted, tables.uses = counted(strata), uses(strata)
    tables.read_for_loops = read_for_loops(strata, asked)

    def finish(stratum: Stratum, recursion: Recursion) -> None:
        if not recursion.hold():
            _evaluate_in_rounds(stratum, tables)

    # what asks how it goes gets it in order, and with little memory nothing is done at once
    may_part = tables.limits.journal is None and tables.limits.memory is None
    with Order(strata, finish, may_part=may_part) as order:
        for stratum in order:
            _evaluate(stratum, tables, order, otherwise)
            tables.rule = None


def _evaluate(stratum: Stratum, tables: Tables, order: Order, otherwise: Otherwise) -> None:
    """Derive the relations of a stratum, or have it done aside."""
    if stratum.relations[0] in tables.without_table:
        reason = "one rule reads it, only to filter or count it, so it needs no table"
        tables.write_down(stratum, "part of the query that reads it", reason, 0)
    elif not stratum.recursive and not any(map(tables.reported, stratum.relations)):
        _evaluate_once(stratum, tables)
    elif stratum.recursive and (recursion := otherwise(stratum)) is not None:
        order.work(stratum, recursion)
    else:
        _evaluate_in_rounds(stratum, tables)


def _evaluate_once(stratum: Stratum, tables: Tables) -> None:
    """A relation that reads neither itself nor reports: its rows are the table."""
    (name,) = stratum.relations
    tables.sizes[name] = 0
    texts = [tables.text(rule) for rule in stratum.rules]
    rows = _unknown(name, texts, tables)
    if len(texts) > 1 and tables.arity[name] and all(_only_copies(rule, tables) for rule in stratum.rules):
        rows = _each_once(texts, tables.arity[name])
    columns = "".join(f"c{i}, " for i in range(tables.arity[name]))
    table = tables.create(f"SELECT {columns}CAST(1 AS INTEGER) AS r FROM ({rows}) AS n")  # noqa: S608
    tables.put(name, table, tables.size_of(table))
    tables.limits.spend(tables.sizes[name])
    queries = [(rule.name, text) for rule, text in zip(stratum.rules, texts, strict=True)]
    tables.write_down(stratum, "one SQL query", "it reads neither itself nor reports of its own", 1, queries)


def _only_copies(rule: Rule, tables: Tables) -> bool:
    """Whether a rule reads one table, and gives a row of its own for each of its rows."""
    match rule.body:
        case (Positive(relation=name, args=args),):
            alone = name not in tables.repeated and name not in tables.without_table
            return alone and all(isinstance(arg, Const) or arg in rule.args for arg in args)
        case _:
            return False


def _each_once(texts: Sequence[str], arity: int) -> str:
    """The query of the rows of copies of tables, each once: those that no copy before has.

    Of 833,000 rows in two copies DISTINCT takes 90 ms of processor time and this 16: the smaller side is hashed.
    """
    same = " AND ".join(f"a.c{i} = b.c{i}" for i in range(arity))
    parts = [f"({texts[0]})"]
    for place, text in enumerate(texts[1:], start=1):
        others = (f"NOT EXISTS (SELECT 1 FROM ({before}) AS b WHERE {same})" for before in texts[:place])  # noqa: S608
        parts.append(f"(SELECT * FROM ({text}) AS a WHERE {' AND '.join(others)})")  # noqa: S608
    return " UNION ALL ".join(parts)


def _evaluate_in_rounds(stratum: Stratum, tables: Tables) -> None:
    """Derive the relations of a stratum from those before it, round by round."""
    for name in stratum.relations:
        tables.begin(name)
    queries: dict[str, list[tuple[Rule, Delta | None]]] = {}
    for rule in stratum.rules:
        queries.setdefault(rule.head, []).append((rule, None))
    newest = _gathered(queries, tables)
    round_ = 1
    while newest:
        for name, delta in newest.items():
            tables.append(name, delta, round_)
        found = _gathered(_reading(newest, stratum), tables) if stratum.recursive else {}
        for delta in newest.values():
            tables.drop(delta)
        newest = found
        round_ += 1
    reason = "it has reports of its own"
    if stratum.recursive:
        reason = tables.why_rounds
    tables.write_down(stratum, "SQL round by round", reason, round_ - 1, _first_queries(stratum, tables))


def _first_queries(stratum: Stratum, tables: Tables) -> list[tuple[str, str]]:
    """The query of each rule, if anybody asks how they were joined."""
    if tables.limits.journal is None:
        return []
    return [(rule.name, tables.text(rule)) for rule in stratum.rules]


def _reading(newest: Mapping[str, str], stratum: Stratum) -> Queries:
    """The rules that read the newest rows, once for each premise that does."""
    queries: dict[str, list[tuple[Rule, Delta | None]]] = {}
    for rule in stratum.rules:
        for place, literal in enumerate(rule.body):
            if isinstance(literal, Positive) and literal.relation in newest:
                queries.setdefault(rule.head, []).append((rule, Delta(place, newest[literal.relation])))
    return queries


def _gathered(queries: Queries, tables: Tables) -> dict[str, str]:
    """Tables of the rows that are not known yet, of relations that get any."""
    found: dict[str, str] = {}
    for name, parts in queries.items():
        table = tables.create(_unknown(name, [tables.text(rule, delta) for rule, delta in parts], tables))
        size = tables.size_of(table)
        tables.limits.spend(size)
        if size:
            found[name] = table
            tables.sizes[name] += size
        else:
            tables.drop(table)
    return found


def _unknown(name: str, texts: Sequence[str], tables: Tables) -> str:
    """The query of the rows that some queries give and the relation does not have yet, each once."""
    arity = tables.arity[name]
    rows = " UNION ALL ".join(f"({text})" for text in texts)
    same = " AND ".join(f"k.c{i} = q.c{i}" for i in range(arity)) or "TRUE"
    known = ""
    if tables.sizes[name]:
        known = f"WHERE NOT EXISTS (SELECT 1 FROM {tables.table_of(name)} AS k WHERE {same})"  # noqa: S608
    if not arity:
        return f"SELECT DISTINCT one FROM ({rows}) AS q {known}"  # noqa: S608
    columns = ", ".join(f"q.c{i}" for i in range(arity))
    distinct = "DISTINCT" if len(texts) > 1 else ""
    return f"SELECT {distinct} {columns} FROM ({rows}) AS q {known}"  # noqa: S608
