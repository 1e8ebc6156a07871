"""Load of every core over time, as sampled, and what of it the run's own threads are."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from visualiser.trace.column import Column
from visualiser.trace.core_logs import CoreLogs
from visualiser.trace.lane import Times

Percent = npt.NDArray[np.float32]
_PATIENCE_NS = 2_000_000_000  # how long a sample waits for the switches of its time


class Loads:
    """Samples of all cores: ``t`` in ns and, for each, the percentage of each core since the sample before.

    A sample is the difference of two counters of the system, which many systems advance in steps of 10 ms: of a core
    that was busy throughout it may say 95 %, and of many short turns nothing at all. What the run's threads used is the
    sum of their stays on the core, exact to the microsecond. Where that is more than the sample says, the sample is
    too low and is raised to it; so *ours* is never more than the load, and everything else is the rest, never negative.
    Sums over many samples (``others_percent``) are taken before anything is raised, for there the steps even out.
    """

    def __init__(self, logs: CoreLogs | None = None) -> None:
        self._logs = logs
        self._t: Column[np.int64] = Column(np.int64)
        self._cores: list[Column[np.float32]] = []
        self._ours: list[Column[np.float32]] = []
        self._known_ns = 0.0  # of all cores together
        self._others_ns = 0.0

    def __len__(self) -> int:
        return self._t.size

    @property
    def t(self) -> Times:
        """Time of every sample, ns."""
        return self._t.view

    @property
    def cores(self) -> int:
        """Number of cores, 0 before the first sample."""
        return len(self._cores)

    @property
    def shared(self) -> int:
        """Number of samples, from the first, whose share of the run has been worked out: known, or known not to be."""
        return self._ours[0].size if self._ours else 0

    @property
    def others_percent(self) -> float | None:
        """Share (0 … 100) of all cores' time that went to everything else; None where nothing is known of it."""
        return max(100 * self._others_ns / self._known_ns, 0.0) if self._known_ns else None

    def percent(self, core: int) -> Percent:
        """Load of one core at every sample, 0 … 100."""
        return self._cores[core].view

    def ours(self, core: int) -> Percent:
        """What of it the run's threads are, 0 … ``percent``, for the first ``shared`` samples; NaN if not known."""
        return self._ours[core].view

    @property
    def sums_ns(self) -> tuple[float, float]:
        """Time of all cores that is accounted for, and what of it went to everything else, ns."""
        return self._known_ns, self._others_ns

    def restore(self, t: Times, percent: Percent, ours: Percent, sums_ns: tuple[float, float]) -> None:
        """A run that is over had these samples; ``percent`` and ``ours``: one row a sample, one column a core."""
        self._t.append(t)
        for cores, samples in ((self._cores, percent), (self._ours, ours)):
            for core in range(samples.shape[1]):
                cores.append(Column(np.float32))
                cores[-1].append(samples[:, core])
        self._known_ns, self._others_ns = sums_ns

    def extend(self, samples: Iterable[tuple[int, tuple[float, ...]]], told_until: int = 0) -> None:
        """Add samples; one with another number of cores than the first is left out.

        Args:
            samples: time in ns and the percentage of each core.
            told_until: ns; all core switches before it have been told. What comes later is worked out later.
        """
        for when, percent in samples:
            if not self._cores:
                self._cores = [Column(np.float32) for _ in percent]
                self._ours = [Column(np.float32) for _ in percent]
            if len(percent) != len(self._cores):
                continue
            self._t.append(when)
            for column, value in zip(self._cores, percent, strict=True):
                column.append(value)
        while self.shared < len(self) and self._t.view[self.shared] <= told_until:
            self._share(self.shared)
        # Where nothing is told any more, or far too late, the sample stands for all.
        while self.shared < len(self) and self._t.view[self.shared] < self._t.view[-1] - _PATIENCE_NS:
            self._give_up()

    def finish(self, told: bool) -> None:
        """No more samples will come; ``told``: all switches of the run have been."""
        while self.shared < len(self):
            if told:
                self._share(self.shared)
            else:
                self._give_up()

    def _give_up(self) -> None:
        for ours in self._ours:
            ours.append(math.nan)

    def _share(self, number: int) -> None:
        """Work out what of a sample is the run's."""
        logs, end = self._logs, int(self._t.view[number])
        begin = int(self._t.view[number - 1]) if number else (logs.begin if logs else end)
        told = self._is_told(begin, end)
        for core, (load, ours) in enumerate(zip(self._cores, self._ours, strict=True)):
            used = logs.used(core, begin, end) if logs is not None and told else math.nan
            ours.append(used if math.isnan(used) else self._settle(load.view[number:], used, end - begin))

    def _settle(self, load: Percent, used: float, passed: int) -> float:
        """Raise the first of the ``load`` to what was used (ns) where that is more; returns our percentage."""
        percent = min(100 * used / passed, 100.0)
        self._known_ns += passed
        self._others_ns += (float(load[0]) - percent) / 100 * passed
        load[0] = max(float(load[0]), percent)
        return float(load[0]) if percent >= load[0] else percent  # in the samples' own precision, never above

    def _is_told(self, begin: int, end: int) -> bool:
        """Not before the first switch; and where some cores are switched off, their numbers are not the samples'."""
        logs = self._logs
        if logs is None or not logs.told:
            return False
        return logs.begin <= begin < end and all(core < len(self._cores) for core in logs.cores)
