"""Where threads and locks of a wait-for graph stand: a cycle as a ring, everything else from left to right."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Node = int | str  # a thread by its track's number, a lock by its name
Edge = tuple[Node, Node]
Places = dict[Node, tuple[float, float]]


@dataclass(frozen=True)
class Waiting:
    """Who waits for whom: ``waits`` leads from a thread to a lock, ``holds`` from a lock to the thread that has it."""

    waits: tuple[Edge, ...] = ()
    holds: tuple[Edge, ...] = ()
    cycle: tuple[Node, ...] = ()

    def ring(self) -> list[Node]:
        """Thread, lock, thread, lock … of the cycle, each waiting for or held by the next; empty without one."""
        lock_of = dict(self.waits)
        return [node for thread in self.cycle for node in (thread, lock_of[thread])]

    def left_out(self, places: Places) -> int:
        """How many threads wait that have no place."""
        return sum(thread not in places for thread, _ in self.waits)


def place(waiting: Waiting, most: int) -> Places:
    """Centres of the nodes to show, in shares of width and height; ``most`` of them stand under one another."""
    ring = waiting.ring()
    return _around(ring) if ring else _in_columns(waiting, most)


def _around(ring: Sequence[Node]) -> Places:
    """Clockwise, the first thread on the left."""
    turn = 2 * math.pi / len(ring)
    angles = [math.pi + number * turn for number in range(len(ring))]
    return {node: (0.5 + math.cos(a) / 2, 0.5 + math.sin(a) / 2) for node, a in zip(ring, angles, strict=True)}


def _in_columns(waiting: Waiting, most: int) -> Places:
    """Those who wait on the left, the locks in the middle, those who hold them on the right."""
    locks = list(dict.fromkeys(lock for _, lock in waiting.waits))[:most]
    left = [thread for thread, lock in waiting.waits if lock in locks][:most]
    holders = dict.fromkeys(thread for lock, thread in waiting.holds if lock in locks)
    right = [thread for thread in holders if thread not in left][:most]
    places: Places = {}
    for x, column in ((0.0, left), (0.5, locks), (1.0, right)):
        for number, node in enumerate(column):
            places[node] = (x, (number + 0.5) / len(column))
    return places
