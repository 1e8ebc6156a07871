"""Observes the tasks of ``asyncio``: when each becomes ready, runs a step, and what it awaits in between.

Whenever a task can go on, its event loop makes a ``Handle`` whose callback is a method of that task. Such a handle, and
no other, becomes a ``WatchedHandle``: its making is the moment from which the task waits for the loop, its ``_run`` is
one step.
"""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import itertools
from types import ModuleType

from ..calls import hide_frame
from ..lab import Lab
from ..layout import Kind
from ..recorder import DEPTH, KIND, Track
from .asyncio_awaits import Awaits
from .asyncio_eager import EagerTasks
from .asyncio_watch import WATCH, Watch, name_of

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any

MOST_TASKS = 300
_STEP, _WAIT = Kind.STEP << KIND, Kind.TASK_WAIT << KIND
_READY, _DONE, _DUE = Kind.TASK_READY << KIND, Kind.TASK_DONE << KIND, Kind.TASK_DUE << KIND
# The methods of a task that its loop calls; the one that C makes for a step has no name.
_STEPS = {None, "task_wakeup", "__step", "__wakeup"}


def install(module: ModuleType, lab: Lab) -> None:
    """Watch the tasks of all event loops that use asyncio's own handles; ``module`` is ``asyncio.tasks``."""
    tasks = Tasks(module, lab)
    _watch_handles(module.events.Handle, tasks, lab)
    make = getattr(module, "create_eager_task_factory", None)
    if make is not None:
        eager = EagerTasks(tasks, lab)
        module.eager_task_factory = eager.watch(module.eager_task_factory)  # type: ignore[attr-defined]
        module.create_eager_task_factory = eager.watch_maker(make)  # type: ignore[attr-defined]


def _watch_handles(base: Any, tasks: Tasks, lab: Lab) -> None:
    run, threads = base._run, lab.threads

    class WatchedHandle(base):  # type: ignore[misc]
        __slots__ = ("_visualiser_watch",)

        def _run(self) -> None:
            track = threads.track
            watch, task = self._visualiser_watch, getattr(self._callback, "__self__", None)
            if track.quiet or track.step is not None or task is None:  # a loop within a step: its steps would overlap
                run(self)
                return
            tasks.begin(watch, task, track)
            try:
                run(self)
            except BaseException as error:
                hide_frame(error)
                raise
            finally:
                tasks.end(watch, task, track)

    def __new__(cls: Any, *args: Any, **options: Any) -> Any:
        watch = tasks.ready(args[0]) if cls is base and args else None
        if watch is None:
            return object.__new__(cls)
        handle = object.__new__(WatchedHandle)
        handle._visualiser_watch = watch
        return handle

    WatchedHandle.__name__ = WatchedHandle.__qualname__ = "Handle"
    WatchedHandle.__module__ = base.__module__
    base.__new__ = __new__


class Tasks:
    """All tasks of this process. ``being_made``: those that start eagerly, by the id of their coroutine."""

    def __init__(self, module: Any, lab: Lab) -> None:
        self._lab = lab
        self._threads = lab.threads
        self._type = tuple({module.Task, module._PyTask})
        self._awaits = Awaits(lab, self._type)
        self._numbers = itertools.count(1)
        self._pid = 0
        self._failed = False
        self.being_made: dict[int, Watch] = {}

    def ready(self, callback: Any) -> Watch | None:
        """Return the watch of the task whose next step ``callback`` is, None if it is anything else."""
        try:
            task = getattr(callback, "__self__", None)
            if not isinstance(task, self._type) or getattr(callback, "__name__", None) not in _STEPS:
                return None
            watch: Watch = getattr(task, WATCH, None) or self._meet(task)
            track = self._threads.track
            if watch.number and not track.quiet:
                track.mark(_READY, 0, watch.number)
            watch.ready = True
            return watch
        except Exception as error:
            self._fail(error)
            return None

    def new(self, coro: Any, title: str) -> Watch:
        """Number a task that runs ``coro`` and tell of it, up to as many as a window can show."""
        if self._pid != self._lab.recorder.pid:  # a forked child counts its own tasks
            self._pid, self._numbers = self._lab.recorder.pid, itertools.count(1)
        number = next(self._numbers)
        watch = Watch(number if number <= MOST_TASKS else 0, coro)
        if number == MOST_TASKS + 1:
            text = f"More than {MOST_TASKS} tasks of asyncio: the later ones have no line of their own."
            self._lab.story.tell("note", text=text)
        self.name(watch, title)
        return watch

    def name(self, watch: Watch, title: str) -> None:
        """Tell what a task is called; asyncio may name it after it has made it."""
        watch.title = title
        named = f"{title} {watch.label}" if watch.number and title else watch.label
        file, line = watch.file, watch.line
        watch.name = self._lab.story.name(named, file, line)
        if watch.number:
            helper = watch.is_helper(file is not None and self._lab.sites.is_library(file))
            facts = {"name": title, "label": watch.label, "file": file, "line": line, "helper": helper}
            self._lab.story.tell("async_task", number=watch.number, chain=self._threads.track.chain, **facts)

    def begin(self, watch: Watch, task: Any, track: Track) -> None:
        """A step begins: what the task awaited is over."""
        if not watch.begun:
            watch.begun = True
            if name_of(task) != watch.title:
                self.name(watch, name_of(task))
        track.step = watch
        watch.ready = False
        watch.step = words, at = track.begin(_STEP, watch.name, watch.number)
        if watch.wait is not None:
            before, place = watch.wait
            before[place] = words[at - 1]
            watch.wait = None

    def end(self, watch: Watch, task: Any, track: Track) -> None:
        """The step is over: the task is done, awaits something, or is ready again already."""
        if track.step is not watch or watch.step is None:  # this is a child that was forked in the step
            return
        over = task.done()
        silent = not watch.number or (watch.ready and not over)
        kind, name, due = (0, 0, 0) if silent else self._why(task, over)
        if over:
            self.close(watch, track, name)
        elif silent:
            self._end_step(watch, track)
        else:
            self.suspend(watch, track, kind, name, due)

    def suspend(self, watch: Watch, track: Track, kind: int, name: int, due: int = 0) -> None:
        """End the step and open the record of what the task waits for, until ``due`` (ns) if that is known."""
        since = self._end_step(watch, track)
        if watch.number:
            words, at = watch.wait = track.begin(_WAIT | kind << DEPTH, name, watch.number)
            words[at - 1] = since
            if due > since:
                words, at = track.begin(_DUE, 0, watch.number)
                words[at - 1], words[at] = since, due

    def close(self, watch: Watch, track: Track, outcome: int) -> None:
        """End the step, the last one of its task; ``outcome`` is a name."""
        until = self._end_step(watch, track)
        if watch.number:
            track.mark(_DONE, outcome, watch.number, when=until)

    def _end_step(self, watch: Watch, track: Track) -> int:
        """Return when the step ended, ns."""
        step, watch.step, track.step = watch.step, None, None
        if step is None:
            return 0
        track.end(step)
        return step[0][step[1]]

    def _why(self, task: Any, over: bool) -> tuple[int, int, int]:
        """Return what a task awaits, as ``Awaits.of`` does; of one that is over, the name of its outcome."""
        try:
            return (0, self._lab.story.name(_outcome(task)), 0) if over else self._awaits.of(task)
        except Exception as error:
            self._fail(error)
            return 0, 0, 0

    def _meet(self, task: Any) -> Watch:
        eager = self.being_made.get(id(task.get_coro())) if self.being_made else None
        if eager is not None:
            return eager
        setattr(task, WATCH, None)  # first, for a task that refuses it should take no number
        watch = self.new(task.get_coro(), name_of(task))
        setattr(task, WATCH, watch)
        return watch

    def _fail(self, error: Exception) -> None:
        if not self._failed:
            self._failed = True
            self._lab.story.tell("note", text=f"Some tasks of asyncio are not fully observed: {error!r}")


def _outcome(task: Any) -> str:
    if task.cancelled():
        return "cancelled"
    error = task._exception  # exception() would tell asyncio that somebody has seen it
    return "done" if error is None else type(error).__name__
