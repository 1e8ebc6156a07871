"""Tries all interleavings: every order of the steps of two threads is run for real, in a pair of its own."""

from __future__ import annotations

import time
from math import comb

from .pair import NAMES, Pair, Pairs

FIRST, SECOND = NAMES


class Exploration:
    """Goes through all orders, as far as it is let.

    An order that steps a waiting thread is not possible. One refusal speaks for all orders that begin like it, so those
    are counted and not tried one by one.

    Attributes:
        steps: of each thread, from its beginning to its end.
        orders: (order, final value) of those run since they were last taken.
        impossible: how many were found not to be possible.
    """

    def __init__(self, pairs: Pairs) -> None:
        self._pairs = pairs
        self._open = [""]  # beginnings whose orders are still to be run
        self.orders: list[tuple[str, int]] = []
        self.impossible = 0
        self.steps = self._measure()

    @property
    def over(self) -> bool:
        """All have been run."""
        return not self._open

    def go_on(self, seconds: float) -> None:
        """Run orders for about that long."""
        end = time.monotonic() + seconds
        while self._open and time.monotonic() < end:
            self._run(self._open.pop())

    def take(self) -> list[tuple[str, int]]:
        """What was run since the last call."""
        taken, self.orders = self.orders, []
        return taken

    def _measure(self) -> int:
        """Run one thread after the other and count."""
        pair, order = self._pairs.new(), ""
        try:
            for name in NAMES:
                while not pair.threads[name].done:
                    pair.step(name)
                    order += name
        finally:
            pair.close()
        return order.count(FIRST)

    def _run(self, beginning: str) -> None:
        pair = self._pairs.new()
        try:
            for name in beginning:
                if pair.waits(name):  # can only be the last one: the others have been possible before
                    self._rule_out(beginning)
                    return
                pair.step(name)
            order = beginning
            while (choice := self._choose(pair, order)) is not None:
                pair.step(choice)
                order += choice
            self.orders.append((order, pair.shared))
        finally:
            pair.close()

    def _choose(self, pair: Pair, order: str) -> str | None:
        """Who goes next; where both could, the other way is left open for later."""
        left = [name for name in NAMES if not pair.threads[name].done]
        if len(left) == 2 and pair.waits(FIRST):
            self._rule_out(order + FIRST)
            return SECOND
        if len(left) == 2:
            self._open.append(order + SECOND)
        return left[0] if left else None

    def _rule_out(self, beginning: str) -> None:
        left = 2 * self.steps - len(beginning)
        self.impossible += comb(left, self.steps - beginning.count(FIRST))
