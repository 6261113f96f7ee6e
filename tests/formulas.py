"""A small, slow spreadsheet: calculates the formulas of a workbook as Excel does, in doubles.

It knows what the template uses and fails at anything else, so a formula that needs more shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import Any

from openpyxl import Workbook
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.utils import range_boundaries

Value = float | str | bool | None
_REFERENCE = re.compile(
    r"(?:'(?P<quoted>(?:[^']|'')+)'!|(?P<plain>\w+)!)?(?P<cells>\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?)"
)
_PRECEDENCE = {"=": 1, "<>": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4}


class Calculated:
    """The cells of `book` with their formulas worked out; `book` was opened with its formulas."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self._known: dict[tuple[str, str], Value] = {}

    def value(self, sheet: str, cell: str) -> Value:
        """What a cell shows; None if it is blank."""
        key = (sheet, cell.replace("$", ""))
        if key not in self._known:
            held: Any = self.book[sheet][key[1]]
            is_formula = held.data_type == "f"
            self._known[key] = _Expression(self, sheet, str(held.value)).value() if is_formula else held.value
        return self._known[key]

    def range(self, sheet: str, cells: str) -> Iterator[Value]:
        """The values of a range, row by row."""
        first_column, first_row, last_column, last_row = range_boundaries(cells.replace("$", ""))
        for row in self.book[sheet].iter_rows(first_row, last_row, first_column, last_column):
            for cell in row:
                yield self.value(sheet, cell.coordinate)


class _Expression:
    """One formula, read by precedence climbing."""

    def __init__(self, cells: Calculated, sheet: str, formula: str) -> None:
        self.cells, self.sheet = cells, sheet
        self.tokens = [token for token in Tokenizer(formula).items if token.type != Token.WSPACE]
        self.address = 0

    def value(self) -> Value:
        found = self._operation(0)()
        assert self.address == len(self.tokens), self.tokens[self.address :]
        return found

    def _peek(self) -> Token | None:
        return self.tokens[self.address] if self.address < len(self.tokens) else None

    def _next(self) -> Token:
        token: Token = self.tokens[self.address]
        self.address += 1
        return token

    def _operation(self, least: int) -> Callable[[], Value]:
        left = self._operand()
        while (token := self._peek()) is not None and token.type == Token.OP_IN and _PRECEDENCE[token.value] > least:
            operator = self._next().value
            left = _applied(operator, left, self._operation(_PRECEDENCE[operator]))
        return left

    def _operand(self) -> Callable[[], Value]:
        token = self._next()
        if token.type == Token.OP_PRE:
            inner, sign = self._operand(), -1 if token.value == "-" else 1
            return lambda: sign * _number(inner())
        if token.type == Token.PAREN:
            inner = self._operation(0)
            assert self._next().subtype == Token.CLOSE
            return inner
        if token.type == Token.FUNC:
            return self._function(token.value.rstrip("("))
        assert token.type == Token.OPERAND, token
        if token.subtype == Token.RANGE:
            sheet, cells = self._reference(token.value)
            return lambda: self.cells.value(sheet, cells)
        constant: Value = token.value[1:-1].replace('""', '"') if token.subtype == Token.TEXT else float(token.value)
        return lambda: constant

    def _function(self, name: str) -> Callable[[], Value]:
        arguments: list[Any] = []
        while self._peek_is_argument():
            token = self._peek()
            if token is not None and token.subtype == Token.RANGE and ":" in token.value:
                arguments.append(self._reference(self._next().value))
            else:
                arguments.append(self._operation(0))
            if self.tokens[self.address].type == Token.SEP:
                self.address += 1
        self.address += 1
        return lambda: self._called(name, arguments)

    def _peek_is_argument(self) -> bool:
        token = self._peek()
        assert token is not None
        return not (token.type == Token.FUNC and token.subtype == Token.CLOSE)

    def _reference(self, text: str) -> tuple[str, str]:
        found = _REFERENCE.fullmatch(text)
        assert found is not None, text
        sheet = found["quoted"].replace("''", "'") if found["quoted"] else found["plain"] or self.sheet
        return sheet, found["cells"]

    def _values(self, argument: Any) -> list[Value]:
        return list(self.cells.range(*argument)) if isinstance(argument, tuple) else [argument()]

    def _called(self, name: str, arguments: list[Any]) -> Value:
        if name == "IF":
            chosen: Value = arguments[1]() if _truth(arguments[0]()) else arguments[2]()
            return chosen
        if name in ("COUNT", "COUNTA"):
            held = [value for argument in arguments for value in self._values(argument)]
            return float(sum(_is_number(v) if name == "COUNT" else v is not None for v in held))
        if name == "COUNTIF":
            wanted = arguments[1]()
            if _is_number(wanted):
                return float(sum(_is_number(v) and v == wanted for v in self._values(arguments[0])))
            pattern = str(wanted).replace("[", "[[]")
            return float(sum(isinstance(v, str) and fnmatchcase(v, pattern) for v in self._values(arguments[0])))
        given = [argument() for argument in arguments]
        simple: dict[str, Callable[[], Value]] = {
            "AND": lambda: all(_truth(v) for v in given),
            "OR": lambda: any(_truth(v) for v in given),
            "NOT": lambda: not _truth(given[0]),
            "ISNUMBER": lambda: _is_number(given[0]),
            "ABS": lambda: abs(_number(given[0])),
            "ROUND": lambda: round(_number(given[0]) * 10 ** _number(given[1])) / 10 ** _number(given[1]),
            "LEFT": lambda: _text(given[0])[: int(_number(given[1]))],
            "MAX": lambda: max(_number(v) for v in given),
        }
        return simple[name]()


def _applied(operator: str, left: Callable[[], Value], right: Callable[[], Value]) -> Callable[[], Value]:
    if operator == "&":
        return lambda: _text(left()) + _text(right())
    if operator in "+-*/":
        sums: dict[str, Callable[[float, float], float]] = {
            "+": lambda a, b: a + b,
            "-": lambda a, b: a - b,
            "*": lambda a, b: a * b,
            "/": lambda a, b: a / b,
        }
        return lambda: sums[operator](_number(left()), _number(right()))
    orders: dict[str, Callable[[int], bool]] = {
        "=": lambda order: order == 0,
        "<>": lambda order: order != 0,
        "<": lambda order: order < 0,
        ">": lambda order: order > 0,
        "<=": lambda order: order <= 0,
        ">=": lambda order: order >= 0,
    }
    return lambda: orders[operator](_order(left(), right()))


def _order(left: Value, right: Value) -> int:
    """Numbers come before texts; a blank is 0 to a number and empty to a text."""
    left = ("" if isinstance(right, str) else 0.0) if left is None else left
    right = ("" if isinstance(left, str) else 0.0) if right is None else right
    a, b = (isinstance(left, str), left), (isinstance(right, str), right)
    return (a > b) - (a < b)


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: Value) -> float:
    assert value is None or _is_number(value), value
    return float(value or 0)


def _text(value: Value) -> str:
    if value is None:
        return ""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _truth(value: Value) -> bool:
    assert isinstance(value, bool), value
    return value
