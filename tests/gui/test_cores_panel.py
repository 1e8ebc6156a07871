"""The load of the cores: our run and everything else, as pixels and words."""

import numpy as np
import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from tests.gui.pixels import count, image_of
from tests.gui.told_core_run import told_core_run
from tests.gui.told_run import START, told_run
from tests.gui.told_stories import run_with_tasks
from visualiser.gui.core_shades import Shade, stacked
from visualiser.gui.cores import CoresPanel
from visualiser.gui.load_legend import ALL, OTHERS, OURS, WHOLE

ours_shades, others_shades = {Shade.OURS}, {Shade.OTHERS, Shade.OTHERS_LINE}


@pytest.fixture
def cores(theme, qtbot):
    panel = CoresPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(900, 92)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def show_run(panel, run):
    panel.set_run(run)
    panel.view.show_range(0.0, 1.0)
    QApplication.processEvents()


def heights(shades, column, kinds):
    return int(np.isin(shades[:, column], list(kinds)).sum())


def test_our_part_stands_solid_below_everything_else():
    shades = stacked(np.array([25, 0, 50, 0], np.float32), np.array([75, 50, 50, 0], np.float32), 20)
    assert [heights(shades, column, ours_shades) for column in range(4)] == [5, 0, 10, 0]
    assert [heights(shades, column, others_shades) for column in range(4)] == [10, 10, 0, 1]
    assert shades[19, 0] == Shade.OURS
    assert shades[0, 0] == Shade.NOTHING


def test_everything_else_is_hatched_so_that_grey_tells_it_from_ours():
    full = np.full(40, 100, np.float32)
    shades = stacked(np.zeros(40, np.float32), full, 40)
    assert 0.15 < (shades == Shade.OTHERS_LINE).mean() < 0.4
    assert (stacked(full, full, 40) == Shade.OURS).all()


def test_the_hatch_moves_with_the_time():
    zero, full = np.zeros(30, np.float32), np.full(30, 100, np.float32)
    assert (stacked(zero, full, 20, 7)[:, :-3] == stacked(zero, full, 20, 4)[:, 3:]).all()


def test_where_our_part_is_not_known_it_is_the_picture_of_all():
    shades = stacked(np.array([np.nan, np.nan], np.float32), np.array([50, np.nan], np.float32), 21)
    assert set(np.unique(shades[:, 0])) == {Shade.NOTHING, Shade.ALL, Shade.ALL_EDGE}
    assert (shades[:, 1] == Shade.NOTHING).all()


def test_bars_and_history_show_both_parts(cores, theme):
    show_run(cores, told_core_run())
    assert cores.load(0).text == "100 % + 0 %"
    assert cores.load(1).text == "100 % + 0 %"  # more than the sample of 60 % says
    history = image_of(cores.view)
    top, height = cores.rows(history.height())[0]
    middle = history.width() // 5 * 7 // 10  # between 100 and 200 ms, when both workers slept
    stretch = (middle - 20, top + 2, middle + 20, top + height - 2)
    assert count(history, theme.color("accent"), stretch) > 40 * height * 0.3
    assert count(history, theme.color("accent"), stretch) < 40 * height * 0.7


def test_words_name_both_parts(cores):
    show_run(cores, told_core_run((100.0, 100.0)))
    cores.run.loads.ours(0)[:] = 40
    assert cores.words(0) == "Core 0: this run 40 %, everything else 60 %"
    assert cores.load(0).text == "40 % + 60 %"


def test_the_legend_has_the_words_in_use(cores, theme):
    assert cores.legend.swatches.words == (ALL,)
    show_run(cores, told_core_run())
    assert cores.legend.swatches.words == (OURS, OTHERS)
    show_run(cores, run_with_tasks())
    assert cores.legend.swatches.words == (ALL,)


def test_without_switches_the_word_all_stands_before_the_load(cores, theme):
    run = run_with_tasks()
    run.loads.extend([(START + n * 200_000_000, (80.0, 10.0)) for n in range(6)])
    show_run(cores, run)
    assert cores.load(0).text == "all 80 %"
    assert cores.load(0).words == "all 80 %"
    history = image_of(cores.view)
    assert count(history, theme.color("accent")) > history.width() * 0.9  # the edges of both


def test_while_nothing_runs_all_of_it_is_shown(cores):
    cores.show_now((12.0, 99.0))
    assert [cores.load(core).text for core in (0, 1)] == ["all 12 %", "all 99 %"]


def test_samples_whose_switches_are_not_told_yet_wait(cores):
    run = told_run()
    show_run(cores, run)
    before = cores.samples
    run.loads.extend([(START + 5_000_000_000, (50.0, 50.0))], told_until=0)
    assert (cores.samples, len(run.loads)) == (before, before + 1)


@pytest.mark.parametrize(("load", "says"), [((100.0, 100.0), True), ((60.0, 60.0), False)])
def test_a_busy_machine_is_said_to_be_one(cores, load, says, qtbot):
    qtbot.addWidget(cores.legend)
    cores.legend.resize(900, 20)
    show_run(cores, told_core_run(load))
    others = cores.run.loads.others_percent
    assert (others > 25) is says
    expected = f"Other programs took {others:.0f} % of the cores: waits for a core are theirs too" if says else WHOLE
    assert cores.legend.sentence.text() == expected
    assert ("This window" in cores.legend.sentence.toolTip()) is says


def test_the_sentence_gives_way_where_there_is_little_room(cores, qtbot):
    qtbot.addWidget(cores.legend)
    show_run(cores, told_core_run((100.0, 100.0)))
    seen = []
    for width in (900, 560, 330):
        cores.legend.resize(width, 20)
        QApplication.processEvents()
        cores.legend._fit()
        seen.append(cores.legend.sentence.text())
    assert len(set(seen)) == 3
    assert all(words.startswith(("Other programs took", "Others took")) for words in seen)


def test_both_parts_stand_out(theme):
    from visualiser.gui.core_shades import colours
    from visualiser.gui.theme import contrast

    table = [QColor(int(rgb)) for rgb in colours(theme)]
    assert contrast(table[Shade.OURS], table[Shade.NOTHING]) >= 3
    assert contrast(table[Shade.OTHERS_LINE], table[Shade.NOTHING]) >= 3
