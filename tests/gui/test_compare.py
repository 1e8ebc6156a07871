"""Runs side by side: the table, the time scale, and a script that is run several times."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog, QWidget

from tests.gui.pixels import image_of
from tests.gui.told_run import MS, START, told_run
from visualiser.gui.compare.candidates import Candidate
from visualiser.gui.compare.opener import NONE_DONE
from visualiser.gui.compare.row import rows_of
from visualiser.gui.compare.window import CompareWindow
from visualiser.gui.compare.words import CHOOSE, headline
from visualiser.trace.document import About, Document
from visualiser.trace.outcome import Outcome

LONG_MS = 60_000
QUICK = "import time\ntime.sleep(0.01)\ntotal = 3\n"
ENDLESS = "import time\nprint('on', flush=True)\nwhile True:\n    time.sleep(0.01)\n"


def document(wall_ms=1000, title="Race", **about):
    """A told run that took so long."""
    run = told_run()
    run.end_ns = run.now_ns = START + wall_ms * MS
    return Document(run, About(title=title, file="race.py", **about), Outcome("Finished.", ok=True))


@pytest.fixture
def compare(qtbot, dark):
    opened = []

    def make(*documents, candidates=()):
        parent = QWidget()
        qtbot.addWidget(parent)
        window = CompareWindow(parent, dark, candidates)
        opened.append((window, parent))
        window.resize(1280, 720)
        window.take(documents)
        window.show()
        qtbot.waitExposed(window)
        return window

    yield make
    for window, _parent in opened:
        window.reject()


def two(compare):
    slow = document(knobs={"USE_LOCK": True}, text="one")
    fast = document(500, knobs={"USE_LOCK": False}, text="two")
    return compare(slow, fast)


def test_two_runs_are_told_apart_by_their_knobs_and_the_faster_one_is_named(compare):
    window = two(compare)
    assert [row.tag for row in window.rows] == ["A", "B"]
    assert "USE_LOCK = True" in window.rows[0].title
    assert window.headline.text() == "B is 2.00 × as fast as A."
    assert window.chart.texts(window.rows[0])[1:3] == ["1.00\u202fs", "1 (base)"]
    assert window.chart.texts(window.rows[1])[1:3] == ["500.0\u202fms", "2.00 ×"]


def test_a_click_or_a_key_makes_another_row_the_base(compare, qtbot):
    window = two(compare)
    qtbot.mouseClick(window.chart, Qt.MouseButton.LeftButton, pos=QPoint(40, window.chart.height() - 10))
    assert window.chart.texts(window.rows[0])[2] == "0.50 ×"
    assert window.chart.texts(window.rows[1])[2] == "1 (base)"
    QTest.keyClick(window.chart, Qt.Key.Key_Up)
    assert window.chart.texts(window.rows[0])[2] == "1 (base)"


def test_the_bars_are_as_long_as_the_runs_took(compare, dark):
    window = two(compare)
    image = image_of(window.chart)
    lengths = []
    for y in (26 + 46 - 12, 26 + 2 * 46 - 12):
        colors = [image.pixelColor(x, y) for x in range(image.width() // 2)]
        lengths.append(sum(color in (dark.color("outline"), dark.color("accent")) for color in colors))
    assert lengths[0] > 100
    assert lengths[1] == pytest.approx(lengths[0] / 2, abs=3)


def test_all_timelines_share_one_time_scale(compare):
    window = two(compare)
    first, second = (card.timeline.view for card in window.cards)
    assert first.visible_s[1] >= 1.0
    assert second.visible_s == pytest.approx(first.visible_s)
    first.zoom(0.5)
    assert second.visible_s == pytest.approx(first.visible_s)


def test_repeats_are_one_line_with_their_spread_and_the_middle_one_is_drawn(compare):
    runs = [document(wall, text="same") for wall in (1000, 1200, 1100)]
    window = compare(*runs, document(300, title="Other", text="other"))
    assert len(window.rows) == 2
    assert window.rows[0].title.endswith("3 runs")
    assert window.chart.texts(window.rows[0])[1] == "1.10\u202fs  (1.00\u202fs … 1.20\u202fs)"
    assert window.cards[0].timeline.view.run is runs[2].run


def test_of_repeats_that_overlap_nobody_is_said_to_be_faster_without_a_but():
    rows = rows_of([document(w, text=t) for t, w in (("a", 1000), ("a", 1400), ("b", 900), ("b", 1300))])
    assert headline(rows, 0) == "B is 1.09 × as fast as A in the median, but their repeats overlap."
    assert headline(rows_of([document(text="a"), document(1010, text="b")]), 0) == "A and B take equally long."


def test_without_two_runs_it_says_what_to_do(compare):
    window = compare()
    assert window.headline.text() == CHOOSE
    assert not window.chart.isVisible()


def test_ticking_and_unticking_in_the_list(compare):
    window = compare(candidates=[Candidate("one", document=document(text="1"))])
    item = window.candidates.list.item(0)
    item.setCheckState(Qt.CheckState.Checked)
    assert [row.tag for row in window.rows] == ["A"]
    item.setCheckState(Qt.CheckState.Unchecked)
    assert window.rows == []
    assert not window.cards[0].isVisible()


def test_a_file_that_cannot_be_read_is_told_and_unticked(compare, qtbot, tmp_path):
    path = tmp_path / "broken.cvrun"
    path.write_bytes(b"nothing")
    window = compare(candidates=[Candidate("broken", path=path)])
    window.candidates.list.item(0).setCheckState(Qt.CheckState.Checked)
    qtbot.waitUntil(lambda: not window.desk.busy)
    assert window.trouble.isVisible()
    assert window.candidates.list.item(0).checkState() == Qt.CheckState.Unchecked


def test_a_script_is_run_several_times_and_compared(open_window, script, qtbot, monkeypatch):
    window = open_window(script(QUICK))
    monkeypatch.setattr(QInputDialog, "getInt", lambda *_: (3, True))
    window.actions_["repeat"].trigger()
    qtbot.waitUntil(lambda: window.comparison.dialog is not None, timeout=LONG_MS)
    (row,) = window.comparison.dialog.rows
    assert row.walls.count == 3
    assert row.walls.least > 0.01
    assert window.comparison.dialog.headline.text().startswith("3 runs: half of them took ")
    window.comparison.dialog.reject()


def test_a_series_can_be_stopped(open_window, script, qtbot, monkeypatch):
    window = open_window(script(ENDLESS))
    said = []
    window.comparison.said.connect(said.append)
    window.comparison.repeat.begin(3)
    qtbot.waitUntil(lambda: "on" in window.panes.console.view.toPlainText(), timeout=LONG_MS)
    assert window.comparison.repeat.card.title.text() == "Run 1 of 3"
    QTest.mouseClick(window.comparison.repeat.card.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.comparison.repeat.active, timeout=LONG_MS)
    assert said == [NONE_DONE]
    assert not window.controller.active


def test_the_run_on_show_takes_part_at_once(open_window, script, qtbot):
    window = open_window(script(QUICK))
    QTest.keyClick(window, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: window.run_view.document is not None and window.run_view.document.outcome is not None,
                    timeout=LONG_MS)  # fmt: skip
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    (row,) = window.comparison.dialog.rows
    assert row.drawn is window.run_view.document
    window.close()
    assert window.comparison.dialog is None
