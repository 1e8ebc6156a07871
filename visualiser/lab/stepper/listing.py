"""One listing, compiled by this interpreter: its function's instructions, what they mean, and where they stand."""

from __future__ import annotations

import ast
import dis
from collections.abc import Callable
from types import CodeType
from typing import Any

from .meaning import ACQUIRE, ADD, READ, RELEASE, WRITE, meanings, shown_instructions

_Node = ast.expr | ast.stmt


class Unfit(Exception):
    """The listing cannot be stepped; the text is one sentence."""


class Listing:
    """A module's source with a function that adds a constant to a global; Unfit if it is something else.

    Attributes:
        shared: name of the global.
        lock: name of the lock the function takes, None if it takes none.
        code: of the function.
        instructions: those worth a step, by offset.
        meanings: of those that mean something, by offset.
        added: what one round adds.
    """

    def __init__(self, source: str, function: str, shared: str, lock: str | None) -> None:
        self.shared, self.lock, self._function = shared, lock, function
        try:
            self._module = compile(source, "<listing>", "exec")
            self._places = _Places(ast.parse(source), shared)
        except SyntaxError as error:
            raise Unfit(f"The listing is not Python: {error.msg} in line {error.lineno}.") from None
        self.added = self._places.added
        self.code = self._code()
        shown = shown_instructions(self.code)
        self.instructions = {one.offset: one for one in shown}
        self.meanings = meanings(shown, shared)
        self._check()

    def fresh(self) -> tuple[dict[str, Any], Callable[[], object]]:
        """A new module and its function; the function's code is always the same object."""
        module: dict[str, Any] = {"__name__": "listing"}
        exec(self._module, module)
        return module, module[self._function]

    def line(self, offset: int) -> int:
        """Line of the instruction, from 1."""
        return max(line for start, line in dis.findlinestarts(self.code) if line and start <= offset)

    def part(self, offset: int) -> tuple[int, int] | None:
        """First column and the one after the last of what the instruction stands for; None for the whole line."""
        one = self.instructions[offset]
        positions = getattr(one, "positions", None)  # from 3.11 on
        if positions is None:
            return self._places.part(self.meanings.get(offset, ""))
        line, last, first, end = positions
        return (first, end) if line is not None and line == last else None

    def text(self, offset: int) -> str:
        """The instruction as ``dis`` writes it."""
        one = self.instructions[offset]
        argument = one.argrepr or ("" if one.arg is None else str(one.arg))
        return f"{one.opname} {argument}".strip()

    def _code(self) -> CodeType:
        module, function = self.fresh()
        code = getattr(function, "__code__", None)
        if not isinstance(code, CodeType) or not isinstance(module.get(self.shared), int):
            raise Unfit(f"The listing has no function {self._function} or no number {self.shared}.")
        return code

    def _check(self) -> None:
        wanted = [READ, ADD, WRITE, *([ACQUIRE, RELEASE] if self.lock else [])]
        found = list(self.meanings.values())
        if any(found.count(one) != 1 for one in wanted) or len(found) != len(wanted):
            raise Unfit("This interpreter's instructions for the listing are not the ones the stepper knows.")


class _Places:
    """Where the steps stand in the source, and what is added; for interpreters that keep no columns."""

    def __init__(self, tree: ast.AST, shared: str) -> None:
        self._shared = shared
        self._parts: dict[str, tuple[int, int]] = {}
        self.added = 0
        for node in ast.walk(tree):
            if isinstance(node, ast.AugAssign) and self._is_shared(node.target):
                self._take(node.target, node.target, node, node.value)
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp):
                self._take_sum(node.targets[0], node.value)

    def part(self, meaning: str) -> tuple[int, int] | None:
        return self._parts.get(meaning)

    def _take(self, read: _Node, write: _Node, add: _Node, value: ast.AST) -> None:
        self._parts = {READ: _columns(read), ADD: _columns(add), WRITE: _columns(write)}
        if isinstance(value, ast.Constant) and isinstance(value.value, int):
            self.added = value.value

    def _take_sum(self, target: _Node, total: ast.BinOp) -> None:
        read = next((one for one in ast.walk(total) if isinstance(one, ast.Name) and self._is_shared(one)), None)
        if read is not None and self._is_shared(target):
            self._take(read, target, total, total.right)

    def _is_shared(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Name) and node.id == self._shared


def _columns(node: _Node) -> tuple[int, int]:
    return node.col_offset, node.end_col_offset or node.col_offset
