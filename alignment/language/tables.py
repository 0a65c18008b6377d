"""The parser and its tables, built once a machine and kept as JSON.

Building the LALR tables takes a quarter of a second; loading them takes a few milliseconds. They are
kept in the user's cache folder under a name that depends on the grammar, lark and Python, and may be
deleted at any time. JSON, not pickle: a cache file that somebody else wrote must not be able to run.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lark import Lark

GRAMMAR = Path(__file__).with_name("grammar.lark")
STARTS = ["file", "goal", "atom_goal", "annotation_list"]
OPTIONS: dict[str, Any] = {
    "parser": "lalr",
    "start": STARTS,
    "keep_all_tokens": True,
    "maybe_placeholders": False,
}


def load(transformer: Any) -> Lark:  # noqa: ANN401  # lark's Transformer, not imported here
    """The parser, its nodes built by `transformer` as it reads."""
    from lark import Lark  # noqa: PLC0415  # lark is slow to import; a base without text needs none

    grammar = GRAMMAR.read_text(encoding="utf-8")
    file = cache_folder() / f"grammar-{_key(grammar)}.json"
    saved = _load(file)
    if saved is not None:
        try:
            return _restore(saved, transformer)
        except (KeyError, TypeError, ValueError, AttributeError):
            file.unlink(missing_ok=True)  # damaged: build it anew
    built = Lark(grammar, **OPTIONS)
    data, memo = built.memo_serialize(_memo_types())
    plain = _plain({"data": data, "memo": memo})
    _save(file, plain)
    return _restore(plain, transformer)


def cache_folder() -> Path:
    """The folder for what can be made again, by the XDG convention."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "alignment"


def _key(grammar: str) -> str:
    made_by = f"{version('lark')} {sys.version_info[:2]} {sorted(OPTIONS.items())} {grammar}"
    return hashlib.sha256(made_by.encode()).hexdigest()[:24]


def _memo_types() -> list[type]:
    from lark.grammar import Rule  # noqa: PLC0415
    from lark.lexer import TerminalDef  # noqa: PLC0415

    return [TerminalDef, Rule]


def _restore(saved: Any, transformer: Any) -> Lark:  # noqa: ANN401
    from lark import Lark  # noqa: PLC0415

    restored = _numbered(saved)
    return Lark._load_from_dict(transformer=transformer, **restored)  # noqa: SLF001  # what Lark.load does after unpickling


def _plain(value: Any) -> Any:  # noqa: ANN401
    """JSON has no integer keys, tuples or sets: mark integer keys, make the rest lists."""
    if isinstance(value, dict):
        return {f"#{key}" if isinstance(key, int) else key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value


def _numbered(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {
            int(key[1:]) if key[0] == "#" and key[1:].isdigit() else key: _numbered(item)
            for key, item in value.items()
        }
    return [_numbered(item) for item in value] if isinstance(value, list) else value


def _load(file: Path) -> Any:  # noqa: ANN401
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _save(file: Path, value: Any) -> None:  # noqa: ANN401
    """Written whole or not at all; a folder that cannot be written to costs only the time next time."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False, encoding="utf-8") as part:
            json.dump(value, part)
        Path(part.name).replace(file)
    except OSError:
        return
