"""Ranges, markers and bookmarks with real keys and mouse: on the timeline, on their pages, in the document."""

import csv
import io

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from tests.gui.on_timeline import move_mouse, spot
from tests.gui.pixels import count, image_of
from tests.gui.told_run import MS, START, told_batch, told_run
from visualiser.gui.measure.bars import stacked
from visualiser.gui.measure.measure_file import save_csv
from visualiser.gui.measure.measure_model import percent_text
from visualiser.gui.measure.measuring import DELETED, NO_MARKERS, NO_SPAN
from visualiser.gui.theme import load_theme
from visualiser.trace.document import Bookmark, Document
from visualiser.trace.measure import Sums
from visualiser.trace.run import Run
from visualiser.trace.states import State

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT, ALT, CTRL = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
)
FAR = QPoint(0, 0)


def shown(window, run, bookmarks=()):
    """The window with that run on show, its first second in view, keys going to the timeline."""
    QCursor.setPos(window.mapToGlobal(FAR))
    document = Document(run, bookmarks=list(bookmarks))
    window.run_view.show_document(document)
    view = window.panes.timeline.view
    view.set_follow(False)
    view.show_range(0.0, 1.0)
    view.setFocus()
    QApplication.processEvents()
    return document


@pytest.fixture
def window(open_window, script):
    opened = open_window(script("print(1)\n"))
    shown(opened, told_run())
    return opened


@pytest.fixture
def view(window):
    return window.panes.timeline.view


def at(window, when_ms, lane=1):
    """The place of a moment on a lane; ``lane`` None is in the strip of flags."""
    place = spot(window.panes.timeline, 0 if lane is None else lane, when_ms / 1000)
    if lane is None:
        place.setY(window.panes.timeline.view.theme.px(30) + 10)
    return place


def drag(window, begin, end, modifier=SHIFT):
    port = window.panes.timeline.view.viewport()
    QTest.mousePress(port, LEFT, modifier, begin)
    for place in (begin + QPoint(8, 0), (begin + end) / 2, end):
        drag_over(port, place, modifier)
    QTest.mouseRelease(port, LEFT, modifier, end)


def drag_over(port, place, modifier):
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent

    point = QPointF(place)
    event = QMouseEvent(QEvent.Type.MouseMove, point, port.mapToGlobal(point), LEFT, LEFT, modifier)
    QApplication.sendEvent(port, event)


def ms(selection):
    return tuple((moment - START) / MS for moment in selection)


def cells(window, row):
    """The row's cells by the words over them."""
    model = window.panes.measure.table.numbers
    across = Qt.Orientation.Horizontal
    return {
        model.headerData(column, across): model.data(model.index(row, column)).replace("\n", " ").replace("\u202f", " ")
        for column in range(model.columnCount())
    }


def measured(window, qtbot, row, word, wanted):
    window.panes.bottom.turn_to("measure")
    qtbot.waitUntil(lambda: cells(window, row).get(word) == wanted)


# -- the range --------------------------------------------------------------------------------------------------------


def test_shift_and_a_drag_select_a_range_and_do_not_pan(window, view):
    before, told = view.visible_s, []
    view.selection_changed.connect(told.append)
    drag(window, at(window, 220), at(window, 420))
    assert ms(view.selection) == pytest.approx((220, 420), abs=3)
    assert view.visible_s == before
    assert told[-1] == view.selection
    assert len(told) >= 2  # while the mouse moves, too


def test_an_edge_near_that_of_a_span_is_that_of_the_span(window, view):
    drag(window, at(window, 100) + QPoint(4, 0), at(window, 300) - QPoint(4, 0))
    assert ms(view.selection) == (100, 300)
    drag(window, at(window, 100, lane=0) + QPoint(4, 0), at(window, 300, lane=0))  # that lane has no edge there
    assert ms(view.selection)[0] > 100


def test_both_edges_can_be_dragged_afterwards_and_cross(window, view):
    drag(window, at(window, 220), at(window, 420))
    drag(window, at(window, ms(view.selection)[1]), at(window, 560), NONE)
    begin, end = ms(view.selection)
    assert (begin, end) == pytest.approx((220, 560), abs=3)
    drag(window, at(window, begin), at(window, 640), NONE)
    assert ms(view.selection) == pytest.approx((560, 640), abs=3)


def test_a_drag_beside_the_edges_pans_as_ever(window, view, qtbot):
    drag(window, at(window, 220), at(window, 420))
    selection, before = view.selection, view.visible_s
    drag(window, at(window, 320), at(window, 380), NONE)
    assert view.selection == selection
    assert view.visible_s != before


def test_the_mouse_shows_that_an_edge_can_be_taken(window, view, qtbot):
    drag(window, at(window, 220), at(window, 420))
    edge = at(window, ms(view.selection)[0])

    def over(place, shape):
        move_mouse(view.viewport(), place)
        return view.viewport().cursor().shape() == shape

    qtbot.waitUntil(lambda: over(edge, Qt.CursorShape.SizeHorCursor))
    qtbot.waitUntil(lambda: over(edge + QPoint(40, 0), Qt.CursorShape.ArrowCursor))


def test_escape_takes_the_range_away_and_then_the_markers(window, view):
    drag(window, at(window, 220), at(window, 420))
    window.actions_["marker_a"].trigger()
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert view.selection is None
    assert list(window.measuring.markers.at) == ["A"]
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert window.measuring.markers.at == {}


def test_shift_and_a_click_select_the_time_of_a_span(window, view):
    QTest.mouseClick(view.viewport(), LEFT, SHIFT, at(window, 200))
    assert ms(view.selection) == (100, 300)


def test_keys_select_a_spans_time_what_is_visible_and_from_marker_to_marker(window, view):
    said = []
    window.measuring.said.connect(said.append)
    QTest.keyClick(view, Qt.Key.Key_T, SHIFT)
    QTest.keyClick(view, Qt.Key.Key_M, SHIFT)
    assert said == [NO_SPAN, NO_MARKERS]
    QTest.mouseClick(view.viewport(), LEFT, NONE, at(window, 550))
    QTest.keyClick(view, Qt.Key.Key_T, SHIFT)
    assert ms(view.selection) == (500, 600)
    QTest.keyClick(view, Qt.Key.Key_V, SHIFT)
    assert ms(view.selection) == pytest.approx((0, 1000), abs=2)
    markers = window.measuring.markers
    markers.put("A", START + 700 * MS)
    markers.put("B", START + 200 * MS)
    QTest.keyClick(view, Qt.Key.Key_M, SHIFT)
    assert ms(view.selection) == (200, 700)


def test_the_range_stays_in_time_when_the_view_zooms(window, view):
    drag(window, at(window, 220), at(window, 420))
    selection = view.selection
    view.zoom(0.5, 0.3)
    assert view.selection == selection


def test_what_is_beside_the_range_steps_back_and_its_edges_are_seen(window, view):
    theme = view.theme
    runs = theme.lane(0)
    before = image_of(view)
    view.select_time((START + 320 * MS, START + 480 * MS))
    after = image_of(view)
    inside, outside = at(window, 400), at(window, 900)
    assert before.pixelColor(inside) == before.pixelColor(outside) == after.pixelColor(inside) == runs
    assert after.pixelColor(outside) != runs
    edge = at(window, 320)
    assert count(after, theme.color("accent"), (edge.x() - 3, 60, edge.x() + 4, view.height())) > view.height() * 0.8
    assert image_of(view) == after


def test_the_length_is_written_large_over_the_range(window, view):
    theme = view.theme
    view.select_time((START + 300 * MS, START + 500 * MS))
    left, right = at(window, 300).x(), at(window, 500).x()
    image = image_of(view)
    assert count(image, theme.color("accent"), (left, 0, right, theme.px(30))) > (right - left) * 12
    assert count(image, theme.color("on_accent"), (left, 0, right, theme.px(30)), 60) > 100


def test_another_run_has_no_range_and_no_markers(window, view):
    view.select_time((START, START + MS))
    window.measuring.markers.put("A", START)
    shown(window, told_run())
    assert view.selection is None
    assert window.measuring.markers.at == {}
    assert view.flag_room == 0


def test_without_a_run_nothing_can_be_selected(window, view):
    view.set_run(None)
    drag(window, QPoint(200, 60), QPoint(300, 60))
    for name in ("range_visible", "range_span", "marker_a", "bookmark", "step_left", "range_markers"):
        window.actions_[name].trigger()
    assert view.selection is None
    assert not window.measuring.field.isVisible()


# -- the page ---------------------------------------------------------------------------------------------------------


def test_without_a_range_the_whole_run_is_measured_and_the_page_says_so(window, qtbot):
    QTest.keyClick(window, Qt.Key.Key_M, CTRL | SHIFT)
    assert window.panes.bottom.front == "measure"
    measured(window, qtbot, 1, "sleep", "200 ms 20.0 %")
    assert window.panes.measure.sentence.text() == "The whole run: 1 s"
    assert cells(window, 1)["lock"] == "100 ms 10.0 %"
    assert cells(window, 0)["lock"] == "–"
    assert cells(window, 3)["sleep"] == "400 ms 13.3 %"


def test_the_page_follows_the_range_while_it_is_dragged(window, view, qtbot):
    window.panes.bottom.turn_to("measure")
    port = view.viewport()
    QTest.mousePress(port, LEFT, SHIFT, at(window, 100))
    drag_over(port, at(window, 200, lane=0), SHIFT)
    qtbot.waitUntil(lambda: " on" in window.panes.measure.sentence.text())
    qtbot.waitUntil(lambda: cells(window, 1)["sleep"].endswith("100.0 %"))
    drag_over(port, at(window, 300), SHIFT)
    qtbot.waitUntil(lambda: cells(window, 1)["sleep"] == "200 ms 100.0 %")
    QTest.mouseRelease(port, LEFT, SHIFT, at(window, 300))
    assert cells(window, 1)["spans"] == "1"
    assert cells(window, 1)["alive"] == "200 ms"
    assert window.panes.measure.sentence.text() == "200 ms from 0.100000 s on"


def test_columns_stay_where_they_are_whatever_is_selected(window, view, qtbot):
    measured(window, qtbot, 1, "sleep", "200 ms 20.0 %")
    before = list(cells(window, 1))
    view.select_time((START + 20 * MS, START + 30 * MS))
    measured(window, qtbot, 1, "sleep", "–")
    assert list(cells(window, 1)) == before


def test_bars_have_forms_and_hues_of_the_timeline(window, view, qtbot):
    window.panes.bottom.turn_to("measure")
    view.select_time((START + 310 * MS, START + 490 * MS))
    measured(window, qtbot, 1, "sleep", "–")
    bars = window.panes.measure.table.bars
    image, theme = image_of(bars.viewport()), view.theme
    top = bars.sectionViewportPosition(1)
    row = (0, top, image.width(), top + bars.sectionSize(1))
    solid = count(image, theme.lane(0), row)
    assert solid > (image.width() - 30) * 10  # all of it runs, solid
    view.select_time((START + 110 * MS, START + 290 * MS))
    measured(window, qtbot, 1, "sleep", "180 ms 100.0 %")
    assert count(image_of(bars.viewport()), theme.lane(0), row) < solid / 4  # it sleeps: hatched, in half ink


def test_ctrl_c_and_the_button_copy_comma_separated_values(window, view, qtbot):
    view.select_time((START + 100 * MS, START + 350 * MS))
    measured(window, qtbot, 1, "sleep", "200 ms 80.0 %")
    table = window.panes.measure.table
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_C, CTRL)
    text = QGuiApplication.clipboard().text()
    lines = list(csv.DictReader(io.StringIO(text, newline="")))
    assert lines[1]["SLEEP s"] == "0.200000000"
    assert lines[1]["from s"] == "0.100000000"
    assert window.toast.text().startswith("The measured times are on the clipboard")
    QGuiApplication.clipboard().clear()
    qtbot.mouseClick(window.panes.measure.copy, LEFT)
    data = QGuiApplication.clipboard().mimeData()
    assert bytes(data.data("text/csv")).decode().splitlines() == text.splitlines()


def test_the_values_are_saved_as_a_file(window, qtbot, tmp_path, monkeypatch):
    window.panes.bottom.turn_to("measure")
    path = tmp_path / "times.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    qtbot.mouseClick(window.panes.measure.save, LEFT)
    assert path.read_bytes().count(b"\r\n") == 5
    assert str(path) in window.toast.text()


def test_a_folder_that_takes_no_file_is_told_of(tmp_path):
    assert "could not be written" in save_csv("a", tmp_path / "missing" / "times.csv")
    assert save_csv("a", tmp_path / "times").endswith("times.csv.")


def test_the_page_gets_room_while_it_is_in_front(window, qtbot):
    splitter, deck = window.panes.right, window.panes.bottom
    before = splitter.sizes()
    deck.turn_to("measure")
    assert deck.height() > before[1] + 60 or splitter.sizes()[1] > before[1] + 60
    deck.turn_to("result")
    assert splitter.sizes() == before
    deck.turn_to("measure")
    window.panes.remember(window.settings)
    assert splitter.sizes() == before


def test_where_the_user_moved_the_splitter_it_stays(window):
    splitter, deck = window.panes.right, window.panes.bottom
    deck.turn_to("measure")
    splitter.moveSplitter(splitter.handle(1).pos().y() + 40, 1)
    moved = splitter.sizes()
    deck.turn_to("result")
    assert splitter.sizes() == moved


def test_a_live_run_is_measured_as_it_grows(window, qtbot):
    run = Run()
    run.extend(told_batch(now=START + 150 * MS, sampled=START + 150 * MS))
    timeline = window.panes.timeline
    window.run_view._show_document(Document(run))
    window.panes.bottom.turn_to("measure")
    timeline.refresh()
    qtbot.waitUntil(lambda: cells(window, 1).get("sleep", "").startswith("50 ms"))
    run.finish(START + 1000 * MS)
    timeline.refresh()
    qtbot.waitUntil(lambda: "sleep" in cells(window, 1) and not cells(window, 1)["sleep"].startswith("50 ms"))


def test_of_many_lanes_those_in_view_are_measured_first_and_then_all(window, view, qtbot):
    shown(window, told_run(workers=80))
    measured(window, qtbot, 80, "sleep", "200 ms 20.0 %")
    numbers = window.panes.measure.table.numbers
    view.select_time((START + 100 * MS, START + 200 * MS))
    qtbot.waitUntil(lambda: numbers.measurement.begin == START + 100 * MS)
    assert cells(window, 0)["join"] == "100 ms 100.0 %"
    assert cells(window, 80)["sleep"] == cells(window, 81)["sleep"] == "…"
    qtbot.waitUntil(lambda: cells(window, 80)["sleep"] == "100 ms 100.0 %")
    assert cells(window, 81)["sleep"].startswith("8 s")


def test_a_hidden_page_measures_nothing(window, view, qtbot):
    numbers = window.panes.measure.table.numbers
    assert window.panes.bottom.front == "result"
    before = numbers.measurement
    view.select_time((START + 100 * MS, START + 200 * MS))
    qtbot.waitUntil(lambda: not window.measuring.measurer._soon.isActive())
    assert numbers.measurement is before


@pytest.mark.parametrize(
    ("percent", "text"), [(0.01, "< 0.1 %"), (42.04, "42.0 %"), (99.99, "> 99.9 %"), (100, "100.0 %"), (0, "0.0 %")]
)
def test_shares_are_never_rounded_to_nothing_or_all(percent, text):
    assert percent_text(percent).replace("\u202f", " ") == text


def test_a_bar_shows_every_state_and_leaves_room_for_what_did_not_live():
    sums = Sums({State.RUN: 500, State.SLEEP: 1, State.LOCK: 249}, 3)
    columns = stacked(sums, 1000, 100).tolist()
    assert columns.count(State.RUN) in (49, 50)
    assert columns.count(State.SLEEP) == 1
    assert columns.count(State.NONE) in (24, 25)
    assert stacked(sums, 750, 100).tolist().count(State.NONE) == 0
    assert stacked(Sums({}, 0), 1000, 10).tolist() == [0] * 10


# -- markers ----------------------------------------------------------------------------------------------------------


def test_keys_set_the_markers_under_the_mouse_and_the_time_between_is_told(window, view, qtbot):
    markers = window.measuring.markers
    for key, when in ((Qt.Key.Key_A, 250), (Qt.Key.Key_B, 450)):
        QCursor.setPos(view.viewport().mapToGlobal(at(window, when)))
        QTest.keyClick(view, key, SHIFT)
    assert ms(markers.at.values()) == pytest.approx((250, 450), abs=3)
    markers.put("A", START + 250 * MS)
    markers.put("B", START + 450 * MS)
    assert window.panes.measure.delta.text() == "Δt 200 ms"
    assert window.panes.measure.between.text() == "5 per second · A 0.250000 s · B 0.450000 s"


def test_away_from_the_mouse_a_marker_is_set_in_the_middle(window, view):
    QTest.keyClick(view, Qt.Key.Key_A, SHIFT)
    assert ms(window.measuring.markers.at.values()) == pytest.approx((500,), abs=3)


def test_in_the_editor_the_same_keys_write(window):
    editor = window.panes.editor.editor
    editor.setFocus()
    QTest.keyClick(editor, Qt.Key.Key_A, SHIFT)
    QTest.keyClick(editor, Qt.Key.Key_M)
    assert window.measuring.markers.at == {}
    assert not window.measuring.field.isVisible()
    assert editor.toPlainText().lower().startswith("am")


def test_flags_are_dragged_and_caught_by_edges(window, view):
    markers = window.measuring.markers
    markers.put("A", START + 200 * MS)
    before = view.visible_s
    QApplication.processEvents()
    drag(window, at(window, 200, lane=None), at(window, 600, lane=None) + QPoint(3, 0), NONE)
    assert ms(markers.at.values()) == (600,)
    assert view.visible_s == before


def test_flags_and_the_time_between_are_painted(window, view):
    markers, theme = window.measuring.markers, view.theme
    markers.put("A", START + 200 * MS)
    markers.put("B", START + 800 * MS)
    QApplication.processEvents()
    image = image_of(view)
    text = theme.color("text")
    for when in (200, 800):
        flag = at(window, when, lane=None)
        assert count(image, text, (flag.x() - 9, flag.y() - 9, flag.x() + 9, flag.y() + 8)) > 120
    told = window.measuring.marks.told
    assert at(window, 200).x() < told.left() < told.right() < at(window, 800).x()
    assert count(image, text, (told.left(), told.top(), told.right(), told.bottom()), 60) > 60


def test_alt_and_arrows_step_along_the_edges_of_the_selected_lane(window, view):
    markers = window.measuring.markers
    QTest.mouseClick(view.viewport(), LEFT, NONE, at(window, 400))
    markers.put("A", START + 400 * MS)
    stops = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left):
        QTest.keyClick(view, key, ALT)
        stops.append(ms(markers.at.values())[0])
    assert stops == [500, 600, 500, 300]


def test_a_marker_that_steps_out_of_view_is_followed(window, view):
    QTest.mouseClick(view.viewport(), LEFT, NONE, at(window, 400))
    window.measuring.markers.put("A", START + 310 * MS)
    view.show_range(0.25, 0.35)
    QTest.keyClick(view, Qt.Key.Key_Right, ALT)
    begin, end = view.visible_s
    assert begin < 0.5 < end


# -- bookmarks --------------------------------------------------------------------------------------------------------


def note(window, text, when=400, lane=1):
    view = window.panes.timeline.view
    QCursor.setPos(view.viewport().mapToGlobal(at(window, when, lane)))
    QTest.keyClick(view, Qt.Key.Key_M)
    QTest.keyClicks(window.measuring.field, text)


def test_m_notes_something_where_the_mouse_is(window, view):
    told = []
    window.measuring.bookmarks_changed.connect(told.append)
    note(window, "Mmmm, idle?")
    field = window.measuring.field
    assert field.isVisible()
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert not field.isVisible()
    document = window.run_view.document
    (mark,) = document.bookmarks
    assert (mark.text, mark.track) == ("Mmmm, idle?", 1)
    assert (mark.when_ns - START) / MS == pytest.approx(400, abs=3)
    assert told == [document]
    assert view.hasFocus()


def test_escape_drops_a_bookmark_and_keeps_the_range(window, view):
    view.select_time((START, START + MS))
    note(window, "no")
    QTest.keyClick(window.measuring.field, Qt.Key.Key_Escape)
    assert window.run_view.document.bookmarks == []
    assert view.selection is not None


def test_what_was_written_is_kept_when_the_user_goes_elsewhere(window):
    note(window, "later")
    window.panes.editor.editor.setFocus()
    assert [mark.text for mark in window.run_view.document.bookmarks] == ["later"]
    note(window, "")
    window.panes.editor.editor.setFocus()
    assert len(window.run_view.document.bookmarks) == 1


def test_away_from_the_mouse_the_last_marker_is_noted(window, view):
    window.measuring.markers.put("B", START + 700 * MS)
    QTest.keyClick(view, Qt.Key.Key_M)
    QTest.keyClicks(window.measuring.field, "b")
    QTest.keyClick(window.measuring.field, Qt.Key.Key_Return)
    assert window.run_view.document.bookmarks == [Bookmark(START + 700 * MS, "b", None)]


def test_flags_are_painted_with_their_text_and_told_in_full(window, view, qtbot):
    shown(window, told_run(), [Bookmark(START + 200 * MS, "short", 1), Bookmark(START + 900 * MS, "x" * 90)])
    ink, flag = view.theme.color("accent_text"), at(window, 200, lane=None)
    image = image_of(view)
    assert count(image, ink, (flag.x() - 1, flag.y() - 10, flag.x() + 12, flag.y() + 12)) > 30
    assert count(image, view.theme.color("text"), (flag.x() + 12, flag.y() - 9, flag.x() + 60, flag.y() + 12), 60) > 20
    said = []
    window.panes.timeline.hovered.connect(said.append)

    def told():
        move_mouse(view.viewport(), at(window, 900, lane=None) + QPoint(4, 0))
        return bool(said) and "x" * 90 in said[-1]

    qtbot.waitUntil(told)
    assert "0.900000 s" in said[-1]


def test_bookmarks_closer_than_a_pixel_share_a_flag(window, view):
    marks = [Bookmark(START + 200 * MS + number, f"{number}") for number in range(3000)]
    shown(window, told_run(), marks)
    picture = view._picture(view.run)
    seen = window.measuring.flags._in_view(picture)
    assert len(seen) <= 2
    assert seen[0][1].text == "0"


def test_escape_in_the_presentation_drops_a_bookmark_first(window, qtbot):
    window.actions_["present"].trigger()
    QApplication.processEvents()
    note(window, "no")
    QTest.keyClick(window.measuring.field, Qt.Key.Key_Escape)
    assert window.presentation.on
    assert window.run_view.document.bookmarks == []
    window.presentation.leave()


def test_a_click_on_a_flag_renames_it(window, view):
    document = shown(window, told_run(), [Bookmark(START + 200 * MS, "old")])
    QTest.mouseClick(view.viewport(), LEFT, NONE, at(window, 200, lane=None) + QPoint(3, 0))
    field = window.measuring.field
    assert field.text() == "old"
    QTest.keyClicks(field, "new")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert [mark.text for mark in document.bookmarks] == ["new"]


@pytest.fixture
def listed(window):
    document = shown(window, told_run(), [Bookmark(START + 800 * MS, "second", 1), Bookmark(START + 200 * MS, "first")])
    QTest.keyClick(window, Qt.Key.Key_M, CTRL)
    return document, window.measuring.list.table


def rows(table):
    model = table.model()
    return [
        tuple(model.data(model.index(row, column)) for column in range(model.columnCount()))
        for row in range(model.rowCount())
    ]


def test_the_list_tells_time_text_and_lane_in_order_of_time(window, listed):
    _, table = listed
    assert window.panes.bottom.front == "bookmarks"
    assert table.hasFocus()
    assert rows(table) == [("0.200000 s", "first", ""), ("0.800000 s", "second", "Thread-1 (work)")]


def test_enter_goes_there(window, view, listed):
    _, table = listed
    view.show_range(0.0, 0.1)
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Return)
    begin, end = view.visible_s
    assert begin < 0.8 < end


def test_f2_renames_and_undo_takes_it_back(window, listed, qtbot):
    document, table = listed
    QTest.keyClick(table, Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    editor.selectAll()
    QTest.keyClicks(editor, "renamed")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [mark.text for mark in document.bookmarks] == ["renamed", "second"])
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Z, CTRL)
    assert [mark.text for mark in document.bookmarks] == ["first", "second"]


def test_delete_says_how_to_take_it_back_and_undo_does(window, listed, qtbot):
    document, table = listed
    told = []
    window.measuring.bookmarks_changed.connect(told.append)
    QTest.keyClick(table, Qt.Key.Key_Delete)
    assert [mark.text for mark in document.bookmarks] == ["second"]
    assert window.toast.text() == DELETED
    QTest.keyClick(table, Qt.Key.Key_Delete)
    assert document.bookmarks == []
    qtbot.mouseClick(window.measuring.list.undo, LEFT)
    qtbot.mouseClick(window.measuring.list.undo, LEFT)
    assert [mark.text for mark in document.bookmarks] == ["first", "second"]
    assert len(told) == 4


def test_the_page_is_offered_once_there_is_something_to_list(window):
    assert not window.panes.bottom.offers("bookmarks")
    note(window, "one")
    QTest.keyClick(window.measuring.field, Qt.Key.Key_Return)
    assert window.panes.bottom.offers("bookmarks")


def test_in_both_themes_and_large_type_it_is_all_painted(window, view):
    view.select_time((START + 300 * MS, START + 500 * MS))
    window.measuring.markers.put("A", START + 200 * MS)
    window.panes.bottom.turn_to("measure")
    for theme in (load_theme("light"), load_theme("dark", 1.5)):
        window.panes.set_theme(theme)
        QApplication.processEvents()
        assert count(image_of(view), theme.color("accent")) > 500
