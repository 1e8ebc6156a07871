"""Facts on the steps of asyncio's tasks and on what a task queue's events tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from visualiser.lab.layout import Kind
from visualiser.trace.facts.fact import Fact
from visualiser.trace.facts.marks import count_marks

if TYPE_CHECKING:
    from visualiser.trace.run import Run

_NS_PER_MS = 1e6
_TOLD = {
    "received": (Kind.RECEIVED, "Tasks received"),
    "succeeded": (Kind.SUCCEEDED, "Tasks succeeded"),
    "failed": (Kind.FAILED, "Tasks failed"),
    "retried": (Kind.RETRIED, "Tasks tried again"),
}


def facts_of_steps(run: Run) -> Iterator[Fact]:
    """Steps of asyncio's tasks: what a task does between two awaits that really wait.

    - ``steps``: how many there were.
    - ``longest_step_ms``, ``longest_step_task``: the longest one, and its task: for so long nothing else could go on in
      that event loop.
    """
    yield Fact("steps", run.async_tasks.steps, "", "Steps of tasks")
    longest = run.async_tasks.longest
    if longest is not None:
        length, track = longest
        yield Fact("longest_step_ms", length / _NS_PER_MS, "ms", "Longest step, the loop's longest stall")
        yield Fact("longest_step_task", track.name, "", "Task of the longest step")


def facts_of_task_queue(run: Run) -> Iterator[Fact]:
    """What a task queue's own events tell; nothing where there is none.

    - ``sent``: tasks handed over by the script.
    - ``received``, ``succeeded``, ``failed``, ``retried``: as its workers told.
    - ``hosts``: how many different host names its workers have.
    """
    counts = {name: count_marks(run, kind) for name, (kind, _) in _TOLD.items()}
    if not any(counts.values()):
        return
    yield Fact("sent", count_marks(run, Kind.SUBMIT), "", "Tasks sent")
    for name, (_, words) in _TOLD.items():
        yield Fact(name, counts[name], "", words)
    if run.remote_workers.hosts:
        yield Fact("hosts", len(run.remote_workers.hosts), "", "Host names of workers")
