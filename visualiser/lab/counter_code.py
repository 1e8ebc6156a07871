"""Finds the counter that a script's functions share, and rewrites its reads and writes into calls of a register."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

LOAD, STORE, SEE, ADD, VALUE = HOOKS = tuple(f"_visualiser_{word}" for word in ("load", "store", "see", "add", "value"))

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SCOPES = (*_FUNCTIONS, ast.Lambda, ast.ClassDef, *_COMPREHENSIONS)


class CounterError(Exception):
    """The counter's reads and writes cannot all be kept; the text is one sentence for the user."""


class Counter(NamedTuple):
    """A module-level number that functions declare global and write."""

    name: str
    line: int


def find_counters(tree: ast.Module) -> list[Counter]:
    """All such numbers of a script, in the order of its lines."""
    shared = {name for node in ast.walk(tree) if isinstance(node, _FUNCTIONS) for name in _shared_by(node)}
    return [Counter(name, line) for name, line in _numbers(tree) if name in shared]


def rewrite(tree: ast.Module, counter: Counter) -> ast.Module:
    """Turn every use of the counter into a call of one of ``HOOKS``; lines and columns stay what they are.

    Raises CounterError for a script that writes the counter in another way than by an assignment to its name.
    """
    _Rewriter(counter.name).visit(tree)
    return ast.fix_missing_locations(tree)


def _numbers(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Name and line of each first assignment of a plain whole number on the module's own level."""
    seen = set()
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        if len(targets) != 1 or not isinstance(targets[0], ast.Name) or type(_constant(node)) is not int:
            continue
        if targets[0].id not in seen:
            seen.add(targets[0].id)
            yield targets[0].id, node.lineno


def _constant(node: ast.stmt) -> object:
    value = getattr(node, "value", None)
    return value.value if isinstance(value, ast.Constant) else None


def _shared_by(function: ast.AST) -> set[str]:
    """Names that a function declares global and assigns."""
    declared = {name for node in _own(function) if isinstance(node, ast.Global) for name in node.names}
    return declared & {node.id for node in _own(function) if isinstance(node, ast.Name) and _writes(node)}


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """All nodes of a scope without those of the scopes in it; of these, the nodes themselves."""
    for child in ast.iter_child_nodes(scope):
        yield child
        if not isinstance(child, _SCOPES):
            yield from _own(child)


def _writes(name: ast.Name) -> bool:
    return isinstance(name.ctx, (ast.Store, ast.Del))


def _binds(node: ast.AST, name: str) -> bool:
    """Whether a node gives ``name`` a value in its scope."""
    if isinstance(node, ast.Name):
        return node.id == name and _writes(node)
    if isinstance(node, ast.arg):
        return node.arg == name
    if isinstance(node, ast.alias):
        return (node.asname or node.name.partition(".")[0]) == name
    # def, class, except … as, and what a pattern catches
    return name in (getattr(node, "name", None), getattr(node, "rest", None))


class _Scope(NamedTuple):
    shared: bool  # here the name means the counter
    inner: bool  # so it does in the functions inside
    kept: bool  # who reads it here may be going to write it

    def enter(self, node: ast.AST, name: str) -> _Scope:
        """The scope of a function, class or comprehension inside this one."""
        own = list(_own(node))
        declared = [one for one in own if isinstance(one, (ast.Global, ast.Nonlocal)) and name in one.names]
        if declared and isinstance(declared[0], ast.Global):
            return _Scope(True, True, True)
        is_class = isinstance(node, ast.ClassDef)
        shared = self.inner and not declared and not any(_binds(one, name) for one in own)
        return _Scope(shared, self.inner if is_class else shared, self.kept)


class _Rewriter(ast.NodeTransformer):
    """A read that may lead to a write gives a value that knows its version, any other the plain value."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._scope = _Scope(True, True, False)

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, _SCOPES):
            return self._visit_scope(node)
        if self._scope.shared and not isinstance(node, ast.Name) and _binds(node, self._name):
            raise self._refuse(node)
        visited: ast.AST = super().visit(node)
        return visited

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if not self._is_counter(node):
            return node
        if _writes(node):
            raise self._refuse(node)
        return self._call(LOAD if self._scope.kept else VALUE, node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        if any(map(self._is_counter, node.targets)):
            node.value = self._stored(node.value)
            node.targets = [one if self._is_counter(one) else self.visit(one) for one in node.targets]  # type: ignore[misc]
            return node
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if self._is_counter(node.target):
            node.value = self._stored(node.value) if node.value is not None else None
            return node
        return self.generic_visit(node)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.AST:
        if self._is_counter(node.target):
            node.value = self._stored(node.value)
            return node
        return self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        if not self._is_counter(node.target):
            return self.generic_visit(node)
        if isinstance(node.op, ast.Add):
            by = self._kept(node.value)
            value = self._call(ADD, node, self._call(SEE, node.target), by)
        else:
            read = ast.copy_location(ast.Name(self._name, ast.Load()), node.target)
            value = self._stored(ast.copy_location(ast.BinOp(read, node.op, node.value), node))
        return ast.copy_location(ast.Assign([node.target], value), node)

    def _visit_scope(self, node: ast.AST) -> ast.AST:
        """What a function or class is made with belongs to the scope around it."""
        if self._scope.shared and getattr(node, "name", None) == self._name:
            raise self._refuse(node)
        outer = self._scope
        inside = outer.enter(node, self._name)
        for field, value in ast.iter_fields(node):
            self._scope = inside if field in _INSIDE else outer
            setattr(node, field, self._visit_field(value))
        self._scope = outer
        return node

    def _visit_field(self, value: object) -> object:
        if isinstance(value, list):
            return [self._visit_field(one) for one in value]
        if isinstance(value, ast.arguments):  # their defaults and annotations; their names are bound inside
            for arg in ast.walk(value):
                if isinstance(arg, ast.arg) and arg.annotation is not None:
                    arg.annotation = self.visit(arg.annotation)  # type: ignore[assignment]
            value.defaults = [self.visit(one) for one in value.defaults]  # type: ignore[misc]
            value.kw_defaults = [one and self.visit(one) for one in value.kw_defaults]  # type: ignore[misc]
            return value
        return self.visit(value) if isinstance(value, ast.AST) else value

    def _stored(self, value: ast.expr) -> ast.expr:
        return self._call(STORE, value, self._kept(value))

    def _kept(self, value: ast.expr) -> ast.expr:
        """What is going to be written: here every read has to know its version, in the module's own lines too."""
        before = self._scope
        self._scope = before._replace(kept=True)
        visited = self.visit(value)
        self._scope = before
        return visited  # type: ignore[return-value]

    def _is_counter(self, node: ast.AST) -> bool:
        return self._scope.shared and isinstance(node, ast.Name) and node.id == self._name

    def _call(self, hook: str, at: ast.AST, *arguments: ast.expr) -> ast.expr:
        function = ast.copy_location(ast.Name(hook, ast.Load()), at)
        return ast.copy_location(ast.Call(function, list(arguments), []), at)

    def _refuse(self, node: ast.AST) -> CounterError:
        line = getattr(node, "lineno", 0)
        return CounterError(f"line {line} writes {self._name} by something else than an assignment to its name")


# Fields of a scope's node that belong to the scope itself. Of a comprehension even the first iterable is counted in:
# that it is taken outside matters only where it is called like the variable of the loop.
_INSIDE = {"body", "elt", "key", "value", "generators"}
