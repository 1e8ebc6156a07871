"""The real window on real runs."""

import time

import PySide6
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from tests.gui.pixels import count, image_of
from visualiser.gui.picture_caption import Caption
from visualiser.gui.run_controller import RunState
from visualiser.gui.scenario_model import EDITED_ROLE, SCENARIO_ROLE
from visualiser.trace.run import Run

RACE = """USE_LOCK = False  # @param {type:"boolean"}
N = 3  # @param {type:"slider", min:1, max:9}
import sys
print("hello", N, USE_LOCK)
print("oops", file=sys.stderr)
expected = 10 * N
counter = expected if USE_LOCK else 7
lost = expected - counter
"""
ENDLESS = "import time\nprint('on', flush=True)\nwhile True:\n    time.sleep(0.01)\n"
LONG_MS = 30_000


@pytest.fixture
def window(open_window, script):
    return open_window(script(RACE))


def run_to_end(window, qtbot):
    QTest.keyClick(window, Qt.Key.Key_F9)
    assert window.controller.active
    qtbot.waitUntil(lambda: not window.controller.active, timeout=LONG_MS)


def run_until_it_prints(window, qtbot):
    QTest.keyClick(window, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: "on" in window.panes.console.view.toPlainText(), timeout=LONG_MS)


def texts(window):
    return {name: text.replace("\u202f", "") for name, text in window.panes.results.tiles.texts().items()}


def test_a_run_from_the_key_to_the_results(window, qtbot):
    run_to_end(window, qtbot)
    assert window.controller.state is RunState.FINISHED
    assert texts(window) == {"expected": "30", "counter": "7", "lost": "23"}
    assert sorted(window.panes.console.view.toPlainText().split("\n")) == ["", "hello 3 False", "oops"]
    assert window.panes.results.sentence.text().startswith("Finished in ")
    assert window.status_line.parts["state"].text() == "○ finished"
    assert window.status_line.parts["sources"].text().startswith("states: ")
    assert window.status_line.parts["interpreter"].text().startswith("Python 3.")
    assert window.controller.run.tracks


def headings(window):
    return [card.heading.text() for card in (window.panes.timeline_card, window.panes.results, window.panes.console)]


def test_a_run_on_show_is_a_document_with_all_that_belongs_to_it(window, qtbot):
    ended = []
    window.run_view.live.ended.connect(ended.append)
    assert window.run_view.document is None
    run_to_end(window, qtbot)
    document = window.run_view.document
    assert ended == [document]
    assert document.run is window.controller.run
    assert document.about.text == RACE
    assert document.about.knobs == {"USE_LOCK": False, "N": 3}
    assert document.about.python
    assert document.results == {"expected": 30, "counter": 7, "lost": 23}
    assert document.outcome.ok
    assert "".join(piece.text for piece in document.printed if piece.stream == "out") == "hello 3 False\n"


def test_closing_the_window_in_the_middle_loses_nothing_of_the_run(open_window, script, qtbot):
    window = open_window(script(ENDLESS))
    run_until_it_prints(window, qtbot)
    ended = []
    window.run_view.live.ended.connect(ended.append)
    window.close()
    (document,) = ended
    assert document.outcome.stopped
    assert document.run.finished
    assert document.run.spans > 1


def test_another_scenario_in_the_middle_loses_nothing_either(open_window, script, qtbot):
    window = open_window(script(ENDLESS))
    run_until_it_prints(window, qtbot)
    ended = []
    window.run_view.live.ended.connect(ended.append)
    window.scripts.step(-1)
    assert window.run_view.document is None
    qtbot.waitUntil(lambda: bool(ended), timeout=LONG_MS)
    assert ended[0].about.text == ENDLESS
    assert ended[0].run.spans > 1


def test_a_document_is_shown_like_the_run_it_is_of(window, qtbot):
    run_to_end(window, qtbot)
    document = window.run_view.document
    said = window.panes.results.sentence.text()
    window.run_view.show_document(document)
    assert window.run_view.document is document
    assert window.panes.results.sentence.text() == said
    assert texts(window) == {"expected": "30", "counter": "7", "lost": "23"}
    assert "hello 3 False" in window.panes.console.view.toPlainText()
    assert window.panes.timeline.view.run is document.run


def test_what_an_older_text_gave_says_so_until_the_next_run_or_the_way_back(window, qtbot, script):
    fresh, old = (
        ["Timeline", "", "Output"],  # Result is the word on its tab
        ["Timeline · before your change", "before your change", "Output · before your change"],
    )
    QTest.keyClick(window, Qt.Key.Key_F8)
    assert headings(window) == fresh  # nothing has run
    QTest.keyClick(window, Qt.Key.Key_F8)
    run_to_end(window, qtbot)
    warn = window.appearance.theme.color("warn")
    bright = count(image_of(window.panes.results), warn)
    QTest.keyClick(window, Qt.Key.Key_F8)
    assert headings(window) == old
    assert count(image_of(window.panes.results), warn) == 0 < bright
    QTest.keyClick(window, Qt.Key.Key_F8)
    assert headings(window) == fresh
    assert count(image_of(window.panes.results), warn) == bright
    QTest.keyClicks(window.panes.editor.editor, "#")
    assert headings(window) == old
    run_to_end(window, qtbot)
    assert headings(window) == fresh
    QTest.keyClick(window, Qt.Key.Key_F8)
    window.scripts.open_path(script("print(2)\n", "other.py").path)
    assert headings(window) == fresh


def test_run_by_mouse_and_the_lock_switch_next_to_it(window, qtbot):
    assert window.top_bar.lock.isVisible()
    qtbot.mouseClick(window.top_bar.lock.switch, Qt.MouseButton.LeftButton)
    assert "USE_LOCK = True " in window.panes.editor.text
    assert window.panes.editor.knob_panel.control("USE_LOCK").box.isChecked()
    qtbot.mouseClick(window.top_bar.buttons["run"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.controller.state is RunState.FINISHED, timeout=LONG_MS)
    assert texts(window)["lost"] == "0"


def test_the_lock_switch_follows_knob_and_line_and_is_hidden_without_one(window, script):
    QTest.keyClick(window.panes.editor.knob_panel.control("USE_LOCK").box, Qt.Key.Key_Space)
    assert window.top_bar.lock.switch.isChecked()
    editor = window.panes.editor.editor
    editor.replace_text(editor.toPlainText().replace("True", "False"))
    assert not window.top_bar.lock.switch.isChecked()
    QTest.keyClick(window, Qt.Key.Key_F8)
    assert "USE_LOCK = True " in window.panes.editor.text
    editor.replace_text("print(1)\n")
    assert not window.top_bar.lock.isVisible()
    assert not window.actions_["lock"].isEnabled()


def test_stop_ends_an_endless_run_and_the_next_one_starts(open_window, script, qtbot):
    window = open_window(script(ENDLESS))
    run_until_it_prints(window, qtbot)
    assert not window.top_bar.buttons["run"].isEnabled()
    qtbot.mouseClick(window.top_bar.buttons["stop"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.controller.state is RunState.STOPPED, timeout=LONG_MS)
    assert window.panes.results.sentence.text().startswith("■ Stopped by you")
    assert not window.top_bar.buttons["stop"].isEnabled()
    window.panes.editor.editor.replace_text("print('again')\n")
    run_to_end(window, qtbot)
    assert window.panes.console.view.toPlainText() == "again\n"


def test_keys_and_timers_have_their_turn_while_every_batch_is_heavy(open_window, script, qtbot, monkeypatch):
    window = open_window(script(ENDLESS))
    batches, pressed = [], []

    def heavy(run, batch, extend=Run.extend):
        extend(run, batch)
        batches.append(batch)
        time.sleep(0.06)

    def press_stop():
        pressed.append(len(batches))
        QTest.keyClick(window, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)

    monkeypatch.setattr(Run, "extend", heavy)
    QTest.keyClick(window, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: window.status_line.parts["time"].text() != "0.00\u202fs", timeout=LONG_MS)
    assert window.controller.state is RunState.RUNNING
    before = len(batches)
    QTimer.singleShot(0, press_stop)
    qtbot.waitUntil(lambda: window.controller.state is RunState.STOPPED, timeout=LONG_MS)
    assert pressed[0] - before <= 1


def test_closing_the_window_ends_the_run(open_window, script, qtbot):
    window = open_window(script(ENDLESS))
    run_until_it_prints(window, qtbot)
    window.close()
    assert not window.isVisible()  # what the run leaves behind would fail this test


def test_another_scenario_ends_the_run_and_shows_nothing_of_it(open_window, script, qtbot):
    window = open_window(script(ENDLESS))
    run_until_it_prints(window, qtbot)
    window.scripts.open_path(script(RACE, "other.py").path)
    assert window.panes.console.view.toPlainText() == ""
    qtbot.waitUntil(lambda: not window.controller.active, timeout=LONG_MS)
    assert window.status_line.parts["state"].text() == "○ ready"
    assert "Run the script" in window.panes.results.sentence.text()
    run_to_end(window, qtbot)
    assert texts(window)["expected"] == "30"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("x = 1\nprint(1 / 0)\n", 2, "ZeroDivisionError"),
        ("x = 1\ny = (\n", 2, "never closed"),
        ("import no_such_module_here\n", 1, "no_such_module_here"),
        ("import sys\nsys.exit(3)\n", 2, "exit code 3"),
    ],
)
def test_what_fails_gets_one_sentence_and_its_line_is_shown(open_window, script, qtbot, text, line, words):
    window = open_window(script(text))
    run_to_end(window, qtbot)
    assert window.controller.state is RunState.FAILED
    assert words in window.panes.results.sentence.text()
    assert window.panes.editor.editor.shown_line == line


def test_presentation_shows_three_things_large_and_esc_returns_to_exactly_what_was(window, qtbot):
    window.panes.right.setSizes([300, 200, 108])
    before = (
        window.geometry(),
        [s.sizes() for s in window.panes.splitters.values()],
        window.panes.editor.editor.font(),
    )
    QTest.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.isFullScreen() and window.size() == window.screen().size())
    panes = window.panes
    assert all(w.isVisible() for w in (panes.timeline, panes.editor, panes.results))
    hidden = (window.menuBar(), window.top_bar, panes.scenarios, panes.cores_card, panes.console, window.status_line)
    assert not any(w.isVisible() for w in (*hidden, panes.editor.knob_panel))
    assert panes.editor.editor.font().pixelSize() == 20
    keys = panes.results.keys
    assert keys.text() == "F9 run · Ctrl+. stop · F8 lock · F2 lesson · F3 facts · Esc back"
    assert keys.isVisible()
    corner = keys.mapTo(panes.results, keys.rect().bottomRight())
    assert panes.results.rect().contains(corner)
    assert panes.results.rect().bottomRight().x() - corner.x() < 12
    assert panes.results.rect().bottomRight().y() - corner.y() < 12
    run_to_end(window, qtbot)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.isFullScreen() and window.geometry() == before[0])
    assert all(w.isVisible() for w in hidden)
    assert not keys.isVisible()
    assert [s.sizes() for s in panes.splitters.values()] == before[1]
    assert panes.editor.editor.font() == before[2]


def test_a_picture_goes_to_the_clipboard_and_to_a_file_by_one_key_each(window, qtbot, tmp_path, monkeypatch):
    QTest.keyClick(window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    copied = QGuiApplication.clipboard().image()
    assert copied.width() == 2 * (window.panes.centre.width() + 24)
    assert window.toast.isVisible()
    target = tmp_path / "shot.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    QTest.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert QImage(str(target)).size() == copied.size()
    assert str(target) in window.toast.text()


def test_a_picture_names_the_knobs_of_the_run_it_shows_and_its_result(window, qtbot):
    assert window._caption() == Caption("Mine", "USE_LOCK = False · N = 3")
    run_to_end(window, qtbot)
    window.panes.editor.turn("N", 9)
    told = window._caption()
    assert told.knobs == "USE_LOCK = False · N = 3"
    assert told.result.startswith("expected 30 · counter 7 · lost updates 23 · Finished in ")


def drop(widget, path):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    middle = widget.rect().center()
    for kind in (QDragEnterEvent, QDropEvent):
        # 6.12 has the entering one in fractions too, and calls the other old
        whole = kind is QDragEnterEvent and PySide6.__version_info__ < (6, 12)
        place = middle if whole else QPointF(middle)
        event = kind(place, Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(widget, event)


def test_a_script_dropped_on_the_window_is_opened(window, script, tmp_path):
    dropped = script("print('dropped')\n", "dropped.py")
    drop(window, dropped.path)
    assert window.panes.editor.text == "print('dropped')\n"
    assert window.scripts.current.path == dropped.path
    drop(window, tmp_path / "gone.py")
    assert window.toast.text() == f"There is no file {tmp_path / 'gone.py'}."
    assert window.panes.editor.text == "print('dropped')\n"


def test_every_view_lets_a_file_through_to_the_window(window):
    areas = [window.panes.scenarios.view, window.panes.timeline.view, window.panes.results]
    assert not any(getattr(area, "viewport", lambda a=area: a)().acceptDrops() for area in areas)


def test_bad_files_get_one_sentence(window, tmp_path, script):
    (tmp_path / "data.py").write_bytes(b"\0\1\2")
    assert not window.scripts.open_path(tmp_path / "data.py")
    assert "is no text file" in window.toast.text()
    assert window.scripts.open_path(script("def f(:\n", "broken.py").path)
    assert window.toast.text().startswith("broken.py: Line 1: Python cannot read this")


def test_edits_outlive_another_scenario_and_another_start(window, open_window, script, settings):
    first = window.scripts.current
    window.panes.editor.turn("N", 9)
    window.scripts.open_path(script("print(2)\n", "other.py").path)
    window.scripts.open(first)
    assert window.panes.editor.knob("N").value == 9
    window.close()
    again = open_window()
    assert again.scripts.current.path == first.path
    assert again.panes.editor.knob("N").value == 9
    assert again.panes.editor.edited
    assert first.text == RACE


def marked(window):
    model = window.panes.scenarios.view.model()
    rows = [model.index(row, 0) for row in range(model.rowCount())]
    return [row.data(SCENARIO_ROLE).path.name for row in rows if row.data(EDITED_ROLE)]


def test_scenarios_with_edits_are_marked_at_once_after_another_start(window, open_window, script):
    first = window.scripts.current
    window.panes.editor.turn("N", 9)
    other = script("print(2)\n", "other.py")
    window.scripts.open_path(other.path)
    assert marked(window) == [first.path.name]
    window.close()
    again = open_window()
    assert again.scripts.current.path == other.path
    assert marked(again) == [first.path.name]
    again.scripts.open(first)
    again.panes.editor.reset()
    assert marked(again) == []


def test_opening_starts_where_the_last_own_file_is_else_in_the_working_directory(
    open_window, script, tmp_path, monkeypatch
):
    asked = []
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *given: (asked.append(given[2]), ("", ""))[1])
    monkeypatch.chdir(tmp_path)
    window = open_window()
    QTest.keyClick(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    (tmp_path / "lecture").mkdir()
    window.scripts.open_path(script("print(1)\n", "lecture/own.py").path)
    window.scripts.step(-1)
    QTest.keyClick(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert asked == [str(tmp_path), str(tmp_path / "lecture")]


def test_knobs_set_for_this_time_are_forgotten_unless_the_user_goes_on_with_them(window, script):
    first, other = window.scripts.current, script("print(2)\n", "other.py")
    window.scripts.show_for_now(RACE.replace("N = 3", "N = 8"))
    window.scripts.open(other)
    window.scripts.open(first)
    assert window.panes.editor.text == RACE
    window.scripts.show_for_now(RACE.replace("N = 3", "N = 8"))
    window.panes.editor.turn("USE_LOCK", True)
    window.scripts.open(other)
    window.scripts.open(first)
    assert [knob.value for knob in window.panes.editor.knobs] == [True, 8]


def test_saving_writes_a_users_file_but_never_a_built_in_one(window, tmp_path, monkeypatch):
    window.panes.editor.turn("N", 5)
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert "N = 5 " in window.scripts.current.text
    assert not window.panes.editor.edited
    race = next(s for s in window.scripts._scenarios if s.id == "race")
    before = race.text
    window.scripts.open(race)
    window.panes.editor.turn("THREADS", 3)
    target = tmp_path / "own_race"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert race.text == before
    assert window.scripts.current.path == target.with_suffix(".py")
    assert "THREADS = 3 " in window.scripts.current.text
    window.scripts.open(race)
    assert not window.panes.editor.edited


def test_layout_and_choices_are_remembered_and_can_be_reset(window, open_window, settings):
    fresh = window.panes.columns.sizes()
    window.panes.columns.setSizes([500, 500])
    changed = window.panes.columns.sizes()
    window.actions_["light"].trigger()
    window.close()
    again = open_window()
    assert again.panes.columns.sizes() == changed
    assert again.appearance.theme.name == "light"
    assert again.actions_["light"].isChecked()
    again.actions_["reset_layout"].trigger()
    again.resize(1280, 720)
    QApplication.processEvents()
    assert all(abs(a - b) <= 2 for a, b in zip(again.panes.columns.sizes(), fresh, strict=True))


def test_light_and_dark_repaint_the_whole_window_live(window, qtbot):
    window.actions_["dark"].trigger()
    dark = window.appearance.theme
    assert count(image_of(window), dark.color("surface")) > 100_000
    qtbot.mouseClick(window.top_bar.appearance, Qt.MouseButton.LeftButton)
    light = window.appearance.theme
    shot = image_of(window)
    assert light.name == "light"
    assert count(shot, light.color("surface")) > 100_000
    assert count(shot, dark.color("surface")) == 0


def test_keys_open_the_page_of_keys_and_a_question_mark_can_be_typed(window, qtbot):
    from visualiser.gui.help_window import KeysDialog

    window.panes.editor.editor.setFocus()
    QTest.keyClicks(window.panes.editor.editor, "?")
    assert "?" in window.panes.editor.text
    assert window.findChildren(KeysDialog) == []
    QTest.keyClick(window, Qt.Key.Key_F1)
    (page,) = window.findChildren(KeysDialog)
    assert page.isVisible()
    page.reject()


def test_the_page_of_keys_has_those_of_the_stepper_and_the_account():
    from visualiser.gui.help_window import key_rows

    rows = [(keys, words) for keys, words in key_rows() if words.endswith(("(stepper)", "(account)"))]
    for part, wanted in (("(stepper)", "ABLTRO←"), ("(account)", "NPF")):
        listed = " ".join(keys for keys, words in rows if words.endswith(part)).replace(",", "").split()
        assert set(wanted) <= set(listed)


def test_no_two_commands_share_a_key():
    from visualiser.gui.actions import COMMANDS, MENUS

    keys = [key for command in COMMANDS for key in command.keys]
    assert len(keys) == len(set(keys))
    listed = {name for _, names in MENUS for name in names}
    missing = (
        {command.name for command in COMMANDS}
        - listed
        - {"system", "light", "dark", "forget_recent", "keep_runs", "forget_runs"}
    )
    assert missing == set()


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_nothing_is_cut_off_and_nothing_moves_when_a_run_begins_or_ends(open_window, script, qtbot, size):
    window = open_window(script(RACE), *size)
    places = layout(window)
    run_to_end(window, qtbot)
    assert layout(window) == places
    assert window.minimumSizeHint().width() <= 1280
    assert window.minimumSizeHint().height() <= 720
    for name, button in window.top_bar.buttons.items():
        assert button.width() >= button.sizeHint().width(), name


def layout(window):
    panes = window.panes
    parts = (panes.timeline, panes.cores, panes.editor, panes.editor.editor, panes.results, panes.console)
    bars = (*window.top_bar.buttons.values(), window.top_bar.lock, window.status_line)
    return [(part.mapTo(window, QPoint(0, 0)), part.size()) for part in (*parts, *bars)]


def test_everything_to_press_has_a_name_for_screen_readers(window):
    from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QScrollBar

    for kind in (QAbstractButton, QComboBox, QAbstractSpinBox, QAbstractSlider, QLineEdit):
        for widget in window.findChildren(kind):
            inner = isinstance(widget, QScrollBar) or widget.objectName().startswith("qt_")
            inner = inner or isinstance(widget.parent(), (QAbstractSpinBox, QLineEdit))
            if widget.isVisible() and not inner:
                assert widget.accessibleName() or getattr(widget, "text", str)(), widget


@pytest.mark.parametrize("focused", ["editor", "search", "list", "timeline"])
def test_keys_work_wherever_the_focus_is(window, qtbot, focused):
    panes = window.panes
    widget = {
        "editor": panes.editor.editor,
        "search": panes.scenarios.search,
        "list": panes.scenarios.view,
        "timeline": panes.timeline.view,
    }[focused]
    widget.setFocus()
    QTest.keyClick(widget, Qt.Key.Key_F8)
    assert "USE_LOCK = True " in panes.editor.text
    QTest.keyClick(widget, Qt.Key.Key_F5)
    assert window.presentation.on
    QTest.keyClick(widget, Qt.Key.Key_Escape)
    assert not window.presentation.on
    QTest.keyClick(widget, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert panes.scenarios.search.hasFocus()
    QTest.keyClick(widget, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert panes.editor.editor.hasFocus()


@pytest.mark.parametrize("scale", [0.8, 1.25, 1.5])
def test_everything_fits_at_every_size_of_type(window, qtbot, scale):
    window.resize(1920, 1080)
    window.appearance.set_scale(scale)
    QApplication.processEvents()
    for widget in window.panes.editor.knob_panel._controls.values():
        assert widget.height() >= widget.sizeHint().height()
    for button in window.top_bar.buttons.values():
        assert button.width() >= button.sizeHint().width()
