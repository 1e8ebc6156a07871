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
from .layout import BEAT_GOES_ON, BEAT_UNKNOWN, Kind
from .recorder import KIND
from .rewriting import place_of_first

_WORD = Kind.BEAT << KIND
# All in ns. A thread that is asked for the GIL gives it away after 5 ms; interrupts take less than half of one.
_GAP = 500_000
_LONGEST_STRETCH = 2_000_000  # so that it is seen soon; its end is final when the host's next look but one comes
# Asking the system for the CPU time lets it look for another thread to run: asked every 2 ms it made a quarter more
# hand-overs of the GIL. At a gap there was one already. The short interruptions of so long a time are no gap's worth.
_CPU_TIME_AGAIN = 50_000_000
_BETWEEN_BEATS = 100_000
_MOST_ROUNDS = 1024  # a loop whose rounds suddenly take a thousand times as long is still seen within a second or so
_GROWTH = 8  # one round may happen to be short
# No identifiers, so that the script cannot have names like these. Python itself calls a comprehension's iterator .0.
_BEAT, _DUE, _LEFT = ".beat", ".due", ".left"

_Loop = ast.For | ast.While
_Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_FIELDS = ("body", "orelse", "finalbody", "handlers", "cases")


def rewriter(lab: Lab) -> Callable[[ast.Module], ast.Module]:
    """Make what the loops of the script call, and return the function that lets them call it."""
    pulses, due = _Pulses(lab), [0]
    setattr(builtins, _BEAT, make_beat(pulses, due))
    setattr(builtins, _DUE, due)
    lab.recorder.at_farewell.append(lambda _ident, _tid: pulses.pulse.end())
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=pulses.renew)
    return lambda tree: put_beats(tree, due)


def put_beats(tree: ast.Module, due: list[int]) -> ast.Module:
    """Let every loop count its rounds down and beat when none is left; the beat tells how many come before the next.

    A call of a function begins with as many rounds left as the call before, less one: so a function that is called
    often and loops a few times beats now and then as well. ``due`` gets an entry for every loop to keep that number.

    ``async for`` and comprehensions stay as they are, and so do loops right in the body of a class, whose variables
    would become its attributes.
    """
    scopes: list[_Scope] = [tree]
    for scope in scopes:  # grows meanwhile; no recursion, for a chain of elif is as deep as it is long
        loops, inner = _look_into(scope)
        scopes += inner
        if loops and not isinstance(scope, ast.ClassDef):
            _give_beats(scope, loops, due)
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


def _give_beats(scope: _Scope, loops: list[_Loop], due: list[int]) -> None:
    place = place_of_first(scope.body)
    first = scope.body[min(place, len(scope.body) - 1)]
    begin: list[ast.stmt] = []
    for number, loop in enumerate(loops):
        begin += _begin(f"{_LEFT}{number}", len(due))
        loop.body[:0] = _placed(_count_down(f"{_LEFT}{number}", len(due)), loop)
        due.append(0)
    scope.body[place:place] = _placed(begin, first)


def _begin(left: str, site: int) -> list[ast.stmt]:
    """``left = due[site] & 1023`` and ``due[site] = left - 1``: never negative, even if two threads meet there."""
    rest = ast.BinOp(_due(site, ast.Load()), ast.BitAnd(), ast.Constant(_MOST_ROUNDS - 1))
    less = ast.BinOp(ast.Name(left, ast.Load()), ast.Sub(), ast.Constant(1))
    return [ast.Assign([ast.Name(left, ast.Store())], rest), ast.Assign([_due(site, ast.Store())], less)]


def _count_down(left: str, site: int) -> list[ast.stmt]:
    """``if left: left -= 1`` and ``else: left = beat(site)``."""
    count: ast.stmt = ast.AugAssign(ast.Name(left, ast.Store()), ast.Sub(), ast.Constant(1))
    beat = ast.Call(ast.Name(_BEAT, ast.Load()), [ast.Constant(site)], [])
    again: ast.stmt = ast.Assign([ast.Name(left, ast.Store())], beat)
    return [ast.If(ast.Name(left, ast.Load()), [count], [again])]


def _due(site: int, context: ast.expr_context) -> ast.Subscript:
    return ast.Subscript(ast.Name(_DUE, ast.Load()), ast.Constant(site), context)


def _placed(statements: list[ast.stmt], where: ast.stmt) -> list[ast.stmt]:
    """Give all that is new the line of what it was put to."""
    for statement in statements:
        for node in ast.walk(statement):
            ast.copy_location(node, where)
    return statements


class Pulse:
    """The beats of one thread.

    ``last``: its last beat, ns; ``site``: where that was; ``until``: when the record of this stretch is long enough,
    ns; ``words`` and ``at``: where that record keeps its end.
    """

    __slots__ = ("_cpu", "_lab", "_since", "at", "last", "site", "until", "words")

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self.last = self.until = self.site = 0
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
        begin, used = now - passed, BEAT_GOES_ON
        if passed >= _GAP:
            begin, used = now, self._used(now, passed)
        elif now - self._since > _CPU_TIME_AGAIN:
            self._used(now, passed)
        words, at = track.begin(_WORD, 0, used)
        words[at - 1] = begin
        words[at] = now
        self.words, self.at = words, at
        self.until = begin + _LONGEST_STRETCH

    def end(self) -> None:
        """The thread ends: tell of the time since its last beat, as for every gap."""
        now = time.perf_counter_ns()
        if self.last and now - self.last >= _GAP:
            self.go_on(now, now - self.last)

    def _used(self, now: int, passed: int) -> int:
        """CPU time (ns) used since the last beat: what was used since it was asked for, less the running in between."""
        ran, before = now - passed - self._since, self._cpu
        self._cpu, self._since = _cpu_time(), now
        if before < 0 or self._cpu < 0:
            return BEAT_UNKNOWN
        return max(0, min(self._cpu - before - ran, passed))


class _Pulses(_local):
    """``pulse`` of the thread that asks."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self.pulse = Pulse(lab)

    def renew(self) -> None:
        """Begin anew in a forked child: the record that the thread was writing is the parent's."""
        self.pulse = Pulse(self._lab)


def make_beat(pulses: _Pulses, due: list[int]) -> Callable[[int], int]:
    """Return the function that loops call, each with the number of its site; it tells the rounds between.

    ``due``: of each site, how many rounds or calls are left when its function is called again.
    """
    clock = time.perf_counter_ns
    sizes = [1] * len(due)  # of each site, how many rounds or calls come between two beats

    def beat(site: int) -> int:
        now = clock()
        pulse = pulses.pulse
        passed = now - pulse.last
        pulse.last = now
        if passed < _GAP and now < pulse.until:
            pulse.words[pulse.at] = now  # the record's end, which whoever reads it takes only when it is final
        else:
            pulse.go_on(now, passed)
        while site >= len(sizes):
            sizes.append(1)
        size = sizes[site]
        wanted = size * _BETWEEN_BEATS // (passed or 1)
        # That little time has passed since any beat says enough; if it was long, the beat must have been its own.
        if wanted > size:
            size = sizes[site] = min(wanted, size * _GROWTH, _MOST_ROUNDS)
        elif pulse.site == site:
            size = sizes[site] = wanted or 1
        pulse.site = site
        left = due[site] = size - 1
        return left

    return beat


def _unknown() -> int:
    return -1


# On Windows it advances in steps of 15.6 ms.
_cpu_time: Callable[[], int] = _unknown if sys.platform == "win32" else getattr(time, "thread_time_ns", _unknown)
