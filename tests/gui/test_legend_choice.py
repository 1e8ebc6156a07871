"""A click on a legend entry shows only that state: real clicks, keys and pixels, down to two microseconds."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from tests.gui.on_timeline import open_panel, pixel, shown
from tests.gui.pixels import count, image_of
from tests.gui.told_run import MS, START, told_run
from visualiser.gui.theme import load_theme
from visualiser.gui.timeline.picture import bar_of
from visualiser.gui.timeline.state_words import about_state
from visualiser.trace.presence import presence
from visualiser.trace.run import Run
from visualiser.trace.states import State


@pytest.fixture
def panel(qtbot):
    return open_panel(qtbot)


def click(panel, qtbot, state, keys=Qt.KeyboardModifier.NoModifier):
    at = panel.legend.place_of(state).center()
    qtbot.mouseClick(panel.legend, Qt.MouseButton.LeftButton, keys, at)


def test_a_click_shows_only_that_state_and_another_one_all(panel, qtbot):
    shown(panel, told_run())
    before = image_of(panel.view)
    click(panel, qtbot, State.SLEEP)
    assert panel.view.only == {State.SLEEP}
    assert pixel(panel, 1, 0.4) not in (load_theme("dark").lane(0), load_theme("dark").color("lane"))  # it is there
    assert "only sleeps – click to show all" in panel.legend.accessibleDescription()
    click(panel, qtbot, State.SLEEP)
    assert panel.view.only == frozenset()
    assert image_of(panel.view) == before


def test_ctrl_adds_a_state_and_escape_shows_all(panel, qtbot):
    shown(panel, told_run())
    click(panel, qtbot, State.SLEEP)
    click(panel, qtbot, State.LOCK, Qt.KeyboardModifier.ControlModifier)
    assert panel.view.only == {State.SLEEP, State.LOCK}
    panel.view.setFocus()
    qtbot.keyClick(panel.view, Qt.Key.Key_Escape)
    assert panel.view.only == frozenset()


def test_the_note_shows_all_again(panel, qtbot):
    shown(panel, told_run())
    click(panel, qtbot, State.LOCK)
    legend = panel.legend
    points = [QPoint(x, y) for y in range(6, legend.height(), 8) for x in range(6, legend.width(), 8)]
    note = next(at for at in points if str(legend.entry_at(at)).startswith("only waits for a lock"))
    qtbot.mouseClick(legend, Qt.MouseButton.LeftButton, pos=note)
    assert panel.view.only == frozenset()


def test_keys_go_from_entry_to_entry(panel, qtbot):
    shown(panel, told_run())
    states = panel.legend.states
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Space):
        qtbot.keyClick(panel.legend, key)
    assert panel.view.only == {states[1]}
    qtbot.keyClick(panel.legend, Qt.Key.Key_Left)
    qtbot.keyClick(panel.legend, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert panel.view.only == set(states[:2])
    qtbot.keyClick(panel.legend, Qt.Key.Key_Escape)
    assert panel.view.only == frozenset()


def test_another_run_shows_all_its_states(panel, qtbot):
    shown(panel, told_run())
    click(panel, qtbot, State.LOCK)
    shown(panel, told_run())
    assert panel.view.only == frozenset()
    assert "only" not in panel.legend.accessibleDescription()


def brief_run() -> Run:
    """The first worker waits for a lock for 2 µs in a second of running."""
    run = told_run()
    lane = run.tracks[1].lane
    lane.__init__()
    t = np.array([0, 400 * MS, 400 * MS + 2000]) + START
    states = np.array([State.RUN, State.LOCK, State.RUN], np.uint8)
    lane.append(t, states, np.zeros(3, np.uint32), START + 1000 * MS)
    return run


@pytest.mark.parametrize("width_s", [1.0, 20.0, 0.01])
def test_two_microseconds_are_seen_at_every_zoom(panel, qtbot, width_s):
    run = shown(panel, brief_run()).view.run
    click(panel, qtbot, State.LOCK)
    panel.view.show_range(0.4 - width_s / 2, 0.4 + width_s / 2)
    theme, view = load_theme("dark"), panel.view
    image = image_of(view)
    bar = bar_of(theme, view.area, view.layout_of_lanes.boxes[1])
    scale = view.time_scale(run.start_ns)
    for lane, track in ((1, run.tracks[1]), (2, run.tracks[2])):
        bar = bar_of(theme, view.area, view.layout_of_lanes.boxes[lane])
        there = presence(track.lane, scale.edges(), frozenset({State.LOCK}))
        flag = bar.bottom() + 3
        for x in range(image.width() - view.area.left()):
            lit = image.pixelColor(view.area.left() + x, flag) == theme.color("text")
            assert lit == (there[x] != State.NONE), (lane, x)
    there = presence(run.tracks[1].lane, scale.edges(), frozenset({State.LOCK}))
    (column,) = np.flatnonzero(there) if width_s > 0.1 else np.flatnonzero(there)[:1]
    bar = bar_of(theme, view.area, view.layout_of_lanes.boxes[1])
    area = (view.area.left() + int(column), bar.top(), view.area.left() + int(column) + 1, bar.bottom() + 1)
    assert count(image, theme.lane(0), area) == bar.height()


def test_the_tooltip_counts_spans_and_time(panel):
    run = shown(panel, told_run()).view.run
    told = about_state(run, False, State.SLEEP)
    assert told.startswith("sleeps: 2 spans, 400 ms in all, on 2 lanes")
    assert panel.legend.about(State.LOCK).startswith("waits for a lock: 2 spans, 200 ms in all")
    assert "not in this run" in about_state(run, False, State.IO)
