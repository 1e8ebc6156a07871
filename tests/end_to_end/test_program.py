"""The real program on a real screen: press Run, look at the pixels, close the window."""

import numpy as np
import psutil
import pytest

from tests.conftest import eventually
from visualiser.gui.theme import load_theme

LIGHT = load_theme("light")
RACE = ("--scenario", "race", "--set", "THREADS=3", "--set", "INCREMENTS=300", "--set", "WORKERS=threading")


def run_button(desktop) -> tuple[int, int]:
    """Middle of the button in the accent colour at the top right: (x, y)."""
    eventually(lambda: can_run(desktop))
    spots = in_the_top_bar(desktop)
    return int(np.median(spots[:, 1])), int(np.median(spots[:, 0]))


def in_the_top_bar(desktop):
    """Places of the accent colour where the buttons are."""
    spots = desktop.places(LIGHT.color("accent"))
    return spots[spots[:, 0] < 130]


def can_run(desktop) -> bool:
    """The Run button is there and enabled: nothing runs, or the run has ended."""
    return len(in_the_top_bar(desktop)) > 1000


def hues_on_screen(desktop, lanes: int) -> int:
    """How many of the first hues are there in some quantity."""
    return sum(len(desktop.places(LIGHT.lane(number))) > 30 for number in range(lanes))


def tells_of_a_loss(desktop, program) -> bool:
    """The number of lost updates stands in the right column in the colour of trouble."""
    right_column = program.window.get_geometry().width * 0.7
    return (desktop.places(LIGHT.color("warn"))[:, 1] > right_column).sum() > 100


def test_pressing_run_draws_a_lane_for_every_thread_and_the_race_loses(desktop, start):
    program = start(*RACE)
    assert hues_on_screen(desktop, 3) == 0
    desktop.click(*run_button(desktop))
    eventually(lambda: hues_on_screen(desktop, 3) == 3)
    eventually(lambda: tells_of_a_loss(desktop, program))
    program.press("ctrl+q")
    assert program.wait() == (0, "")


def test_with_the_lock_nothing_is_lost(desktop, start):
    program = start(*RACE)
    program.press("F8")
    program.press("F9")
    eventually(lambda: hues_on_screen(desktop, 3) == 3)
    eventually(lambda: can_run(desktop))
    assert not tells_of_a_loss(desktop, program)
    program.press("ctrl+q")
    assert program.wait()[0] == 0


ENDLESS = """
import signal, threading
signal.signal(signal.SIGTERM, signal.SIG_IGN)
def spin():
    while True:
        pass
threading.Thread(target=spin, daemon=True).start()
spin()
"""


def labs(script) -> list[psutil.Process]:
    """Processes that run that script, the app itself apart."""
    found = []
    for process in psutil.process_iter():
        try:
            words = process.cmdline()
        except psutil.Error:
            continue
        if str(script) in words and not any(word.endswith("main.py") for word in words):
            found.append(process)
    return found


@pytest.fixture
def endless(tmp_path):
    script = tmp_path / "endless.py"
    script.write_text(ENDLESS, encoding="utf-8")
    return script


def test_stop_ends_an_endless_script(desktop, start, endless):
    program = start(str(endless), "--run")
    eventually(lambda: labs(endless))
    eventually(lambda: hues_on_screen(desktop, 1) == 1)
    program.press("ctrl+period")
    eventually(lambda: not labs(endless), 5)
    eventually(lambda: can_run(desktop))
    program.press("ctrl+q")
    assert program.wait()[0] == 0


def test_closing_the_window_ends_the_run_as_well(desktop, start, endless):
    program = start(str(endless), "--run")
    eventually(lambda: labs(endless))
    eventually(lambda: hues_on_screen(desktop, 1) == 1)
    program.press("ctrl+q")
    assert program.wait()[0] == 0
    assert not labs(endless)


def test_killing_the_window_ends_the_run_as_well(desktop, start, endless):
    program = start(str(endless), "--run")
    eventually(lambda: labs(endless))
    program.kill()
    eventually(lambda: not labs(endless), 10)


def test_presentation_fills_the_screen_and_escape_returns(desktop, start):
    program = start("--scenario", "race")
    eventually(lambda: can_run(desktop))
    program.press("F5")
    eventually(lambda: not can_run(desktop))
    program.press("Escape")
    eventually(lambda: can_run(desktop))
    program.press("ctrl+q")
    assert program.wait()[0] == 0
