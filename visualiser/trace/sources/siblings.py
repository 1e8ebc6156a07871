"""What a source is given: the threads of one process over one stretch of time; and what every source has to offer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from visualiser.trace.beat_threads import ThreadBeats
from visualiser.trace.lane import Codes, Times
from visualiser.trace.pieces import Ahead, Pieces

# Start and end of the stretches in which the lock of that name was known to be free, ns, in order.
FreeTimes = Callable[[int], tuple[Times, Times]]


@dataclass(frozen=True)
class Siblings:
    """The threads of one process in [begin, end), ns, by the number of their track.

    Attributes:
        pieces: of each thread that something may have changed for.
        beats: of every thread its beats and waits, if that source is in use.
        ahead: of each of them, what is known beyond ``end``.
        threads: how many threads the process has, those that nothing changed for included.
        gil: they share a GIL.
        free: when a lock was free though somebody waited for it.
    """

    begin: int
    end: int
    pieces: dict[int, Pieces]
    beats: dict[int, ThreadBeats]
    ahead: dict[int, Ahead]
    threads: int
    gil: bool
    free: FreeTimes

    @property
    def share_gil(self) -> bool:
        """There is a GIL and more than one thread that may want it."""
        return self.gil and self.threads > 1


class Source(Protocol):
    """Tells the states of the threads of one process, one stretch of time after the other."""

    def states(self, siblings: Siblings) -> dict[int, tuple[Pieces, Codes]]:
        """For each thread its pieces, perhaps cut further, and the ``State`` of each; dead ones are NONE."""
