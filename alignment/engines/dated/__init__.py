"""Evaluation on all days at once: every row with the days on which it holds."""
