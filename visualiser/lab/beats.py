"""Puts beats into the loops of the script and records the stretches of time in which they come without a gap.

A thread that runs Python code in a loop beats every tenth of a millisecond. Where the beats stop the thread did not
run, or did something that has no beats; the CPU time it used meanwhile tells these apart.
"""

from __future__ import annotations

import ast
import builtins
import os
import sys
import time
from _thread import _local
from collections.abc import Callable

from .lab import Lab
from .layout import Kind
from .recorder import KIND
from .rewriting import place_of_first

_WORD = Kind.BEAT << KIND
# All in ns. A thread that is asked for the GIL gives it away after 5 ms; interrupts take less than half of one.
_GAP = 500_000
_LONGEST_STRETCH = 2_000_000  # so that it is seen soon; its end is final when the host's next look but one comes
_BETWEEN_BEATS = 100_000
_MOST_ROUNDS = 1024  # a loop whose rounds suddenly take a thousand times as long is still seen within a second or so
_GROWTH = 8  # one round may happen to be short
# No identifiers, so that the script cannot have names like these. Python itself calls a comprehension's iterator .0.
_BEAT = ".beat"
_LEFT, _STEP = ".left", ".step"

_Loop = ast.For | ast.While
_Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_FIELDS = ("body", "orelse", "finalbody", "handlers", "cases")


def rewriter(lab: Lab) -> Callable[[ast.Module], ast.Module]:
    """Make what the loops of the script call, and return the function that lets them call it."""
    pulses = _Pulses(lab)
    setattr(builtins, _BEAT, make_beat(pulses))
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=pulses.renew)
    return put_beats


def put_beats(tree: ast.Module) -> ast.Module:
    """Let every loop count its rounds down and beat when none is left; the beat tells how many come before the next.

    ``async for`` and comprehensions stay as they are, and so do loops right in the body of a class, whose variables
    would become its attributes. The first round of a loop beats, once in every call of its function.
    """
    scopes: list[_Scope] = [tree]
    for scope in scopes:  # grows meanwhile; no recursion, for a chain of elif is as deep as it is long
        loops, inner = _look_into(scope)
        scopes += inner
        if loops and not isinstance(scope, ast.ClassDef):
            _give_beats(scope, loops)
    return tree


def _look_into(scope: _Scope) -> tuple[list[_Loop], list[_Scope]]:
    """Return the loops of a scope and the scopes that lie in it."""
    loops: list[_Loop] = []
    inner: list[_Scope] = []
    nodes = _children(scope)
    for node in nodes:
        if isinstance(node, _Scope):
            inner.append(node)
            continue
        if isinstance(node, _Loop):
            loops.append(node)
        nodes += _children(node)
    return loops, inner


def _children(node: ast.AST) -> list[ast.AST]:
    return [child for field in _FIELDS for child in getattr(node, field, ())]


def _give_beats(scope: _Scope, loops: list[_Loop]) -> None:
    place = place_of_first(scope.body)
    first = scope.body[min(place, len(scope.body) - 1)]
    begin: list[ast.stmt] = []
    for number, loop in enumerate(loops):
        left, step = f"{_LEFT}{number}", f"{_STEP}{number}"
        begin += [_assign([left], ast.Constant(1)), _assign([step], ast.Constant(0))]
        loop.body[:0] = _placed(_count_down(left, step), loop)
    scope.body[place:place] = _placed(begin, first)


def _count_down(left: str, step: str) -> list[ast.stmt]:
    """``left -= 1`` and ``if not left: left = step = beat(step)``."""
    beat = ast.Call(ast.Name(_BEAT, ast.Load()), [ast.Name(step, ast.Load())], [])
    return [
        ast.AugAssign(ast.Name(left, ast.Store()), ast.Sub(), ast.Constant(1)),
        ast.If(ast.UnaryOp(ast.Not(), ast.Name(left, ast.Load())), [_assign([left, step], beat)], []),
    ]


def _assign(names: list[str], value: ast.expr) -> ast.stmt:
    return ast.Assign([ast.Name(name, ast.Store()) for name in names], value)


def _placed(statements: list[ast.stmt], where: ast.stmt) -> list[ast.stmt]:
    """Give all that is new the line of what it was put to."""
    for statement in statements:
        for node in ast.walk(statement):
            ast.copy_location(node, where)
    return statements


class Pulse:
    """The beats of one thread.

    ``last``: its last beat, ns; ``until``: when the record of this stretch is long enough, ns; ``words`` and ``at``:
    where that record keeps its end.
    """

    __slots__ = ("_cpu", "_lab", "_since", "at", "last", "until", "words")

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self.last = self.until = 0
        self.words = memoryview(bytearray(8)).cast("q")
        self.at = 0
        self._cpu = -1  # CPU time of the thread when it beat at _since, ns
        self._since = 0

    def go_on(self, now: int, passed: int) -> None:
        """Begin a record at the beat ``now``, ``passed`` ns after the last: behind a gap, or as a continuation."""
        track = self._lab.threads.track
        if track.over:
            self.until = now + _GAP
            return
        before, cpu = now - passed, _cpu_time()
        begin, used = (before, 0) if passed < _GAP else (now, self._used(cpu, before, passed))
        words, at = track.begin(_WORD, 0, used)
        words[at - 1] = begin
        words[at] = now
        self.words, self.at = words, at
        self.until = begin + _LONGEST_STRETCH
        self._cpu, self._since = cpu, now

    def _used(self, cpu: int, before: int, passed: int) -> int:
        """CPU time (ns) used in a gap: what was used since it was last asked for, less the running in between."""
        if cpu < 0 or self._cpu < 0:
            return -1
        return max(0, min(cpu - self._cpu - (before - self._since), passed))


class _Pulses(_local):
    """``pulse`` of the thread that asks."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self.pulse = Pulse(lab)

    def renew(self) -> None:
        """Begin anew in a forked child: the record that the thread was writing is the parent's."""
        self.pulse = Pulse(self._lab)


def make_beat(pulses: _Pulses) -> Callable[[int], int]:
    """Return the function that loops call.

    It takes the number of rounds since the loop's last beat, 0 for its first in this call of its function, and returns
    after how many the next one is due.
    """
    clock = time.perf_counter_ns

    def beat(rounds: int) -> int:
        now = clock()
        pulse = pulses.pulse
        passed = now - pulse.last
        pulse.last = now
        if passed < _GAP and now < pulse.until:
            pulse.words[pulse.at] = now  # the record's end, which whoever reads it takes only when it is final
        else:
            pulse.go_on(now, passed)
        if not rounds:
            return 1
        more = rounds * _BETWEEN_BEATS // (passed or 1)
        if more > rounds * _GROWTH:
            more = rounds * _GROWTH
        return _MOST_ROUNDS if more > _MOST_ROUNDS else more or 1

    return beat


def _unknown() -> int:
    return -1


# On Windows it advances in steps of 15.6 ms.
_cpu_time: Callable[[], int] = _unknown if sys.platform == "win32" else getattr(time, "thread_time_ns", _unknown)
