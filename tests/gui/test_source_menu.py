"""Choosing where states come from, by hand, for the next run and the next start."""

import pytest

from visualiser.gui.run_controller import RunController
from visualiser.gui.source_menu import SECOND_KEY, STATES_KEY, SourceMenu

SCRIPT = """import threading
threads = [threading.Thread(target=sum, args=(range(100_000),)) for _ in range(2)]
for each in threads:
    each.start()
"""


@pytest.fixture
def window(open_window, script):
    return open_window(script(SCRIPT))


def entries(menu) -> dict:
    return {action.text().replace("&", ""): action for action in menu.actions()}


def test_a_choice_is_for_the_next_run_and_is_remembered(window, qtbot):
    states = entries(window.actions_.menus["STATES"])
    assert window.controller.states == "auto"
    states["Recorded calls alone"].trigger()
    entries(window.actions_.menus["SECOND"])["The best other one"].trigger()
    assert (window.controller.states, window.controller.second) == ("calls", "auto")
    assert window.settings.text(STATES_KEY) == "calls"
    assert window.settings.text(SECOND_KEY) == "auto"


def test_what_was_chosen_comes_back_and_nonsense_does_not(window, qtbot):
    window.settings.set_text(STATES_KEY, "peek")
    window.settings.set_text(SECOND_KEY, "gdb")
    for menu in ("STATES", "SECOND"):
        window.actions_.menus[menu].clear()
    menu = SourceMenu(window.actions_, window.settings, window.controller)
    assert (menu.states.chosen, menu.second.chosen) == ("peek", "")
    assert (window.controller.states, window.controller.second) == ("peek", "")


def test_what_is_not_permitted_cannot_be_chosen_and_says_why(window, monkeypatch):
    can = {"perf": "The kernel keeps its core switches to itself.", "peek": ""}
    monkeypatch.setattr(RunController, "can", property(lambda _: can))
    window.sources.states.menu.aboutToShow.emit()
    refused, allowed = window.sources.states.actions["perf"], window.sources.states.actions["peek"]
    assert (refused.isEnabled(), allowed.isEnabled()) == (False, True)
    assert "keeps its core switches" in refused.toolTip()


@pytest.mark.parametrize(("states", "drawn"), [("calls", ("calls",)), ("beat", ("beat",))])
def test_the_run_is_drawn_from_the_chosen_source(window, qtbot, states, drawn):
    window.controller.states = states
    with qtbot.waitSignal(window.controller.ended, timeout=60_000):
        window.run_script()
    assert window.controller.run.sources == drawn
