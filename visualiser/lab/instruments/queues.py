"""Observes the queues of threads (``queue``) and of processes (``multiprocessing.queues``)."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import functools
import sys
from types import ModuleType

from ..calls import Waiting, waiting
from ..lab import Lab
from ..layout import Kind

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any


def install(module: ModuleType, lab: Lab) -> None:
    """Wrap ``queue.Queue``, whose subclasses inherit, and ``queue.SimpleQueue``."""
    _watch_get(module.Queue, module.Empty, lab)
    _watch_put(module.Queue, module.Full, lab)
    module.Queue.join = waiting(
        lab, Kind.COND, module.Queue.join, "queue.join", lambda queue: not queue.unfinished_tasks
    )
    module.SimpleQueue = _make_simple_queue(module.SimpleQueue, module.Empty, lab)  # type: ignore[attr-defined]


def install_process_queues(module: ModuleType, lab: Lab) -> None:
    """Wrap the queues between processes."""
    for cls in (module.Queue, module.SimpleQueue):
        cls.get = waiting(lab, Kind.QUEUE_GET, cls.get, "queue.get", _refuses_to_wait)
    module.SimpleQueue.put = waiting(lab, Kind.QUEUE_PUT, module.SimpleQueue.put, "queue.put")
    for cls in (module.Queue, module.JoinableQueue):
        cls.put = waiting(lab, Kind.QUEUE_PUT, cls.put, "queue.put", _has_room)
    module.JoinableQueue.join = waiting(lab, Kind.COND, module.JoinableQueue.join, "queue.join")


def _watch_get(cls: Any, empty: type[Exception], lab: Lab) -> None:
    get = cls.get
    wait = waiting(lab, Kind.QUEUE_GET, get, "queue.get", _refuses_to_wait)

    @functools.wraps(get)
    def get_recorded(self: Any, block: bool = True, timeout: float | None = None) -> Any:
        # What is there already needs no wait. If another thread is quicker, this one waits after all.
        if block and self._qsize():
            try:
                return get(self, False)
            except empty:
                pass
        return wait(self, block, timeout)

    cls.get = get_recorded


def _watch_put(cls: Any, full: type[Exception], lab: Lab) -> None:
    put = cls.put
    wait = waiting(lab, Kind.QUEUE_PUT, put, "queue.put", lambda queue, item, block=True, timeout=None: not block)

    @functools.wraps(put)
    def put_recorded(self: Any, item: Any, block: bool = True, timeout: float | None = None) -> None:
        if block and not 0 < self.maxsize <= self._qsize():
            try:
                put(self, item, False)
                return
            except full:
                pass
        wait(self, item, block, timeout)

    cls.put = put_recorded


def _make_simple_queue(base: Any, empty: type[Exception], lab: Lab) -> Any:
    class SimpleQueue(base):  # type: ignore[misc]
        __slots__ = ()

        def get(self, block: bool = True, timeout: float | None = None) -> Any:
            """Take an item as the true queue would; a wait is recorded, and it is idleness in a thread of a pool."""
            try:
                return base.get(self, False)
            except empty:
                if not block:
                    raise
            idle = lab.threads.track.idle
            kind, label = (Kind.IDLE, "no task") if idle else (Kind.QUEUE_GET, "queue.get")
            with Waiting(lab, kind, label, None if idle else sys._getframe(1)):
                return base.get(self, True, timeout)

    SimpleQueue.__module__ = "queue"
    SimpleQueue.__qualname__ = "SimpleQueue"
    return SimpleQueue


def _refuses_to_wait(queue: Any, block: bool = True, timeout: float | None = None) -> bool:
    return not block


def _has_room(queue: Any, item: Any, block: bool = True, timeout: float | None = None) -> bool:
    return not block or not queue._sem._semlock._is_zero()
