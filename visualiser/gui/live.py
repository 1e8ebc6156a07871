"""The thread that follows one run: it owns the session and its collector, and hands what is new to the window."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

from visualiser.gui.in_window.session import WindowSession
from visualiser.gui.pace import PERIOD_S, Pace
from visualiser.host.outcome import Outcome
from visualiser.host.session import Session, StartError
from visualiser.trace.batch import Batch

_AHEAD = 1  # batches the window may be behind; then the next one waits and grows
AnySession = Session | WindowSession
_ASK_S = 0.005  # the sampler needs about that long to write what it has
_GLANCE_S = 0.002  # what the collector saw so long ago is certain to have been written in full
_BREATHER = 0.25  # of a frame that took longer than its time, the window gets that much time for everything else,
_LONGEST_BREATHER_S = 0.25  # but no more: a longer one makes the next batch so large that keys wait for it


@dataclass(frozen=True)
class News:
    """What happened since the last news; ``batch`` says it in records, the rest in words.

    ``own_cpu_s``: CPU time of the sampler so far; ``rate``: frames a second that the window's pace allows.
    """

    batch: Batch
    console: list[tuple[str, str]] = field(default_factory=list)
    warning: str | None = None
    sources: tuple[str, ...] = ()
    note: str = ""
    own_cpu_s: float = 0.0
    rate: int = 60


@dataclass(frozen=True)
class RunEnd:
    """How a run ended; ``ended_ns`` is on the clock of the records."""

    outcome: Outcome
    results: dict[str, Any]
    ended_ns: int


class LiveReader(QThread):
    """Starts a session, reads it at the window's pace, stops it on request; everything off the GUI thread.

    ``batch`` carries one News a turn, ``began`` nothing, ``over`` the RunEnd, ``failed`` one sentence. The receiver of
    ``batch`` calls ``taken`` when it is ready for another, so that a slow window gets larger batches, not more.
    """

    batch = Signal(object)
    began = Signal()
    over = Signal(object)
    failed = Signal(str)

    def __init__(self, start: Callable[[], AnySession], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("live reader")
        self._start_session = start
        self._room = threading.Semaphore(_AHEAD)
        self._halt = threading.Event()
        self._pace = Pace()
        self._rest_until = 0.0  # monotonic

    def halt(self) -> None:
        """Ask for the end of the run; returns at once, ``over`` follows within two seconds."""
        self._halt.set()

    def taken(self, needed_s: float = 0.0) -> None:
        """One batch has been taken in and painted, in that time."""
        self._pace.took(needed_s)
        if needed_s > self._pace.period_s:
            self._rest_until = time.monotonic() + min(needed_s * _BREATHER, _LONGEST_BREATHER_S)
        self._room.release()

    def run(self) -> None:
        """The thread's life: one run from its start to its end."""
        try:
            session = self._start_session()
        except StartError as error:
            self.failed.emit(str(error))
            return
        self.began.emit()
        try:
            self._follow(session)
        except Exception as error:  # the run is lost, the window is not
            session.stop()
            self.failed.emit(f"The run could not be followed to its end: {type(error).__name__}: {error}")
        finally:
            session.close()

    def _follow(self, session: AnySession) -> None:
        stopping = False
        while session.running and not self.isInterruptionRequested():
            turn = time.monotonic()
            room = self._await_room()
            if self._halt.is_set() and not stopping:
                stopping = True
                session.stop()
            if room:
                self._hand_over(session)
            self._rest(turn, session)
        if session.outcome is not None:
            self.over.emit(RunEnd(session.outcome, session.results, session.ended_ns))

    def _await_room(self) -> bool:
        """Whether the window is ready for a batch; until then what is new waits in the event queues."""
        room = self._room.acquire(timeout=PERIOD_S)
        if room:
            self._halt.wait(max(0.0, self._rest_until - time.monotonic()))
        return room

    def _hand_over(self, session: AnySession) -> None:
        """Read and emit."""
        batch, words = session.poll(), session.console()
        sources, cost = tuple(session.sources), session.own_cpu
        self.batch.emit(News(batch, words, session.warning, sources, session.note, cost, self._pace.rate))

    def _rest(self, turn: float, session: AnySession) -> None:
        """Sleep until the next turn, but for what makes it up to date; a request to stop wakes it."""
        until = turn + self._pace.period_s
        self._sleep(until - _ASK_S)
        session.ask()
        self._sleep(until - _GLANCE_S)
        session.glance()
        self._sleep(until)

    def _sleep(self, until: float) -> None:
        left = max(0.0, until - time.monotonic())
        if self._halt.is_set():
            time.sleep(left)
        else:
            self._halt.wait(left)
