"""A thread that stops before chosen instructions and goes on to the next of them when it is told to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection

PATIENCE_S = 5.0


class Lost(Exception):
    """The thread did what it should not have done; the text is one sentence."""


class Stopped:
    """One thread of the pair; all methods but ``before`` are called from outside it.

    Attributes:
        at: offset of the instruction before which it stands, None while it runs and when it is done.
        done: it has come to its end.
        passed: instructions worth a step that it has been through or stands before.
    """

    def __init__(self, name: str, shown: Collection[int], stops: Collection[int]) -> None:
        self.name = name
        self.at: int | None = None
        self.done = False
        self.passed = 0
        self._shown, self._stops = shown, stops
        self._free = False
        self._error: BaseException | None = None
        # Locks as gates: whoever comes to a closed one waits until the other side opens it.
        self._go, self._there = threading.Lock(), threading.Lock()
        self._go.acquire()
        self._there.acquire()
        self._thread: threading.Thread | None = None

    def start(self, life: Callable[[Stopped], None]) -> None:
        """Start it, and wait until it stands before its first stop."""
        self._thread = threading.Thread(target=self._live, args=(life,), name=self.name, daemon=True)
        self._thread.start()
        self._wait()

    def step(self) -> None:
        """Let it do the instruction before which it stands, and wait until it stands before its next stop."""
        self.at = None
        self._go.release()
        self._wait()

    def let_go(self) -> None:
        """Let it run to its end without any stop."""
        self._free = True
        if not self.done:
            self._go.release()

    def join(self) -> None:
        """Wait for its end, for a while."""
        if self._thread is not None:
            self._thread.join(PATIENCE_S)

    def before(self, offset: int) -> None:
        """Called in the thread itself before every instruction."""
        if offset in self._shown:
            self.passed += 1
        if self._free or offset not in self._stops:
            return
        self.at = offset
        self._there.release()
        self._go.acquire()

    def _live(self, life: Callable[[Stopped], None]) -> None:
        try:
            life(self)
        except BaseException as error:
            self._error = error
        self.at, self.done = None, True
        self._there.release()

    def _wait(self) -> None:
        if not self._there.acquire(timeout=PATIENCE_S):
            raise Lost(f"Thread {self.name} did not come to its next step within {PATIENCE_S:.0f} seconds.")
        if self._error is not None:
            raise Lost(f"Thread {self.name} ended with {type(self._error).__name__}: {self._error}")
