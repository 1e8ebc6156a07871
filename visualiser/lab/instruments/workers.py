"""What the workers of all pools have in common: idle until a task comes, then at the task until its result is sent."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import functools
from _contextvars import Context
from collections.abc import Callable
from types import FrameType

from ..calls import Waiting
from ..lab import Lab
from ..layout import Kind
from ..recorder import KIND, Handle

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any

    # takes a worker's queue and what came from it, gives the function and the flow; None where it is no task
    Describe = Callable[[Any, Any], tuple[Any, int] | None]

# What a pool sends instead of the script's function; that one lies in the arguments.
CARRIER = "_visualiser_carrier"  # attribute of a function that carries a task which is recorded by itself
_CARRIERS = {"_process_chunk", "mapstar", "starmapstar"}


class Shift:
    """The task that the calling thread works on."""

    def __init__(self, lab: Lab) -> None:
        self._track = lab.threads.track
        self._handle: Handle | None = None

    def begin(self, name: int, flow: int) -> None:
        """A task begins."""
        if not self._track.quiet:
            self._handle = self._track.begin_label(Kind.TASK << KIND, name, flow)
            self._track.working = True

    def end(self) -> None:
        """The task, if there is one, is done."""
        handle, self._handle = self._handle, None
        if handle is not None:
            self._track.working = False
            self._track.end(handle)


class Inbox:
    """Where a worker gets its tasks."""

    def __init__(self, lab: Lab, queue: Any, shift: Shift, describe: Describe) -> None:
        self._lab = lab
        self._queue = queue
        self._shift = shift
        self._describe = describe

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """Wait for the next task."""
        self._shift.end()
        with Waiting(self._lab, Kind.IDLE, "no task", None):
            item = self._queue.get(*args, **kwargs)
        task = self._describe(self._queue, item)
        if task is not None:
            self._shift.begin(name_task(self._lab, task[0]), task[1])
        return item

    def __getattr__(self, name: str) -> Any:
        return getattr(self._queue, name)


class Outbox:
    """Where a worker puts its results."""

    def __init__(self, lab: Lab, queue: Any, shift: Shift) -> None:
        self._lab = lab
        self._queue = queue
        self._shift = shift

    def put(self, *args: Any, **kwargs: Any) -> Any:
        """Send a result: the task is done."""
        self._shift.end()
        with Waiting(self._lab, Kind.QUEUE_PUT, "send result", None):
            return self._queue.put(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._queue, name)


def work_in_process(work: Any, lab: Lab, describe: Describe) -> Any:
    """Wrap the function that every worker of a pool runs: ``work(inbox, outbox, ...)``.

    The result takes the place of ``work`` in its module, so that it pickles by name and finds itself in the child.
    """

    @functools.wraps(work)
    def work_recorded(inbox: Any, outbox: Any, *args: Any, **kwargs: Any) -> Any:
        if lab.threads.track.main:
            lab.story.tell("pool_worker")
        shift = Shift(lab)
        return work(Inbox(lab, inbox, shift, describe), Outbox(lab, outbox, shift), *args, **kwargs)

    return work_recorded


def name_task(lab: Lab, function: Any) -> int:
    """Return the name of a task: its function, at the line that defines it."""
    function = _innermost(function)
    code = getattr(function, "__code__", None)
    label = f"task {function_name(function)}"
    return lab.story.name(label, *(code.co_filename, code.co_firstlineno) if code else (None, None))


def function_name(function: Any) -> str:
    """Return what a reader would call ``function``."""
    function = _innermost(function)
    return getattr(function, "__name__", None) or type(function).__name__


def carried_function(function: Any, args: tuple[Any, ...]) -> Any:
    """Return the script's own function in what a pool sent."""
    if isinstance(function, functools.partial) and _is_carrier(function.func) and function.args and args:
        return function.args[0]
    if _is_carrier(function) and args:
        return args[0][0]
    return function


def mark_submit(lab: Lab, function: Any, flow: int, frame: FrameType) -> None:
    """Mark that a task is handed to a pool."""
    track = lab.threads.track
    if not track.quiet:
        track.mark(Kind.SUBMIT << KIND, lab.sites.name(f"submit {function_name(function)}", frame), flow)


def _innermost(function: Any) -> Any:
    while isinstance(function, functools.partial):
        carries = _is_carrier(function.func) or isinstance(getattr(function.func, "__self__", None), Context)
        function = function.args[0] if carries and function.args else function.func
    return function


def _is_carrier(function: Any) -> bool:
    return getattr(function, "__name__", "") in _CARRIERS
