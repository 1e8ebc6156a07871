"""Facts on how much ran at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from visualiser.trace.facts.fact import Fact
from visualiser.trace.facts.intervals import Intervals, both, covered, in_state, joined
from visualiser.trace.facts.scope import Scope
from visualiser.trace.states import State

if TYPE_CHECKING:
    from visualiser.trace.phases import Phase
    from visualiser.trace.run import Run


@dataclass
class Shares:
    """How long threads were on a core in a stretch of time; all in ns.

    Attributes:
        every: sum over all threads.
        some: time in which at least one thread ran.
        workers: time in which at least one worker ran.
        two: time in which a worker ran and a second thread as well.
        two_of_one: time in which a worker ran and two threads of one process did.
    """

    every: int = 0
    some: int = 0
    workers: int = 0
    two: int = 0
    two_of_one: int = 0

    @property
    def cores_used(self) -> float | None:
        """Mean number of threads that ran while any did; None if none did."""
        return self.every / self.some if self.some else None

    @property
    def overlap_percent(self) -> float | None:
        """Of the time in which a worker ran, the share in which a second thread did as well."""
        return 100 * self.two / self.workers if self.workers else None

    @property
    def overlap_in_process_percent(self) -> float | None:
        """Of the time in which a worker ran, the share in which two threads of one process did."""
        return 100 * self.two_of_one / self.workers if self.workers else None


class Running:
    """Adds up, as a run goes on, how much ran at the same time: in all of it and in each of its phases.

    Attributes:
        whole: since the first line of the script.
    """

    def __init__(self) -> None:
        self.whole = Shares()
        self._phases: dict[int, Shares] = {}  # by start
        self._until = 0

    def in_phase(self, phase: Phase) -> Shares:
        """The same within a phase."""
        return self._phases.get(phase.start, Shares())

    @property
    def progress(self) -> tuple[int, dict[int, Shares]]:
        """Up to when (ns) it is added up, and the shares of every phase by its start."""
        return self._until, dict(self._phases)

    def restore(self, until: int, whole: Shares, phases: dict[int, Shares]) -> None:
        """Go on from what had been added up until then, ns."""
        self._until, self.whole, self._phases = until, whole, phases

    def advance(self, run: Run, scope: Scope) -> None:
        """Add what is new, at a cost that grows with that alone."""
        begin, end = max(self._until, run.start_ns), run.now_ns
        if begin >= end:
            return
        self._until = end
        sets = _sets(scope, begin, end)
        starts = [phase.start for phase in run.phases.all]
        cuts = [begin, *(start for start in starts if begin < start < end), end]
        for piece in pairwise(cuts):
            self._add(sets, *piece, max((start for start in starts if start <= piece[0]), default=0))

    def _add(self, sets: dict[str, Intervals], begin: int, end: int, phase: int) -> None:
        for shares in (self.whole, self._phases.setdefault(phase, Shares())):
            for name, intervals in sets.items():
                setattr(shares, name, getattr(shares, name) + intervals.clipped(begin, end).total)


def _sets(scope: Scope, begin: int, end: int) -> dict[str, Intervals]:
    """By name of a share, the intervals in [begin, end) it is the sum of."""
    by_process: dict[int, list[Intervals]] = {}
    workers: list[Intervals] = []
    for track in scope.threads:
        ran = in_state(track.lane, State.RUN, between=(begin, end))
        by_process.setdefault(track.pid, []).append(ran)
        if track is not scope.main:
            workers.append(ran)
    every = joined(ran for process in by_process.values() for ran in process)
    working = covered(joined(workers))
    shared = [covered(joined(process), 2) for process in by_process.values() if len(process) > 1]
    return {
        "every": every,
        "some": covered(every),
        "workers": working,
        "two": both(covered(every, 2), working),
        "two_of_one": both(covered(joined(shared)), working),
    }


def facts_of_cores(run: Run) -> Iterator[Fact]:
    """How much ran at the same time; nothing where core switches are not told.

    - ``cores_used``: mean number of threads on a core (of all processes, helpers apart), over the time in which at
      least one was.
    - ``overlap_percent``: of the time in which any worker was on a core, the share in which a second thread was as
      well.
    - ``overlap_in_process_percent``: the same for two threads of one process.
    """
    shares = run.running.whole
    yield from _known("cores_used", shares.cores_used, "", "Cores used on average")
    yield from _known("overlap_percent", shares.overlap_percent, "%", "Time with two or more on cores")
    words = "Time with two threads of one process on cores"
    yield from _known("overlap_in_process_percent", shares.overlap_in_process_percent, "%", words)


def facts_of_cores_in_phase(run: Run, phase: Phase) -> Iterator[Fact]:
    """``<slug>_cores_used`` and ``<slug>_overlap_percent``: as for the run, within the phase."""
    shares = run.running.in_phase(phase)
    yield from _known(f"{phase.slug}_cores_used", shares.cores_used, "", f"{phase.title}: cores used")
    yield from _known(
        f"{phase.slug}_overlap_percent", shares.overlap_percent, "%", f"{phase.title}: two or more on cores"
    )


def _known(name: str, value: float | None, unit: str, words: str) -> Iterator[Fact]:
    if value is not None:
        yield Fact(name, value, unit, words)
