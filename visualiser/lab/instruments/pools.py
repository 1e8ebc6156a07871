"""Observes ``multiprocessing.pool``: tasks and idleness of the workers, waits for their results."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import sys
from types import FrameType, ModuleType

from ..calls import waiting
from ..lab import Lab
from ..layout import Kind
from .workers import carried_function, work_in_process

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any


def install(module: ModuleType, lab: Lab) -> None:
    """Wrap ``Pool`` and ``ThreadPool``."""
    module.worker = work_in_process(module.worker, lab, _task)  # type: ignore[attr-defined]
    result = module.ApplyResult
    result.wait = waiting(lab, Kind.FUTURE, result.wait, _asked_for, lambda result, *a, **k: result.ready())
    items = module.IMapIterator
    items.next = items.__next__ = waiting(lab, Kind.FUTURE, items.next, "Pool.imap", lambda items, *a: items._items)
    for name in ("join", "terminate"):
        setattr(module.Pool, name, waiting(lab, Kind.PROC, getattr(module.Pool, name), f"Pool.{name}"))


def _task(item: Any) -> tuple[Any, int] | None:
    if item is None:
        return None
    _job, _index, function, args, _kwargs = item
    return carried_function(function, args)


def _asked_for(*args: Any, **kwargs: Any) -> str:
    """Return what the script called to get the result: the outermost function of the library."""
    frame: FrameType | None = sys._getframe(2)
    name = "get"
    while frame is not None and frame.f_globals.get("__name__") == "multiprocessing.pool":
        name = frame.f_code.co_name
        frame = frame.f_back
    return f"Pool.{name}" if name in ("map", "starmap", "apply") else "result.get"
