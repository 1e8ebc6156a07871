"""Facts on how much ran at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from visualiser.trace.facts.fact import Fact
from visualiser.trace.facts.intervals import Intervals, both, covered, in_state, joined
from visualiser.trace.facts.scope import Scope
from visualiser.trace.states import State

if TYPE_CHECKING:
    from visualiser.trace.run import Run


class Running:
    """When the threads of a run were on a core.

    Attributes:
        every: intervals of all threads, one set for all.
        workers: when at least one worker ran.
        two: when at least two threads ran, one of them a worker.
        two_of_one: the same for two threads of one process.
    """

    def __init__(self, scope: Scope) -> None:
        runs = {track.id: in_state(track.lane, State.RUN) for track in scope.threads}
        main = -1 if scope.main is None else scope.main.id
        self.every = joined(runs.values())
        self.workers = covered(joined(some for track, some in runs.items() if track != main))
        self.two = both(covered(self.every, 2), self.workers)
        by_process: dict[int, list[Intervals]] = {}
        for track in scope.threads:
            by_process.setdefault(track.pid, []).append(runs[track.id])
        shared = [covered(joined(some), 2) for some in by_process.values() if len(some) > 1]
        self.two_of_one = both(covered(joined(shared)), self.workers)

    def cores_used(self, begin: int, end: int) -> float | None:
        """Mean number of threads that ran in [begin, end), of the time in which any did; None if none did."""
        some = self.every.clipped(begin, end)
        return some.total / covered(some).total if len(some) else None

    def overlap_percent(self, begin: int, end: int) -> float | None:
        """Of the time in [begin, end) in which a worker ran, the share in which a second thread did as well."""
        return _share(self.two, self.workers, begin, end)

    def overlap_in_process_percent(self, begin: int, end: int) -> float | None:
        """Of the time in [begin, end) in which a worker ran, the share in which two threads of one process did."""
        return _share(self.two_of_one, self.workers, begin, end)


def facts_of_cores(run: Run, running: Running | None) -> Iterator[Fact]:
    """How much ran at the same time; nothing where core switches are not told.

    - ``cores_used``: mean number of threads on a core (of all processes, helpers apart), over the time in which at
      least one was.
    - ``overlap_percent``: of the time in which any worker was on a core, the share in which a second thread was
      as well.
    - ``overlap_in_process_percent``: the same for two threads of one process.
    """
    if running is None:
        return
    begin, end = run.start_ns, run.now_ns
    for name, value, unit, words in (
        ("cores_used", running.cores_used(begin, end), "", "Cores used on average"),
        ("overlap_percent", running.overlap_percent(begin, end), "%", "Time with two or more on cores"),
        (
            "overlap_in_process_percent",
            running.overlap_in_process_percent(begin, end),
            "%",
            "Time with two threads of one process on cores",
        ),
    ):
        if value is not None:
            yield Fact(name, value, unit, words)


def _share(part: Intervals, whole: Intervals, begin: int, end: int) -> float | None:
    total = whole.clipped(begin, end).total
    return 100 * part.clipped(begin, end).total / total if total else None
