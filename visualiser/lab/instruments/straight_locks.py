"""The way through a lock that is free, in C alone, for the locks of the script.

Python hands over the GIL only between certain steps of Python code. In ``with lock: counter += 1`` none of them lies
between taking the lock and giving it back (all but 3.14), so no other thread ever finds it taken. A stand-in that takes
the lock in Python code would put such steps there, and threads would wait for each other that never do without us:
twenty times as long, in the worst case. So what ``with`` calls here is put together from functions written in C. Once a
thread has to wait, Python code takes over until nobody waits any more; then the script itself made them meet.
"""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import sys
import weakref
from _thread import get_ident
from collections.abc import Callable
from itertools import repeat, starmap
from operator import attrgetter, is_not

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any

    from .locks import Watched


class _Straight(property):
    """What ``with`` finds as a method of the lock: whatever lies in a slot of it, without a step of Python."""

    def __init__(self, slot: str) -> None:
        super().__init__(attrgetter(slot))
        self._slot = slot

    def __call__(self, lock: Any, *arguments: Any) -> Any:
        """Called on the class, as ``contextlib.ExitStack`` does."""
        return getattr(lock, self._slot)(*arguments)


class _Answers(dict[bool, bool]):
    """Turns the answer of the lock, whether it was free, into that of ``with``: if not, the thread waits."""

    __slots__ = ("_lock",)

    def __init__(self, lock: Watched) -> None:
        self[True] = True
        self._lock = weakref.ref(lock)

    def __missing__(self, free: bool) -> bool:
        lock = self._lock()
        assert lock is not None  # whoever calls holds it
        return lock.wait(sys._getframe(1))


def straight(cls: type[Watched]) -> type[Watched]:
    """Return a lock class like ``cls`` whose free locks are taken and given back in C."""
    by_hand: tuple[Any, ...] = (cls.__enter__, cls.__exit__, cls.release)

    def watch(self: Any) -> None:
        self._enter, self._leave, self._free = (way.__get__(self) for way in by_hand)

    def unwatch(self: Any) -> None:
        if not self._waiting:
            self._enter, self._leave, self._free = _taken_in_c(self), self._lock.__exit__, self._release
        if self._waiting:  # somebody was quicker
            watch(self)

    ways: dict[str, Any] = {
        "__slots__": ("_enter", "_free", "_leave"),
        "__module__": "threading",
        "__enter__": _Straight("_enter"),
        "__exit__": _Straight("_leave"),
        "release": _Straight("_free"),
        "watch": watch,
        "unwatch": unwatch,
    }
    return type(cls.__name__, (cls,), ways)


def _taken_in_c(lock: Any) -> Callable[[], bool]:
    """Return what takes a lock, waits if it must, and notes the holder where the lock itself does not know it."""
    free = map(lock._try, repeat(False))
    taken = map(_Answers(lock).__getitem__, free)
    if not lock.keeps_holder:
        return taken.__next__
    noted = map(lock.holder_cell.__setitem__, repeat(0), starmap(get_ident, repeat(())))
    return map(is_not, taken, noted).__next__  # True is not None: so it is called, too
