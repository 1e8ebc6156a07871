import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QColor, QTextCursor
from PySide6.QtTest import QTest

from tests.gui.pixels import count, image_of
from visualiser.gui.code_editor import CodeEditor

TEXT = 'import time\n\n\ndef f(n):\n    return n  # four\n\n\nx = """a\nb"""\n'


@pytest.fixture
def editor(show, dark):
    made = show(CodeEditor(dark))
    made.show_text(TEXT)
    return made


def colors(editor, line):
    """Foreground of each character that has one."""
    block = editor.document().findBlockByNumber(line - 1)
    found = {}
    for piece in block.layout().formats():
        for place in range(piece.start, piece.start + piece.length):
            found[block.text()[place]] = piece.format.foreground().color()
    return found


def test_python_is_coloured(editor, dark):
    assert colors(editor, 1)["i"] == dark.color("syntax_keyword")
    assert colors(editor, 4)["f"] in (dark.color("syntax_keyword"), dark.color("syntax_name"))
    assert colors(editor, 5)["#"] == dark.color("syntax_comment")


def test_strings_over_several_lines_are_followed_and_end(editor, dark):
    assert colors(editor, 9)["b"] == dark.color("syntax_string")
    editor.show_text('x = """a\nb\n"""\nimport y\n')
    assert colors(editor, 2)["b"] == dark.color("syntax_string")
    assert colors(editor, 4)["i"] == dark.color("syntax_keyword")
    editor.show_text("x = '''a\n\"\"\"\n'''\nimport y\n")
    assert colors(editor, 4)["i"] == dark.color("syntax_keyword")


def test_opening_a_string_colours_the_lines_below_at_once(editor, dark):
    editor.show_text("\nimport y\n")
    editor.moveCursor(QTextCursor.MoveOperation.Start)
    QTest.keyClicks(editor, 'x = """')
    assert colors(editor, 2)["i"] == dark.color("syntax_string")
    editor.undo()
    assert colors(editor, 2)["i"] == dark.color("syntax_keyword")


def test_tab_indents_by_four_and_shift_tab_takes_it_back(editor):
    editor.show_text("a\nb")
    editor.moveCursor(QTextCursor.MoveOperation.Start)
    QTest.keyClick(editor, Qt.Key.Key_Tab)
    assert editor.toPlainText() == "    a\nb"
    editor.selectAll()
    QTest.keyClick(editor, Qt.Key.Key_Tab)
    assert editor.toPlainText() == "        a\n    b"
    QTest.keyClick(editor, Qt.Key.Key_Backtab)
    QTest.keyClick(editor, Qt.Key.Key_Backtab)
    QTest.keyClick(editor, Qt.Key.Key_Backtab)
    assert editor.toPlainText() == "a\nb"
    editor.undo()
    assert editor.toPlainText() == "    a\nb"


def test_enter_keeps_the_indentation_and_deepens_after_a_colon(editor):
    editor.show_text("")
    QTest.keyClicks(editor, "if x:")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QTest.keyClicks(editor, "y")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QTest.keyClicks(editor, "z")
    assert editor.toPlainText() == "if x:\n    y\n    z"


@pytest.mark.parametrize(
    ("old", "new"),
    [("a\nb\nc", "a\nB\nc"), ("a\nb", "a"), ("", "x\n"), ("😀 = 1\nb", "😀 = 2\nb"), ("aa", "aaa"), ("x", "")],
)
def test_a_replaced_text_is_one_undo_step(editor, old, new):
    editor.show_text(old)
    editor.replace_text(new)
    assert editor.toPlainText() == new
    editor.undo()
    assert editor.toPlainText() == old
    assert not editor.document().isUndoAvailable()


def test_another_script_cannot_be_undone_into_the_one_before(editor):
    editor.show_text("other")
    editor.undo()
    assert editor.toPlainText() == "other"


def test_showing_a_line_scrolls_to_it_and_paints_it(editor, dark, qtbot):
    editor.show_text("\n".join(f"line{n}" for n in range(500)))
    editor.show_line(400)
    assert editor.shown_line == 400
    (top,) = [top for block, top, _ in editor.visible_blocks() if block.blockNumber() == 399]
    assert abs(top - editor.viewport().height() / 2) < 30
    shot = image_of(editor)
    assert count(shot, dark.color("code_show")) > 3000
    assert count(shot, dark.color("accent"), (0, int(top), 6, int(top) + 12)) > 30
    editor.show_line(403)  # on screen already, and in the middle all the same
    (moved,) = [top for block, top, _ in editor.visible_blocks() if block.blockNumber() == 402]
    assert moved == top
    editor.show_line(None)
    assert count(image_of(editor), dark.color("code_show")) == count(image_of(editor), dark.color("accent")) == 0
    editor.show_line(9999)
    assert editor.shown_line is None


def test_the_gutter_shows_numbers_and_badges_beside_their_line(editor, dark):
    editor.show_text("a\nb\nc")
    before = count(image_of(editor), dark.lane(1))
    editor.set_marks({2: [dark.lane(1), dark.lane(2)]})
    shot = image_of(editor)
    assert before == 0
    assert count(shot, dark.lane(1)) > 30
    assert count(shot, dark.lane(2)) > 30
    second = list(editor.visible_blocks())[1]
    below = (0, int(second[1] + second[2]) + 2, shot.width(), shot.height())
    assert count(shot, dark.lane(1), below) == 0


def test_it_takes_another_theme_and_scale(editor, dark):
    narrow = editor.viewportMargins().left()
    editor.set_theme(dark.scaled(2.0))
    assert editor.font().pixelSize() == 27
    assert editor.viewportMargins().left() > narrow
    assert count(image_of(editor), QColor(dark.hex("syntax_keyword")), near=40) > 100


def test_text_may_be_dropped_but_files_are_for_the_window(editor, tmp_path):
    text, file = QMimeData(), QMimeData()
    text.setText("x = 1")
    file.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.py"))])
    assert editor.canInsertFromMimeData(text)
    assert not editor.canInsertFromMimeData(file)


def test_the_wheel_over_the_numbers_scrolls_the_code(editor, qtbot):
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QWheelEvent
    from PySide6.QtWidgets import QApplication

    editor.show_text("\n" * 300)
    gutter = editor.childAt(QPoint(5, 50))
    wheel = QWheelEvent(
        QPointF(5, 50),
        QPointF(gutter.mapToGlobal(QPoint(5, 50))),
        QPoint(0, -120),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(gutter, wheel)
    assert editor.verticalScrollBar().value() > 0
