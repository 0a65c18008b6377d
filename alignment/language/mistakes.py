"""Syntax errors (thin)."""
from alignment.problems import Problem


def explain(failure):
    return [Problem("syntax", failure.span, f"unexpected {failure.kind}")]


def likelihood_hint(w):
    return "write a number from 0 to 1, or one of: almost_certain, very_likely, likely, even, unlikely, very_unlikely, remote"
