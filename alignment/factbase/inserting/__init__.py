"""Rows that a program hands over as facts: few go the way of written facts, many become a table of codes."""
