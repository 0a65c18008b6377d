"""Measurements against other systems, in one run, on the same generated worlds: `python -m bench`."""
