from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.gui.pixels import count, image_of
from visualiser.gui.scenario_list import ScenarioList
from visualiser.gui.scenario_model import SCENARIO_ROLE
from visualiser.host.catalogue import describe

TEXTS = {
    "two": '# @title Two threads\n# @section 2.1 Threads\n"""Numbers and letters."""\n',
    "gil": '# @title The GIL\n# @section 2.2 Threads\n"""One at a time."""\nimport sys\n',
    "race": '# @title The race\n# @section 4.1 Memory\n"""Lost updates."""\ncounter = 0\n',
}


@pytest.fixture
def scenarios(tmp_path):
    made = []
    for name, text in TEXTS.items():
        path = Path(tmp_path / f"{name}.py")
        path.write_text(text, encoding="utf-8")
        made.append(describe(path, text, builtin=True))
    return made


@pytest.fixture
def listed(show, theme, scenarios):
    made = show(ScenarioList(theme), 230, 600)
    made.show_scenarios(scenarios)
    made.chosen_ids = []
    made.chosen.connect(lambda scenario: made.chosen_ids.append(scenario.id))
    return made


def rows(listed):
    model = listed.view.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_scenarios_stand_under_their_sections_headings(listed):
    assert rows(listed) == ["2 Threads", "Two threads", "The GIL", "4 Memory", "The race"]


def click(listed, qtbot, row):
    area = listed.view.visualRect(listed.view.model().index(row, 0))
    qtbot.mouseClick(listed.view.viewport(), Qt.MouseButton.LeftButton, pos=area.center())


def test_a_click_chooses_and_a_heading_cannot_be_chosen(listed, qtbot):
    click(listed, qtbot, 4)
    click(listed, qtbot, 3)
    assert listed.chosen_ids == ["race"]
    assert listed.current().id == "race"


def test_arrow_keys_step_over_headings(listed, scenarios):
    listed.select(scenarios[1])
    listed.view.setFocus()
    QTest.keyClick(listed.view, Qt.Key.Key_Down)
    QTest.keyClick(listed.view, Qt.Key.Key_Up)
    assert listed.chosen_ids == ["race", "gil"]


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("race", ["4 Memory", "The race"]),
        ("LETTERS", ["2 Threads", "Two threads"]),
        ("counter = 0", ["4 Memory", "The race"]),
        ("sys gil", ["2 Threads", "The GIL"]),
    ],
)
def test_the_search_looks_at_titles_subtitles_ids_and_source(listed, typed, left):
    QTest.keyClicks(listed.search, typed)
    assert rows(listed) == left
    assert listed.chosen_ids == []


def test_nothing_found_is_said(listed):
    QTest.keyClicks(listed.search, "zebra")
    assert listed.empty.isVisible()
    assert "zebra" in listed.empty.text()
    QTest.keyClick(listed.search, Qt.Key.Key_Escape)
    assert not listed.empty.isVisible()
    assert len(rows(listed)) == 5


def test_searching_never_opens_anything_by_itself_and_keeps_the_open_one(listed, scenarios):
    listed.select(scenarios[2])
    QTest.keyClicks(listed.search, "gil")
    assert listed.chosen_ids == []
    assert not listed.view.currentIndex().isValid()
    listed.search.clear()
    assert listed.view.currentIndex().data(SCENARIO_ROLE).id == "race"


def test_down_and_enter_in_the_search_box_choose_what_was_found(listed, scenarios):
    listed.select(scenarios[2])
    QTest.keyClicks(listed.search, "threads")
    QTest.keyClick(listed.search, Qt.Key.Key_Return)
    assert listed.chosen_ids == ["two"]
    QTest.keyClick(listed.search, Qt.Key.Key_Down)
    assert listed.chosen_ids == ["two", "gil"]
    QTest.keyClick(listed.search, Qt.Key.Key_Up)
    assert listed.chosen_ids == ["two", "gil", "two"]


def test_selecting_what_a_search_hides_ends_the_search(listed, scenarios):
    QTest.keyClicks(listed.search, "race")
    listed.select(scenarios[0])
    assert listed.search.text() == ""
    assert listed.view.currentIndex().data(SCENARIO_ROLE).id == "two"
    assert listed.chosen_ids == []


def test_the_open_one_is_painted_with_bar_and_filled_badge(listed, scenarios, theme):
    empty = count(image_of(listed.view), theme.color("accent"))
    listed.select(scenarios[1])
    filled = count(image_of(listed.view), theme.color("accent"))
    assert empty == 0
    assert filled > 200


def test_an_edited_one_is_marked(listed, scenarios):
    before = image_of(listed.view)
    listed.set_edited(scenarios[0], True)
    assert image_of(listed.view) != before
