"""Observes the queues and locks of ``asyncio``: their numbers, and which item that was put in is taken out where."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import functools
import sys
from collections import deque
from types import ModuleType

from ..calls import hide_frame
from ..lab import Lab
from ..layout import Kind
from ..recorder import KIND

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any

_FLOWS = "_visualiser_flows"
_LOCKS = ("Lock", "Event", "Condition", "Semaphore", "Barrier")


def install(module: ModuleType, lab: Lab) -> None:
    """Wrap ``asyncio.Queue``, whose subclasses inherit: every item passes through the two methods without waiting."""
    _number(module.Queue, lab)
    _watch_put(module.Queue, lab)
    _watch_get(module.Queue, module.LifoQueue, lab)


def install_locks(module: ModuleType, lab: Lab) -> None:
    """Number the locks, events and so on that the script makes."""
    for name in _LOCKS:
        if hasattr(module, name):
            _number(getattr(module, name), lab)


def _number(cls: Any, lab: Lab) -> None:
    make = cls.__init__

    @functools.wraps(make)
    def make_numbered(self: Any, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        known = type(self) if type(self).__module__.startswith("asyncio.") else cls
        lab.label_new(self, f"asyncio.{known.__name__}", sys._getframe(1))

    cls.__init__ = make_numbered


def _watch_put(cls: Any, lab: Lab) -> None:
    put, word = cls.put_nowait, Kind.PUT << KIND

    @functools.wraps(put)
    def put_recorded(self: Any, item: Any) -> None:
        try:
            put(self, item)
        except BaseException as error:
            hide_frame(error)
            raise
        track = lab.threads.track
        if not track.quiet:
            flow = lab.flow()
            _flows_of(self).setdefault(id(item), deque()).append(flow)
            track.mark(word, lab.sites.name(lab.label(self, "asyncio.Queue"), sys._getframe(1)), flow)

    cls.put_nowait = put_recorded


def _watch_get(cls: Any, stack: type, lab: Lab) -> None:
    get, word = cls.get_nowait, Kind.GET << KIND

    @functools.wraps(get)
    def get_recorded(self: Any) -> Any:
        try:
            item = get(self)
        except BaseException as error:
            hide_frame(error)
            raise
        flow = _take_flow(self, item, isinstance(self, stack))
        track = lab.threads.track
        if not track.quiet:
            track.mark(word, lab.sites.name(lab.label(self, "asyncio.Queue"), sys._getframe(1)), flow)
        return item

    cls.get_nowait = get_recorded


def _flows_of(queue: Any) -> dict[int, deque[int]]:
    """Return the flows of the items inside, by identity: what a queue holds keeps its identity to itself."""
    flows: dict[int, deque[int]] = vars(queue).setdefault(_FLOWS, {})
    return flows


def _take_flow(queue: Any, item: Any, newest: bool) -> int:
    """Return the flow of the item just taken out, 0 if nobody saw it going in.

    ``newest``: of an object that was put in several times, the last one comes out first.
    """
    flows = _flows_of(queue)
    waiting = flows.get(id(item))
    if not waiting:
        return 0
    flow = waiting.pop() if newest else waiting.popleft()
    if not waiting:
        del flows[id(item)]
    return flow
