"""The thread that owns the stepping process: does one request after the other, so that no window waits for it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QThread, Signal

from visualiser.host.launch import StartError
from visualiser.host.step_listings import StepListing
from visualiser.host.step_process import StepperError
from visualiser.host.step_state import State
from visualiser.host.stepping import Stepping
from visualiser.trace.interleaving import OrderError

PACE_S = 0.45  # between two steps of an order that is played: time to follow, not to fall asleep
_Request = Callable[[Stepping], None]


class Driver(QThread):
    """Takes requests at any time; a new one ends what still plays or is being tried.

    ``stated`` carries each new State, ``explored`` each Explored, ``failed`` one sentence.
    """

    stated = Signal(object)
    explored = Signal(object)
    failed = Signal(str)

    def __init__(self, python: str | None, pace_s: float = PACE_S, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stepper")
        self._python, self._pace_s = python, pace_s
        self._requests: deque[_Request | None] = deque()
        self._news = threading.Condition()
        self._stepping: Stepping | None = None

    def begin(self, listing: StepListing, rounds: int) -> None:
        """Two new threads."""
        self._ask(lambda stepping: self.stated.emit(stepping.begin(listing, rounds)))

    def step(self, name: str) -> None:
        """The next step of a thread."""
        self._ask(lambda stepping: self.stated.emit(stepping.step(name)))

    def undo(self) -> None:
        """Take the last step back."""
        self._ask(lambda stepping: self.stated.emit(stepping.undo()))

    def set_raw(self, raw: bool) -> None:
        """Single instructions, or not."""
        self._ask(lambda stepping: self.stated.emit(stepping.set_raw(raw)))

    def play(self, text: str) -> None:
        """Play an order from the beginning, at a pace one can follow."""
        self._ask(lambda stepping: self._show(stepping.play_slowly(text)))

    def lose(self) -> None:
        """Play the shortest order that loses an update, at the same pace."""
        self._ask(lambda stepping: self._show(stepping.lose_slowly()))

    def explore(self) -> None:
        """Try all interleavings."""
        self._ask(self._explore)

    def cancel(self) -> None:
        """End what plays or is being tried."""
        self._ask(lambda _stepping: None)

    def close(self) -> None:
        """End the process and the thread, also if the process hangs."""
        self._ask(None)
        if not self.wait(2000) and self._stepping is not None:
            self._stepping.abandon()
        self.wait()

    def run(self) -> None:
        """The thread's life."""
        try:
            while (request := self._next()) is not None:
                self._do(request)
        finally:
            if self._stepping is not None:
                self._stepping.close()

    def _next(self) -> _Request | None:
        with self._news:
            self._news.wait_for(lambda: bool(self._requests))
            return self._requests.popleft()

    def _interrupted(self, within_s: float = 0.0) -> bool:
        """Whether something else is wanted; waits that long for it."""
        with self._news:
            return self._news.wait_for(lambda: bool(self._requests), within_s)

    def _do(self, request: _Request) -> None:
        try:
            if self._stepping is None:
                self._stepping = Stepping(self._python)
            request(self._stepping)
        except StepperError as error:
            self.failed.emit(f"{error} Reset starts a new one.")
        except (StartError, OrderError) as error:
            self.failed.emit(str(error))

    def _ask(self, request: _Request | None) -> None:
        with self._news:
            self._requests.append(request)
            self._news.notify()

    def _show(self, states: Iterator[State]) -> None:
        for state in states:
            self.stated.emit(state)
            if self._interrupted(self._pace_s):
                return

    def _explore(self, stepping: Stepping) -> None:
        trying = stepping.explore()
        try:
            for explored in trying:
                self.explored.emit(explored)
                if self._interrupted():
                    return
        finally:
            trying.close()
