import math

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from tests.gui.pixels import count, image_of
from visualiser.gui.status_line import StatusLine


@pytest.fixture
def line(show, theme):
    return show(StatusLine(theme), 1280, 30)


def text(line, part):
    return line.parts[part].text()


def test_it_says_state_time_spans_and_losses(line):
    line.show_state("running", True)
    line.show_counts(1.5, 12345, 0)
    assert [text(line, part) for part in ("state", "time", "spans", "dropped")] == [
        "● running",
        "1.50\u202fs",
        "12\u202f345 spans",
        "0 dropped",
    ]


def test_losses_are_painted_as_an_alarm(line, theme):
    line.show_counts(1.0, 1, 0)
    assert count(image_of(line), theme.color("danger"), near=12) == 0
    line.show_counts(1.0, 1, 7)
    assert count(image_of(line), theme.color("danger"), near=12) > 20
    line.show_counts(1.0, 1, 0)
    assert count(image_of(line), theme.color("danger"), near=12) == 0


def test_sources_come_with_how_far_to_trust_them(line):
    line.show_sources(("perf", "peek"), "")
    assert text(line, "sources") == "states: kernel switches / looks from outside"
    assert "99 %" in line.parts["sources"].toolTip()
    line.show_sources(("calls",), "perf_event_paranoid is 4.")
    assert line.parts["sources"].toolTip().endswith("perf_event_paranoid is 4.")
    assert text(line, "sources") == "states: recorded calls (note)"


def test_cost_and_interpreter(line):
    line.show_cost(0.123, 60)
    line.show_interpreter("3.14.0", False)
    assert text(line, "cost") == "this window: 12 % of a core"
    assert text(line, "interpreter") == "Python 3.14.0 · GIL off"


def test_the_cost_says_over_what_it_is_and_how_often_the_window_paints(line):
    line.show_cost(math.nan, 60)
    assert text(line, "cost") == "this window: –"
    line.show_cost(0.8, 30)
    assert text(line, "cost") == "this window: 80 % of a core"
    assert "the last 3 seconds" in line.parts["cost"].toolTip()
    assert "Up to 30 frames a second" in line.parts["cost"].toolTip()
    line.show_cost(0.5)
    assert "the whole run" in line.parts["cost"].toolTip()
    assert "frames" not in line.parts["cost"].toolTip()


def test_parts_do_not_move_when_their_numbers_grow(line):
    line.show_counts(0.0, 0, 0)
    places = [label.x() for label in line.parts.values()]
    line.show_counts(999.99, 999_999, 0)
    line.layout().activate()
    assert [label.x() for label in line.parts.values()] == places


def test_new_numbers_do_not_lay_out_the_window(line, qtbot):
    line.show_counts(0.0, 0, 0)
    QApplication.processEvents()
    seen = []

    class Watcher(QObject):
        def eventFilter(self, _watched, event):
            if event.type() == QEvent.Type.LayoutRequest:
                seen.append(event)
            return False

    watcher = Watcher()
    line.installEventFilter(watcher)
    line.show_counts(12.5, 4711, 0)
    line.show_cost(0.31, 60)
    QApplication.processEvents()
    assert not seen
    line.show_counts(12.5, 123_456_789_012, 0)
    QApplication.processEvents()
    assert seen  # what needs more room than is kept gets it
    line.removeEventFilter(watcher)


def test_no_number_is_cut_off(line):
    line.show_counts(98765.43, 123_456_789_012, 123_456_789)
    line.show_cost(12.34, 60)
    for label in line.parts.values():
        assert label.width() >= label.fontMetrics().horizontalAdvance(label.text())
        assert label.height() >= label.fontMetrics().height()
