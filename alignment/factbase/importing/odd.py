"""What is told between those who read files that are as they should be, and those who read all others."""


class OddError(Exception):
    """A file is not as plain as it has to be to be read here."""
