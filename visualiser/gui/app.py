"""Opens the window: application, fonts, theme, settings, and the errands the command line sends it on."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

import visualiser
from visualiser.gui.appearance import Appearance
from visualiser.gui.assets import load_fonts
from visualiser.gui.errand import Errand
from visualiser.gui.icons import APP_ICON, app_icon
from visualiser.gui.interrupts import Interrupts
from visualiser.gui.mishaps import Mishaps
from visualiser.gui.run_controller import RunController
from visualiser.gui.settings import Settings
from visualiser.gui.window import MainWindow
from visualiser.host.catalogue import Scenario, ScenarioError, find_scenario
from visualiser.host.knobs import KnobError, apply_assignments

BAD_USE = 2


def run_app(
    scenario: str | None = None,
    assignments: Sequence[str] = (),
    run: bool = False,
    screenshot: str | Path | None = None,
    quit_after: float | None = None,
    settings: Settings | None = None,
    recording: Path | None = None,
) -> int:
    """Open the window and return the exit code when it is closed.

    Args:
        scenario: id or file to open; None opens what was open last.
        assignments: ``NAME=VALUE`` for the scenario's knobs.
        run: run it at once.
        screenshot: PNG file for a picture of the window, taken when the run is over, or when ``quit_after`` is.
        quit_after: seconds after which the window closes.
        settings: where choices are remembered; by default where the system keeps them.
        recording: file of a run, ours or another program's; then none of the first three is given.
    """
    try:
        wanted = find_scenario(scenario) if scenario else None
        text = _assigned(wanted, assignments)
    except (ScenarioError, KnobError) as error:
        return _refuse(str(error))
    app = application()
    return _open(app, settings or Settings(), wanted, text, Errand(run, screenshot, quit_after), recording)


def _open(
    app: QApplication,
    settings: Settings,
    wanted: Scenario | None,
    text: str | None,
    errand: Errand,
    recording: Path | None,
) -> int:
    controller = RunController()
    appearance = Appearance(app, settings)
    window = MainWindow(appearance, settings, controller)
    mishaps = Mishaps(window.toast.say)
    interrupts = Interrupts(window.close)
    try:
        window.open_first(wanted)
        if text is not None:
            window.scripts.show_for_now(text)
        window.show()
        errand.go(window, recording)
        code = app.exec()
    finally:
        interrupts.close()
        mishaps.close()
        window.close()
        controller.close()
    if controller.stuck:  # Python would wait for that thread for ever
        os._exit(errand.code or code)
    return errand.code or code


def application() -> QApplication:
    """The application, made on the first call, with its name, fonts and icon."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    QCoreApplication.setApplicationName("concurrency-visualiser")
    QGuiApplication.setApplicationDisplayName("Concurrency Visualiser")
    QCoreApplication.setApplicationVersion(visualiser.__version__)
    QGuiApplication.setDesktopFileName(APP_ICON)
    load_fonts()
    app.setWindowIcon(app_icon())
    return app


def _assigned(scenario: Scenario | None, assignments: Sequence[str]) -> str | None:
    """The scenario's text with its knobs set, None where none was asked to be."""
    if not assignments:
        return None
    if scenario is None:
        raise ScenarioError("Knobs can only be set together with a scenario: add --scenario ID.")
    return apply_assignments(scenario.text, assignments)


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return BAD_USE
