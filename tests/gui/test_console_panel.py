import pytest
from PySide6.QtGui import QColor

from tests.gui.pixels import count, image_of
from visualiser.gui import console_panel
from visualiser.gui.console_panel import ConsolePanel


@pytest.fixture
def console(show, dark):
    return show(ConsolePanel(dark), 400, 200)


def lines(console):
    return console.view.toPlainText().split("\n")


def test_pieces_join_to_lines_in_their_order(console):
    console.append([("out", "a"), ("out", "b\nc")])
    console.append([("out", "d\r\n"), ("out", "e")])
    assert lines(console) == ["ab", "cd", "e"]


def test_each_line_has_one_stream_and_errors_carry_a_bar_besides_their_colour(console, dark):
    console.append([("out", "half"), ("err", "boom\nbang\n"), ("out", "on")])
    assert lines(console) == ["half", "boom", "bang", "on"]
    shot = image_of(console.view)
    bar = (2, 0, 6, shot.height())
    assert count(shot, dark.color("danger"), bar) > 30
    console.clear()
    console.append([("out", "fine")])
    assert count(image_of(console.view), dark.color("danger")) == 0


def test_it_follows_the_end_but_stays_where_the_reader_scrolled(console):
    console.append([("out", "x\n" * 100)])
    bar = console.view.verticalScrollBar()
    assert bar.value() == bar.maximum() - 1 > 0  # the empty line at the end is left out
    bar.setValue(10)
    console.append([("out", "y\n" * 100)])
    assert bar.value() == 10


def is_in_view(view, text):
    block = view.document().find(text).block()
    area = view.blockBoundingGeometry(block).translated(view.contentOffset())
    return area.top() >= 0 and area.bottom() <= view.viewport().height()


def test_a_low_panel_shows_the_last_line_and_not_the_empty_one_below(console, qtbot):
    console.append([("out", "x\n" * 20 + "last\n")])
    console.resize(400, console.minimumSizeHint().height())
    qtbot.waitUntil(lambda: is_in_view(console.view, "last"))
    console.append([("out", "more\n")])
    assert is_in_view(console.view, "more")


def test_it_is_bounded_in_lines_in_a_line_and_in_a_frame(console):
    console.append([("out", "n\n" * 30_000)])
    console.append([("out", "n\n" * 30_000)])
    assert console.view.blockCount() <= console_panel.MOST_LINES
    assert "5,000" in console.note.text()
    console.clear()
    console.append([("out", "z" * 50_000), ("out", "z" * 20_000 + "\nend")])
    assert [len(line) for line in lines(console)] == [console_panel.LONGEST_LINE + 1, 3]
    console.clear()
    console.append([("out", "first\n"), ("out", ("q" * 199 + "\n") * 1000)])
    assert "… output too fast to show all of it …" in lines(console)
    assert len(console.view.toPlainText()) < console_panel.MOST_AT_ONCE + 100


def test_another_theme_recolours_what_is_there(console, dark):
    from visualiser.gui.style_sheet import dress
    from visualiser.gui.theme import load_theme

    console.append([("out", "MMMM\n"), ("err", "WWWW\n")])
    light = load_theme("light")
    from PySide6.QtWidgets import QApplication

    dress(QApplication.instance(), light)
    console.set_theme(light)
    shot = image_of(console.view)
    assert count(shot, QColor(light.hex("danger")), near=30) > 20
    assert count(shot, QColor(dark.hex("danger")), near=10) == 0
