"""The page that finds spans, and steps from span to span, in the real window and by real events."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from tests.gui.told_run import MS, START, told_batch, told_run
from tests.trace.story import batch
from visualiser.gui.finding import finder as finding
from visualiser.gui.finding.find_panel import NOTHING_FOUND, NOTHING_RUN
from visualiser.gui.finding.span_search import SpanSearch
from visualiser.trace.names import Names
from visualiser.trace.run import Run
from visualiser.trace.search import Wanted
from visualiser.trace.states import State


@pytest.fixture
def window(open_window, script):
    return open_window(script("print(1)\n"))


def show(window, run):
    window.panes.timeline.set_run(run)
    window.panes.timeline.set_follow(False)
    window.panes.timeline.view.show_range(0.0, 1.0)
    return run


def opened(window, qtbot):
    window.panes.timeline.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    page = window.panes.find_page
    qtbot.waitUntil(page.isVisible)
    return page


def spans(run):
    return sum(int((track.lane.state != State.NONE).sum()) for track in run.tracks)


def listed(page, qtbot, number):
    qtbot.waitUntil(lambda: page.table.rowCount() == number, timeout=20_000)
    return [[page.table.data(page.table.index(row, column)) for column in range(5)] for row in range(number)]


def test_ctrl_f_lists_the_longest_spans_and_return_shows_the_first(window, qtbot):
    run = show(window, told_run())
    page = opened(window, qtbot)
    assert page.text.hasFocus()
    rows = listed(page, qtbot, spans(run))
    assert rows[0][:4] == ["990 ms", "MainThread", "waits for workers", "0.010000 s"]
    qtbot.keyClicks(page.text, "SLEEP")
    rows = listed(page, qtbot, 2)
    assert [row[:3] for row in rows] == [["200 ms", f"Thread-{n} (work)", "sleeps"] for n in (1, 2)]
    view = window.panes.timeline.view
    qtbot.keyClick(page.text, Qt.Key.Key_Return)
    track, span = view.chosen
    assert (track, span.state, span.start) == (run.tracks[1], State.SLEEP, START + 100 * MS)
    assert view._focus.shown.start == START + 100 * MS


def test_a_state_and_a_click_in_the_list(window, qtbot):
    run = show(window, told_run())
    page = opened(window, qtbot)
    listed(page, qtbot, spans(run))
    page.state.setCurrentIndex(page.state.findData(int(State.LOCK)))
    listed(page, qtbot, 2)
    place = page.list.visualRect(page.table.index(1, 0)).center()
    qtbot.mouseClick(page.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.panes.timeline.view.chosen[0] is run.tracks[2]
    qtbot.keyClicks(page.text, "no such thing")
    listed(page, qtbot, 0)
    assert page.note.text() == NOTHING_FOUND


def test_the_list_keeps_up_with_a_run_and_says_when_there_is_none(window, qtbot, monkeypatch):
    monkeypatch.setattr(finding, "_PAUSE_MS", 1)
    show(window, None)
    page = opened(window, qtbot)
    assert page.note.text() == NOTHING_RUN
    run = Run()
    run.extend(told_batch(2, now=START + 200 * MS, sampled=START + 200 * MS))
    show(window, run)
    qtbot.waitUntil(lambda: page.table.rowCount() == spans(run), timeout=20_000)
    before = spans(run)
    assert before > 3
    run.extend(batch(START + 1000 * MS, sampled=START + 1000 * MS))
    window.panes.timeline.refresh()
    qtbot.waitUntil(lambda: page.table.rowCount() == spans(run) > before, timeout=20_000)


def test_a_page_that_is_not_seen_searches_nothing(window, qtbot):
    show(window, told_run())
    window.panes.bottom.turn_to("result")
    assert not window.finder.search.busy
    assert window.panes.find_page.table.rowCount() == 0


def test_n_goes_to_the_next_span_of_the_state_and_says_where_it_ends(window, qtbot):
    run = show(window, told_run())
    view, said = window.panes.timeline.view, []
    window.finder.said.connect(said.append)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_N)
    assert said == [finding.SELECT_FIRST]
    lane = run.tracks[1].lane
    runs = [span for n in range(len(lane)) if (span := lane.span(n)).state is State.RUN]
    view.select((run.tracks[1], runs[0]))
    for expected in runs[1:]:
        qtbot.keyClick(view, Qt.Key.Key_N)
        assert view.chosen == (run.tracks[1], expected)
    qtbot.keyClick(view, Qt.Key.Key_N)
    assert said[-1] == (
        f"This is the last span on Thread-1 (work) that runs; there are {len(runs)}. Ctrl+N looks on all lanes."
    )
    qtbot.keyClick(view, Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    assert view.chosen == (run.tracks[1], runs[-2])
    view.select((run.tracks[1], lane.span_at(START + 200 * MS)))
    qtbot.keyClick(view, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert said[-1] == "This is the first span in this run that sleeps; there are 2."


def test_a_search_that_is_given_up_finds_nothing(qtbot, qapp):
    run = told_run()
    search, found = SpanSearch(qapp), []
    search.found.connect(found.append)
    search.start(run.tracks, run.names, Wanted())
    search.cancel()
    search.start(run.tracks[:1], run.names, Wanted())
    qtbot.waitUntil(lambda: bool(found))
    assert not search.busy
    assert {hit.track.id for hit in found[0]} == {0}
    assert len(found) == 1
    search.start([], Names(), Wanted())
    qtbot.waitUntil(lambda: len(found) == 2)
    assert found[1] == []
    search.deleteLater()
    assert np.isfinite(search.cost_s)
