"""Tells from the count of a GIL's hand-overs whether looks can follow them; standard library only."""

from __future__ import annotations

# So often between two looks, and whoever holds the GIL at them says little of who had it in between;
_MANY = 4
_SOME = 2  # so often, look after look, and a thread may well have had turns that no look saw.
# Threads that block now and then hand it over in bursts: only looks in a row with many begin it. It lasts while as many
# of the last looks had many, for all threads may pause for a moment.
_IN_A_ROW = 4
_LASTS = 16


class Handovers:
    """How often the GIL changes hands from look to look.

    ``fast``: too often for looks, for a while already; ``some``: often enough for turns that no look saw.
    """

    def __init__(self) -> None:
        self.fast = self.some = False
        self._count = -1
        self._news: list[int] = []  # hand-overs between looks, the newest at the end

    def look(self, count: int) -> None:
        """A look finds that the GIL has changed hands ``count`` times in all."""
        new = count - self._count if self._count >= 0 else 0
        self._count = count
        self._news = [*self._news[1 - _LASTS :], new]
        recent = self._news[-_IN_A_ROW:]
        self.some = new >= _MANY or sum(recent) >= _SOME * _IN_A_ROW
        looks = self._news if self.fast else recent
        self.fast = sum(each >= _MANY for each in looks) >= _IN_A_ROW
