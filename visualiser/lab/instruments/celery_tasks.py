"""Observes Celery: what is sent, what a worker takes over, and each task in the very process or thread that runs it."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import functools
import os
import sys
from types import ModuleType

from ..calls import silent, waiting
from ..lab import Lab
from ..layout import Kind, flow_of_uuid
from ..recorder import KIND, Handle
from .workers import CARRIER, name_task

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any


def install_signals(module: ModuleType, lab: Lab) -> None:
    """Listen to the signals that Celery sends in the process where something happens."""
    tasks = _Tasks(lab)
    for name in ("before_task_publish", "task_received", "task_prerun", "task_postrun"):
        getattr(module, name).connect(getattr(tasks, name), weak=False)
    for name in ("task_success", "task_failure", "task_retry"):
        getattr(module, name).connect(getattr(tasks, name), weak=False)
    module.worker_init.connect(tasks.worker_init, weak=False)
    module.worker_process_init.connect(tasks.worker_process_init, weak=False)


def install_results(module: ModuleType, lab: Lab) -> None:
    """Wrap the waits for results."""
    cls = module.AsyncResult
    cls.get = waiting(lab, Kind.FUTURE, cls.get, "result.get", _is_there)
    for name in ("get", "join", "join_native"):
        call = getattr(module.ResultSet, name)
        setattr(module.ResultSet, name, waiting(lab, Kind.FUTURE, call, f"results.{name}"))


def install_pool(module: ModuleType, lab: Lab) -> None:
    """Show a process of the pool as idle while it waits for a task (``billiard.pool``)."""
    make = module.Worker._make_child_methods

    @functools.wraps(make)
    def make_recorded(self: Any, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        self.wait_for_job = waiting(lab, Kind.IDLE, self.wait_for_job, "no task")

    module.Worker._make_child_methods = make_recorded


def install_polling(module: ModuleType, lab: Lab) -> None:
    """Wrap a worker's wait for whatever comes next: from the broker or from its pool (``kombu.utils.eventio``)."""
    for name in ("_epoll", "_kqueue", "_poll", "_select"):
        cls = getattr(module, name)
        cls.poll = waiting(lab, Kind.IO, cls.poll, "broker or pool", lambda poller, timeout: timeout == 0)


def install_thread_pool(module: ModuleType, lab: Lab) -> None:
    """Leave what carries a task to a thread unrecorded: the task itself is (``celery.concurrency.thread``)."""
    carry = module.apply_target

    @functools.wraps(carry)
    def carry_quietly(*args: Any, **kwargs: Any) -> Any:
        return carry(*args, **kwargs)

    setattr(carry_quietly, CARRIER, True)
    module.apply_target = carry_quietly  # type: ignore[attr-defined]
    module.TaskPool.on_apply = silent(lab, module.TaskPool.on_apply)


class _Tasks:
    """What the signals tell, written down by the thread that sends them."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._open: dict[str, tuple[int, Handle]] = {}  # pid and record, by the id of the task

    def before_task_publish(self, sender: Any = None, headers: Any = None, **_: Any) -> None:
        """Mark a task that is sent; its repetition belongs to the first time."""
        headers = headers or {}
        if not headers.get("retries"):
            short = str(sender).rpartition(".")[2]
            name = self._lab.sites.name(f"send {short}", sys._getframe(1))
            self._mark(Kind.SUBMIT, name, str(headers.get("id", "")))

    def task_received(self, request: Any = None, **_: Any) -> None:
        """Mark a task that the worker took over."""
        self._mark_end(Kind.RECEIVED, request.name, request.id)

    def task_prerun(self, task_id: str = "", task: Any = None, **_: Any) -> None:
        """Begin the record of a task."""
        track = self._lab.threads.track
        if not track.quiet:
            handle = track.begin_label(Kind.TASK << KIND, name_task(self._lab, task.run), flow_of_uuid(task_id))
            self._open[task_id] = (os.getpid(), handle)
            track.working = True

    def task_postrun(self, task_id: str = "", **_: Any) -> None:
        """End the record of a task."""
        pid, handle = self._open.pop(task_id, (0, None))
        if handle is not None and pid == os.getpid():
            track = self._lab.threads.track
            track.working = False
            track.end(handle)

    def task_success(self, sender: Any = None, **_: Any) -> None:
        """Mark a task that is done."""
        self._mark_end(Kind.SUCCEEDED, sender.name, sender.request.id)

    def task_failure(self, sender: Any = None, task_id: str = "", **_: Any) -> None:
        """Mark a task that raised an exception."""
        self._mark_end(Kind.FAILED, getattr(sender, "name", "task"), task_id)

    def task_retry(self, sender: Any = None, request: Any = None, **_: Any) -> None:
        """Mark a task that will be tried again."""
        self._mark_end(Kind.RETRIED, sender.name, request.id)

    def worker_init(self, **_: Any) -> None:
        """Say what this process is."""
        self._lab.story.tell("process_name", name="celery worker")

    def worker_process_init(self, **_: Any) -> None:
        """Say what this process of the pool is; billiard has named it by now."""
        process = sys.modules["billiard.process"].current_process()
        if process.name != "MainProcess":  # what runs tasks in the worker itself says so too
            self._lab.story.tell("process_name", name=f"{process.name} (celery)")

    def _mark_end(self, kind: Kind, task: str, uuid: str) -> None:
        self._mark(kind, self._lab.story.name(task.rpartition(".")[2]), uuid)

    def _mark(self, kind: Kind, name: int, uuid: str) -> None:
        track = self._lab.threads.track
        if not track.quiet:
            track.mark(kind << KIND, name, flow_of_uuid(uuid))


def _is_there(result: Any, *args: Any, **kwargs: Any) -> bool:
    return bool(getattr(result, "_cache", None))
