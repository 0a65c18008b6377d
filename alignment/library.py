"""What comes with the package: `@rules`, `@rules/blocs`, `@facts/astana`.

An installed package carries `rules/` and `facts/` inside itself; a checkout has them beside it.
"""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
ENDINGS = (".facts", ".rules", ".test")
DEFAULT_FILES = ("@facts/astana", "@rules")
"""What a command reads when it is given no file."""


def root() -> Path:
    """The folder that holds the bundled `rules/` and `facts/`."""
    inside = _PACKAGE / "bundled"
    return inside if inside.is_dir() else _PACKAGE.parent


def bundled(name: str) -> Path | None:
    """The file or folder that a name such as `@rules/blocs` stands for, or None if there is none."""
    parts = name.removeprefix("@").strip("/").split("/")
    if parts[0] not in ("rules", "facts") or any(part in ("", ".", "..") for part in parts):
        return None
    path = root().joinpath(*parts)
    candidates = [path, *(path.with_name(path.name + ending) for ending in ENDINGS)]
    return next((candidate for candidate in candidates if candidate.exists()), None)


def shown(path: Path) -> str:
    """How a file is named to people: `@rules/blocs.rules` for what comes with the package, else its path."""
    plain = Path(os.path.normpath(path))
    if plain.is_absolute():
        for top in ("rules", "facts"):
            if plain.is_relative_to(root() / top):
                return "@" + plain.relative_to(root()).as_posix()
    return str(plain if plain.resolve() == path.resolve() else path)


def located(name: str) -> Path:
    """The path of a file that `shown` named."""
    return root() / name[1:] if name.startswith("@") else Path(name)


def bundled_names() -> list[str]:
    """Every name that `bundled` knows, sorted, for help and completion."""
    names = []
    for top in ("facts", "rules"):
        folder = root() / top
        names.append(f"@{top}")
        names += [
            "@" + path.relative_to(root()).with_suffix("").as_posix()
            for path in folder.rglob("*")
            if path.is_dir() or path.suffix in ENDINGS
        ]
    return sorted(set(names))
