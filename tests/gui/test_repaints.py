"""What a live window paints sixty times a second: the lanes and the load beside them, and nothing else."""

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from tests.gui.told_core_run import told_core_run
from visualiser.gui.panes import Panes
from visualiser.gui.status_line import StatusLine


class Paints(QObject):
    """Notes every widget that is painted."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
            self.seen.append(watched)
        return False


@pytest.fixture
def paints(qapp):
    paints = Paints()
    yield paints
    qapp.removeEventFilter(paints)


@pytest.fixture
def panes(show, theme):
    panes = show(Panes(theme), 1280, 690)
    panes.lay_out()
    run = told_core_run()
    run.finished = False
    panes.timeline.set_run(run)
    panes.cores.set_run(run)
    panes.timeline._words.setInterval(1_000_000)
    panes.timeline.set_follow(False)
    panes.timeline.refresh()
    panes.cores.refresh()
    QApplication.processEvents()
    return panes


def test_a_frame_paints_lanes_and_load_only(panes, paints, qapp):
    qapp.installEventFilter(paints)
    for step in range(5):
        panes.timeline.view.show_range(0.01 * step, 0.5 + 0.01 * step)
        panes.timeline.refresh()
        panes.cores.refresh()
        QApplication.processEvents()
    assert {paints.seen.count(widget) for widget in paints.seen} == {5}
    assert set(paints.seen) == {panes.timeline.view.viewport(), panes.cores.view}


def test_what_stands_behind_the_names_is_not_painted_with_them(panes, paints, qapp):
    qapp.installEventFilter(paints)
    panes.timeline.gutter.update()
    panes.cores.bars.update()
    panes.editor.editor.set_marks({1: [panes.timeline.gutter._theme.color("text")]})
    QApplication.processEvents()
    assert len(paints.seen) == 3


def test_numbers_paint_the_status_line_only(show, theme, paints, qapp):
    line = show(StatusLine(theme), 1280, 30)
    qapp.installEventFilter(paints)
    line.show_counts(1.5, 17, 0)
    QApplication.processEvents()
    assert {type(widget).__name__ for widget in paints.seen} == {"StatusLine", "QLabel"}
    assert line.parts["interpreter"] not in paints.seen
