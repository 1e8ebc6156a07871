"""Start, stop and what is in between: holds the one run the window shows."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from enum import StrEnum
from functools import partial

from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal

from visualiser.gui.in_window.run import WindowRun, wants_window
from visualiser.gui.in_window.session import STUCK
from visualiser.gui.live import AnySession, LiveReader, News, RunEnd
from visualiser.host.about_run import about_run
from visualiser.host.catalogue import Scenario
from visualiser.host.launch import StartError
from visualiser.host.sampler import Sampler
from visualiser.host.session import Session
from visualiser.trace.document import About
from visualiser.trace.run import Run

_LONGEST_STOP_MS = 5000


class RunState(StrEnum):
    """Where the run is in its life; the value is what the status line says."""

    IDLE = "ready"
    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"


_ACTIVE = (RunState.STARTING, RunState.RUNNING, RunState.STOPPING)


class RunController(QObject):
    """At most one run at a time; all its work is done in a LiveReader.

    ``state_changed`` carries the RunState, ``run_changed`` the new Run, ``grown`` each News after the run took it in,
    ``ended`` the RunEnd, ``refused`` one sentence where there is no outcome. ``states`` and ``second`` are the sources
    of the next run's states, see ``Session.start``.
    """

    state_changed = Signal(object)
    run_changed = Signal(object)
    grown = Signal(object)
    ended = Signal(object)
    refused = Signal(str)

    def __init__(self, parent: QObject | None = None, states: str = "auto", python: str | None = None) -> None:
        super().__init__(parent)
        self.state = RunState.IDLE
        self.run: Run | None = None
        self.states = states
        self.second = ""
        self.python = python
        self.about = About()
        self._reader: LiveReader | None = None
        self._end: RunEnd | None = None
        self._refusal = ""
        self._closed = False
        self._in_window: WindowRun | None = None
        self._batch_came = 0.0
        self._round = QTimer(self)  # of the event loop, from one batch to the next
        self._round.setSingleShot(True)
        self._round.timeout.connect(self._hand_back)
        self._helper = ThreadPoolExecutor(1, "sampler")
        self._sampler: Future[Sampler] = self._helper.submit(Sampler)

    @property
    def active(self) -> bool:
        """Whether a run goes on."""
        return self.state in _ACTIVE

    @property
    def can(self) -> dict[str, str]:
        """By source of the sampler: "" if it is permitted, else why not; empty until the sampler is up."""
        return self._sampler.result().can if self._sampler.done() else {}

    def start(self, scenario: Scenario, text: str) -> None:
        """Run that text of the scenario; does nothing while a run goes on."""
        if self.active or self._reader is not None:
            return
        self.run = Run()
        self.about = about_run(scenario, text)
        self.run_changed.emit(self.run)
        reader = LiveReader(self._opener(scenario, text), self)
        reader.began.connect(self._on_began)
        reader.batch.connect(self._on_batch)
        reader.over.connect(self._on_over)
        reader.failed.connect(self._on_failed)
        reader.finished.connect(self._on_thread_end)
        self._reader = reader
        self._end = None
        self._enter(RunState.STARTING)
        reader.start()

    def use(self, python: str | None) -> None:
        """Take another interpreter for the next run: its path, None for our own."""
        self.python = python

    def stop(self) -> None:
        """End the run; does nothing where none goes on."""
        if self._reader is not None and self.state in (RunState.STARTING, RunState.RUNNING):
            self._enter(RunState.STOPPING)
            self._reader.halt()

    def close(self) -> None:
        """End the run and everything that was kept ready for the next one; waits for it."""
        if self._reader is not None:
            self._reader.halt()
            self._await_end(self._reader)
            self._reader = None
        self._leave_window()
        self._round.stop()
        if not self._closed:
            self._closed = True
            self._helper.submit(self._close_sampler)
            self._helper.shutdown(wait=True)

    def _await_end(self, reader: LiveReader) -> None:
        """Take in what the run still has to tell, its end too; give it up after a while."""
        loop = QEventLoop()
        reader.finished.connect(loop.quit)
        patience = QTimer()
        patience.setSingleShot(True)
        patience.timeout.connect(loop.quit)
        patience.start(_LONGEST_STOP_MS)
        if reader.isRunning():
            loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        if self._reader is reader:
            reader.requestInterruption()
            reader.wait(_LONGEST_STOP_MS)

    @property
    def stuck(self) -> bool:
        """A thread of a script that ran inside this window could not be ended."""
        return self._in_window is not None and not self.active

    def _opener(self, scenario: Scenario, text: str) -> Callable[[], AnySession]:
        """What opens the session, to be called in the reader's thread."""
        if not wants_window(text):
            return partial(self._open_session, scenario, text)
        try:
            if self._in_window is not None:
                raise StartError(STUCK)
            self._in_window = WindowRun(scenario, text, self)
        except StartError as error:
            return partial(_refuse, error)
        return partial(self._open_in_window, self._in_window)

    def _open_in_window(self, run: WindowRun) -> AnySession:
        return run.open(self._ready_sampler())

    def _leave_window(self) -> None:
        if self._in_window is not None and self._in_window.end():
            self._in_window = None

    def _open_session(self, scenario: Scenario, text: str) -> Session:
        return Session.start(
            scenario,
            text,
            python=self.python,
            states=self.states,
            sampler=self._ready_sampler(),
            second=self.second,
        )

    def _ready_sampler(self) -> Sampler:
        """Called in the reader's thread."""
        if not self._sampler.result().alive and sys.platform == "linux":
            self._sampler.result().close()
            self._sampler = self._helper.submit(Sampler)
        return self._sampler.result()

    def _close_sampler(self) -> None:
        self._sampler.result().close()

    def _enter(self, state: RunState) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)

    def _on_began(self) -> None:
        if self.state is RunState.STARTING:
            self._enter(RunState.RUNNING)

    def _on_batch(self, news: News) -> None:
        assert self.run is not None
        self._batch_came = time.monotonic()
        try:
            self.run.extend(news.batch)
            self.grown.emit(news)
        finally:
            self._round.start(0)

    def _hand_back(self) -> None:
        """Ask for the next batch only now that keys and timers had their turn: batch upon batch would starve them."""
        if self._reader is not None:
            self._reader.taken(time.monotonic() - self._batch_came)

    def _on_over(self, end: RunEnd) -> None:
        assert self.run is not None
        self.run.finish(end.ended_ns or self.run.now_ns)
        self._end = end

    def _on_failed(self, sentence: str) -> None:
        if self.run is not None:
            self.run.finish(self.run.now_ns)
        self._refusal = sentence

    def _on_thread_end(self) -> None:
        """Only now may the next run start, so only now the buttons may say so."""
        reader, self._reader = self._reader, None
        if reader is None:
            return
        reader.wait()
        reader.deleteLater()
        self._leave_window()
        self._enter(_last_state(self._end))
        if self._end is not None:
            self.ended.emit(self._end)
        else:
            self.refused.emit(self._refusal)


def _refuse(error: StartError) -> AnySession:
    raise error


def _last_state(end: RunEnd | None) -> RunState:
    if end is None:
        return RunState.FAILED
    if end.outcome.stopped:
        return RunState.STOPPED
    return RunState.FINISHED if end.outcome.ok else RunState.FAILED
