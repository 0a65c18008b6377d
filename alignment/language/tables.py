"""The parse tables: computed by lark from `grammar.lark`, kept as JSON in the user's cache folder.

Lark reads the grammar and computes the LALR(1) automaton, which takes a third of a second; what is kept of
it is numbers and one regular expression, so that a warm process imports no lark at all and is ready in a
few milliseconds. The file's name depends on the grammar, on lark and on Python, and it may be deleted at
any time. JSON, not pickle: a cache file that somebody else wrote must not be able to run.
"""

from __future__ import annotations

import json
import os
import sys
import unicodedata
import zlib
from functools import cache
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alignment.language.patterns import WORKS, re
from alignment.records import frozen

if TYPE_CHECKING:

    from lark import Lark

GRAMMAR = Path(__file__).with_name("grammar.lark")
STARTS = ("file", "goal", "atom_goal", "annotation_list")


@frozen
class Rule:
    """A rule of the grammar, ready to be reduced by.

    `build` names the method of the builder; None for a rule that only passes its one child on, and for
    lark's helper rules for `x*`, whose value is a list: `item` is the child that goes into it. `inline` is
    the child that is such a list, -1 for none.
    """

    length: int
    symbol: int
    build: str | None
    item: int
    inline: int


@frozen
class Tables:
    """The automaton. Symbols are numbers, terminals first; `names` are their names in the grammar.

    `rows[state]` maps a terminal to the state after it, or to `~rule` to reduce by; a nonterminal to the
    state after it. `defaults[state]` is the number of the rule of a state that can do nothing but reduce by it.
    `token` is an expression for one token and the white space and comments before it, `ascii_token` the same for
    a text of ASCII alone, which is compiled in a quarter of the time; `kinds` tells the terminal by the group that
    matched, `words` by the text, for terminals that are one fixed text.
    """

    names: tuple[str, ...]
    token: str
    ascii_token: str
    kinds: tuple[int, ...]
    words: dict[str, int]
    rows: tuple[dict[int, int], ...]
    defaults: tuple[int | None, ...]
    rules: tuple[Rule, ...]
    starts: dict[str, int]

    def symbol(self, name: str) -> int:
        """The number of a symbol of the grammar."""
        return self.names.index(name)

    def pattern(self, text: str) -> re.Pattern[str]:
        """What matches the tokens of a text."""
        return re.compile(self.ascii_token if text.isascii() else self.token)


@cache
def tables() -> Tables:
    """The tables of this grammar: from the cache folder, or computed and put there."""
    file = cache_folder() / f"grammar-{_key()}.json"
    saved = _read(file)
    if saved is None:
        saved = _compiled(build_lark())
        _write(file, saved)
    return _tables(saved)


def build_lark() -> Lark:
    """The grammar as lark itself parses it: slower, and what the tables are held against."""
    from lark import Lark  # noqa: PLC0415  # slow to import, and a warm process needs none

    grammar = GRAMMAR.read_text(encoding="utf-8")
    categories = _categories(frozenset(_CATEGORY.findall(grammar)))
    grammar = _CATEGORY.sub(lambda match: categories[match[1]], grammar)
    return Lark(grammar, parser="lalr", start=list(STARTS), maybe_placeholders=False, regex=not WORKS)


_BEYOND_ASCII = re.compile(r"[^\x00-\x7F]-[^\x00-\x7F]")
"""A range of characters, of which categories have hundreds."""

_CATEGORY = re.compile(r"\\p\{(\w\w)\}")


def _categories(names: frozenset[str]) -> dict[str, str]:
    r"""The characters of Unicode categories as insides of character classes: `re` does not know `\p{Lu}`."""
    ranges: dict[str, list[str]] = {name: [] for name in names}
    first = 0
    for name, run in groupby(map(unicodedata.category, map(chr, range(sys.maxunicode + 1)))):
        after = first + len(list(run))
        if name in ranges:
            ranges[name].append(f"\\U{first:08x}-\\U{after - 1:08x}")
        first = after
    return {name: "".join(found) for name, found in ranges.items()}


# Computing -----------------------------------------------------------------------------------------


def _compiled(lark: Lark) -> dict[str, Any]:
    """What the tables hold, as plain values."""
    from lark.grammar import Rule as LarkRule  # noqa: PLC0415  # with lark itself
    from lark.lexer import TerminalDef  # noqa: PLC0415

    data, memo = lark.memo_serialize([TerminalDef, LarkRule])
    table = data["parser"]["parser"]
    terminals = [terminal.name for terminal in lark.terminals if terminal.name not in lark.ignore_tokens]
    nonterminals = sorted({memo_rule["origin"]["name"] for memo_rule in memo.values() if "origin" in memo_rule})
    names = [*terminals, "$END", "$ERROR", *nonterminals]
    number = {name: index for index, name in enumerate(names)}
    references = [key for key, value in memo.items() if "origin" in value]
    rules = [_rule(memo[reference], number) for reference in references]
    rule_number = {reference: index for index, reference in enumerate(references)}
    rows: list[dict[int, int]] = [{} for _ in table["states"]]
    for state, actions in table["states"].items():
        for token, (is_reduce, target) in actions.items():
            action = ~rule_number[target["@"]] if is_reduce else target
            rows[state][number[table["tokens"][token]]] = action
    defaults = [_default(row) for row in rows]
    _skip_unit_rules(rows, defaults, rules)
    token, kinds, words = _lexer(lark, number)
    return {
        "names": names,
        "token": token,
        "ascii_token": _BEYOND_ASCII.sub("", token),
        "kinds": kinds,
        "words": words,
        "rows": [
            [*row.keys(), *row.values()] if default is None else []
            for row, default in zip(rows, defaults, strict=True)
        ],
        "defaults": defaults,
        "rules": rules,
        "starts": table["start_states"],
    }


def _rule(rule: dict[str, Any], number: dict[str, int]) -> list[Any]:
    """The fields of a `Rule`."""
    origin, expansion = rule["origin"]["name"], rule["expansion"]
    lists = [symbol["name"].startswith("_") and "filter_out" not in symbol for symbol in expansion]
    passes_on = rule["options"]["expand1"] and not rule["alias"] and len(expansion) == 1
    gathers = origin.startswith("_")
    items = [i for i, symbol in enumerate(expansion) if not lists[i] and not symbol.get("filter_out")]
    return [
        len(expansion),
        number[origin],
        None if passes_on or gathers else rule["alias"] or origin,
        items[0] if gathers else -1,
        lists.index(True) if any(lists) else -1,
    ]


def _default(row: dict[int, int]) -> int | None:
    """The rule of a state that has no other action: no need to see what follows."""
    actions = set(row.values())
    return ~actions.pop() if len(actions) == 1 and min(actions) < 0 else None


def _skip_unit_rules(rows: list[dict[int, int]], defaults: list[int | None], rules: list[list[Any]]) -> None:
    """Go at once where a chain of rules that only pass their child on would lead in the end."""
    for row in rows:
        for symbol, action in row.items():
            target = action
            while target >= 0 and (rule := defaults[target]) is not None and _passes_on(rules[rule]):
                target = row[rules[rule][1]]
            row[symbol] = target


def _passes_on(rule: list[Any]) -> bool:
    return rule[2] is None and rule[3] < 0


def _lexer(lark: Lark, number: dict[str, int]) -> tuple[str, list[int], dict[str, int]]:
    """One expression for a token and what may stand before it; fixed texts are told apart by a dictionary."""
    fixed = {t.pattern.value: number[t.name] for t in lark.terminals if t.pattern.type == "str"}
    marks = [re.escape(text) for text in sorted(fixed, key=len, reverse=True) if not text[0].isalpha()]
    ignored = [t.pattern.to_regexp() for t in lark.terminals if t.name in lark.ignore_tokens]
    others = [t for t in lark.terminals if t.pattern.type == "re" and t.name not in lark.ignore_tokens]
    others.sort(key=lambda t: (-t.priority, t.name != "NAME", t.name != "VARIABLE", t.name))
    groups = [*(f"({t.pattern.to_regexp()})" for t in others), f"({'|'.join(marks)})", r"(\Z)", r"([\s\S])"]
    kinds = [-1, *(number[t.name] for t in others), -1, number["$END"], number["$ERROR"]]
    return f"(?:{'|'.join(ignored)})*+(?:{'|'.join(groups)})", kinds, fixed


def _tables(saved: dict[str, Any]) -> Tables:
    return Tables(
        tuple(saved["names"]),
        saved["token"],
        saved["ascii_token"],
        tuple(saved["kinds"]),
        saved["words"],
        tuple(dict(zip(row[: len(row) // 2], row[len(row) // 2 :], strict=True)) for row in saved["rows"]),
        tuple(saved["defaults"]),
        tuple(Rule(*rule) for rule in saved["rules"]),
        saved["starts"],
    )


# Keeping -------------------------------------------------------------------------------------------


def cache_folder() -> Path:
    """The folder for what can be made again, by the XDG convention."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "alignment"


def _key() -> str:
    """What the tables depend on. Lark's own `__init__` states its version, and need not be imported for it."""
    spec = find_spec("lark")
    files = [GRAMMAR, Path(__file__), *([Path(spec.origin)] if spec and spec.origin else [])]
    python = f"{sys.version_info[:3]} {unicodedata.unidata_version} {re.__name__}".encode()
    return "-".join(map(_sum, [python, *(file.read_bytes() for file in files)]))


def _sum(content: bytes) -> str:
    """A checksum, against accidents alone: what stands in a cache cannot run. Hashing would cost 3 ms to load."""
    return f"{zlib.crc32(content):08x}"


def _read(file: Path) -> Any:  # noqa: ANN401  # what JSON holds
    """What was kept, if it is whole: the first line is the checksum of the second."""
    try:
        checksum, _, content = file.read_bytes().partition(b"\n")
    except OSError:
        return None
    return json.loads(content) if _sum(content).encode() == checksum else None


def _write(file: Path, value: dict[str, Any]) -> None:
    """Written whole or not at all; a folder that cannot be written to costs only the time, next time again."""
    import tempfile  # noqa: PLC0415  # slow to import, and needed once a machine

    content = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as part:
            part.write(_sum(content).encode() + b"\n" + content)
        Path(part.name).replace(file)
    except OSError:
        return
