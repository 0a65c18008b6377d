"""Derived relations after a small change, from what they were before it."""
