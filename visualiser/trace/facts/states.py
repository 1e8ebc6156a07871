"""Facts on what the tracks did with their time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from visualiser.trace.facts.fact import Fact
from visualiser.trace.facts.scope import Scope
from visualiser.trace.states import State
from visualiser.trace.track import NS

if TYPE_CHECKING:
    from visualiser.trace.run import Run

WORDS = {
    State.RUN: "on a core",
    State.GIL: "waiting for the GIL",
    State.CORE: "waiting for a core",
    State.SLEEP: "asleep",
    State.LOCK: "waiting for a lock",
    State.COND: "waiting for a condition",
    State.EVENT: "waiting for an event",
    State.SEM: "waiting for a semaphore",
    State.BARRIER: "waiting at a barrier",
    State.QUEUE: "waiting at a queue",
    State.JOIN: "waiting for a thread or a result",
    State.IO: "waiting for data",
    State.PROC: "waiting for a process",
    State.IDLE: "without a task",
    State.LOOP: "waiting for the event loop",
    State.UNKNOWN: "blocked, reason unknown",
}
# What only core switches tell.
_SAMPLED = {State.RUN, State.GIL, State.CORE, State.UNKNOWN}


def facts_of_states(run: Run, scope: Scope) -> Iterator[Fact]:
    """Seconds in each state: ``<state>_s`` is the sum over all workers, ``main_<state>_s`` the root's main thread's.

    Where core switches are not told, those states are absent that only they tell. ``loop_s`` is known where there are
    tasks of asyncio. The run itself: ``wall_s``, seconds from the first line of the script to its end.

    All of that together: ``lives_s``, the seconds that workers lived, added up, and ``run_percent``, the share of them
    in which the worker was on a core.
    """
    if run.start_ns:
        yield Fact("wall_s", scope.wall_ns / NS, "s", "Wall time")
    for state, words in WORDS.items():
        if not _is_known(state, run, scope):
            continue
        name = f"{state.name.lower()}_s"
        yield Fact(name, sum(track.lane.total(state) for track in scope.workers) / NS, "s", f"Workers {words}")
        if scope.main is not None and state is not State.LOOP:
            yield Fact(f"main_{name}", scope.main.lane.total(state) / NS, "s", f"Main thread {words}")
    yield from _lives(run, scope)


def _lives(run: Run, scope: Scope) -> Iterator[Fact]:
    lived = sum(track.lane.total(state) for track in scope.workers for state in State if state is not State.NONE)
    if not lived:
        return
    yield Fact("lives_s", lived / NS, "s", "Workers alive")
    if run.sampled:
        ran = sum(track.lane.total(State.RUN) for track in scope.workers)
        yield Fact("run_percent", 100 * ran / lived, "%", "Of the workers' lives on a core")


def _is_known(state: State, run: Run, scope: Scope) -> bool:
    if state is State.LOOP:
        return bool(scope.of_kind("task"))
    return run.sampled or state not in _SAMPLED
