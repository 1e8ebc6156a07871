"""The reader and its controller, with sessions that misbehave."""

import itertools
import threading
import time

import pytest
from PySide6.QtCore import QTimer

from visualiser.gui.live import LiveReader, RunEnd
from visualiser.gui.run_controller import RunController, RunState
from visualiser.host.outcome import Outcome
from visualiser.host.session import StartError
from visualiser.trace.batch import Batch
from visualiser.trace.run import Run


class FakeSession:
    """Counts what is asked of it; ends when stopped, or after some polls."""

    warning, sources, note, own_cpu, ended_ns = None, ["calls"], "", 0.0, 9

    def __init__(self, polls=10**9, trouble=None):
        self.polls, self.trouble, self.closed = polls, trouble, False
        self.polled = self.glanced = self.asked = 0
        self.stopped_in = None
        self.outcome = None
        self.results = {"lost": 1}

    @property
    def running(self):
        return self.outcome is None

    def poll(self):
        if self.trouble:
            raise self.trouble
        self.polled += 1
        if self.polled >= self.polls or self.stopped_in:
            self.outcome = Outcome("Over.", ok=not self.stopped_in, stopped=bool(self.stopped_in))
        return Batch(now=self.polled)

    def ask(self):
        self.asked += 1

    def glance(self):
        self.glanced += 1

    def console(self):
        return [("out", f"{self.polled}\n")]

    def stop(self):
        self.stopped_in = threading.current_thread()

    def close(self):
        self.closed = True


@pytest.fixture
def read(qtbot):
    """Start a reader on a session; ended at the end."""
    readers = []

    def go(start):
        reader = LiveReader(start)
        reader.heard = {"batch": [], "over": [], "failed": []}
        for name, heard in reader.heard.items():
            getattr(reader, name).connect(heard.append)
        readers.append(reader)
        reader.start()
        return reader

    yield go
    for reader in readers:
        reader.halt()
        reader.requestInterruption()
        assert reader.wait(5000)


def test_every_batch_is_one_signal_and_the_end_comes_last(read, qtbot):
    session = FakeSession(polls=2)
    reader = read(lambda: session)
    reader.batch.connect(lambda _news: reader.taken())
    qtbot.waitUntil(lambda: bool(reader.heard["over"]) and reader.isFinished())
    assert [news.batch.now for news in reader.heard["batch"]] == [1, 2]
    assert reader.heard["batch"][0].console == [("out", "1\n")]
    assert reader.heard["over"] == [RunEnd(session.outcome, {"lost": 1}, 9)]
    assert session.closed


def test_a_window_that_falls_behind_gets_no_more_batches_until_it_has_taken_one(read, qtbot):
    session = FakeSession()
    reader = read(lambda: session)
    qtbot.waitUntil(lambda: len(reader.heard["batch"]) == 1)
    turns = threading.Event()
    assert not turns.wait(0.2)
    assert session.polled == 1
    reader.taken()
    qtbot.waitUntil(lambda: session.polled == 2)


def test_there_is_a_glance_before_every_poll_but_the_first(read, qtbot):
    session = FakeSession(polls=4)
    reader = read(lambda: session)
    reader.batch.connect(lambda _news: reader.taken())
    qtbot.waitUntil(lambda: bool(reader.heard["over"]))
    assert session.asked == session.glanced == session.polled


def test_a_window_whose_frames_take_long_gets_fewer(read, qtbot):
    reader = read(lambda: FakeSession())
    reader.batch.connect(lambda _news: reader.taken(0.02))
    qtbot.waitUntil(lambda: any(news.rate == 30 for news in reader.heard["batch"]))
    assert reader.heard["batch"][0].rate == 60


def test_a_request_to_stop_reaches_the_session_while_the_window_is_still_busy(read, qtbot):
    session = FakeSession()
    reader = read(lambda: session)
    qtbot.waitUntil(lambda: session.polled == 1)
    reader.halt()  # nothing was taken, nothing will be
    qtbot.waitUntil(lambda: session.stopped_in is not None)
    assert session.polled == 1
    reader.taken(3600.0)  # nor does a long rest keep the end back
    qtbot.waitUntil(lambda: bool(reader.heard["over"]))


def test_stopping_is_done_in_the_readers_thread(read, qtbot):
    session = FakeSession()
    reader = read(lambda: session)
    reader.batch.connect(lambda _news: reader.taken())
    qtbot.waitUntil(lambda: session.polled > 3)
    reader.halt()
    qtbot.waitUntil(lambda: bool(reader.heard["over"]))
    assert session.stopped_in is not threading.main_thread()
    assert reader.heard["over"][0].outcome.stopped


def test_a_session_that_breaks_is_stopped_closed_and_told(read, qtbot):
    session = FakeSession(trouble=OSError("no more"))
    reader = read(lambda: session)
    qtbot.waitUntil(lambda: bool(reader.heard["failed"]) and reader.isFinished())
    assert reader.heard["failed"] == ["The run could not be followed to its end: OSError: no more"]
    assert session.stopped_in is not None
    assert session.closed


def test_a_run_that_cannot_start_is_told(read, qtbot):
    def refuse():
        raise StartError("There is no Python at /nowhere.")

    reader = read(refuse)
    qtbot.waitUntil(lambda: reader.heard["failed"] == ["There is no Python at /nowhere."])


@pytest.fixture
def controller(qapp):
    made = RunController(python="/nowhere/python")
    yield made
    made.close()


def test_an_interpreter_that_is_not_there_is_one_sentence_and_the_next_start_is_free(controller, script, qtbot):
    said, states = [], []
    controller.refused.connect(said.append)
    controller.state_changed.connect(states.append)
    for _ in range(2):
        with qtbot.waitSignal(controller.refused, timeout=20_000):
            controller.start(script("print(1)\n"), "print(1)\n")
    assert len(said) == 2
    assert "/nowhere/python" in said[0]
    assert states == [RunState.STARTING, RunState.FAILED] * 2
    assert not controller.active


def test_between_any_two_batches_timers_have_their_turn(controller, script, qtbot, monkeypatch):
    seen = []

    def heavy(run, batch):
        seen.append("batch")
        time.sleep(0.03)  # the work; the reader has the next batch ready meanwhile

    monkeypatch.setattr(Run, "extend", heavy)
    monkeypatch.setattr(controller, "_open_session", lambda *_: FakeSession())
    timer = QTimer(interval=0)
    timer.timeout.connect(lambda: seen.append("turn"))
    timer.start()
    controller.start(script("print(1)\n"), "print(1)\n")
    qtbot.waitUntil(lambda: seen.count("batch") >= 8)
    controller.stop()
    qtbot.waitUntil(lambda: not controller.active)
    timer.stop()
    assert controller.state is RunState.STOPPED
    assert ("batch", "batch") not in list(itertools.pairwise(seen))


def test_closing_twice_and_stopping_without_a_run_are_harmless(controller):
    controller.stop()
    controller.close()
    assert controller.state is RunState.IDLE
