"""What tests of the window get: settings of their own, a real window, and a guard against Qt objects left behind."""

from __future__ import annotations

import gc

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer
from PySide6.QtWidgets import QApplication

from visualiser.gui.appearance import Appearance
from visualiser.gui.assets import load_fonts
from visualiser.gui.run_controller import RunController
from visualiser.gui.settings import Settings
from visualiser.gui.style_sheet import dress
from visualiser.gui.theme import load_theme
from visualiser.gui.window import MainWindow
from visualiser.host.catalogue import scenario_from_file


@pytest.fixture(scope="session")
def qapp(qapp):
    assert load_fonts() == []
    return qapp


@pytest.fixture(autouse=True)
def _no_qt_left(request):
    """A test must leave no top-level widget, no running QThread and no active QTimer."""
    if "qapp" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("qapp")
    before = set(map(id, QApplication.topLevelWidgets()))
    yield
    _delete_deferred()
    gc.collect()
    widgets = [w for w in QApplication.topLevelWidgets() if id(w) not in before and w.isVisible()]
    threads = [t for t in gc.get_objects() if isinstance(t, QThread) and _alive(t) and t.isRunning()]
    timers = [t for t in gc.get_objects() if isinstance(t, QTimer) and _alive(t) and t.isActive()]
    main = QCoreApplication.instance().thread()
    threads = [thread for thread in threads if thread is not main]
    assert (widgets, threads, timers) == ([], [], [])


def _delete_deferred():
    for _ in range(2):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()


def _alive(thing):
    import shiboken6

    return shiboken6.isValid(thing)


@pytest.fixture(params=["dark", "light"])
def theme(request, qapp):
    made = load_theme(request.param)
    dress(qapp, made)
    return made


@pytest.fixture
def dark(qapp):
    made = load_theme("dark")
    dress(qapp, made)
    return made


@pytest.fixture
def settings(tmp_path):
    return Settings(tmp_path / "settings.ini")


@pytest.fixture
def script(tmp_path):
    """Write a script and get it as a scenario."""

    def write(text, name="mine.py"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return scenario_from_file(path)

    return write


@pytest.fixture
def show(qtbot):
    """Show a widget at a size and get it once it is on screen."""

    def shown(widget, width=600, height=400):
        qtbot.addWidget(widget)
        widget.resize(width, height)
        with qtbot.waitExposed(widget):
            widget.show()
        return widget

    return shown


@pytest.fixture
def open_window(qtbot, qapp, settings):
    """Open the real window on a scenario; closed at the end, whatever runs in it."""
    opened = []

    def make(scenario=None, width=1280, height=720):
        appearance = Appearance(qapp, settings)
        window = MainWindow(appearance, settings, RunController())
        opened.append(window)
        window.resize(width, height)
        window.open_first(scenario)
        with qtbot.waitExposed(window):
            window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)  # without it, its keys are dead
        return window

    yield make
    for window in opened:
        window.close()
        window.deleteLater()
    _delete_deferred()
