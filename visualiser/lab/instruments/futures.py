"""Observes ``concurrent.futures``: waits for results, tasks, from submission to start, idleness of the workers."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import functools
import sys
from _thread import get_ident
from collections.abc import Iterable, Iterator
from types import ModuleType

from ..calls import Waiting, hide_frame, waiting
from ..lab import Lab
from ..layout import Kind
from .flow_ids import brand, brand_of, flow_of_task
from .workers import CARRIER, Shift, carried_function, mark_submit, name_task, work_in_process

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any

_FLOW = "_visualiser_flow"
_DONE = {"CANCELLED", "CANCELLED_AND_NOTIFIED", "FINISHED"}


def install(module: ModuleType, lab: Lab) -> None:
    """Wrap what ``concurrent.futures._base`` offers."""
    for name in ("result", "exception"):
        call = getattr(module.Future, name)
        wrapped = waiting(lab, Kind.FUTURE, call, f"future.{name}", lambda future, *a, **k: future._state in _DONE)
        setattr(module.Future, name, wrapped)
    module.wait = waiting(lab, Kind.FUTURE, module.wait, "wait for futures")  # type: ignore[attr-defined]
    module.as_completed = _watch_as_completed(module.as_completed, lab)  # type: ignore[attr-defined]


def install_thread_pool(module: ModuleType, lab: Lab) -> None:
    """Wrap the threads of ``ThreadPoolExecutor``."""
    work = module._worker

    @functools.wraps(work)
    def work_recorded(*args: Any, **kwargs: Any) -> Any:
        lab.threads.track.idle = True
        return work(*args, **kwargs)

    module._worker = work_recorded  # type: ignore[attr-defined]
    _watch_items(module._WorkItem, lab)
    _watch_shutdown(module.ThreadPoolExecutor, Kind.JOIN, lab)


def install_process_pool(module: ModuleType, lab: Lab) -> None:
    """Wrap the processes of ``ProcessPoolExecutor``."""
    module._process_worker = work_in_process(module._process_worker, lab, _task_of_call)  # type: ignore[attr-defined]
    _watch_submit(module.ProcessPoolExecutor, module._WorkItem, lab)
    _watch_shutdown(module.ProcessPoolExecutor, Kind.PROC, lab)


def _watch_as_completed(call: Any, lab: Lab) -> Any:
    @functools.wraps(call)
    def as_completed(fs: Iterable[Any], timeout: float | None = None) -> Iterator[Any]:
        futures = call(fs, timeout)
        while True:
            with Waiting(lab, Kind.FUTURE, "as_completed", sys._getframe(1)):
                future = next(futures, None)
            if future is None:
                return
            yield future

    return as_completed


def _watch_items(cls: Any, lab: Lab) -> None:
    """Record the tasks of threads, each with the flow it got when it was submitted."""
    make, run = cls.__init__, cls.run

    @functools.wraps(make)
    def make_submitted(self: Any, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        setattr(self, _FLOW, lab.flow())
        mark_submit(lab, _function_of(self), getattr(self, _FLOW), sys._getframe(1))

    @functools.wraps(run)
    def run_recorded(self: Any, *args: Any) -> Any:
        if self.future.cancelled() or getattr(_function_of(self), CARRIER, False):
            return run(self, *args)
        track = lab.threads.track
        shift = Shift(lab)
        shift.begin(name_task(lab, _function_of(self)), getattr(self, _FLOW, 0))
        idle, track.idle = track.idle, False
        try:
            return run(self, *args)
        finally:
            track.idle = idle
            shift.end()

    cls.__init__, cls.run = make_submitted, run_recorded


def _function_of(item: Any) -> Any:
    return item.fn if hasattr(item, "fn") else item.task[0]


def _watch_submit(cls: Any, item: Any, lab: Lab) -> None:
    """Mark what is handed to a pool of processes, under its lock, where its number is certain."""
    make, submit, make_item = cls.__init__, cls.submit, item.__init__
    submitting: dict[int, Any] = {}  # executor by thread

    @functools.wraps(make)
    def make_branded(self: Any, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        brand(self._call_queue, lab.flow())

    @functools.wraps(submit)
    def submit_recorded(self: Any, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        submitting[get_ident()] = self
        try:
            return submit(self, fn, *args, **kwargs)
        except BaseException as error:
            hide_frame(error)
            raise
        finally:
            submitting.pop(get_ident(), None)

    @functools.wraps(make_item)
    def make_submitted(self: Any, *args: Any, **kwargs: Any) -> None:
        make_item(self, *args, **kwargs)
        executor = submitting.get(get_ident())
        if executor is not None:
            flow = _flow_of_call(executor._call_queue, executor._queue_count)
            mark_submit(lab, _function_of(self), flow, sys._getframe(1))

    cls.__init__, cls.submit, item.__init__ = make_branded, submit_recorded, make_submitted


def _flow_of_call(queue: Any, work_id: int) -> int:
    pool = brand_of(queue)
    return 0 if pool is None else flow_of_task(pool, work_id)


def _watch_shutdown(cls: Any, kind: Kind, lab: Lab) -> None:
    cls.shutdown = waiting(lab, kind, cls.shutdown, "executor.shutdown", lambda executor, wait=True, **k: not wait)


def _task_of_call(queue: Any, call: Any) -> tuple[Any, int] | None:
    if call is None:
        return None
    return carried_function(call.fn, call.args), _flow_of_call(queue, call.work_id)
