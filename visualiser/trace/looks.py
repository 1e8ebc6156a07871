"""What looks from outside found of one thread, held against what the thread itself told.

What a look found before a wait says nothing of the wait, and its end the thread tells itself: in the one nothing is
known until the next look, after the other it runs, unless turns are too short to be told apart. Looks are taken all the
time, but only changes are told: if a thread was found waiting for the GIL, and nothing else is told for a while after
such a moment, it waits for the GIL again.
"""

from __future__ import annotations

import numpy as np

from visualiser.lab.layout import Seen
from visualiser.trace.lane import Codes, Times
from visualiser.trace.pending import OPEN, Columns, Instants

_NOT_YET, _RUN, _GIL, _READY = 0, int(Seen.RUN), int(Seen.GIL), int(Seen.READY)
AGAIN_NS = 4_000_000  # by then a thread that wants the GIL has been looked at again


class Looks:
    """Pending looks of one thread, consumed in order of time.

    Attributes:
        any: there was one.
    """

    def __init__(self) -> None:
        self.any = False
        self._pending = Instants(_NOT_YET)
        self._last = _NOT_YET  # what the last look that is folded found
        self._edge = -AGAIN_NS  # when the thread last began or ended a wait, ns
        self._folded = -AGAIN_NS  # everything before it is, ns

    def add(self, t: list[int], seen: list[int]) -> None:
        """Take in later ones."""
        self.any = self.any or bool(t)
        self._pending.add(t, seen)

    def steps(self, end: int, waits: Columns) -> tuple[Times, Codes]:
        """From when on what is known by looks, up to ``end`` (ns); what holds before the first is ``now``."""
        t, seen = self._pending.before(end)
        again = self._again(t, seen, waits)
        starts, ends = (edges[edges >= self._folded] for edges in (waits.start, waits.end))
        moments = np.concatenate((t, starts, ends, again))
        lengths = [len(t), len(starts), len(ends), len(again)]
        found = np.append(self._last, seen)[np.searchsorted(t, ends, "right")]
        after = np.where(found == _READY, _READY, _RUN)
        codes = np.concatenate((seen, np.repeat(_NOT_YET, lengths[1]), after, np.repeat(_GIL, lengths[3])))
        # At one moment the look counts least: it was taken before the thread told more.
        order = np.lexsort((np.repeat([0, 2, 1, 0], lengths), moments))
        return moments[order], codes[order].astype(np.uint8)

    @property
    def now(self) -> int:
        """What holds since everything before the next step."""
        return self._pending.now

    def quiet(self, end: int) -> bool:
        """Whether nothing is to come at ``end`` (ns) or later that follows from what was told before."""
        return not self._pending.t and (self._last != _GIL or self._edge + AGAIN_NS < end)

    def consume(self, end: int, waits: Columns) -> None:
        """Everything before ``end`` (ns) is folded."""
        steps, codes = self.steps(end, waits)
        past = int(steps.searchsorted(np.int64(end), "left"))
        now = int(codes[past - 1]) if past else self._pending.now
        t, seen = self._pending.before(end)
        self._last = int(seen[-1]) if len(seen) else self._last
        edges = np.concatenate((waits.start, waits.end))
        self._edge = int(edges[edges < end].max(initial=self._edge))
        self._pending.forget(len(t))
        self._pending.now = now
        self._folded = end

    def _again(self, t: Times, seen: Codes, waits: Columns) -> Times:
        """When a thread that was found waiting for the GIL before such a moment is taken to do so again."""
        edges = np.unique(np.concatenate(([self._edge], waits.start, waits.end)))
        edges = edges[edges < OPEN - AGAIN_NS]
        place = np.searchsorted(t, edges, "right")
        before = np.append(self._last, seen)[place]
        next_look, next_edge = np.append(t, OPEN)[place], np.append(edges[1:], OPEN)
        until = edges + AGAIN_NS
        result: Times = until[(before == _GIL) & (next_look > until) & (next_edge > until) & (until >= self._folded)]
        return result
