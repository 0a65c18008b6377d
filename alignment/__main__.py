"""`python -m alignment` is the command `alignment`."""

from __future__ import annotations

import sys

from alignment.process import main

if __name__ == "__main__":
    sys.exit(main())
