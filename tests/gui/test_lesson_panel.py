import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from tests.gui.lessons import KEPT, LOST, RACE_LESSON, facts
from tests.gui.pixels import count, image_of
from visualiser.gui.choice_button import Judgement
from visualiser.gui.lesson_panel import LessonPanel
from visualiser.gui.lesson_rows import BEFORE_A_RUN, NOTHING
from visualiser.gui.theme import contrast
from visualiser.trace.lesson import parse_lesson


@pytest.fixture
def panel(show, theme):
    made = show(LessonPanel(theme), 420, 700)
    made.show_lesson(parse_lesson(RACE_LESSON))
    return made


def plain(panel):
    """All that can be read in it."""
    prose = [panel.shows, panel.predict.question, panel.article, panel.explain.waiting]
    rows = [row.text for row in (*panel.watch.rows, *panel.explain.rows)]
    return [each.accessibleName() for each in (*prose, *rows) if each.isVisible()]


def explained(panel):
    return [(row.sign.text(), row.text.accessibleName(), row.hint.text()) for row in panel.explain.rows]


def judgements(panel):
    return [button.judgement for button in panel.predict.choices]


def test_no_markup_is_left_in_what_is_read(panel):
    assert plain(panel)[0] == "Ten threads add to one counter, counter += 1. See the manual."
    panel.show_facts(LOST, over=True)
    for text in plain(panel):
        assert not any(mark in text for mark in ("`", "**", "](", "##", "<")), text


def test_code_is_set_in_the_font_for_code_and_links_in_their_colour(panel, theme):
    assert "JetBrains Mono" in panel.shows.text()
    assert theme.hex("accent_text").lower() in panel.shows.text().lower()
    assert contrast(theme.color("accent_text"), theme.color("surface")) >= 4.5
    assert count(image_of(panel.watch), theme.color("accent_text")) > 20


def test_before_a_run_there_are_no_numbers(panel):
    assert explained(panel) == []
    assert panel.explain.waiting.markdown == BEFORE_A_RUN
    assert panel.explain.waiting.isVisible()


def test_a_finished_run_fills_the_sentences_and_leaves_out_what_is_not_about_it(panel):
    panel.show_facts(LOST, over=True)
    assert explained(panel) == [
        ("✓", "8,990 of 10,000 updates were lost.", ""),
        ("?", "The GIL changed hands ? times.", "this run cannot tell"),
    ]
    assert not panel.explain.waiting.isVisible()
    panel.show_facts(KEPT, over=True)
    assert explained(panel) == [
        ("✗", "0 of 10,000 updates were lost.", "not in this run"),
        ("✓", "The Lock costs nothing.", ""),
        ("✓", "The GIL changed hands 3 times.", ""),
    ]


def test_a_run_that_failed_decides_nothing_and_is_silent_on_what_it_did_not_get_to(panel):
    panel.predict.choices[1].click()
    panel.show_facts(LOST, over=True, failed=True)
    assert [sign for sign, _, _ in explained(panel)] == ["✓"]
    assert Judgement.RIGHT not in judgements(panel)
    panel.show_facts(KEPT, over=True, failed=True)  # what such a run did not get to is not false either
    assert [sign for sign, _, _ in explained(panel)] == ["✓", "✓"]


def test_while_it_runs_only_what_holds_is_settled(panel):
    panel.predict.choices[0].click()
    panel.show_facts(facts(lost=0, expected=10, handovers=5), over=False)
    assert [(sign, hint) for sign, _, hint in explained(panel)] == [("…", ""), ("…", ""), ("✓", "")]
    assert judgements(panel) == [Judgement.OPEN, Judgement.OPEN]


def test_a_prediction_is_judged_by_the_run_and_by_a_word_not_a_colour(panel):
    panel.predict.choices[1].click()
    panel.show_facts(LOST, over=True)
    assert judgements(panel) == [Judgement.RIGHT, Judgement.WRONG]
    assert panel.predict.choices[1].accessibleName() == "2: Exactly what was added. ✗ not in this run"
    panel.show_no_run()
    assert judgements(panel) == [Judgement.OPEN, Judgement.OPEN]
    panel.show_facts(facts(expected=3), over=True)
    assert judgements(panel) == [Judgement.OPEN, Judgement.UNKNOWN]


def test_another_answer_waits_for_the_next_run(panel):
    panel.predict.choices[1].click()
    panel.show_facts(LOST, over=True)
    heard = []
    panel.chose.connect(heard.append)
    panel.predict.choices[0].click()
    assert judgements(panel) == [Judgement.OPEN, Judgement.OPEN]
    assert heard == [0]


def test_keys_answer_and_the_answer_starts_the_run_only_if_it_was_asked_for(panel, qtbot):
    heard = []
    panel.answered.connect(lambda: heard.append("go"))
    QTest.keyClick(panel.predict.choices[0], Qt.Key.Key_2)
    assert panel.predict.choice == 1
    assert heard == []
    panel.ask()
    assert panel.predict.skip.isVisible()
    QTest.keyClick(panel.predict.choices[1], Qt.Key.Key_Return)
    assert heard == ["go"]
    assert not panel.predict.skip.isVisible()
    panel.ask()
    QTest.keyClick(panel.predict.choices[1], Qt.Key.Key_1)
    assert (panel.predict.choice, heard) == (0, ["go", "go"])
    panel.ask()
    QTest.keyClick(panel.predict.choices[0], Qt.Key.Key_Escape)
    assert (panel.predict.asking, heard) == (False, ["go", "go"])
    panel.ask()
    qtbot.mouseClick(panel.predict.skip, Qt.MouseButton.LeftButton)
    assert (panel.predict.choice, heard) == (0, ["go", "go", "go"])


def test_a_number_without_an_answer_does_nothing(panel):
    QTest.keyClick(panel.predict.choices[0], Qt.Key.Key_9)
    QTest.keyClick(panel.predict.choices[0], Qt.Key.Key_0)
    assert panel.predict.choice is None


def test_links_to_the_timeline_are_followed_by_tab_and_enter(panel, qtbot):
    heard = []
    panel.pointed.connect(lambda *given: heard.append(given))
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    first, second = (row.text for row in panel.watch.rows)
    first.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(first, Qt.Key.Key_Tab)
    assert second.hasFocus()
    QTest.keyClick(second, Qt.Key.Key_Return)
    assert heard == [("longest/BARRIER", 1)]
    panel.watch.say(1, "not in this run")
    assert panel.watch.rows[1].hint.isVisible()
    panel.show_no_run()
    assert not panel.watch.rows[1].hint.isVisible()


def test_other_links_open_in_the_browser(panel, monkeypatch):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    panel.shows.linkActivated.emit("https://docs.python.org/3/")
    assert opened == ["https://docs.python.org/3/"]


def test_text_can_be_selected_and_stays_so_while_the_same_is_said(panel):
    panel.show_facts(LOST, over=False)
    text = panel.explain.rows[0].text
    text.setSelection(0, 5)
    panel.show_facts(LOST, over=True)
    assert text.selectedText() == "8,990"


def test_a_script_without_a_lesson_says_how_to_have_one_and_a_broken_one_why(panel):
    panel.show_lesson(None)
    assert "no lesson" in panel.shows.accessibleName()
    assert [heading.isVisible() for heading in panel.headings.values()] == [False] * 4
    panel.show_lesson(None, None, "Line 3: the braces do not match.")
    assert panel.shows.accessibleName() == "Line 3: the braces do not match."
    assert not panel.has_question


def test_nothing_of_this_in_a_run_of_another_kind(panel):
    lesson = parse_lesson(RACE_LESSON.replace("- `lost > 0` {lost", "- `if USE_LOCK` `lost > 0` {lost"))
    panel.show_lesson(parse_lesson("# T\n\nText.\n\n## Explain\n\n- `if USE_LOCK` `lost == 0` Nothing is lost.\n"))
    panel.show_facts(LOST, over=True)
    assert panel.explain.waiting.accessibleName() == NOTHING
    assert lesson.question is not None


def test_it_scrolls_to_a_section(panel, qtbot):
    panel.resize(420, 200)
    qtbot.mouseClick(panel.jumps["article"], Qt.MouseButton.LeftButton)
    bar = panel._area.verticalScrollBar()
    assert bar.value() > 0
    assert not panel.headings["article"].visibleRegion().isEmpty()


@pytest.mark.parametrize("scale", [0.8, 1.0, 1.5, 2.0])
def test_every_word_has_room_at_every_size_of_type(panel, theme, scale, qtbot):
    panel.set_theme(theme.scaled(scale))
    panel.show_facts(LOST, over=True)
    panel.predict.choices[1].click()
    panel.show_facts(LOST, over=True)
    parts = [part for part in (*panel.findChildren(QLabel), *panel.predict.choices) if part.isVisible()]
    parts = [part for part in parts if part.hasHeightForWidth()]
    qtbot.waitUntil(lambda: all(part.height() >= part.heightForWidth(part.width()) for part in parts))
    assert panel._content.width() <= panel._area.viewport().width()
