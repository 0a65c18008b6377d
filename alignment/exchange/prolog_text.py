"""Constants and names as SWI-Prolog reads them. No name can break out of its quotes."""

from __future__ import annotations

import datetime
import re

from alignment.factbase.dictionary import Dictionary, Sort, Value

_BARE = re.compile(r"[a-z][A-Za-z0-9_]*")
_ESCAPED = {"\\": "\\\\", "\n": "\\n", "\t": "\\t"}

LOCKED = frozenset(
    """abolish acyclic_term arg asserta assertz at_end_of_stream atom atom_chars atom_codes atom_concat
    atom_length atomic bagof call callable catch char_code char_conversion clause close compare compound
    copy_term current_char_conversion current_input current_op current_output current_predicate
    current_prolog_flag discontiguous dynamic fail false findall float flush_output functor get_byte get_char
    get_code ground halt initialization integer is keysort length message_queue_create
    message_queue_destroy message_queue_property multifile mutex_create mutex_destroy mutex_lock
    mutex_property mutex_trylock mutex_unlock nl nonvar number number_chars number_codes numbervars once op
    open peek_byte peek_char peek_code phrase predicate_property put_byte put_char put_code read read_term
    repeat retract retractall set_input set_output set_prolog_flag set_stream_position setof sort
    stream_property sub_atom subsumes_term term_variables thread_create thread_detach thread_get_message
    thread_peek_message thread_property thread_self thread_send_message thread_signal throw true
    unify_with_occurs_check var with_mutex write write_canonical write_term writeq""".split()
)
"""The predicates that SWI-Prolog 9 lets nobody define."""

HOOKS = frozenset(
    """table tnot not_exists undefined start_tabling start_subsumptive_tabling start_abstract_tabling
    start_moded_tabling term_expansion goal_expansion expand_query expand_answer portray message_hook
    message_property message_prefix prolog_load_file prolog_file_type file_search_path library_directory
    exception prolog_exception_hook prolog_event_hook resource generate_debug_info string dcg_translate_rule
    comment_hook thread_message_hook optimise_unify current_arithmetic_function message_action""".split()
)
"""Predicates that SWI-Prolog itself calls in the user's module."""

OPERATORS = frozenset(
    """is mod rem div rdiv divs rdivs tdiv xor as dynamic discontiguous initialization meta_predicate
    module_transparent multifile public thread_local thread_initialization volatile table tnot rational
    tabled not""".split()
)
"""Bare words that are operators: in brackets where they stand beside one."""


def may_keep(name: str) -> bool:
    """Whether a relation can have this name in Prolog too."""
    if name in LOCKED or name in HOOKS or name[0] in "-$@" or name.startswith("alignment_"):
        return False
    return name.isprintable() and (name[0].isalpha() or name[0] == "_") and not name.endswith(" tabled")


def atom(name: str) -> str:
    """An atom, in quotes where it needs them."""
    return name if _BARE.fullmatch(name) else f"'{escaped(name, quote=chr(39))}'"


def escaped(text: str, quote: str) -> str:
    """What stands between quotes for a text."""
    return "".join(_character(char, quote) for char in text)


def _character(char: str, quote: str) -> str:
    if char == quote:
        return f"\\{char}"
    if char in _ESCAPED:
        return _ESCAPED[char]
    if char == " " or char.isprintable():
        return char
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def constant(dictionary: Dictionary, code: int) -> str:
    """A constant as an argument: symbols are atoms, texts strings, dates `date(Y, M, D)`."""
    return spelled(dictionary.decode(code), dictionary.sort(code))


def spelled(value: Value, sort: Sort) -> str:
    """The same of a constant that is decoded."""
    if isinstance(value, str):
        return atom(value) if sort is Sort.SYMBOL else f'"{escaped(value, quote=chr(34))}"'
    if isinstance(value, datetime.date):
        return f"date({value.year},{value.month},{value.day})"
    return str(value) if isinstance(value, int) else decimal(value)


def decimal(value: float) -> str:
    """A decimal with a point, as Prolog wants it; 0.0 has no sign."""
    digits, mark, exponent = repr(value or 0.0).partition("e")
    return digits + ("" if "." in digits else ".0") + mark + exponent


def operand(text: str) -> str:
    """A constant beside an operator."""
    return f"({text})" if text in OPERATORS or text.startswith("-") else text
