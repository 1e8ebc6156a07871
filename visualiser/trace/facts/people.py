"""Facts on who took part: processes, threads, tasks of asyncio, and what befell them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from visualiser.trace.facts.fact import Fact
from visualiser.trace.facts.scope import Scope

if TYPE_CHECKING:
    from visualiser.trace.run import Run


def facts_of_people(run: Run, scope: Scope) -> Iterator[Fact]:
    """Who took part.

    - ``pids``: distinct processes that ran the script's work, the root included; not those that multiprocessing runs
      for itself (resource tracker, fork server).
    - ``processes``: the same without the root.
    - ``threads``: threads beside the main threads of all processes, helpers of libraries left out.
    - ``async_tasks``: tasks of asyncio.
    - ``workers``: all tracks but the root's main thread and helpers.
    - ``errors``: exceptions that nobody caught, in any process or thread.
    - ``killed``: child processes whose parent learned that a signal ended them, other than the SIGTERM a Pool sends.
    """
    if not scope.processes:
        return
    root = sum(process.is_root for process in scope.processes)
    yield Fact("pids", len(scope.processes), "", "Processes, the first included")
    yield Fact("processes", len(scope.processes) - root, "", "Child processes")
    yield Fact("threads", len(scope.of_kind("thread")), "", "Threads started")
    yield Fact("async_tasks", len(scope.of_kind("task")), "", "Tasks of asyncio")
    yield Fact("workers", len(scope.workers), "", "Workers")
    yield Fact("errors", run.errors, "", "Uncaught exceptions")
    yield Fact("killed", sum(process.was_killed for process in run.processes.values()), "", "Children killed")
