"""How often the live window takes in a batch and paints: as often as a screen shows, less where that does not fit."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

PERIOD_S = 1 / 62  # a screen shows 60; a turn that comes late may not cost a frame
# Frames a second come down in these steps: 60, 30, 20, 15, 10, 6, 4. Each is a whole number of refreshes of the screen.
_STEPS = (1, 2, 3, 4, 6, 10, 15)
_FULL = 0.8  # of the time between two frames may go to one of them; keys, timers and other programs need the rest
_FITS = 0.6  # a faster step is tried where frames as they are now would take no more of it
_RECENT = 5  # frames that are looked at together: a single long one is no reason
_TRIED_S, _LONGEST_TRIED_S = 1.0, 16.0  # a step lasts so long before a faster one is tried; doubled by each failure


class Pace:
    """The time between two frames, by what the last ones took: their work and what they waited for a core or the GIL.

    A frame that takes longer than its time makes the next one larger, and keys wait behind both; so the pace slows down
    at once. It is tried faster after a while, and after an ever longer while if that was in vain.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._step = 0
        self._took: list[float] = []
        self._since = clock()  # when this step began
        self._patience = _TRIED_S
        self._tried = False  # this step was a trial of a faster one

    @property
    def period_s(self) -> float:
        """Seconds from one frame to the next."""
        return _STEPS[self._step] * PERIOD_S

    @property
    def rate(self) -> int:
        """Frames a second, as one says it: 60, 30, 20 and so on."""
        return 60 // _STEPS[self._step]

    def took(self, seconds: float) -> None:
        """A frame is done: so long after its batch came, everything that was waiting for it has had its turn."""
        self._took = [*self._took[1 - _RECENT :], seconds]
        if len(self._took) < _RECENT:
            return
        usual, held = median(self._took), self._clock() - self._since
        if usual > _FULL * self.period_s:
            self._slow_down(usual, held)
        elif held >= self._patience and self._step and usual <= _FITS * _STEPS[self._step - 1] * PERIOD_S:
            self._begin(self._step - 1, tried=True)
        elif self._tried and held >= self._patience:
            self._tried, self._patience = False, _TRIED_S  # the trial was a success

    def _slow_down(self, usual: float, held: float) -> None:
        """Take the first step in which such frames fit."""
        if self._tried and held < self._patience:
            self._patience = min(2 * self._patience, _LONGEST_TRIED_S)
        fitting = (number for number, step in enumerate(_STEPS) if usual <= _FULL * step * PERIOD_S)
        step = max(next(fitting, len(_STEPS) - 1), self._step)
        if step != self._step:
            self._begin(step, tried=False)

    def _begin(self, step: int, tried: bool) -> None:
        self._step, self._tried = step, tried
        self._since, self._took = self._clock(), []
