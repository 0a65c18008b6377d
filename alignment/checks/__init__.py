"""Tree in, checked base or problems out. A check finds all it can and changes nothing."""

from alignment.checks.aliases import (
    check_goal,
    find_entity,
    prepare_atom,
    prepare_goal,
    resolve_atom,
    resolve_body,
)
from alignment.checks.check import CHECKS, check
from alignment.checks.model import (
    Checked,
    Entity,
    FactGroup,
    Kind,
    Relation,
    Schema,
    Source,
    fold,
)

__all__ = [
    "CHECKS",
    "Checked",
    "Entity",
    "FactGroup",
    "Kind",
    "Relation",
    "Schema",
    "Source",
    "check",
    "check_goal",
    "find_entity",
    "fold",
    "prepare_atom",
    "prepare_goal",
    "resolve_atom",
    "resolve_body",
]
