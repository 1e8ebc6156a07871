"""What a source is given: the threads of a run over one stretch of time; and what every source has to offer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

from visualiser.trace.beat_threads import ThreadBeats
from visualiser.trace.lane import Codes, Times
from visualiser.trace.layers import Layers
from visualiser.trace.pieces import Pieces
from visualiser.trace.thread_fold import ThreadFold

# Start and end of the stretches in which a lock (process, number of its name) was known to be free, ns, in order.
FreeTimes = Callable[[int, int], tuple[Times, Times]]


@dataclass(frozen=True)
class Group:
    """Threads of one process that something may have changed for.

    Attributes:
        pid: of the process.
        gil: its threads share a GIL.
        lonely: it has one thread, those that nothing changed for included.
        first, stop: the places of those at hand.
        beats: of every thread, by the number of its track, its beats and waits, if that source is in use.
    """

    pid: int
    gil: bool
    lonely: bool
    first: int
    stop: int
    beats: dict[int, ThreadBeats]


class Last(NamedTuple):
    """The last piece of the thread with that track, see ``Pieces``."""

    track: int
    wait: int
    core: int
    first_block: bool
    due: bool


@dataclass(frozen=True)
class Siblings:
    """The threads of a run in [begin, end), ns.

    Attributes:
        groups: by process, in the order of their places.
        folds: by place, what else is known of each thread: also of the time behind ``end``.
        pieces: of all of them.
        layers: what they recorded.
        free: when a lock was free though somebody waited for it.
    """

    begin: int
    end: int
    groups: list[Group]
    folds: list[ThreadFold]
    pieces: Pieces
    layers: Layers
    free: FreeTimes

    @cached_property
    def told(self) -> tuple[Times, Times]:
        """Every moment at which a thread recorded something: its track, and ns, in order."""
        return self.layers.told()


class Source(Protocol):
    """Tells the states of threads, one stretch of time after the other."""

    def settle(self, siblings: Siblings) -> int:
        """Up to when (ns, at most ``end``) nothing that is yet to come can change what ``states`` tells.

        The stretches of the calls may overlap: what was not settled comes again.
        """

    def states(self, siblings: Siblings) -> tuple[Pieces, Codes]:
        """The pieces, perhaps cut further, and the ``State`` of each; dead threads are NONE."""

    def is_settled(self, last: Last, group: Group) -> bool:
        """Whether the state of a thread goes on, whatever its siblings do, if nothing more is told of itself."""
