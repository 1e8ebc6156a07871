"""What all threads recorded of themselves and has not been folded yet, sorted into intervals of four sorts."""

from __future__ import annotations

import numpy as np

from visualiser.lab.layout import BEATS, LABELS, MARKS, WAITS, Kind
from visualiser.trace.batch import Records
from visualiser.trace.lane import Times
from visualiser.trace.pending import OPEN, Intervals

_NOTHING, _WAIT, _LABEL, _STEP, _BEAT, _LIFE, _MARK = range(7)
_SORT = np.zeros(256, np.uint8)
for _sort, _kinds in {_WAIT: WAITS, _LABEL: LABELS, _MARK: MARKS}.items():
    _SORT[_kinds.start : _kinds.stop] = _sort
_SORT[Kind.STEP], _SORT[Kind.BEAT], _SORT[Kind.THREAD] = _STEP, _BEAT, _LIFE
assert Kind.BEAT in BEATS


class Layers:
    """Layers of intervals; those of one layer never overlap within a thread.

    Attributes:
        waits, labels: recorded calls that block, and what the thread works on.
        steps: of the tasks of its event loop: inside a label, or around some.
        beats: stretches of its loops in which beats came without a gap.
    """

    def __init__(self) -> None:
        self.waits, self.labels, self.steps, self.beats = Intervals(), Intervals(), Intervals(), Intervals()
        self.all = (self.waits, self.labels, self.steps, self.beats)
        self._by_sort = {_WAIT: self.waits, _LABEL: self.labels, _STEP: self.steps, _BEAT: self.beats}

    def add(self, owner: int, records: Records) -> tuple[Records | None, Records | None, bool]:
        """Sort the records of a thread in; gives its marks and those of its life, if any, and whether it beat."""
        sorts = _SORT[records["kind"]]
        present = np.flatnonzero(np.bincount(sorts, minlength=_MARK + 1)).tolist()
        found: dict[int, Records] = {}
        for sort in present:
            some = records if len(present) == 1 else records[sorts == sort]
            if sort in self._by_sort:
                self._by_sort[sort].add(owner, some)
            found[sort] = some
        return found.get(_MARK), found.get(_LIFE), _BEAT in found

    def close(self, owner: int, when: int) -> None:
        """The thread is gone since ``when`` (ns): so is what it has open; beats tell their end themselves."""
        for intervals in (self.waits, self.labels, self.steps):
            intervals.close(owner, when)

    def forget_before(self, when: int) -> None:
        """Drop what ended before ``when``, ns."""
        for intervals in self.all:
            intervals.forget_before(when)

    def unfinished(self, now: int) -> set[int]:
        """The threads of which something is known to begin or end at ``now`` (ns) or later, beats apart."""
        each = [one.columns for one in (self.waits, self.labels, self.steps)]
        return {owner for one in each for owner in one.owner[(one.end != OPEN) | (one.start >= now)].tolist()}

    def told(self) -> tuple[Times, Times]:
        """Every moment at which a thread recorded something: the thread, and ns, in order; it had the GIL then."""
        each = [one.columns for one in (self.waits, self.labels, self.steps)]
        owner = np.concatenate([one.owner for one in each for _ in range(2)])
        t = np.concatenate([moments for one in each for moments in (one.start, one.end)])
        known = t != OPEN
        owner, t = owner[known], t[known]
        order = np.lexsort((t, owner))
        return owner[order], t[order]
