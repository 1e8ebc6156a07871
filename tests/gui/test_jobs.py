"""Work off the GUI thread: its progress, its end, and that it can be cancelled."""

import threading

import pytest
from PySide6.QtCore import QPoint, Qt, QThread
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from visualiser.gui.jobs.desk import BUSY, JobDesk
from visualiser.gui.jobs.job import sentence_of


@pytest.fixture
def desk(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 600)
    window.show()
    qtbot.waitExposed(window)
    desk = JobDesk(window)
    yield desk
    desk.close()


def heard(desk):
    said = []
    desk.said.connect(said.append)
    return said


def test_what_the_work_gives_arrives_in_the_gui_thread(desk, qtbot):
    threads, results = [], []

    def work(progress):
        threads.append(threading.get_ident())
        return 42

    def done(result):
        results.append((result, QThread.currentThread() is desk.thread()))

    assert desk.start("Counting", work, done)
    qtbot.waitUntil(lambda: not desk.busy)
    assert results == [(42, True)]
    assert threads != [threading.get_ident()]


def test_a_sentence_of_ours_is_told_as_it_is_and_another_error_named(desk, qtbot):
    said = heard(desk)

    def work(progress):
        raise ValueError("This is no recording.")

    desk.start("Opening", work, pytest.fail)
    qtbot.waitUntil(lambda: not desk.busy)
    assert said == ["This is no recording."]
    assert sentence_of(KeyError("x")) == "That did not work: KeyError: 'x'"


def until_cancelled(progress):
    share, stop = 0.0, threading.Event()
    while progress(share):
        share = min(share + 0.01, 0.5)
        stop.wait(0.002)
    raise RuntimeError("never shown")


@pytest.mark.parametrize("way", ["button", "escape"])
def test_a_long_job_shows_how_far_it_is_and_can_be_cancelled(desk, qtbot, way):
    said = heard(desk)
    desk.start("Opening run.cvrun", until_cancelled, pytest.fail)
    qtbot.waitUntil(lambda: desk.card.isVisible() and desk.card.bar.value() >= 400)
    assert desk.card.title.text() == "Opening run.cvrun"
    if way == "button":
        qtbot.mouseClick(desk.card.button, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    else:
        QTest.keyClick(desk.card, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not desk.busy)
    assert said == ["Cancelled."]
    assert not desk.card.isVisible()


def test_one_job_at_a_time(desk, qtbot):
    said = heard(desk)
    desk.start("first", until_cancelled, pytest.fail)
    assert not desk.start("second", until_cancelled, pytest.fail)
    assert said == [BUSY]
    desk.cancel()
    qtbot.waitUntil(lambda: not desk.busy)


def test_nothing_goes_on_behind_a_closed_window(desk):
    said = heard(desk)
    desk.start("long", until_cancelled, pytest.fail)
    desk.close()
    assert not desk.busy
    assert said == []
