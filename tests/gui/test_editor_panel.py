import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QFocusEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.gui.pixels import count, image_of
from visualiser.gui.editor_panel import EditorPanel
from visualiser.host.knobs import find_knobs

TEXT = """THREADS = 10  # @param {type:"slider", min:1, max:64}
DELAY = 0.5  # @param {type:"slider", min:0, max:2, step:0.1}
COUNT = 5  # @param {type:"integer"}
USE_LOCK = False  # @param {type:"boolean"}
GAP = "none"  # @param ["none", "call", "sleep(0)"]
NAME = "x"  # @param {type:"string"}
print(THREADS)
"""


@pytest.fixture
def panel(show, dark, script):
    made = show(EditorPanel(dark), 480, 600)
    scenario = script(TEXT)
    made.open(scenario, scenario.text)
    return made


def line(panel, name):
    return next(text for text in panel.text.split("\n") if text.startswith(name))


def value(panel, name):
    return panel.knob(name).value


def control(panel, name):
    return panel.knob_panel.control(name)


def test_a_slider_edits_its_line_and_moves_its_spin_box(panel):
    slider = control(panel, "THREADS").slider
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert line(panel, "THREADS").startswith("THREADS = 11  #")
    assert control(panel, "THREADS").spin.value() == 11


def test_a_fraction_is_written_exactly(panel):
    slider = control(panel, "DELAY").slider
    QTest.keyClick(slider, Qt.Key.Key_Left)
    QTest.keyClick(slider, Qt.Key.Key_Left)
    assert line(panel, "DELAY").startswith("DELAY = 0.3 ")


def test_a_spin_box_edits_its_line_when_typing_ends(panel):
    spin = control(panel, "COUNT").spin
    spin.setFocus()
    spin.selectAll()
    QTest.keyClicks(spin, "42")
    assert value(panel, "COUNT") == 5
    QTest.keyClick(spin, Qt.Key.Key_Return)
    assert line(panel, "COUNT").startswith("COUNT = 42 ")


def test_a_check_box_a_choice_and_a_text_edit_their_lines(panel):
    QTest.keyClick(control(panel, "USE_LOCK").box, Qt.Key.Key_Space)
    QTest.keyClick(control(panel, "GAP").box, Qt.Key.Key_Down)
    text = control(panel, "NAME").line
    text.selectAll()
    QTest.keyClicks(text, 'say "hi"')
    QTest.keyClick(text, Qt.Key.Key_Return)
    assert [knob.value for knob in find_knobs(panel.text)][3:] == [True, "call", 'say "hi"']


def test_editing_the_line_moves_the_knob(panel):
    cursor = panel.editor.textCursor()
    cursor.setPosition(panel.text.index("10"))
    cursor.setPosition(panel.text.index("10") + 2, QTextCursor.MoveMode.KeepAnchor)
    panel.editor.setTextCursor(cursor)
    QTest.keyClicks(panel.editor, "7")
    assert control(panel, "THREADS").spin.value() == 7
    assert control(panel, "THREADS").slider.value() == 6
    panel.editor.replace_text(panel.text.replace("False", "True").replace('"none" ', '"call" '))
    assert control(panel, "USE_LOCK").box.isChecked()
    assert control(panel, "GAP").box.currentText() == "call"


def test_turning_one_knob_on_and_on_is_one_undo_step(panel):
    slider = control(panel, "THREADS").slider
    for _ in range(5):
        QTest.keyClick(slider, Qt.Key.Key_Right)
    QTest.keyClick(control(panel, "USE_LOCK").box, Qt.Key.Key_Space)
    panel.editor.undo()
    assert (value(panel, "THREADS"), value(panel, "USE_LOCK")) == (15, False)
    panel.editor.undo()
    assert panel.text == TEXT
    assert control(panel, "THREADS").slider.value() == 9


def test_a_line_that_does_not_fit_gets_a_sentence_and_keeps_its_control(panel):
    before = control(panel, "THREADS")
    panel.editor.replace_text(panel.text.replace("THREADS = 10", "THREADS = 100"))
    problem = panel.knob_panel._problem
    assert problem.isVisible()
    assert problem.text() == "Line 1: THREADS needs a whole number from 1 to 64, not 100."
    assert control(panel, "THREADS") is before
    panel.editor.undo()
    assert not problem.isVisible()


def test_a_value_that_does_not_fit_is_not_written(panel):
    panel.turn("THREADS", 1000)
    assert panel.text == TEXT
    assert panel.knob_panel._problem.text() == "THREADS needs a whole number from 1 to 64, not 1000."


@pytest.mark.parametrize(
    ("name", "typed", "taken", "sentence"),
    [
        ("THREADS", "999", 64, "Threads goes from 1 to 64."),
        ("THREADS", "99999999", 64, "Threads goes from 1 to 64."),
        ("THREADS", "-7", 1, "Threads goes from 1 to 64."),
        ("DELAY", "12.5", 2, "Delay goes from 0 to 2."),
    ],
)
@pytest.mark.parametrize("ending", ["enter", "focus"])
def test_a_number_beyond_a_bound_can_be_typed_and_becomes_the_bound_with_a_sentence(
    panel, name, typed, taken, sentence, ending
):
    spin = control(panel, name).spin
    spin.setFocus()
    spin.selectAll()
    QTest.keyClicks(spin, typed)
    assert (spin.text(), panel.text) == (typed, TEXT)
    if ending == "enter":
        QTest.keyClick(spin, Qt.Key.Key_Return)
    else:  # the event itself: without a window manager no window is active, and focus does not really move
        QApplication.sendEvent(spin, QFocusEvent(QEvent.Type.FocusOut))
    assert (spin.value(), value(panel, name)) == (taken, taken)
    assert panel.knob_panel._problem.isVisible()
    assert panel.knob_panel._problem.text() == sentence
    QTest.keyClick(control(panel, "USE_LOCK").box, Qt.Key.Key_Space)
    assert not panel.knob_panel._problem.isVisible()


def test_letters_and_half_a_number_change_nothing(panel):
    spin = control(panel, "THREADS").spin
    for typed, shown in (("x", ""), ("-", "-")):
        spin.setFocus()
        spin.selectAll()
        QTest.keyClick(spin, Qt.Key.Key_Delete)
        QTest.keyClicks(spin, typed)
        assert spin.text() == shown
        QTest.keyClick(spin, Qt.Key.Key_Return)
        assert (spin.value(), panel.text) == (10, TEXT)
    assert not panel.knob_panel._problem.isVisible()


def test_edited_is_said_and_reset_brings_the_file_back_undoably(panel, qtbot):
    assert not panel.edited
    assert not panel._reset.isVisible()
    panel.turn("THREADS", 3)
    assert panel.edited
    assert panel._edited.isVisible()
    qtbot.mouseClick(panel._reset, Qt.MouseButton.LeftButton)
    assert panel.text == TEXT
    assert not panel._edited.isVisible()
    panel.editor.undo()
    assert value(panel, "THREADS") == 3


def test_the_head_keeps_its_height_when_the_first_key_is_typed(panel):
    top = panel.editor.y()
    panel.turn("THREADS", 3)
    assert panel.editor.y() == top


def test_a_draft_is_shown_instead_of_the_file(panel, script):
    scenario = script("a = 1\n", "other.py")
    panel.open(scenario, scenario.text, "a = 2\n")
    assert panel.text == "a = 2\n"
    assert panel.edited
    assert not panel.knob_panel.isVisible()
    panel.editor.undo()
    assert panel.text == "a = 2\n"


def test_numbers_have_their_own_row_and_show_their_value(panel):
    spin = control(panel, "THREADS").spin
    assert spin.lineEdit().width() > spin.fontMetrics().horizontalAdvance("64")
    assert control(panel, "USE_LOCK").y() == control(panel, "GAP").y()


def test_a_slider_goes_where_it_is_clicked_and_follows_the_mouse(panel):
    slider = control(panel, "THREADS").slider
    middle = slider.rect().center()
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=middle)
    assert 30 <= value(panel, "THREADS") <= 35
    QTest.mouseMove(slider, QPoint(slider.width() + 50, middle.y()))
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton)
    assert value(panel, "THREADS") == 64
    panel.editor.undo()
    assert panel.text == TEXT


def test_a_check_box_shows_a_tick_when_it_is_on(panel, dark):
    box = control(panel, "USE_LOCK").box
    corner = box.mapTo(panel, QPoint(0, 0))
    inside = (corner.x() + 2, corner.y() + 2, corner.x() + 15, corner.y() + 16)
    assert count(image_of(panel), dark.color("on_accent"), inside, near=10) == 0
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert count(image_of(panel), dark.color("accent"), inside) > 40
    assert count(image_of(panel), dark.color("on_accent"), inside, near=10) > 3
