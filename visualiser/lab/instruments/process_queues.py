"""Observes the queues between processes: waits, and every item from put to get, whichever processes those are in.

The flow of an item travels in a trailer behind its pickle, where a process that does not look for it never sees it.
"""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import functools
import struct
import sys
from _thread import get_ident
from collections import deque
from types import FrameType, ModuleType

from ..calls import hide_frame, waiting
from ..lab import Lab
from ..layout import Kind
from ..recorder import KIND
from .flow_ids import brand, brand_of
from .queues import call_of, refuses_to_wait

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any

_BETWEEN = {"multiprocessing.context", "multiprocessing.queues"}
_PUT = Kind.PUT << KIND
_GET = Kind.GET << KIND
# A pickle ends with a full stop: none can be taken for one with a trailer.
_MAGIC = b"CVFLOW\x00\x01"
_TRAILER = struct.Struct("<Q8s")


class _Customs:
    """What the pickler must know of what the calling thread sends or receives next."""

    def __init__(self) -> None:
        self.sending: dict[int, tuple[int, str]] = {}  # flow, label of the queue if the item is not marked yet
        self.receiving: dict[int, str] = {}


def install(module: ModuleType, lab: Lab) -> None:
    """Wrap ``Queue``, ``JoinableQueue`` and ``SimpleQueue``."""
    customs = _Customs()
    module._ForkingPickler = _make_pickler(module._ForkingPickler, lab, customs)  # type: ignore[attr-defined]
    for cls in (module.Queue, module.SimpleQueue):
        _watch_making(cls, lab)
    _watch_ends(module.Queue, lab, customs, module._sentinel)
    _watch_simple(module.SimpleQueue, lab, customs)
    _watch_waits(module, lab)


def _watch_waits(module: ModuleType, lab: Lab) -> None:
    for cls in (module.Queue, module.SimpleQueue):
        cls.get = waiting(lab, Kind.QUEUE_GET, cls.get, call_of(lab, "get"), refuses_to_wait)
    simple, joinable = module.SimpleQueue, module.JoinableQueue
    simple.put = waiting(lab, Kind.QUEUE_PUT, simple.put, call_of(lab, "put"))
    for cls in (module.Queue, joinable):
        cls.put = waiting(lab, Kind.QUEUE_PUT, cls.put, call_of(lab, "put"), _has_room)
    joinable.join = waiting(lab, Kind.COND, joinable.join, call_of(lab, "join"))


def _has_room(queue: Any, item: Any, block: bool = True, timeout: float | None = None) -> bool:
    return not block or not queue._sem._semlock._is_zero()


def _watch_making(cls: Any, lab: Lab) -> None:
    """Label a queue that the script makes, and one that comes from another process as it is called there."""
    make, restore = cls.__init__, cls.__setstate__

    @functools.wraps(make)
    def make_labelled(self: Any, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        lab.label_new(self, type(self).__name__, _maker(sys._getframe(1)))
        label = lab.label(self, "")
        if label:
            brand(self, label)
            _equip(self)

    @functools.wraps(restore)
    def restore_labelled(self: Any, state: Any) -> None:
        restore(self, state)
        label = brand_of(self)
        if isinstance(label, str):
            lab.adopt_label(self, label)
            _equip(self)

    cls.__init__, cls.__setstate__ = make_labelled, restore_labelled


def _maker(frame: FrameType) -> FrameType:
    """Return who asked ``multiprocessing`` for a queue."""
    while frame.f_back is not None and frame.f_globals.get("__name__") in _BETWEEN:
        frame = frame.f_back
    return frame


def _equip(queue: Any) -> None:
    equip = getattr(queue, "_visualiser_equip", None)
    if equip is not None:
        equip()


class _Buffer(deque):  # type: ignore[type-arg]
    """What waits for a queue's feeder thread. A put is over when the item is in here; the queue holds its lock."""

    def __init__(self, lab: Lab, label: str, customs: _Customs, sentinel: object) -> None:
        super().__init__()
        self._lab = lab
        self._label = label
        self._customs = customs
        self._sentinel = sentinel

    def append(self, item: Any) -> None:
        """Mark an item and keep it together with its flow."""
        flow = 0
        if item is not self._sentinel:
            flow = self._lab.flow()
            self._lab.threads.track.mark(_PUT, self._lab.sites.name(self._label, sys._getframe(1)), flow)
        super().append((item, flow))

    def popleft(self) -> Any:
        """Give the next item to the feeder thread, which pickles it at once."""
        item, flow = super().popleft()
        if flow:
            self._customs.sending[get_ident()] = flow, ""
        return item


def _watch_ends(cls: Any, lab: Lab, customs: _Customs, sentinel: object) -> None:
    reset = cls._reset

    def equip(self: Any) -> None:
        label = lab.label(self, "")
        self._buffer = _Buffer(lab, label, customs, sentinel)
        self._recv_bytes = functools.partial(_receive, lab, label, self._reader.recv_bytes)

    @functools.wraps(reset)
    def reset_equipped(self: Any, *args: Any, **kwargs: Any) -> None:
        reset(self, *args, **kwargs)
        if lab.label(self, ""):
            equip(self)

    cls._reset, cls._visualiser_equip = reset_equipped, equip


def _receive(lab: Lab, label: str, receive: Any, *args: Any) -> Any:
    try:
        data = receive(*args)
    except BaseException as error:
        hide_frame(error)
        raise
    _mark_received(lab, label, data)
    return data


def _mark_received(lab: Lab, label: str, data: Any) -> None:
    if len(data) > _TRAILER.size:
        flow, magic = _TRAILER.unpack_from(data, len(data) - _TRAILER.size)
        if magic == _MAGIC:
            lab.threads.track.mark(_GET, lab.sites.name(label, sys._getframe(2)), flow)


def _watch_simple(cls: Any, lab: Lab, customs: _Customs) -> None:
    put, get = cls.put, cls.get

    @functools.wraps(put)
    def put_flowing(self: Any, obj: Any) -> None:
        label = lab.label(self, "")
        if label:
            customs.sending[get_ident()] = lab.flow(), label
        try:
            put(self, obj)
        except BaseException as error:
            hide_frame(error)
            raise

    @functools.wraps(get)
    def get_flowing(self: Any) -> Any:
        label = lab.label(self, "")
        if label:
            customs.receiving[get_ident()] = label
        try:
            return get(self)
        except BaseException as error:
            customs.receiving.pop(get_ident(), None)
            hide_frame(error)
            raise

    cls.put, cls.get = put_flowing, get_flowing


def _make_pickler(base: Any, lab: Lab, customs: _Customs) -> Any:
    """Return the pickler of the queues' module: adds the trailer and tells when a simple queue's item passes."""

    class ForkingPickler(base):  # type: ignore[misc]
        def __init__(self, file: Any, *args: Any) -> None:
            super().__init__(file, *args)
            self._file = file

        def dump(self, obj: Any) -> None:
            """Pickle as the true one would."""
            flow, label = customs.sending.pop(get_ident(), (0, ""))
            try:
                super().dump(obj)
            except BaseException as error:
                hide_frame(error)
                raise
            if flow:
                self._file.write(_TRAILER.pack(flow, _MAGIC))
            if label:
                lab.threads.track.mark(_PUT, lab.sites.name(label, sys._getframe(1)), flow)

        @staticmethod
        def loads(data: Any, *args: Any, **kwargs: Any) -> Any:
            """Unpickle as the true one would."""
            label = customs.receiving.pop(get_ident(), "")
            if label:
                _mark_received(lab, label, data)
            try:
                return base.loads(data, *args, **kwargs)
            except BaseException as error:
                hide_frame(error)
                raise

    return ForkingPickler
