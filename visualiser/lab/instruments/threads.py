"""Observes ``threading``: the life of threads, who starts and joins them, and what they wait for."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import functools
import sys
import time
from types import ModuleType

from ..calls import silent, waiting
from ..endings import watch_thread_exceptions
from ..lab import Lab
from ..layout import Kind
from ..recorder import KIND, Birth, begun
from .locks import WatchedLock, WatchedRLock, make_lock_class

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any

# Threads of the library that only carry things about; they are shown on request.
_HELPER_MODULES = {
    "multiprocessing.pool",
    "multiprocessing.queues",
    "multiprocessing.managers",
    "multiprocessing.resource_sharer",
    "concurrent.futures.process",
    "logging.handlers",
    "asyncio.base_events",
    "asyncio.unix_events",
    "billiard.pool",
    "celery.concurrency.prefork",
    "celery.utils.timer2",
}
_WORKERS = {"worker", "_worker"}


def install(module: ModuleType, lab: Lab) -> None:
    """Wrap what ``threading`` offers."""
    _watch_life(module.Thread, lab)
    watch_start(module.Thread, lab)
    module.Thread.join = waiting(lab, Kind.JOIN, module.Thread.join, lambda thread, *a, **k: f"join {thread.name}")
    watch_thread_exceptions(lab, module)
    module.Lock = make_lock_class(lab, WatchedLock, "Lock", module.Lock)  # type: ignore[attr-defined]
    module.RLock = make_lock_class(lab, WatchedRLock, "RLock", module.RLock)  # type: ignore[attr-defined]
    lab.recorder.at_farewell += [module.Lock.leave_behind, module.RLock.leave_behind]
    _watch_waits(module, lab)


def watch_start(cls: Any, lab: Lab) -> None:
    """Record ``start`` of a class of threads, and the native id of what it started."""
    start, threads, name = cls.start, lab.threads, lab.sites.name
    start_quietly = silent(lab, start)

    @functools.wraps(start)
    def start_recorded(self: Any) -> None:
        if _is_helper(self):
            start_quietly(self)
            return
        track, begin = threads.track, time.perf_counter_ns()
        text = name(f"start {self.name}", sys._getframe(1))
        if track.quiet:
            start(self)
        else:
            handle = track.begin_label(Kind.START << KIND, text)
            begin, track.quiet = begun(handle), True
            try:
                start(self)
            finally:
                track.quiet = False
                track.end(handle)
        track.mark(Kind.SPAWN << KIND, text, self.native_id or 0, when=begin)

    cls.start = start_recorded


def _watch_life(cls: Any, lab: Lab) -> None:
    live = cls._bootstrap_inner

    @functools.wraps(live)
    def live_recorded(self: Any) -> None:
        track = lab.recorder.announce(Birth(self.name, helper=_is_helper(self)))
        try:
            live(self)
        finally:
            track.finish()

    cls._bootstrap_inner = live_recorded


def _is_helper(thread: Any) -> bool:
    target = getattr(thread, "_target", None)
    if target is None:
        return type(thread).__module__ in _HELPER_MODULES
    return getattr(target, "__module__", "") in _HELPER_MODULES and getattr(target, "__name__", "") not in _WORKERS


def _watch_waits(module: Any, lab: Lab) -> None:
    _watch(module.Condition, "wait", Kind.COND, lab)
    _watch(module.Event, "wait", Kind.EVENT, lab, at_once=_event_is_set)
    _watch(module.Barrier, "wait", Kind.BARRIER, lab)
    _watch_semaphore(module.Semaphore, lab)
    for cls in (module.Condition, module.Event, module.Barrier, module.Semaphore, module.BoundedSemaphore):
        number_objects(cls, lab)


def _watch(cls: Any, method: str, kind: Kind, lab: Lab, at_once: Any = None) -> None:
    word = cls.__name__
    wrapped = waiting(lab, kind, getattr(cls, method), lambda thing, *a, **k: lab.label(thing, word), at_once)
    setattr(cls, method, wrapped)


def _event_is_set(event: Any, timeout: float | None = None) -> bool:
    return bool(event._flag) or timeout == 0


def _watch_semaphore(cls: Any, lab: Lab) -> None:
    acquire = cls.acquire
    wait = waiting(lab, Kind.SEM, acquire, lambda thing, *a, **k: lab.label(thing, type(thing).__name__))

    @functools.wraps(acquire)
    def acquire_recorded(self: Any, blocking: bool = True, timeout: float | None = None) -> Any:
        if not blocking or timeout == 0:
            return acquire(self, blocking, timeout)
        return acquire(self, False) or wait(self, blocking, timeout)

    cls.acquire = cls.__enter__ = acquire_recorded


def number_objects(cls: Any, lab: Lab) -> None:
    """Number the objects of a class that the script itself makes."""
    make, word = cls.__init__, cls.__name__

    @functools.wraps(make)
    def make_numbered(self: Any, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        lab.label_new(self, word, sys._getframe(1))

    cls.__init__ = make_numbered
