"""The colouring by core: hues, numbers, ticks and words, with the real widgets."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.gui.on_timeline import hovered, open_panel, pixel, shown, spot
from tests.gui.pixels import count, image_of
from tests.gui.told_core_run import told_core_run
from tests.gui.told_run import told_run
from tests.gui.told_stories import run_with_tasks
from visualiser.gui.core_colouring import BY_CORE, NOT_TOLD
from visualiser.gui.picture import picture_of
from visualiser.gui.theme import load_theme
from visualiser.gui.timeline.core_colours import explained
from visualiser.gui.timeline.picture import bar_of


@pytest.fixture
def panel(qtbot):
    return open_panel(qtbot)


@pytest.fixture
def by_core(panel):
    shown(panel, told_core_run())
    panel.set_by_core(True)
    QApplication.processEvents()
    return panel


def test_what_runs_has_the_hue_of_its_core(by_core):
    cores = load_theme("dark").cores
    for lane, hues in ((1, (0, 1, 1, 0)), (2, (1, 0, 0, 1))):
        seen = [pixel(by_core, lane, when_s) for when_s in (0.05, 0.4, 0.65, 0.9)]
        assert seen == [cores[hue] for hue in hues]


def test_off_again_it_has_that_of_its_worker(by_core):
    with_cores = image_of(by_core.view)
    by_core.set_by_core(False)
    assert pixel(by_core, 1, 0.4) == load_theme("dark").lane(0)
    assert image_of(by_core.view) != with_cores
    by_core.set_by_core(True)
    assert image_of(by_core.view) == with_cores


def test_waits_keep_form_and_hue_of_their_worker(by_core):
    waiting = [
        pixel(by_core, lane, when, share) for lane in (1, 2) for when in (0.2, 0.55, 0.75) for share in (0.2, 0.5)
    ]
    by_core.set_by_core(False)
    assert waiting == [
        pixel(by_core, lane, when, share) for lane in (1, 2) for when in (0.2, 0.55, 0.75) for share in (0.2, 0.5)
    ]


def test_the_number_is_written_into_a_piece_with_room(by_core):
    theme, image = load_theme("dark"), image_of(by_core.view)
    left, right = spot(by_core, 1, 0.31), spot(by_core, 1, 0.49, 0.9)
    assert count(image, theme.ink(theme.cores[1]), (left.x(), left.y(), right.x(), right.y()), 40) > 10
    narrow, end = spot(by_core, 1, 0.012), spot(by_core, 1, 0.02, 0.9)
    assert count(image, theme.ink(theme.cores[0]), (narrow.x(), narrow.y(), end.x(), end.y()), 40) == 0


def test_a_move_to_another_core_is_a_tick_at_the_foot(by_core):
    theme = load_theme("dark")
    foot = bar_of(theme, by_core.view.area, by_core.view.layout_of_lanes.boxes[1]).bottom() - 1
    image = image_of(by_core.view)
    ticks = {
        when: image.pixelColor(spot(by_core, 1, when).x(), foot) == theme.color("text") for when in (0.3, 0.6, 0.8)
    }
    assert ticks == {0.3: True, 0.6: False, 0.8: True}


def test_the_legend_explains_the_hues_only_while_they_are_in_use(by_core):
    assert [entry.words for entry in by_core.legend.cores] == ["core 0", "core 1"]
    assert "core 1" in by_core.legend.accessibleDescription()
    theme = load_theme("dark")
    assert all(count(image_of(by_core.legend), hue) > 50 for hue in theme.cores[:2])
    by_core.set_by_core(False)
    assert by_core.legend.cores == ()


def test_beyond_eight_cores_hues_are_shared_and_numbers_tell():
    words = [entry.words for entry in explained([0, 1, 8, 9, 17])]
    assert words == ["core 0, 8", "core 1, 9, …"]


def test_a_span_tells_its_core_and_where_it_came_from(by_core, qtbot):
    assert "on core 0 ·" in hovered(by_core, spot(by_core, 1, 0.05), qtbot) + " ·"
    assert "on core 1, moved there from core 0" in hovered(by_core, spot(by_core, 1, 0.4), qtbot)
    assert "moved" not in hovered(by_core, spot(by_core, 1, 0.65), qtbot)
    assert "core" not in hovered(by_core, spot(by_core, 1, 0.2), qtbot)


def test_the_name_of_a_lane_tells_where_it_was_and_how_often_it_moved(by_core):
    told = by_core.gutter.told_at(by_core.view.layout_of_lanes.boxes[1].top + 5).split("\n")
    assert told == ["Thread-1 (work)", "core 0: 290 ms", "core 1: 300 ms", "moved 2 times to another core"]
    assert by_core.gutter.told_at(by_core.view.layout_of_lanes.boxes[0].top + 5).endswith("never moved to another core")


def test_without_switches_nothing_is_said_of_cores(panel, qtbot):
    shown(panel, run_with_tasks())
    plain = image_of(panel.view)
    panel.set_by_core(True)
    assert image_of(panel.view) == plain
    assert panel.legend.cores == ()
    assert "core" not in hovered(panel, spot(panel, 1, 0.05), qtbot)
    assert panel.gutter.told_at(panel.view.layout_of_lanes.boxes[1].top + 5) == ""


def test_in_motion_and_standing_still_the_same_hues_are_seen(by_core):
    by_core.view.show_range(0.0, 1.003)
    moving = [pixel(by_core, 1, when) for when in (0.05, 0.4, 0.65, 0.9)]
    QTest.qWait(0)
    cores = load_theme("dark").cores
    assert moving == [cores[hue] for hue in (0, 1, 1, 0)]


# -- the window --------------------------------------------------------------------------------------------------------


def test_its_key_turns_it_on_and_it_is_remembered(open_window, script, settings):
    window = open_window(script("print(1)\n"))
    assert not window.panes.timeline.by_core
    QTest.keyClick(window, Qt.Key.Key_F12)
    assert window.panes.timeline.by_core
    assert settings.text(BY_CORE) == "yes"
    again = open_window(script("print(1)\n"))
    assert again.actions_["by_core"].isChecked()
    assert again.panes.timeline.by_core
    QTest.keyClick(again, Qt.Key.Key_F12)
    assert settings.text(BY_CORE) == ""


def test_where_the_kernel_does_not_tell_it_is_not_offered_and_says_why(open_window, script):
    window = open_window(script("print(1)\n"))
    action, timeline = window.actions_["by_core"], window.panes.timeline
    usual = action.toolTip()
    assert action.isEnabled()
    assert "F12" in usual
    timeline.set_run(run_with_tasks())
    assert not action.isEnabled()
    assert action.toolTip() == NOT_TOLD
    timeline.set_run(told_run())
    assert action.isEnabled()
    assert action.toolTip() == usual
    timeline.set_run(None)
    assert action.isEnabled()


def test_a_copied_picture_has_the_hues_on_screen(by_core):
    theme = load_theme("dark")
    picture = picture_of(by_core, theme.color("surface"))
    assert all(
        count(picture, hue, (0, 0, picture.width() // 2, picture.height() // 2)) > 100 for hue in theme.cores[:2]
    )
