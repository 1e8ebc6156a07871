"""Observes tasks of asyncio that run their first step while they are being made, amidst a step of another task."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import functools

from ..lab import Lab
from ..layout import Kind
from ..recorder import Track
from .asyncio_watch import WATCH, Watch, name_of

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .asyncio_tasks import Tasks


class EagerTasks:
    """Splits the step of the task that makes another: it waits while the new one runs."""

    def __init__(self, tasks: Tasks, lab: Lab) -> None:
        self._tasks = tasks
        self._lab = lab

    def watch_maker(self, make: Callable[..., Any]) -> Any:
        """Wrap what makes factories of eager tasks."""

        @functools.wraps(make)
        def create_eager_task_factory(*args: Any, **options: Any) -> Any:
            return self.watch(make(*args, **options))

        return create_eager_task_factory

    def watch(self, factory: Callable[..., Any]) -> Any:
        """Wrap a factory of eager tasks."""
        threads = self._lab.threads

        @functools.wraps(factory)
        def make(loop: Any, coro: Any, **options: Any) -> Any:
            track = threads.track
            outer = track.step
            if track.quiet or not isinstance(outer, Watch) or outer.step is None or not hasattr(coro, "send"):
                return factory(loop, coro, **options)
            watch = self._pause(outer, coro, track)
            task = None
            try:
                task = factory(loop, coro, **options)
                return task
            finally:
                del self._tasks.being_made[id(coro)]
                self._go_on(outer, watch, task, track)

        return make

    def _pause(self, outer: Watch, coro: Any, track: Track) -> Watch:
        watch = self._tasks.new(coro, "")
        watch.begun = True
        self._tasks.suspend(outer, track, Kind.FUTURE, self._lab.story.name(f"start {watch.label}"))
        self._tasks.begin(watch, coro, track)
        self._tasks.being_made[id(coro)] = watch
        return watch

    def _go_on(self, outer: Watch, watch: Watch, task: Any, track: Track) -> None:
        if task is None:  # there is no such task after all
            self._tasks.close(watch, track, self._lab.story.name("failed"))
        else:
            setattr(task, WATCH, watch)
            self._tasks.name(watch, name_of(task))
            self._tasks.end(watch, task, track)
        if track.step is None:
            ready = outer.ready
            self._tasks.begin(outer, None, track)
            outer.ready = ready
