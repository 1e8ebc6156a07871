"""Observes ``multiprocessing.pool``: tasks, from submission to start, idleness of the workers, waits for results."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import functools
import os
import sys
from _thread import get_ident
from types import FrameType, ModuleType

from ..calls import hide_frame, waiting
from ..lab import Lab
from ..layout import Kind
from .flow_ids import flow_of_task
from .workers import carried_function, mark_submit, work_in_process

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any

_SUBMITS = ("apply_async", "_map_async", "imap", "imap_unordered")


def install(module: ModuleType, lab: Lab) -> None:
    """Wrap ``Pool`` and ``ThreadPool``."""
    module.worker = work_in_process(module.worker, lab, _task)  # type: ignore[attr-defined]
    _watch_submits(module, lab)
    result = module.ApplyResult
    result.wait = waiting(lab, Kind.FUTURE, result.wait, _asked_for, lambda result, *a, **k: result.ready())
    items = module.IMapIterator
    items.next = items.__next__ = waiting(lab, Kind.FUTURE, items.next, "Pool.imap", lambda items, *a: items._items)
    for name in ("join", "terminate"):
        setattr(module.Pool, name, waiting(lab, Kind.PROC, getattr(module.Pool, name), f"Pool.{name}"))


def _watch_submits(module: Any, lab: Lab) -> None:
    """Mark what is handed to a pool where the library numbers it: when it makes the object for the result."""
    functions: dict[int, Any] = {}  # of the calls that go on, by thread
    for name in _SUBMITS:
        setattr(module.Pool, name, _submitting(getattr(module.Pool, name), functions))
    for cls in (module.ApplyResult, module.IMapIterator):
        cls.__init__ = _numbered(cls.__init__, functions, lab)


def _submitting(call: Any, functions: dict[int, Any]) -> Any:
    @functools.wraps(call)
    def submit(self: Any, func: Any, *args: Any, **kwargs: Any) -> Any:
        functions[get_ident()] = func
        try:
            return call(self, func, *args, **kwargs)
        except BaseException as error:
            hide_frame(error)
            raise
        finally:
            functions.pop(get_ident(), None)

    return submit


def _numbered(make: Any, functions: dict[int, Any], lab: Lab) -> Any:
    @functools.wraps(make)
    def make_numbered(self: Any, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        if get_ident() in functions:
            flow = flow_of_task(_pool_of(os.getpid()), self._job)
            mark_submit(lab, functions.pop(get_ident()), flow, sys._getframe(1))

    return make_numbered


def _pool_of(pid: int) -> str:
    return f"pools of {pid}"  # all that a process makes count their jobs together


def _task(inbox: Any, item: Any) -> tuple[Any, int] | None:
    if item is None:
        return None
    job, _index, function, args, _kwargs = item
    # The worker is a process, or a thread of the pool's own.
    pid = sys.modules["multiprocessing.process"].current_process()._parent_pid if hasattr(inbox, "_reader") else None
    return carried_function(function, args), flow_of_task(_pool_of(pid or os.getpid()), job)


def _asked_for(*args: Any, **kwargs: Any) -> str:
    """Return what the script called to get the result: the outermost function of the library."""
    frame: FrameType | None = sys._getframe(2)
    name = "get"
    while frame is not None and frame.f_globals.get("__name__") == "multiprocessing.pool":
        name = frame.f_code.co_name
        frame = frame.f_back
    return f"Pool.{name}" if name in ("map", "starmap", "apply") else "result.get"
