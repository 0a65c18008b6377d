"""A base for other systems: its plain program as Prolog, clingo or Soufflé text, its relations as tables.

Whatever is said in the language is said in the target with the same meaning, or refused by name.
"""
