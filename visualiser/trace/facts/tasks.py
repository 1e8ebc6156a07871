"""Facts on the tasks that pools and executors ran, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from visualiser.trace.facts.fact import Fact
from visualiser.trace.flows import FlowKind
from visualiser.trace.lane import Times
from visualiser.trace.pending import OPEN

if TYPE_CHECKING:
    from visualiser.trace.run import Run

_NS_PER_MS = 1e6


def facts_of_tasks(run: Run) -> Iterator[Fact]:
    """Tasks of pools, executors and task queues.

    - ``tasks``: tasks that were begun; the chunks of a map are one task each.
    - ``task_workers``, ``task_pids``: how many different threads (a process's main thread is one), and processes, began
      any.
    - ``task_ms``: median time from the begin to the end of those that ended.
    - ``submit_wait_ms``: median time from the submission to the begin.
    - ``out_of_order``: tasks that were done before one that was submitted earlier was done. Absent unless the
      submission of every task is known. The chunks of one map are submitted at once, so none of them is the earlier.
    - ``first_done``: the number, in order of submission and from 1, of the task that was done first; absent if several
      were submitted with it.
    """
    tasks = run.labels.tasks
    yield Fact("tasks", len(tasks), "", "Tasks begun")
    workers = set(tasks.track.view.tolist())
    yield Fact("task_workers", len(workers), "", "Workers that ran tasks")
    yield Fact("task_pids", len({run.tracks[worker].pid for worker in workers}), "", "Processes that ran tasks")
    done = tasks.t1.view > 0
    if done.any():
        lengths = (tasks.t1.view - tasks.t0.view)[done]
        yield Fact("task_ms", float(np.median(lengths)) / _NS_PER_MS, "ms", "Median length of a task")
    started = run.flows.pairs(FlowKind.SUBMIT_START)
    if len(started):
        waits = started.t1 - started.t0
        yield Fact("submit_wait_ms", float(np.median(waits)) / _NS_PER_MS, "ms", "Median wait from submit to start")
    yield from _order_facts(run)


@dataclass
class _Order:
    """Tasks in order of submission: when each was submitted and done (OPEN if it is not), in ns."""

    submitted: Times
    done: Times


def _order_facts(run: Run) -> Iterator[Fact]:
    order = _order_of(run)
    if order is None or not (order.done != OPEN).any():
        return
    first_of_group = order.submitted.searchsorted(order.submitted, "left")
    latest = np.append(0, np.maximum.accumulate(order.done))
    late = order.done < latest[first_of_group]
    yield Fact("out_of_order", int(late.sum()), "", "Tasks done out of order")
    first = int(order.done.argmin())
    together = int((order.submitted == order.submitted[first]).sum())
    if together == 1:
        yield Fact("first_done", first + 1, "", "Done first: number in order of submission")


def _order_of(run: Run) -> _Order | None:
    """None if the submission of a task is not known. A task that was never begun is never done."""
    tasks = run.labels.tasks
    submissions = run.flows.submissions()
    flows, starts = submissions["flow"], submissions["t"]
    by_flow = np.argsort(flows, kind="stable")
    place = _places(flows[by_flow], tasks.value.view)
    if place is None or not len(tasks):
        return None
    submitted = starts[by_flow][place]
    done = np.where(tasks.t1.view == 0, OPEN, tasks.t1.view)
    never = starts[~np.isin(flows, tasks.value.view)]
    submitted, done = np.concatenate((submitted, never)), np.concatenate((done, np.full(len(never), OPEN)))
    order = np.argsort(submitted, kind="stable")
    return _Order(submitted[order], done[order])


def _places(known: Times, wanted: Times) -> npt.NDArray[np.intp] | None:
    """Where each of ``wanted`` is in ``known``, which is sorted; None if one is not there."""
    if not len(known):
        return None
    place = np.minimum(known.searchsorted(wanted), len(known) - 1)
    return place if (known[place] == wanted).all() else None
