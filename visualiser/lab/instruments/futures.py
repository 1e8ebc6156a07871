"""Observes ``concurrent.futures``: waits for results, tasks and idleness of the workers."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import functools
import sys
from collections.abc import Iterable, Iterator
from types import ModuleType

from ..calls import Waiting, waiting
from ..lab import Lab
from ..layout import Kind
from ..recorder import KIND
from .workers import Shift, carried_function, function_name, name_task, work_in_process

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any

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
    _watch_submit(module.ThreadPoolExecutor, lab)
    _watch_shutdown(module.ThreadPoolExecutor, Kind.JOIN, lab)


def install_process_pool(module: ModuleType, lab: Lab) -> None:
    """Wrap the processes of ``ProcessPoolExecutor``."""
    module._process_worker = work_in_process(module._process_worker, lab, _task_of_call)  # type: ignore[attr-defined]
    _watch_submit(module.ProcessPoolExecutor, lab)
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
    run = cls.run

    @functools.wraps(run)
    def run_recorded(self: Any, *args: Any) -> Any:
        track = lab.threads.track
        shift = Shift(lab)
        shift.begin(name_task(lab, self.fn if hasattr(self, "fn") else self.task[0]))
        idle, track.idle = track.idle, False
        try:
            return run(self, *args)
        finally:
            track.idle = idle
            shift.end()

    cls.run = run_recorded


def _watch_submit(cls: Any, lab: Lab) -> None:
    submit = cls.submit

    @functools.wraps(submit)
    def submit_recorded(self: Any, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        track = lab.threads.track
        if not track.quiet:
            track.mark(Kind.SUBMIT << KIND, lab.sites.name(f"submit {function_name(fn)}", sys._getframe(1)))
        return submit(self, fn, *args, **kwargs)

    cls.submit = submit_recorded


def _watch_shutdown(cls: Any, kind: Kind, lab: Lab) -> None:
    cls.shutdown = waiting(lab, kind, cls.shutdown, "executor.shutdown", lambda executor, wait=True, **k: not wait)


def _task_of_call(call: Any) -> tuple[Any, int] | None:
    if call is None:
        return None
    return carried_function(call.fn, call.args)
