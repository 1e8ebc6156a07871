"""What the tool itself takes of the machine while it follows a run: of the last seconds, and of all of it."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable

LAST_S = 3.0
_FROM_S = 0.5  # before, starting up is most of it


class OwnCost:
    """CPU time of this process and its helpers as a share of one core; NaN where that cannot be told (yet)."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, cpu_s: Callable[[], float] = time.process_time
    ) -> None:
        self._clock = clock
        self._cpu_s = cpu_s
        self._past: deque[tuple[float, float]] = deque()
        self._begun = (0.0, 0.0)
        self.begin()

    def begin(self) -> None:
        """A run begins."""
        self._begun = (self._clock(), self._cpu_s())
        self._past = deque([self._begun])

    def note(self, helpers_s: float) -> None:
        """A moment has passed; ``helpers_s`` is the CPU time of the other processes of the tool since the run began."""
        now = self._clock()
        self._past.append((now, self._cpu_s() + helpers_s))
        while len(self._past) > 2 and self._past[1][0] <= now - LAST_S:
            self._past.popleft()

    @property
    def lately(self) -> float:
        """Share of a core in the last seconds, 0.31 for 31 % of one core."""
        return self._since(self._past[0])

    @property
    def whole(self) -> float:
        """Share of a core since the run began."""
        return self._since(self._begun)

    def _since(self, before: tuple[float, float]) -> float:
        (then, cpu_then), (now, cpu_now) = before, self._past[-1]
        return (cpu_now - cpu_then) / (now - then) if now - self._begun[0] >= _FROM_S else math.nan
