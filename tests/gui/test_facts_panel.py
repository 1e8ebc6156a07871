import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from tests.gui.pixels import count, image_of
from tests.gui.told_run import MS, START, told_run
from visualiser.gui.fact_rows import value_text, words_of
from visualiser.gui.facts_panel import FactsPanel
from visualiser.gui.phase_chart import PhaseBar, bases, phase_bars
from visualiser.trace.facts import Fact

ALL = {
    fact.name: fact
    for fact in (
        Fact("wall_s", 1.9234567, "s", "Wall time"),
        Fact("lost", 8990, "", "lost"),
        Fact("THREADS", 10, "", "THREADS"),
        Fact("overlap_percent", 0.0378, "%", "Two or more at once"),
    )
}


@pytest.fixture
def panel(show, theme):
    return show(FactsPanel(theme), 400, 300)


def names(rows):
    return [fact.name for fact in rows.facts]


def test_the_facts_of_the_lesson_come_first_and_the_rest_on_request(panel, qtbot):
    panel.set_wanted(["lost", "steps", "wall_s"])
    panel.show_facts(ALL, [])
    assert names(panel.first) == ["lost", "wall_s"]
    assert not panel.rest.isVisible()
    assert panel.more.text() == "▸ More (2)"
    qtbot.mouseClick(panel.more, Qt.MouseButton.LeftButton)
    assert panel.rest.isVisible()
    assert names(panel.rest) == ["overlap_percent", "THREADS"]  # a knob is no news
    panel.show_facts(ALL, [])
    assert panel.rest.isVisible()


def test_without_a_lesson_all_facts_are_shown(panel):
    panel.show_facts(ALL, [])
    assert names(panel.first) == ["wall_s", "lost", "overlap_percent", "THREADS"]
    assert not panel.more.isVisible()
    panel.show_idle()
    assert panel.idle.isVisible()
    assert not panel.first.isVisible()


def test_values_carry_their_units_and_read_as_people_read_them(panel):
    assert [value_text(fact) for fact in ALL.values()] == ["1.923\u202fs", "8\u202f990", "10", "0.0\u202f%"]
    assert value_text(Fact("run_s", 0.0013381, "s", "")) == "1.338\u202fms"
    assert value_text(Fact("turn_ms", 5.25, "ms", "")) == "5.25\u202fms"
    assert value_text(Fact("order", (3, 1), "", "")) == "3, 1"
    assert value_text(Fact("order", (), "", "")) == "none"
    assert value_text(Fact("deadlocked", True, "", "")) == "yes"
    assert words_of(Fact("lost_updates", 1, "", "lost_updates")) == "lost updates"
    assert words_of(Fact("USE_LOCK", 1, "", "USE_LOCK")) == "USE_LOCK"


def test_they_are_copied_by_key_and_by_menu(panel):
    panel.show_facts(ALL, [])
    QTest.keyClick(panel.first, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[:2] == ["Wall time: 1.923\u202fs", "lost: 8\u202f990"]
    QGuiApplication.clipboard().setText("")
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(5, 5), panel.first.mapToGlobal(QPoint(5, 5)))
    QApplication.sendEvent(panel.first, event)
    (menu,) = panel.first.findChildren(QMenu)
    menu.actions()[0].trigger()
    menu.close()
    assert QGuiApplication.clipboard().text().split("\n") == lines


def test_phases_start_together_and_are_as_long_as_they_took(panel, theme):
    bars = [
        PhaseBar("One by one", 2.0, is_base=True),
        PhaseBar("In threads", 1.0, 2.0),
        PhaseBar("In processes", 0.5, 4.0),
    ]
    panel.show_facts(ALL, bars)
    chart = panel.phases
    assert [bar.words for bar in chart.bars] == ["2.00\u202fs", "1.00\u202fs · ×2.0", "0.50\u202fs · ×4.0"]
    shot = image_of(chart)
    grey, blue = (
        [x for x in range(shot.width()) if shot.pixelColor(x, y) == theme.color(token)]
        for y, token in ((12, "outline"), (36, "accent"))
    )
    shorter = [x for x in range(shot.width()) if shot.pixelColor(x, 60) == theme.color("accent")]
    assert abs(grey[0] - blue[0]) <= 1
    assert abs(len(blue) / len(grey) - 0.5) < 0.05
    assert abs(len(shorter) / len(grey) - 0.25) < 0.05


def test_a_phase_that_goes_on_has_no_speed_up_yet_and_starting_up_is_hatched(panel, theme):
    solid = [PhaseBar("Serial", 1.0, is_base=True), PhaseBar("Processes", 1.0, 1.0)]
    panel.show_facts(ALL, solid)
    whole, height = count(image_of(panel.phases), theme.color("accent")), panel.phases.height()
    panel.show_facts(ALL, [solid[0], PhaseBar("Processes", 1.0, 1.0, start_up_s=0.5)])
    assert count(image_of(panel.phases), theme.color("accent")) < 0.85 * whole
    assert panel.phases.height() > height  # the line that says what the hatching means
    assert PhaseBar("Now", 0.3, None, None, over=False).words == "0.30\u202fs …"
    panel.show_idle()
    assert not panel.phases.isVisible()


@pytest.mark.parametrize(
    ("titles", "compared_with"),
    [
        (["One by one", "In threads", "In processes"], [0, 0, 0]),
        (["I/O one by one", "I/O in threads", "CPU one by one", "CPU in threads"], [0, 0, 2, 2]),
        (["No lock", "One lock per increment", "One lock per batch"], [0, 0, 0]),
        (["A", "A"], [0, 0]),
        ([], []),
    ],
)
def test_a_phase_is_compared_with_the_first_of_its_kind(titles, compared_with):
    assert bases(titles) == compared_with


@pytest.mark.parametrize(
    ("speed_up", "words"), [(5.699, "×5.7"), (23.4, "×23"), (1.0, "×1.0"), (0.8, "1.2× as long"), (0.02, "50× as long")]
)
def test_a_speed_up_reads_as_a_factor_and_so_does_a_slow_down(speed_up, words):
    assert PhaseBar("In threads", 1.0, speed_up).words == f"1.00\u202fs · {words}"


def test_bars_are_those_of_the_run():
    run = told_run()
    run.phases._headings = [(START, 0), (START + 400 * MS, 0), (START + 900 * MS, 0)]
    run.phases.finish(START + 1000 * MS)
    bars = phase_bars(run, {"phase_2_start_up_s": Fact("phase_2_start_up_s", 0.2, "s", "")})
    assert [round(bar.seconds, 3) for bar in bars] == [0.4, 0.5, 0.1]
    assert [bar.speed_up and round(bar.speed_up, 3) for bar in bars] == [None, 0.8, 4.0]
    assert [bar.start_up_s for bar in bars] == [None, 0.2, None]
    assert [bar.is_base for bar in bars] == [True, False, False]
