"""The files that a path of an import stands for."""

from __future__ import annotations

import glob
import os
from pathlib import Path


def matching(path: str, folder: Path) -> list[str]:
    """The file at a path, or those that fit a pattern, sorted; relative ones are looked for in `folder`."""
    place = os.path.join(folder, path)
    if os.path.isfile(place):
        return [place]
    if not glob.has_magic(path):
        return []
    pattern = os.path.join(glob.escape(str(folder)), path)
    return sorted(one for one in glob.glob(pattern, recursive=True) if os.path.isfile(one))
