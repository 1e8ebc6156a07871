"""A stretch of one thread's time, cut wherever something that was recorded or seen of it changes."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from visualiser.trace.lane import Codes, Times

Flags = npt.NDArray[np.bool_]
Objects = npt.NDArray[np.uint32]


@dataclass(frozen=True)
class Ahead:
    """What is known of a thread beyond the pieces: its next core switches, and when it recorded something; ns."""

    t: list[int]
    core: list[int]
    told: list[int]


@dataclass
class Pieces:
    """All arrays have one entry a piece; a piece lasts until the next one begins.

    Attributes:
        t: start, ns, strictly ascending.
        alive: the thread lives.
        wait: state of the recorded wait it is in, NONE outside of one.
        name: object of that wait or else of the innermost label or step it works under, 0 for none.
        core: ``Kind.SWITCH_IN``, ``SWITCH_OUT``, ``SWITCH_PREEMPT`` or ``LOST``: the last that the kernel told.
        first_block: it blocks for the first time since that wait began.
        due: the time that the wait asked for is over.
        seen: a ``Seen``, the last that a look from outside found; 0 where there was none, or none yet in that wait.
    """

    t: Times
    alive: Flags
    wait: Codes
    name: Objects
    core: Codes
    first_block: Flags
    due: Flags
    seen: Codes

    def split(self, cuts: Times, end: int) -> Pieces:
        """The same pieces, cut at those of ``cuts`` that lie before ``end`` as well."""
        inner = cuts[(cuts > self.t[0]) & (cuts < end)]
        if not len(inner):
            return self
        t = np.union1d(self.t, inner)
        at = np.searchsorted(self.t, t, "right") - 1
        return Pieces(t, *(getattr(self, field.name)[at] for field in fields(self)[1:]))

    def until(self, end: int) -> Times:
        """When each piece ends, the last at ``end``."""
        return np.append(self.t[1:], end)
