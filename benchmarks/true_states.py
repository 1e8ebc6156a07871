"""What every thread truly did, told from the kernel's scheduler and the comings and goings at the GIL.

A thread is on a core, ready for one, or blocked; and it holds the GIL, has let go of it, is letting go of it
(``drop_gil``) or is taking it (``take_gil``). From both, and from whether another thread of its process holds the GIL:

* RUN: on a core, unless it is there only to find the GIL held by another.
* GIL: wants to run Python while another thread holds the GIL, even if that one is pushed off its core, and even if
  it is ready itself; also blocked in ``take_gil`` while the GIL is on its way from one thread to the next.
* CORE: ready without a core, and no other thread's GIL keeps it from going on.
* BLOCK: everything else it may wait for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import numpy.typing as npt

Times = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int64]


class Truly(IntEnum):
    """A true state; NONE: not known."""

    NONE = 0
    RUN = 1
    GIL = 2
    CORE = 3
    BLOCK = 4


class Place(IntEnum):
    """Where the scheduler has a thread."""

    NOWHERE = 0
    ON = 1
    READY = 2
    BLOCKED = 3


class Grip(IntEnum):
    """How a thread stands to the GIL."""

    FREE = 0  # has none and wants none
    TAKING = 1
    HOLDS = 2
    DROPPING = 3
    SWITCHING = 4  # drops it because it was asked to, and wants it back at once


@dataclass
class Steps:
    """A value that changes at moments: ``value[i]`` from ``t[i]`` (ns) to ``t[i + 1]``; both one entry each."""

    t: list[int] = field(default_factory=list)
    value: list[int] = field(default_factory=list)

    def add(self, t: int, value: int) -> None:
        """It is ``value`` from ``t`` on, no earlier than all before."""
        self.t.append(t)
        self.value.append(value)

    @property
    def last(self) -> int:
        """The value at the end, 0 before the first."""
        return self.value[-1] if self.value else 0

    def at(self, times: Times) -> Codes:
        """The values at ``times``, 0 before the first."""
        found = np.searchsorted(np.array(self.t, np.int64), times, "right")
        result: Codes = np.array([0, *self.value], np.int64)[found]
        return result


@dataclass
class History:
    """One thread as the kernel saw it: its place, and how it stood to the GIL."""

    place: Steps = field(default_factory=Steps)
    grip: Steps = field(default_factory=Steps)


def holders_of(threads: dict[int, History]) -> Steps:
    """Who of a process's threads (by number, none of them 0) holds the GIL, 0 for nobody."""
    changes = [
        (when, number, grip)
        for number, each in threads.items()
        for when, grip in zip(each.grip.t, each.grip.value, strict=True)
    ]
    changes.sort(key=lambda change: change[0])
    holder, steps = 0, Steps()
    for when, number, grip in changes:
        if grip == Grip.HOLDS:
            holder = number
        elif holder == number:
            holder = 0
        steps.add(when, holder)
    return steps


def true_states(number: int, thread: History, holders: Steps) -> tuple[Times, Codes]:
    """Moments at which the true state of thread ``number`` changes, ns, and its state from each of them on."""
    t = np.unique(np.array(thread.place.t + thread.grip.t + holders.t, np.int64))
    place, grip, holder = thread.place.at(t), thread.grip.at(t), holders.at(t)
    held = (holder != 0) & (holder != number)
    taking = grip == Grip.TAKING
    wants = taking | (grip == Grip.SWITCHING)
    state = np.select(
        [
            place == Place.NOWHERE,
            (place == Place.ON) & taking & held,
            place == Place.ON,
            wants & held,
            place == Place.READY,
            wants,
        ],
        [Truly.NONE, Truly.GIL, Truly.RUN, Truly.GIL, Truly.CORE, Truly.GIL],
        Truly.BLOCK,
    ).astype(np.int64)
    return t, state
