"""How long a core served the run's own threads, from one moment to the next."""

from __future__ import annotations

import math

import numpy as np

from visualiser.trace.column import Column

FREE, OURS, UNKNOWN = 0, 1, 2


class CoreUse:
    """What one core does for the run, consumed in order of time; at most one thread is on a core at any moment."""

    def __init__(self) -> None:
        self._t: Column[np.int64] = Column(np.int64)
        self._what: Column[np.uint8] = Column(np.uint8)
        self._now: int | None = None  # what it does where the waiting rows begin; None: nothing was told yet

    def take(self, t: list[int], what: list[int]) -> None:
        """Add moments (ns, ascending) from which on it is FREE of our threads, OURS, or nobody can tell (UNKNOWN)."""
        if self._now is None and t:
            self._now = OURS if what[0] == FREE else FREE  # somebody left it: there the thread had been
        self._t.append(np.array(t, np.int64))
        self._what.append(np.array(what, np.uint8))

    def consume(self, begin: int, end: int) -> float:
        """Time (ns) it served the run in [begin, end), NaN if that is not known; forgets what lies before ``end``."""
        moments = np.maximum.accumulate(np.clip(self._t.view, begin, None))
        take = int(moments.searchsorted(np.int64(end), "left"))
        cuts = np.concatenate(([begin], moments[:take], [end]))
        what = np.concatenate(([self._now or FREE], self._what.view[:take]))
        lengths = np.diff(cuts)
        rest_t, rest_what = self._t.view[take:].copy(), self._what.view[take:].copy()
        self._t, self._what = Column(np.int64), Column(np.uint8)
        self._t.append(rest_t)
        self._what.append(rest_what)
        if take:
            self._now = int(what[-1])
        return math.nan if lengths[what == UNKNOWN].any() else float(lengths[what == OURS].sum())
