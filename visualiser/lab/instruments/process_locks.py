"""Observes ``multiprocessing.synchronize`` and the locks of shared values."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import functools
import sys
import weakref
from types import ModuleType

from ..calls import silent, waiting
from ..lab import Lab
from ..layout import Kind

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any

_MADE_BY_CONTEXT = ("Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition", "Event", "Barrier")
_SHARED = {"Synchronized": "Value", "SynchronizedArray": "Array", "SynchronizedString": "Array"}


def install(module: ModuleType, lab: Lab) -> None:
    """Wrap locks, conditions and events between processes."""
    _watch_acquire(module.SemLock, lab)
    module.Condition.wait = waiting(lab, Kind.COND, module.Condition.wait, lambda c, *a, **k: lab.label(c, "Condition"))
    for cls, name in (
        (module.Condition, "notify"),
        (module.Event, "set"),
        (module.Event, "clear"),
        (module.Event, "is_set"),
    ):
        setattr(cls, name, silent(lab, getattr(cls, name)))
    module.Event.wait = waiting(lab, Kind.EVENT, module.Event.wait, lambda e, *a, **k: lab.label(e, "Event"))


def install_context(module: ModuleType, lab: Lab) -> None:
    """Number what the script makes itself: Lock 1, Lock 2."""
    for word in _MADE_BY_CONTEXT:
        setattr(module.BaseContext, word, _number(getattr(module.BaseContext, word), word, lab))


def install_shared(module: ModuleType, lab: Lab) -> None:
    """Say of the lock of a shared value whose it is."""
    make = module.SynchronizedBase.__init__

    @functools.wraps(make)
    def make_labelled(self: Any, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        lab.set_label(self._lock, f"Lock of {_SHARED.get(type(self).__name__, 'Value')}")

    module.SynchronizedBase.__init__ = make_labelled


def _number(make: Any, word: str, lab: Lab) -> Any:
    @functools.wraps(make)
    def make_numbered(*args: Any, **kwargs: Any) -> Any:
        thing = make(*args, **kwargs)
        lab.label_new(thing, word, sys._getframe(1))
        return thing

    return make_numbered


def _watch_acquire(cls: Any, lab: Lab) -> None:
    make_methods = cls._make_methods

    # A semaphore gets its methods anew in every process, and they are not pickled with it.
    @functools.wraps(make_methods)
    def make_recorded_methods(self: Any) -> None:
        make_methods(self)
        self.acquire = _recorded_acquire(self, lab)

    cls._make_methods = make_recorded_methods
    cls.__enter__ = lambda self: self.acquire()


def _recorded_acquire(semaphore: Any, lab: Lab) -> Any:
    acquire, word = semaphore._semlock.acquire, type(semaphore).__name__
    kind = Kind.LOCK if word.endswith("Lock") else Kind.SEM
    # Weakly, or it would live until the garbage collector comes by, and be taken apart in the middle of anything.
    this = weakref.ref(semaphore)
    wait = waiting(lab, kind, acquire, lambda *a, **k: lab.label(this(), word))

    @functools.wraps(acquire)
    def acquire_recorded(block: bool = True, timeout: float | None = None) -> Any:
        if not block or (timeout is not None and timeout <= 0):
            return acquire(block, timeout)
        return acquire(False) or wait(block, timeout)

    return acquire_recorded
