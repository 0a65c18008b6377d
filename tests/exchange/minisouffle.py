"""A slow, obvious reader and evaluator of the part of Soufflé that the export writes, as no Soufflé is at hand.

It checks types as Soufflé does (a variable has one type, an argument that of its column), evaluates bodies from
left to right once their literals are grounded, and repeats until nothing is new, layer by layer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from alignment.graph import strong_components

TOKEN = re.compile(r'\s*("(?:\\.|[^"\\])*"|:-|!=|<=|>=|\d+\.\d+|\d+|[A-Za-z_]\w*|[-+*/%(){},:;!<>=.])')
FUNCTORS = {"to_string": ("symbol", str), "to_number": ("number", int), "to_float": ("float", float), "lnot": ("number", lambda a: int(a == 0))}


class Souffle:
    """A program and its tables; `rows` are what it derives."""

    def __init__(self, files: dict[str, str]) -> None:
        self.types: dict[str, list[str]] = {}
        self.rows: dict[str, set[tuple[Any, ...]]] = {}
        self.rules: list[tuple[Any, list[Any]]] = []
        self.outputs: list[str] = []
        inputs = []
        for line in files["base.dl"].splitlines():
            if line.startswith(".decl"):
                name, columns = re.fullmatch(r"\.decl (\w+)\((.*)\)", line).groups()
                self.types[name] = [part.split(": ")[1] for part in columns.split(", ") if part]
                self.rows[name] = set()
            elif line.startswith(".input"):
                inputs.append(re.fullmatch(r'\.input (\w+)\(IO=file, filename="\1\.facts", delimiter="\\t"\)', line)[1])
            elif line.startswith(".output"):
                self.outputs.append(line.split()[1])
            elif line and not line.startswith("//"):
                self.rules.append(Parser(line).rule())
        for name in inputs:
            for row in files[f"{name}.facts"].split("\n")[:-1]:
                cells = row.split("\t")
                assert len(cells) == len(self.types[name]), (name, row)
                self.rows[name].add(tuple(map(read, self.types[name], cells)))
        assert {f"{name}.facts" for name in inputs} | {"base.dl"} == set(files)
        for rule in self.rules:
            self.check(rule)
        self.run()

    def check(self, rule: tuple[Any, list[Any]]) -> None:
        """Every variable has one type."""
        types: dict[str, str] = {}
        for _ in range(3):
            for atom in [rule[0], *rule[1]]:
                self.check_literal(atom, types)
        self.check_literal(rule[0], types)

    def check_literal(self, one: Any, types: dict[str, str]) -> None:
        match one:
            case ("atom", name, args):
                assert len(args) == len(self.types[name]), one
                for arg, type_ in zip(args, self.types[name], strict=True):
                    self.typed(arg, types, type_)
            case ("not", atom):
                self.check_literal(atom, types)
            case ("or", options):
                for option in options:
                    self.check_literal(option, types)
            case ("compare", _, left, right):
                found = self.typed(left, types, None) or self.typed(right, types, None)
                self.typed(left, types, found)
                self.typed(right, types, found)
            case ("aggregate", _, result, term, body):
                for inner in body:
                    self.check_literal(inner, types)
                found = "number" if term is None else self.typed(term, types, None)
                self.typed(("var", result), types, found)
                assert found in ("number", "float")

    def typed(self, term: Any, types: dict[str, str], wanted: str | None) -> str | None:
        """The type of a term, if it is known yet; a clash is a failure."""
        match term:
            case ("var", "_"):
                return wanted
            case ("var", name):
                if wanted:
                    assert types.setdefault(name, wanted) == wanted, (name, types[name], wanted)
                return types.get(name)
            case ("value", value):
                found = {str: "symbol", int: "number", float: "float"}[type(value)]
            case ("call", name, inner):
                self.typed(inner, types, "symbol" if name == "to_number" else "number")
                found = FUNCTORS[name][0]
            case ("operation", _, left, right):
                self.typed(left, types, "number")
                self.typed(right, types, "number")
                found = "number"
        assert wanted in (None, found), (term, wanted)
        return found

    def run(self) -> None:
        """Layer by layer, each until nothing is new."""
        reads = {head[1]: [] for head, _ in self.rules}
        for head, body in self.rules:
            reads[head[1]] += [name for one in body for name in mentioned(one) if name in reads]
        for layer in strong_components(reads):
            rules = [rule for rule in self.rules if rule[0][1] in layer]
            news = True
            while news:
                news = False
                for head, body in rules:
                    found = {tuple(value(arg, bound) for arg in head[2]) for bound in list(self.solve(body, {}))}
                    news |= not found <= self.rows[head[1]]
                    self.rows[head[1]] |= found

    def solve(self, body: list[Any], bound: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The bindings under which a body holds."""
        if not body:
            yield bound
            return
        for i, one in enumerate(body):
            if self.ready(one, bound):
                for more in self.hold(one, bound):
                    yield from self.solve([*body[:i], *body[i + 1 :]], more)
                return
        raise AssertionError(f"not grounded: {body} with {bound}")

    def ready(self, one: Any, bound: dict[str, Any]) -> bool:
        match one:
            case ("atom", _, args):
                return all(arg[0] in ("var", "value") or known(arg, bound) for arg in args)
            case ("not", (_, _, args)):
                return all(arg == ("var", "_") or known(arg, bound) for arg in args)
            case ("or", options):
                return all(self.ready(option, bound) for option in options)
            case ("compare", "=", left, right):
                return (known(left, bound) and (known(right, bound) or right[0] == "var")) or (known(right, bound) and left[0] == "var")
            case ("compare", _, left, right):
                return known(left, bound) and known(right, bound)
            case ("aggregate", _, _, _, body):
                return all(name in bound or name.endswith("_") for inner in body for arg in inner[2] for name in variables(arg))

    def hold(self, one: Any, bound: dict[str, Any]) -> Iterator[dict[str, Any]]:
        match one:
            case ("atom", name, args):
                for row in list(self.rows[name]):
                    more = unified(args, row, bound)
                    if more is not None:
                        yield more
            case ("not", atom):
                if not any(True for _ in self.hold(atom, bound)):
                    yield bound
            case ("or", options):
                for option in options:
                    yield from self.hold(option, bound)
            case ("compare", "=", left, right):
                if not known(left, bound):
                    left, right = right, left
                more = unified([right], (value(left, bound),), bound)
                if more is not None:
                    yield more
            case ("compare", sign, left, right):
                a, b = value(left, bound), value(right, bound)
                assert type(a) is type(b)
                if {"!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[sign]:
                    yield bound
            case ("aggregate", function, result, term, body):
                found = list({tuple(sorted(one.items())): one for one in self.solve(body, bound)}.values())
                values = [1 if term is None else value(term, one) for one in found]
                if values or function in ("count", "sum"):
                    done = {"count": len, "sum": sum, "min": lambda v: min(v), "max": lambda v: max(v)}[function](values)
                    more = unified([("var", result)], (done,), bound)
                    if more is not None:
                        yield more


def mentioned(one: Any) -> list[str]:
    """The relations of a literal."""
    match one:
        case ("atom", name, _):
            return [name]
        case ("not", (_, name, _)):
            return [name]
        case ("aggregate", _, _, _, body):
            return [name for inner in body for name in mentioned(inner)]
    return []


def variables(term: Any) -> list[str]:
    """The variables of a term."""
    match term:
        case ("var", name):
            return [name]
        case ("call", _, inner):
            return variables(inner)
        case ("operation", _, left, right):
            return [*variables(left), *variables(right)]
    return []


def read(type_: str, cell: str) -> Any:
    """A cell of a table."""
    return int(cell) if type_ == "number" else float(cell) if type_ == "float" else cell


def known(term: Any, bound: dict[str, Any]) -> bool:
    match term:
        case ("var", name):
            return name in bound
        case ("call", _, inner):
            return known(inner, bound)
        case ("operation", _, left, right):
            return known(left, bound) and known(right, bound)
    return True


def value(term: Any, bound: dict[str, Any]) -> Any:
    match term:
        case ("var", name):
            return bound[name]
        case ("value", constant):
            return constant
        case ("call", name, inner):
            return FUNCTORS[name][1](value(inner, bound))
        case ("operation", sign, left, right):
            a, b = value(left, bound), value(right, bound)
            quotient = int(a / b) if sign in "/%" else 0
            found = {"+": a + b, "-": a - b, "*": a * b, "/": quotient, "%": a - b * quotient}[sign]
            assert -(2**31) <= found < 2**31
            return found


def unified(args: list[Any], row: tuple[Any, ...], bound: dict[str, Any]) -> dict[str, Any] | None:
    more = bound
    for arg, cell in zip(args, row, strict=True):
        if arg == ("var", "_"):
            continue
        if known(arg, more):
            if value(arg, more) != cell:
                return None
        else:
            more = {**more, arg[1]: cell}
    return more


class Parser:
    """One rule."""

    def __init__(self, text: str) -> None:
        self.tokens: list[str] = []
        at = 0
        while at < len(text):
            found = TOKEN.match(text, at)
            assert found, text[at:]
            self.tokens.append(found[1])
            at = found.end()

    def take(self, *expected: str) -> str:
        token = self.tokens.pop(0)
        assert not expected or token in expected, (token, expected, self.tokens)
        return token

    def rule(self) -> tuple[Any, list[Any]]:
        head, body = self.atom(self.take()), []
        if self.take(":-", ".") == ":-":
            body = self.literals(".")
            self.take(".")
        assert not self.tokens
        return head, body

    def literals(self, end: str) -> list[Any]:
        found = [self.literal()]
        while self.tokens[0] != end:
            self.take(",")
            found.append(self.literal())
        return found

    def atom(self, name: str) -> Any:
        self.take("(")
        args = []
        while self.tokens[0] != ")":
            args.append(self.term())
            if self.tokens[0] != ")":
                self.take(",")
        self.take(")")
        return ("atom", name, args)

    def literal(self) -> Any:
        if self.tokens[0] == "!":
            self.take()
            return ("not", self.atom(self.take()))
        if self.tokens[0] == "(" and self.is_choice():
            self.take("(")
            options = [self.literal()]
            while self.take(";", ")") == ";":
                options.append(self.literal())
            return ("or", options)
        if self.tokens[0][0].islower() and self.tokens[0] not in FUNCTORS and self.tokens[1] == "(":
            return self.atom(self.take())
        left, sign = self.term(), self.take("=", "!=", "<", "<=", ">", ">=")
        if self.tokens[0] in ("count", "sum", "min", "max"):
            function = self.take()
            term = None if function == "count" else self.term()
            self.take(":")
            self.take("{")
            body = self.literals("}")
            self.take("}")
            return ("aggregate", function, left[1], term, body)
        return ("compare", sign, left, self.term())

    def is_choice(self) -> bool:
        depth = 0
        for token in self.tokens:
            depth += (token == "(") - (token == ")")
            if token in ("=", ";") and depth == 1:
                return True
            if depth == 0:
                return False
        return False

    def term(self) -> Any:
        left = self.factor()
        while self.tokens and self.tokens[0] in "+-*/%":
            left = ("operation", self.take(), left, self.factor())
        return left

    def factor(self) -> Any:
        token = self.take()
        if token == "(":
            inner = self.term()
            self.take(")")
            return inner
        if token == "-":
            return ("value", -self.factor()[1])
        if token[0] == '"':
            return ("value", re.sub(r"\\(.)", r"\1", token[1:-1]))
        if token[0].isdigit():
            return ("value", float(token) if "." in token else int(token))
        if token == "lnot":
            return ("call", token, self.factor())
        if token in FUNCTORS:
            self.take("(")
            inner = self.term()
            self.take(")")
            return ("call", token, inner)
        return ("var", token)
