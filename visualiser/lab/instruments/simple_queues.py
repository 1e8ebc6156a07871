"""Stands in for ``queue.SimpleQueue``: waits, and in the queues that the script makes every item from put to get."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import sys
from types import FrameType

from ..calls import Waiting, nanoseconds
from ..lab import Lab
from ..layout import Kind
from ..recorder import KIND

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any


class _Parcel:
    """An item on its way through a queue, and its flow."""

    __slots__ = ("flow", "item")

    def __init__(self, item: Any, flow: int) -> None:
        self.item = item
        self.flow = flow


def make_simple_queue(base: Any, empty: type[Exception], lab: Lab) -> Any:
    """Return the class that takes the place of ``base``, the true ``queue.SimpleQueue``."""

    class SimpleQueue(base):  # type: ignore[misc]
        __slots__ = ("_visualiser_label",)

        def __init__(self) -> None:
            lab.label_new(self, type(self).__name__, sys._getframe(1))

        def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
            """Put an item in as the true queue would; it never waits."""
            base.put(self, _send(lab, self, item, sys._getframe(1)))

        def put_nowait(self, item: Any) -> None:
            """Do the same."""
            base.put(self, _send(lab, self, item, sys._getframe(1)))

        def get(self, block: bool = True, timeout: float | None = None) -> Any:
            """Take an item as the true queue would; a wait is recorded, and it is idleness in a thread of a pool."""
            try:
                item = base.get(self, False)
            except empty:
                if not block:
                    raise
                item = _wait(lab, self, base, timeout, sys._getframe(1))
            return _receive(lab, self, item, sys._getframe(1)) if type(item) is _Parcel else item

        def get_nowait(self) -> Any:
            """Take an item if there is one."""
            return self.get(False)

    SimpleQueue.__module__ = "queue"
    SimpleQueue.__qualname__ = "SimpleQueue"
    return SimpleQueue


def _wait(lab: Lab, queue: Any, base: Any, timeout: float | None, frame: FrameType) -> Any:
    idle = lab.threads.track.idle
    kind = Kind.IDLE if idle else Kind.QUEUE_GET
    label = "no task" if idle else f"{lab.label(queue, 'queue')}.get"
    with Waiting(lab, kind, label, None if idle else frame, nanoseconds(timeout)):
        return base.get(queue, True, timeout)


def _send(lab: Lab, queue: Any, item: Any, frame: FrameType) -> Any:
    """Return what is to go into the queue, and mark it: nothing may come between, for it may be taken out at once."""
    label = lab.label(queue, "")
    if not label:
        return item
    flow = lab.flow()
    lab.threads.track.mark(Kind.PUT << KIND, lab.sites.name(label, frame), flow)
    return _Parcel(item, flow)


def _receive(lab: Lab, queue: Any, parcel: _Parcel, frame: FrameType) -> Any:
    lab.threads.track.mark(Kind.GET << KIND, lab.sites.name(lab.label(queue, ""), frame), parcel.flow)
    return parcel.item
