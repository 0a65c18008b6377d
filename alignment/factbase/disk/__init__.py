"""A base in one file on disk: what was read is kept, and read again without its text."""
