"""Observes ``queue``, the queues of threads: waits, and every item from put to get."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import functools
import sys
import weakref
from collections.abc import Callable
from types import ModuleType

from ..calls import hide_frame, waiting
from ..lab import Lab
from ..layout import Kind
from ..recorder import KIND
from .simple_queues import make_simple_queue

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any

_PUT = Kind.PUT << KIND
_GET = Kind.GET << KIND


def install(module: ModuleType, lab: Lab) -> None:
    """Wrap ``queue.Queue``, whose subclasses inherit, and ``queue.SimpleQueue``."""
    _watch_items(module.Queue, module.LifoQueue, lab)
    _watch_get(module.Queue, module.Empty, lab)
    _watch_put(module.Queue, module.Full, lab)
    module.Queue.join = waiting(
        lab, Kind.COND, module.Queue.join, call_of(lab, "join"), lambda queue: not queue.unfinished_tasks
    )
    module.SimpleQueue = make_simple_queue(module.SimpleQueue, module.Empty, lab)  # type: ignore[attr-defined]


def call_of(lab: Lab, method: str) -> Callable[..., str]:
    """Return what makes the label of a queue's method: ``Queue 1.get``, or ``queue.get`` of a library's queue."""
    return lambda queue, *args, **kwargs: f"{lab.label(queue, 'queue')}.{method}"


def refuses_to_wait(queue: Any, block: bool = True, timeout: float | None = None) -> bool:
    """Tell of a ``get`` whether it does not wait."""
    return not block


class _Inside:
    """The flows of the items that are in one queue, which calls this in place of its ``_put`` and ``_get``.

    It holds its mutex meanwhile. Items are told apart by their identity: they need not be hashable, and as long as they
    are in the queue nothing else is at their place.
    """

    __slots__ = ("_flows", "_lab", "_label", "_last_first", "_queue")

    def __init__(self, lab: Lab, queue: Any, last_first: bool) -> None:
        self._lab = lab
        self._label = lab.label(queue, "")
        self._queue = weakref.ref(queue)  # a cycle would keep what is in the queue longer alive than the script means
        self._last_first = last_first
        self._flows: dict[int, list[int]] = {}  # of several that are one and the same object: in order of their puts

    def put(self, item: Any) -> None:
        """Put the item in and mark it."""
        queue: Any = self._queue()
        try:
            type(queue)._put(queue, item)
        except BaseException as error:
            hide_frame(error)
            raise
        flow = self._lab.flow()
        same = self._flows.get(id(item))
        if same is None:
            self._flows[id(item)] = [flow]
        else:
            same.append(flow)
        self._mark(_PUT, flow)

    def get(self) -> Any:
        """Take an item out and mark it, with 0 as its flow if nothing of this identity was put in."""
        queue: Any = self._queue()
        try:
            item = type(queue)._get(queue)
        except BaseException as error:
            hide_frame(error)
            raise
        flow, flows = 0, self._flows.get(id(item))
        if flows:
            flow = flows.pop(-1 if self._last_first else 0)
            if not flows:
                del self._flows[id(item)]
        if self._flows and not queue._qsize():
            self._flows.clear()  # a subclass dropped some, or gives out others than it got
        self._mark(_GET, flow)
        return item

    def _mark(self, word: int, flow: int) -> None:
        lab = self._lab
        lab.threads.track.mark(word, lab.sites.name(self._label, sys._getframe(2)), flow)


def _watch_items(cls: Any, lifo: Any, lab: Lab) -> None:
    make = cls.__init__

    @functools.wraps(make)
    def make_watched(self: Any, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        lab.label_new(self, type(self).__name__, sys._getframe(1))
        if lab.label(self, ""):
            inside = _Inside(lab, self, isinstance(self, lifo))
            self._put, self._get = inside.put, inside.get

    cls.__init__ = make_watched


def _watch_get(cls: Any, empty: type[Exception], lab: Lab) -> None:
    get = cls.get
    wait = waiting(lab, Kind.QUEUE_GET, get, call_of(lab, "get"), refuses_to_wait)

    @functools.wraps(get)
    def get_recorded(self: Any, block: bool = True, timeout: float | None = None) -> Any:
        # What is there already needs no wait. If another thread is quicker, this one waits after all.
        try:
            if block and self._qsize():
                try:
                    return get(self, False)
                except empty:
                    pass
            return wait(self, block, timeout)
        except BaseException as error:
            hide_frame(error)
            raise

    cls.get = get_recorded


def _watch_put(cls: Any, full: type[Exception], lab: Lab) -> None:
    put = cls.put
    no_wait = lambda queue, item, block=True, timeout=None: not block  # noqa: E731
    wait = waiting(lab, Kind.QUEUE_PUT, put, call_of(lab, "put"), no_wait)

    @functools.wraps(put)
    def put_recorded(self: Any, item: Any, block: bool = True, timeout: float | None = None) -> None:
        try:
            if block and not 0 < self.maxsize <= self._qsize():
                try:
                    put(self, item, False)
                    return
                except full:
                    pass
            wait(self, item, block, timeout)
        except BaseException as error:
            hide_frame(error)
            raise

    cls.put = put_recorded
