"""Finds out what a suspended asyncio task waits for, and the user's line of its ``await``."""

# ruff: noqa: ANN401 - a script may await anything

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from types import AsyncGeneratorType, CoroutineType, FrameType, GeneratorType

from ..lab import Lab
from ..layout import Kind
from .asyncio_watch import name_of
from .workers import function_name

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any

Reason = tuple[int, str]  # kind of wait, 0 if not known; label

# Where a suspended function keeps its frame and what it awaits in turn.
_PARTS: dict[type, tuple[str, str]] = {
    CoroutineType: ("cr_frame", "cr_await"),
    GeneratorType: ("gi_frame", "gi_yieldfrom"),
    AsyncGeneratorType: ("ag_frame", "ag_await"),
}
# Objects of C between two of those; they tell nobody what they hold, but the garbage collector.
_ENVELOPES = {"async_generator_asend", "async_generator_athrow", "coroutine_wrapper", "anext_awaitable"}
_DEEPEST = 100

_LOCKS = {
    "Lock": Kind.LOCK,
    "Semaphore": Kind.SEM,
    "BoundedSemaphore": Kind.SEM,
    "Event": Kind.EVENT,
    "Condition": Kind.COND,
    "Barrier": Kind.BARRIER,
}
_QUEUES = {"get": Kind.QUEUE_GET, "put": Kind.QUEUE_PUT, "join": Kind.COND}
_NETWORK = {"base_events", "selector_events", "proactor_events", "unix_events", "windows_events"}
_FUTURE = "_visualiser_future"


def label_future(future: Any, label: str) -> None:
    """Say what a future stands for, as far as it can carry that."""
    try:
        setattr(future, _FUTURE, label)
    except (AttributeError, TypeError):
        return


class Awaits:
    """Tells what suspended tasks wait for; ``task_type``: the classes of asyncio's tasks."""

    def __init__(self, lab: Lab, task_type: tuple[type, ...]) -> None:
        self._lab = lab
        self._task_type = task_type
        self._sleep = (int(Kind.SLEEP), "asyncio.sleep")

    def of(self, task: Any) -> tuple[int, int, int]:
        """Return the kind of wait, the name of what ``task`` awaits, and when it is due.

        The name is that of the innermost line of the user's. The time is in ns, 0 where there is none to be known.
        """
        user, library = self._follow(task.get_coro())
        kind, label = self._reason(library, task)
        due = _due(library[-1], task) if kind == Kind.SLEEP and library else 0
        return kind, self._lab.sites.name(label, user), due

    def _follow(self, node: Any) -> tuple[FrameType | None, list[FrameType]]:
        """Return the innermost user's frame of a chain of awaits, and the library's frames below it."""
        user: FrameType | None = None
        library: list[FrameType] = []
        is_library = self._lab.sites.is_library
        for _ in range(_DEEPEST):
            parts = _PARTS.get(type(node))
            if parts is None:
                node = _content(node)
                if node is None:
                    break
                continue
            frame: FrameType | None = getattr(node, parts[0])
            if frame is not None:
                if is_library(frame.f_code.co_filename):
                    library.append(frame)
                else:
                    user, library = frame, []
            node = getattr(node, parts[1])
        return user, library

    def _reason(self, library: list[FrameType], task: Any) -> Reason:
        wrapped = False
        for frame in library:
            module, name = frame.f_globals.get("__name__", ""), frame.f_code.co_name
            if module == "asyncio.tasks" and name == "sleep":
                return self._sleep
            if module == "asyncio.tasks" and name == "wait_for":
                wrapped = True  # what it waits for is further inside, from 3.12 on
                continue
            known = self._known(module, name, frame) if module.startswith("asyncio.") else None
            if known is not None:
                return known
        found = self._awaited_future(task._fut_waiter)
        if found is not None:
            return found
        if wrapped:
            return Kind.FUTURE, "asyncio.wait_for"
        if library:
            return 0, library[0].f_code.co_name
        return (Kind.FUTURE, "await future") if task._fut_waiter is not None else (0, "await")

    def _awaited_future(self, future: Any) -> Reason | None:
        """Return what a future stands for, None if it tells nothing."""
        label = getattr(future, _FUTURE, None)
        if label is not None:
            return Kind.FUTURE, label
        if isinstance(future, self._task_type):
            return Kind.FUTURE, f"await {name_of(future)}"
        return (Kind.FUTURE, "gather") if type(future).__name__ == "_GatheringFuture" else None

    def _known(self, module: str, name: str, frame: FrameType) -> Reason | None:
        """Return what a function of asyncio waits for, None if that is decided further inside."""
        tail = module.partition(".")[2]
        decide = _MODULES.get(tail)
        if decide is not None:
            return decide(self._lab, name, frame)
        return (Kind.IO, name) if tail in _NETWORK else None


def _due(frame: FrameType, task: Any) -> int:
    """Return when the timer of ``asyncio.sleep`` is due, in ns of the records' clock."""
    timer: Any = frame.f_locals.get("h")
    if not hasattr(timer, "when"):
        return 0
    return time.perf_counter_ns() + int((timer.when() - task.get_loop().time()) * 1e9)


def _content(node: Any) -> Any:
    if type(node).__name__ not in _ENVELOPES:
        return None
    return next((inner for inner in gc.get_referents(node) if type(inner) in _PARTS), None)


def _in_locks(lab: Lab, name: str, frame: FrameType) -> Reason | None:
    thing = frame.f_locals.get("self") if name in ("acquire", "wait", "wait_for") else None
    for cls in type(thing).__mro__:
        if cls.__module__ == "asyncio.locks" and cls.__name__ in _LOCKS:
            return _LOCKS[cls.__name__], lab.label(thing, f"asyncio.{cls.__name__}")
    return None


def _in_queues(lab: Lab, name: str, frame: FrameType) -> Reason | None:
    if name not in _QUEUES:
        return None
    return _QUEUES[name], f"{lab.label(frame.f_locals.get('self'), 'asyncio.Queue')} {name}"


def _in_tasks(lab: Lab, name: str, frame: FrameType) -> Reason | None:
    if name == "wait":
        return Kind.FUTURE, "asyncio.wait"
    return (Kind.FUTURE, "as_completed") if name in ("_wait_for_one", "__anext__") else None


def _in_threads(lab: Lab, name: str, frame: FrameType) -> Reason | None:
    return Kind.FUTURE, f"to_thread {function_name(frame.f_locals.get('func'))}"


def _in_streams(lab: Lab, name: str, frame: FrameType) -> Reason | None:
    return Kind.IO, f"stream.{name}" if type(frame.f_locals.get("self")).__name__.startswith("Stream") else name


def _in_subprocess(lab: Lab, name: str, frame: FrameType) -> Reason | None:
    return Kind.PROC, f"subprocess.{name}"


def _in_task_groups(lab: Lab, name: str, frame: FrameType) -> Reason | None:
    return Kind.FUTURE, "TaskGroup"


def _in_base_events(lab: Lab, name: str, frame: FrameType) -> Reason | None:
    if name == "getaddrinfo":
        return Kind.IO, f"look up {frame.f_locals.get('host')}"
    if name == "shutdown_default_executor":
        return Kind.JOIN, name
    return (Kind.PROC if name.startswith("subprocess_") else Kind.IO), name


_MODULES: dict[str, Callable[[Lab, str, FrameType], Reason | None]] = {
    "locks": _in_locks,
    "queues": _in_queues,
    "tasks": _in_tasks,
    "threads": _in_threads,
    "streams": _in_streams,
    "subprocess": _in_subprocess,
    "taskgroups": _in_task_groups,
    "base_events": _in_base_events,
}
