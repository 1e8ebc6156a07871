"""Ends a run in steps: ask, terminate, kill, until no process of it is left."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Protocol

_LOOK_S = 0.02  # looking through all processes costs milliseconds
ASK_S = 0.5
TERMINATE_S = 0.4
KILL_S = 0.9
LINGER_S = 0.5  # helper processes of multiprocessing leave by themselves when the script has ended
KILL = signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL


class Members(Protocol):
    """The processes of a run, see Family and Relatives."""

    def count(self) -> int:
        """Number of the living."""

    def signal(self, number: signal.Signals, /) -> int:
        """Send to all of them; gives the number of the living."""


class Ending:
    """The end of one run as steps that never block: call ``advance`` until it says that nothing is left.

    Args:
        members: who must be gone at the end.
        root: pid of the script's own process, which is asked first; None if it has ended already, then those that
            it left behind get a moment to leave by themselves.
    """

    def __init__(
        self, members: Members, root: int | None, clock: Callable[[], float] = time.monotonic, kill: int = KILL
    ) -> None:
        self.left = 0
        self._members = members
        self._clock = clock
        self._kill = signal.Signals(kill)
        self._next_look = 0.0
        first = ASK_S if root is not None else LINGER_S
        self._terminate_at = clock() + first
        self._kill_at = self._terminate_at + TERMINATE_S
        self._give_up_at = self._kill_at + KILL_S
        self._terminated = False
        if root is not None:
            _interrupt(root)

    def advance(self) -> bool:
        """Take the step that is due; True when nothing is left or nothing more can be done."""
        now = self._clock()
        if now < self._next_look:
            return False
        self._next_look = now + _LOOK_S
        self.left = self._step(now)
        return self.left == 0 or now >= self._give_up_at

    def _step(self, now: float) -> int:
        if now >= self._kill_at:
            return self._members.signal(self._kill)
        if now >= self._terminate_at and not self._terminated:
            self._terminated = True
            return self._members.signal(signal.SIGTERM)
        return self._members.count()


def _interrupt(pid: int) -> None:
    """What Ctrl-C in a terminal would do to the script."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            os.kill(pid, signal.CTRL_BREAK_EVENT)
        else:
            os.kill(pid, signal.SIGINT)
