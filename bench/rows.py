"""The table of what is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """How large the generated world is, and the systems that take far too long on it."""

    world: int
    too_slow: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of work at each scale. `form` is how our command reads it, `against` whom it is compared with.

    Small worlds are asked all goals, full ones the first `timed` of them. `how` says what is measured: whole
    processes that `compare`, the `start` of a process, the `growth` of another row, an `edit` inside one, or `sql` over
    tables that are loaded.
    `heavy` rows run only when they are named. `promise` is what issue B asks for, in words.
    """

    name: str
    world: str
    form: str
    rules: str | None
    goals: tuple[str, ...]
    against: tuple[str, ...]
    sizes: dict[str, Size]
    promise: str = ""
    options: tuple[str, ...] = ()
    how: str = "compare"
    heavy: bool = False
    timed: int = 1


ALL = ("clingo", "swipl", "souffle")

STANCES = (
    "leans(X, Y)",
    "controls(X, Y)",
    "hostile(X, Y)",
    "supports(X, Y)",
    "opposes(X, Y)",
    "balances(X, Y, Z)",
    "neutral(X, Y)",
)

CLOSURES = ("reaches(X, N)", "loops(X)", "path(X, Y)")
"""Counts tell most about the closure, but clingo's cost nearly as much as the closure: `loops` is fair to it."""

TYPICAL = (
    "balances(X, Y, Z)",
    "turned(X, Y)",
    "close(X, Y)",
    "recent(X, Y)",
    "split_club(O, X, Y)",
    "re_export(X, Y, G)",
    "volume(X, N)",
)

ROWS: tuple[Row, ...] = (
    Row(
        "stance-1e4", "stance", "facts", "stance.rules", STANCES, ALL,
        {"small": Size(5_000), "full": Size(10_000)},
    ),
    Row(
        "stance-1e6", "stance", "tsv", "stance.rules", STANCES[:1], (*ALL, "by-hand"),
        {"small": Size(10_000), "full": Size(1_000_000, ("memory", "pydatalog", "swipl"))},
        "clingo 10 times as long, souffle 1.2 times; ours at most 1.2 times as long as by-hand",
    ),
    Row(
        "stance-1e7", "stance", "tsv", "stance.rules", STANCES[:1], (*ALL, "by-hand"),
        {"small": Size(30_000), "full": Size(10_000_000, ("memory", "pydatalog", "swipl", "clingo"))},
        "souffle 4 times as long",
    ),
    Row(
        "stance-1e8", "stance", "parquet", "stance.rules", STANCES[:1], (),
        {"small": Size(30_000), "full": Size(100_000_000, ("memory", "pydatalog"))},
        "ends within 8 GB",
        options=("--memory-limit", "8000"),
        heavy=True,
    ),
    Row(
        "stance-sql", "stance", "tsv", "stance.rules", STANCES[:1], (),
        {"small": Size(10_000), "full": Size(10_000_000)},
        "ours at most 1.2 times as long as by-hand: processor time over the same loaded tables, no file read",
        how="sql",
    ),
    Row(
        "growth", "stance", "tsv", "stance.rules", STANCES[:1], (),
        {"small": Size(10_000), "full": Size(1_000_000, ("memory", "pydatalog"))},
        "ten times the facts take at most 8 times as long",
        how="growth",
    ),
    Row(
        "one-fact", "stance", "facts", "stance.rules", STANCES[:1], (),
        {"small": Size(2_000), "full": Size(1_000_000, ("memory", "pydatalog"))},
        "full evaluation 20 times as long as after one more fact",
        how="edit",
    ),
    Row(
        "closure", "graph", "facts", "closure.rules", CLOSURES, ALL,
        {"small": Size(120), "full": Size(3_200, ("memory", "pydatalog"))},
        "souffle 1.5 times as long",
        timed=2,
    ),
    Row(
        "chain", "chain", "facts", "closure.rules", CLOSURES, ALL,
        {"small": Size(60), "full": Size(2_000, ("memory", "pydatalog"))},
        "souffle 1.2 times as long",
        timed=2,
    ),
    Row(
        "typical", "stance", "facts", "typical.rules", TYPICAL, ("clingo",),
        {"small": Size(5_000), "full": Size(20_000)},
    ),
    Row(
        "dsl-text", "stance", "facts", None, ("supplies(c1, Y, G)",), ("swipl",),
        {"small": Size(20_000), "full": Size(1_000_000)},
        "swipl as long",
    ),
    Row(
        "query-start", "", "", None, ("supports(X, russia)",), (),
        {"small": Size(0), "full": Size(0)},
        "at most 0.35 s where python3 -c pass takes 0.015 s",
        how="start",
    ),
    Row(
        "rules-20k", "diplomacy", "facts", "@rules", ("position(X, Y, L)",), (),
        {"small": Size(2_000), "full": Size(20_000)},
        "at most 3 s",
    ),
)
