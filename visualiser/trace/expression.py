"""Evaluates the small expressions of lessons, ``lost > 0 and not USE_LOCK``, and nothing that could do harm."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

LONGEST = 500
_CALLS: dict[str, Callable[..., Any]] = {"min": min, "max": max, "abs": abs, "round": round, "len": len}
_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.Not: operator.not_,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}


class ExpressionError(ValueError):
    """A text that is no such expression; one sentence."""


class Unknown(Exception):
    """The value cannot be told: a name has none, or the values do not go together. Its text says which name or why."""


class Expression:
    """A checked expression.

    Names, numbers, texts, True and False; ``+ - * / // %`` on numbers; comparisons, also in chains; ``and or not``;
    parentheses; calls of ``min max abs round len``.

    Attributes:
        text: as written.
        names: the names it asks for, in order of their first use.

    Raises:
        ExpressionError: for anything else.
    """

    def __init__(self, text: str) -> None:
        self.text = text.strip()
        self._tree = _parsed(self.text)
        _check(self._tree, self.text)
        called = {id(node.func) for node in ast.walk(self._tree) if isinstance(node, ast.Call)}
        found = [node for node in ast.walk(self._tree) if isinstance(node, ast.Name) and id(node) not in called]
        found.sort(key=lambda node: (node.lineno, node.col_offset))
        self.names = tuple(dict.fromkeys(node.id for node in found))

    def value(self, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any of a fact's types
        """What it comes to, ``values`` given; raises Unknown."""
        try:
            return _value(self._tree, values)
        except (ArithmeticError, TypeError, ValueError) as error:
            raise Unknown(str(error)) from None

    def holds(self, values: Mapping[str, Any]) -> bool | None:
        """Whether it is true, None if that cannot be told."""
        try:
            return bool(self.value(values))
        except Unknown:
            return None


def _parsed(text: str) -> ast.expr:
    if len(text) > LONGEST:
        raise ExpressionError(f"`{text[:20]}…` is longer than {LONGEST} characters.")
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise ExpressionError(f"`{text}` is no expression ({error.msg}).") from None
    except (ValueError, MemoryError, RecursionError):
        raise ExpressionError(f"`{text}` is no expression.") from None


def _check(node: ast.expr, text: str) -> None:
    """Raise ExpressionError unless the node and all below it are of the few kinds that are allowed."""
    match node:
        case ast.Name() | ast.Constant(value=bool() | int() | float() | str()):
            parts: list[ast.expr] = []
        case ast.BoolOp(values=parts):
            pass
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _UNARY:
            parts = [operand]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
            parts = [left, right]
        case ast.Compare(left=left, ops=ops, comparators=others) if all(type(op) in _COMPARISONS for op in ops):
            parts = [left, *others]
        case ast.Call(func=ast.Name(id=name), args=parts, keywords=[]) if name in _CALLS:
            pass
        case _:
            part = ast.get_source_segment(text, node) or text
            raise ExpressionError(f"`{part}` may not be used in a lesson's expression.")
    for part_of_it in parts:
        _check(part_of_it, text)


def _value(node: ast.expr, values: Mapping[str, Any]) -> Any:  # noqa: ANN401
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return _named(name, values)
        case ast.BoolOp(op=op, values=parts):
            return _either(isinstance(op, ast.Or), parts, values)
        case ast.UnaryOp(op=op, operand=operand):
            value = _value(operand, values)
            return not value if isinstance(op, ast.Not) else _UNARY[type(op)](_number(value))
        case ast.BinOp(left=left, op=op, right=right):
            return _ARITHMETIC[type(op)](_number(_value(left, values)), _number(_value(right, values)))
        case ast.Compare(left=left, ops=ops, comparators=others):
            return _compare(_value(left, values), ops, others, values)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _CALLS[name](*(_value(argument, values) for argument in arguments))
    raise AssertionError(ast.dump(node))


def _named(name: str, values: Mapping[str, Any]) -> Any:  # noqa: ANN401
    if name not in values:
        raise Unknown(f"{name} is not known.")
    return values[name]


def _number(value: object) -> object:
    if isinstance(value, (bool, int, float)):
        return value
    raise Unknown(f"{value!r} is no number.")


def _either(stop_at: bool, parts: list[ast.expr], values: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """``or`` stops at the first true part, ``and`` at the first false one."""
    value: Any = None
    for part in parts:
        value = _value(part, values)
        if bool(value) is stop_at:
            break
    return value


def _compare(left: Any, ops: list[ast.cmpop], others: list[ast.expr], values: Mapping[str, Any]) -> bool:  # noqa: ANN401
    for op, other in zip(ops, others, strict=True):
        right = _value(other, values)
        if not _COMPARISONS[type(op)](left, right):
            return False
        left = right
    return True
