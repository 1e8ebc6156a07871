"""The history of the cores' load: kept and moved, it must look as if it had been painted anew."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.gui.pixels import image_of, pixels_of
from tests.gui.told_core_run import told_core_run
from visualiser.gui.cores import CoresPanel
from visualiser.gui.timeline.view import TimelineView
from visualiser.trace.run import Run

MS = 1_000_000


@pytest.fixture
def make(theme, qtbot):
    """Make panels of one size that show one run."""

    def panel(run, follow=None):
        cores = CoresPanel(theme)
        qtbot.addWidget(cores)
        cores.resize(900, 92)
        if follow is not None:
            cores.follow_view(follow)
        cores.show()
        qtbot.waitExposed(cores)
        cores.set_run(run)
        return cores

    return panel


def shown(cores, begin, end):
    cores.view.show_range(begin, end)
    cores.refresh()
    return pixels_of(image_of(cores.view))


def growing_run():
    run = Run()
    run.start_ns = 1_000 * MS
    return run


def add_samples(run, count, seed):
    values = np.random.default_rng(seed).integers(0, 101, (count, 2)).tolist()
    last = int(run.loads.t[-1]) if len(run.loads) else run.start_ns
    run.loads.extend([(last + (n + 1) * 37 * MS, tuple(map(float, pair))) for n, pair in enumerate(values)])


def test_a_picture_that_grew_and_moved_is_the_one_painted_at_once(make):
    run = growing_run()
    grown = make(run)
    for turn in range(30):
        add_samples(run, turn % 4, seed=turn)
        begin = max(0.0, turn * 0.055 - 0.7)
        seen = shown(grown, begin, begin + 1.0)
    assert len(run.loads) > 40
    assert (seen == shown(make(run), begin, begin + 1.0)).all()
    assert len(np.unique(seen.reshape(-1, seen.shape[-1]), axis=0)) > 3


def test_it_is_as_true_after_going_back_and_after_zooming(make):
    run = growing_run()
    add_samples(run, 80, seed=1)
    moved = make(run)
    for begin, end in ((2.0, 3.0), (1.9, 2.9), (0.0, 1.0), (0.3, 2.3), (0.3, 1.3)):
        assert (shown(moved, begin, end) == shown(make(run), begin, end)).all(), (begin, end)


def test_the_runs_share_grows_the_same_way(make):
    run = told_core_run()
    assert (shown(make(run), 0.0, 1.0) == shown(make(run), 0.0, 1.0)).all()


def test_a_frame_without_a_new_sample_works_nothing_out(make):
    run = growing_run()
    add_samples(run, 20, seed=2)
    cores = make(run)
    shown(cores, 0.0, 1.0)
    before = cores.view.painted
    for step in range(1, 20):
        shown(cores, step * 0.01, 1 + step * 0.01)
    assert cores.view.painted == before


def test_a_new_sample_costs_its_own_columns_only(make):
    run = growing_run()
    add_samples(run, 20, seed=3)
    cores = make(run)
    shown(cores, 0.0, 1.0)
    before = cores.view.painted
    add_samples(run, 1, seed=4)
    shown(cores, 0.0, 1.0)
    assert 0 < cores.view.painted - before < 2 * cores.view.width() * 0.06


@pytest.fixture
def timeline(theme, qtbot):
    view = TimelineView(theme)
    qtbot.addWidget(view)
    view.resize(900, 200)
    view.show()
    qtbot.waitExposed(view)
    view.show_range(1.0, 2.0)
    return view


def test_wheel_and_drag_move_the_timeline(make, timeline):
    history = make(growing_run(), timeline).view
    told = []
    timeline.moved.connect(lambda: told.append(timeline.visible_s))
    middle = QPoint(history.width() // 2, 20)
    QTest.mousePress(history, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(history, middle + QPoint(history.width() // 10, 0))
    QTest.mouseRelease(history, Qt.MouseButton.LeftButton, pos=middle)
    assert told[-1] == pytest.approx((0.9, 1.9), abs=0.01)
    QTest.mouseMove(history, middle)
    assert history.visible_s == timeline.visible_s == told[-1]
    turn(history, middle, QPoint(0, 120))
    begin, end = timeline.visible_s
    assert (end - begin, (begin + end) / 2) == pytest.approx((0.8, 1.4), abs=0.01)
    turn(history, middle, QPoint(-120, 0))
    assert timeline.visible_s[0] == pytest.approx(begin + 0.08, abs=0.01)


def turn(widget, at, delta):
    none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    place = QPointF(at)
    event = QWheelEvent(place, place, QPoint(), delta, *none, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(widget, event)
