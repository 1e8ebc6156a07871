"""A stretch of time of many threads, cut wherever something that was recorded or seen of one of them changes.

All threads lie in the same arrays, one after the other: what costs the same for one moment as for a thousand is paid
once, not once a thread.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from visualiser.trace.lane import Codes, Times

Flags = npt.NDArray[np.bool_]
Objects = npt.NDArray[np.uint32]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Axis:
    """Puts [begin, end), ns, of ``threads`` threads one behind the other: a *key* is one number for thread and moment.

    What lies before ``begin`` has the key of the moment before it, what lies behind ``end`` that of ``end``.
    """

    begin: int
    end: int
    threads: int

    @property
    def span(self) -> int:
        """Keys of one thread."""
        return self.end - self.begin + 2

    def keys(self, place: Places, t: Times) -> Times:
        """The keys of moments (ns) of the threads in these places."""
        # Not clipped first and then shifted: a moment may be as far away as integers go.
        inside = np.maximum(np.minimum(t, self.end), self.begin - 1) - (self.begin - 1)
        result: Times = place * self.span + inside
        return result

    def inner(self, place: Places, t: Times) -> Times:
        """The keys of those moments alone that lie in [begin, end)."""
        some = (t >= self.begin) & (t < self.end)
        result: Times = place[some] * self.span + (t[some] - (self.begin - 1))
        return result

    @property
    def starts(self) -> Times:
        """The key of ``begin`` for every thread."""
        return np.arange(self.threads) * self.span + 1


@dataclass(frozen=True)
class Pieces:
    """All arrays but ``tracks`` have one entry a piece; a piece lasts until the next one of its thread begins.

    Attributes:
        axis: what keys mean.
        end: the last pieces last until then, ns; not behind the end of the axis.
        key: of the start of each, strictly ascending.
        place: its thread: a place in ``tracks``.
        t: start, ns.
        alive: the thread lives.
        wait: state of the recorded wait it is in, NONE outside of one.
        name: object of that wait or else of the innermost label or step it works under, 0 for none.
        core: ``Kind.SWITCH_IN``, ``SWITCH_OUT``, ``SWITCH_PREEMPT`` or ``LOST``: the last that the kernel told.
        first_block: it blocks for the first time since that wait began.
        due: the time that the wait asked for is over.
        seen: a ``Seen``, the last that a look from outside found; 0 where there was none, or none yet in that wait.
    """

    axis: Axis
    end: int
    key: Times
    place: Places
    t: Times
    alive: Flags
    wait: Codes
    name: Objects
    core: Codes
    first_block: Flags
    due: Flags
    seen: Codes

    def __len__(self) -> int:
        return len(self.t)

    def some(self, which: Flags | Places) -> Pieces:
        """The chosen ones."""
        return Pieces(self.axis, self.end, *(getattr(self, field.name)[which] for field in fields(self)[2:]))

    def before(self, end: int) -> Pieces:
        """What lies before ``end``, ns."""
        return self if end >= self.end else replace(self.some(self.t < end), end=end)

    def cuts(self, place: Places, t: Times) -> Times:
        """The keys of those moments (ns) of the threads in these places at which pieces can be cut."""
        some = (t > self.axis.begin) & (t < self.end)
        return self.axis.keys(place[some], t[some])

    @property
    def bounds(self) -> Places:
        """Number of the first piece of every thread, and of all."""
        return self.key.searchsorted(np.append(self.axis.starts, self.axis.threads * self.axis.span + 1))

    @property
    def until(self) -> Times:
        """When each piece ends, ns."""
        last = np.append(self.place[1:] != self.place[:-1], True)
        return np.where(last, self.end, np.append(self.t[1:], 0))

    def number_at(self, keys: Times) -> Places:
        """The number of the piece that each key lies in."""
        return self.key.searchsorted(keys, "right") - 1

    def split(self, cuts: Iterable[Times]) -> tuple[Pieces, Places | slice]:
        """The same pieces, cut at these keys as well, and which of the old ones each of the new is a part of."""
        some = [each for each in cuts if len(each)]
        if not some:
            return self, slice(None)
        key = distinct(np.concatenate((self.key, *some)))
        if len(key) == len(self.key):
            return self, slice(None)
        number = self.number_at(key)
        parts = self.some(number)
        t = key - parts.place * self.axis.span + (self.axis.begin - 1)
        return replace(parts, key=key, t=t), number


def distinct(keys: Times) -> Times:
    """The keys in order, each once; faster than ``numpy.unique`` for many as for few. Sorts in place."""
    keys.sort()
    if len(keys) < 2:
        return keys
    new = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=new[1:])
    return keys[new]
