"""The timeline through real events and real pixels."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QWheelEvent
from PySide6.QtWidgets import QApplication

from tests.gui.on_timeline import move_mouse, open_panel, pixel, shown, spot
from tests.gui.told_run import MS, START, told_batch, told_run
from visualiser.gui.core_shades import area, load_columns
from visualiser.gui.cores import CoresPanel
from visualiser.gui.theme import load_theme
from visualiser.gui.timeline.legend import wrapped
from visualiser.gui.timeline.picture import split_name
from visualiser.gui.timeline.ruler import ticks
from visualiser.gui.timeline.strips import edges
from visualiser.trace.row import Row, row
from visualiser.trace.run import Run
from visualiser.trace.states import State
from visualiser.trace.time_scale import TimeScale
from visualiser.trace.track import Track


@pytest.fixture
def panel(qtbot):
    return open_panel(qtbot)


def test_running_is_solid_in_the_hue_of_the_thread(panel):
    shown(panel, told_run())
    theme = load_theme("dark")
    assert pixel(panel, 1, 0.4) == theme.lane(0)
    assert pixel(panel, 2, 0.4) == theme.lane(1)


def test_a_wait_is_not_solid_and_a_thread_pushed_off_its_core_is_a_thin_line(panel):
    shown(panel, told_run())
    theme = load_theme("dark")
    assert pixel(panel, 1, 0.251) != theme.lane(0)
    assert pixel(panel, 1, 0.75, share=0.05) == theme.color("lane")


def test_every_column_is_what_the_run_says(panel):
    run = told_run()
    shown(panel, run)
    view = panel.view
    assert view.painter.exact
    scale = view.time_scale(run.start_ns)
    states = row(run.tracks[1].lane, scale.edges()).main
    image = view.grab().toImage()
    solid = load_theme("dark").lane(0)
    box = view.layout_of_lanes.boxes[1]
    for column in range(0, scale.width, 7):
        is_solid = all(image.pixelColor(column, box.top + 14 + dy) == solid for dy in range(9))
        assert is_solid == (states[column] == State.RUN), (column, states[column])


def test_hovering_tells_lane_state_start_duration_and_line(panel, qtbot):
    shown(panel, told_run())
    with qtbot.waitSignal(panel.hovered) as told:
        move_mouse(panel.view.viewport(), spot(panel, 1, 0.2))
    text = told.args[0]
    for part in ("Thread-1", "sleeps", "0.100000 s", "200 ms", "two.py, line 12"):
        assert part in text


def test_clicking_selects_the_span_and_arrows_of_the_keyboard_go_on(panel, qtbot):
    shown(panel, told_run())
    chosen = []
    panel.selected.connect(chosen.append)
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=spot(panel, 1, 0.2))
    qtbot.waitUntil(lambda: bool(chosen))
    assert (chosen[-1].state, chosen[-1].line) == (State.SLEEP, 12)
    qtbot.keyClick(panel.view, Qt.Key.Key_Period)
    assert chosen[-1].state is State.RUN
    assert chosen[-1].start_s == pytest.approx(0.3)


@pytest.mark.parametrize(("key", "grows"), [(Qt.Key.Key_W, False), (Qt.Key.Key_S, True)])
def test_w_and_s_zoom(panel, qtbot, key, grows):
    shown(panel, told_run())
    qtbot.keyClick(panel.view, key)
    begin, end = panel.view.visible_s
    assert (end - begin > 1.0) == grows


@pytest.mark.parametrize(("key", "sign"), [(Qt.Key.Key_A, -1), (Qt.Key.Key_D, 1), (Qt.Key.Key_Left, -1)])
def test_a_and_d_pan(panel, qtbot, key, sign):
    shown(panel, told_run())
    qtbot.keyClick(panel.view, key)
    begin, end = panel.view.visible_s
    assert begin * sign > 0
    assert end - begin == pytest.approx(1.0)


def test_the_wheel_zooms_where_the_mouse_is(panel):
    shown(panel, told_run())
    view = panel.view
    at = QPointF(view.area.left() + view.area.width() * 0.25, 100.0)
    event = QWheelEvent(
        at, view.mapToGlobal(at), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), event)
    begin, end = view.visible_s
    assert end - begin == pytest.approx(0.64, abs=0.01)
    assert begin + (end - begin) * 0.25 == pytest.approx(0.25, abs=0.01)


def test_dragging_pans_and_ends_following(panel, qtbot):
    shown(panel, told_run())
    panel.set_follow(True)
    view = panel.view
    middle = view.viewport().rect().center()
    with qtbot.waitSignal(panel.follow_changed) as changed:
        qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=middle)
        for step in range(1, 8):
            qtbot.mouseMove(view.viewport(), middle + QPoint(step * 15, 0))
        qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=middle + QPoint(120, 0))
    assert changed.args == [False]
    assert view.visible_s[0] < 0


def test_following_keeps_the_end_in_view_and_the_kept_columns(panel):
    run = Run()
    panel.set_run(run)
    run.extend(told_batch(now=START + 100 * MS, sampled=START + 100 * MS))
    panel.refresh()
    assert panel.view.visible_s[0] == pytest.approx(0.0, abs=0.01)
    for now in range(5_000, 6_000, 16):
        run.extend(told_batch_end(now))
        panel.refresh()
        panel.view.grab()
    begin, end = panel.view.visible_s
    assert begin < run.wall_s < end
    assert end - run.wall_s < 0.2 * (end - begin)
    assert panel.view.painter.computed < 0.1 * panel.view.area.width() * len(run.tracks)


def told_batch_end(now_ms: int):
    from visualiser.trace.batch import Batch

    return Batch(now=START + now_ms * MS, sampled=START + now_ms * MS)


def test_fit_shows_the_run_first_without_and_then_with_the_imports(panel):
    run = told_run()
    panel.set_run(run)
    panel.fit()
    begin, _ = panel.view.visible_s
    assert begin == pytest.approx(0.005 - 0.025, abs=0.002)
    panel.fit()
    assert panel.view.visible_s[0] == pytest.approx(-0.025, abs=0.001)


def test_the_legend_explains_just_the_states_of_the_run(panel):
    shown(panel, told_run())
    assert set(panel.legend.states) == {State.RUN, State.CORE, State.SLEEP, State.LOCK, State.JOIN}


def test_without_a_sampler_the_legend_says_what_cannot_be_told(panel, qtbot):
    run = Run()
    bare = told_batch()
    bare.sampled, bare.switches = 0, None
    run.extend(bare)
    shown(panel, run)
    assert State.READY in panel.legend.states
    told = panel.legend.accessibleDescription()
    assert "States from recorded calls" in told
    assert "between them a thread runs or is ready" in told


def test_the_legend_names_the_source_and_how_true_it_is(panel):
    shown(panel, told_run())
    assert "States from kernel switches: right for 99 % of the time." in panel.legend.accessibleDescription()


def test_a_note_too_long_for_the_legend_goes_on_below(panel, qtbot):
    metrics = QFontMetrics(load_theme("dark").font("caption"))
    note = "The strip below each lane: looks from outside, underlined where they say otherwise"
    lines = wrapped(note, metrics, 200)
    assert " ".join(lines) == note
    assert len(lines) > 1
    assert max(map(metrics.horizontalAdvance, lines)) <= 200
    legend = panel.legend
    legend.set_states({State.RUN}, (note,))
    before = legend.heightForWidth(2000)
    assert legend.heightForWidth(220) > before
    assert wrapped("incomprehensibilities", metrics, 10) == ["incomprehensibilities"]
    assert wrapped("", metrics, 10) == []


def test_sixty_lanes_can_be_scrolled_to_the_last(panel, qtbot):
    shown(panel, told_run(workers=60))
    assert panel.view.hidden_height > 0
    for _ in range(60):
        qtbot.keyClick(panel.view, Qt.Key.Key_Down)
    last = panel.view.layout_of_lanes.boxes[-1]
    assert last.top + last.height <= panel.view.height() + 2


def test_helpers_are_hidden_until_asked_for(panel):
    run = told_run()
    run.tracks[2].kind = "helper"
    shown(panel, run)
    assert len(panel.view.layout_of_lanes.boxes) == 2
    panel.set_helpers(True)
    assert len(panel.view.layout_of_lanes.boxes) == 3


def test_nothing_to_show_says_what_to_do(panel):
    panel.set_run(None)
    assert panel._hint.isVisible()
    shown(panel, told_run())
    assert not panel._hint.isVisible()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_forms_differ_without_colour(theme):
    from visualiser.gui.timeline.forms import WAITS, textures

    forms = textures(30)
    seen = {forms[state, 0].tobytes() for state in (State.RUN, State.READY, State.GIL, State.CORE, *WAITS)}
    assert len(seen) == 4 + len(WAITS)


def test_both_axes_stay_aligned(panel, qtbot):
    cores = CoresPanel(load_theme("dark"))
    qtbot.addWidget(cores)
    cores.resize(900, 100)
    cores.show()
    panel.link(cores)
    shown(panel, told_run())
    cores.set_run(panel.view.run)
    panel.view.show_range(0.2, 0.7)
    QApplication.processEvents()
    assert cores.view.visible_s == pytest.approx(panel.view.visible_s)
    assert cores.view.x() == panel.view.x()


def test_core_load_is_drawn_to_its_height():
    shades = area(np.array([0, 50, 100, np.nan], np.float32), 11)
    assert (shades > 0).sum(axis=0).tolist() == [1, 6, 11, 0]


def test_a_load_sample_holds_for_the_time_before_it():
    t = np.array([100, 200, 300])
    columns = load_columns(t, np.array([20, 40, 80], np.float32), np.arange(0, 500, 50), begin=50)
    assert np.nan_to_num(columns, nan=-1).tolist() == [-1, 20, 40, 40, 80, 80, -1, -1, -1]


def test_names_of_threads_are_split_from_their_work():
    assert split_name(named("Thread-1 (fetch_url)")) == ("Thread-1", "fetch_url")
    assert split_name(named("MainThread")) == ("MainThread", "")


@pytest.mark.parametrize(
    ("begin", "end", "words"),
    [
        (0.0, 1.0, ["0 s", "0.2 s", "0.4 s"]),
        (0.0, 0.1, ["0 ms", "20 ms", "40 ms"]),
        (1.2, 1.21, ["1.2 s", "1.202 s", "1.204 s"]),
    ],
)
def test_the_ruler_has_one_unit_and_round_times(begin, end, words):
    scale = TimeScale.of_view(0, begin, end, 800)
    assert [tick.text for tick in ticks(scale, 90)][:3] == words


def test_waits_narrower_than_a_few_columns_do_not_look_like_running(panel):
    lock, run = State.LOCK, State.RUN
    main = np.array([lock, run] * 50 + [lock] * 30 + [run] * 5, np.uint8)
    marked = edges(Row(main, np.zeros(len(main), np.uint8)))
    assert not marked[1:96].any()
    assert marked[129]
    assert not marked[104:129].any()


def test_a_row_of_short_waits_shows_no_edges_either(panel):
    main = np.full(100, State.LOCK, np.uint8)
    hidden = np.full(100, State.RUN, np.uint8)
    assert edges(Row(main, hidden)).sum() <= 2


def named(name: str, kind: str = "thread") -> Track:
    return Track(0, kind, name, 1, 1)


class Rubber:
    """A tool that takes drags with Shift, and an overlay that paints where it was."""

    def __init__(self):
        self.places = []

    def press(self, at, event):
        if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            return False
        self.places = [at.x()]
        return True

    def drag(self, at):
        self.places.append(at.x())

    def release(self, at):
        self.places.append(at.x())

    def paint(self, painter, rect, picture):
        if self.places:
            painter.fillRect(QRect(int(self.places[0]), rect.top(), 20, rect.height()), QColor("#ff00ff"))


def test_a_tool_takes_a_drag_before_it_pans_and_an_overlay_paints_last(panel, qtbot):
    shown(panel, told_run())
    view, rubber = panel.view, Rubber()
    view.tools.append(rubber)
    view.overlays.append(rubber)
    begin, port = view.visible_s, view.viewport()
    shift, left = Qt.KeyboardModifier.ShiftModifier, Qt.MouseButton.LeftButton
    qtbot.mousePress(port, left, shift, QPoint(200, 60))
    qtbot.mouseMove(port, QPoint(260, 60))
    qtbot.mouseRelease(port, left, shift, QPoint(300, 60))
    assert (rubber.places[0], rubber.places[-1]) == (200, 300)
    assert view.visible_s == begin
    assert view.grab().toImage().pixelColor(210, 60).name() == "#ff00ff"
