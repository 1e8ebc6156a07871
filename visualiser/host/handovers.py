"""Tells from the count of a GIL's hand-overs whether looks can follow them; standard library only."""

from __future__ import annotations

# So often between two looks, and whoever holds the GIL at them says little of who had it in between;
_MANY = 4
_FEW = 2  # so often, and a thread may have had a turn that no look saw.
# Some looks are enough to notice it, and more to believe that it is over: a pause of all threads soon ends.
_BEGINS = (3, 4)  # looks with many, of so many looks
_LASTS = 16  # looks after the last one with many


class Handovers:
    """How often the GIL changes hands from look to look.

    ``fast``: too often for looks, for a while already; ``some``: a thread may have had it unseen since the look before.
    """

    def __init__(self) -> None:
        self.fast = self.some = False
        self._count = -1
        self._many: list[bool] = []  # looks at last, the newest at the end

    def look(self, count: int) -> None:
        """A look finds that the GIL has changed hands ``count`` times in all."""
        new = count - self._count if self._count >= 0 else 0
        self._count = count
        self.some = new >= _FEW
        self._many = [*self._many[1 - _LASTS :], new >= _MANY]
        enough, looks = _BEGINS
        self.fast = any(self._many) if self.fast else sum(self._many[-looks:]) >= enough
