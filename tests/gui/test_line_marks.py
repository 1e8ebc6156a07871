import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.gui.pixels import count, image_of
from visualiser.gui.line_marks import marks_now

SLEEPERS = """import threading, time
def nap():
    time.sleep(60)
for _ in range(2):
    threading.Thread(target=nap, daemon=True).start()
print("on", flush=True)
time.sleep(60)
"""


def test_every_worker_has_its_hue_beside_the_line_it_waits_on(open_window, script, qtbot):
    window = open_window(script(SLEEPERS))
    theme = window.appearance.theme
    QTest.keyClick(window, Qt.Key.Key_F9)

    def marks():
        run = window.controller.run
        return marks_now(run, "mine.py", theme) if run.start_ns else {}

    qtbot.waitUntil(lambda: set(marks()) == {3, 7}, timeout=30_000)
    assert marks()[3] == [theme.lane(0), theme.lane(1)]
    gutter = window.panes.editor.editor._gutter
    qtbot.waitUntil(lambda: count(image_of(gutter), theme.lane(1)) > 20, timeout=30_000)
    QTest.keyClick(window, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not window.controller.active, timeout=30_000)
    assert count(image_of(gutter), theme.lane(1)) == 0


@pytest.mark.parametrize("name", ["other.py", ""])
def test_lines_of_other_files_are_not_marked(open_window, script, qtbot, name):
    window = open_window(script("print(1)\n"))
    QTest.keyClick(window, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: not window.controller.active, timeout=30_000)
    assert marks_now(window.controller.run, name, window.appearance.theme) == {}
