"""Sets one scene up in the window, for real, and takes its picture: a process of its own for each, see ``pictures``."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from visualiser.gui.app import application
from visualiser.gui.appearance import Appearance
from visualiser.gui.duel.window import DuelWindow
from visualiser.gui.picture import save_picture
from visualiser.gui.run_controller import RunController
from visualiser.gui.settings import Settings
from visualiser.gui.window import MainWindow
from visualiser.host.catalogue import find_scenario
from visualiser.host.kept_runs import VARIABLE
from visualiser.host.knobs import apply_assignments
from visualiser.host.stepping import LOSING
from visualiser.trace.document import Document

PATIENCE_S = 60  # for anything that is waited for
_SETTLE_MS = 700  # for the last frame and the slower words
_LOOK_MS = 20


@dataclass(frozen=True)
class Scene:
    """What is to be seen.

    Attributes:
        name: of the file, without its ending.
        kind: one of ``KINDS``.
        look: dark or light.
        settings: what the window remembers from before, such as the tabs in front.
        knobs: ``NAME=VALUE`` for the scenario's.
        wide: the timeline has been given all the room that the other panels can spare.
        grey: without colour.
        compared: scenarios to compare.
    """

    name: str
    scenario: str
    kind: str = "run"
    look: str = "dark"
    size: tuple[int, int] = (1280, 800)
    settings: dict[str, str] = field(default_factory=dict)
    knobs: tuple[str, ...] = ()
    wide: bool = False
    grey: bool = False
    compared: tuple[str, ...] = ()


def main() -> None:
    """``python -m tools.scenes SCENE FILE``: a scene as JSON, and where its picture goes."""
    scene = Scene(**json.loads(sys.argv[1]))
    with tempfile.TemporaryDirectory() as folder:
        os.environ[VARIABLE] = folder  # what is run for a picture is not the user's to keep
        image = take(scene, Settings(Path(folder) / "settings.ini"))
    if scene.grey:
        image = image.convertToFormat(QImage.Format.Format_Grayscale8)
    save_picture(image, Path(sys.argv[2]))


def take(scene: Scene, settings: Settings) -> QImage:
    """The picture; raises TimeoutError where what it waits for does not come."""
    app = application()
    for key, value in {**scene.settings, "appearance": scene.look}.items():
        settings.set_text(key, value)
    controller = RunController()
    window = MainWindow(Appearance(app, settings), settings, controller)
    try:
        _open(window, scene)
        shown = KINDS[scene.kind](window, scene)
        QTest.qWait(_SETTLE_MS)
        return shown.grab().toImage()
    finally:
        window.close()
        controller.close()


def _open(window: MainWindow, scene: Scene) -> None:
    scenario = find_scenario(scene.scenario)
    window.resize(*scene.size)
    window.open_first(scenario)
    if scene.knobs:
        window.scripts.show_for_now(apply_assignments(scenario.text, scene.knobs))
    window.show()
    QTest.qWait(_SETTLE_MS)
    if scene.wide:
        window.panes.columns.setSizes([scene.size[0], 1])
        window.panes.centre.setSizes([scene.size[1], 1])
        QTest.qWait(_LOOK_MS)


def _run(window: MainWindow, _scene: Scene) -> QWidget:
    window.run_now()
    _wait(lambda: not window.controller.active)
    return window


def _account(window: MainWindow, scene: Scene) -> QWidget:
    window.actions_["account"].trigger()
    dialog = window.account.dialog
    assert dialog is not None
    dialog.resize(*scene.size)
    dialog.start()
    _wait(lambda: not dialog.recording)
    QTest.keyClick(dialog.strip.view, Qt.Key.Key_N)
    return dialog


def _duel(window: MainWindow, scene: Scene) -> QWidget:
    window.actions_["duel"].trigger()
    duel = window.findChild(DuelWindow)
    assert isinstance(duel, DuelWindow)
    duel.resize(*scene.size)
    _wait(lambda: duel.chooser.pair is not None)
    duel.start()
    _wait(lambda: not duel.fight.active)
    return duel


def _stepper(window: MainWindow, scene: Scene) -> QWidget:
    window.actions_["step"].trigger()
    stepper = window.stepper.window
    assert stepper is not None
    stepper.resize(*scene.size)

    def came_to(letters: str) -> None:
        _wait(lambda: stepper.state is not None and stepper.state.letters == letters)

    for done, name in enumerate(LOSING):
        came_to(LOSING[:done])
        stepper.step(name)
    came_to(LOSING)
    return stepper


def _replay(window: MainWindow, scene: Scene) -> QWidget:
    _run(window, scene)
    window.actions_["replay"].trigger()
    window.replay.player.play()  # which holds it
    window.replay.player.scrub(0.62)
    return window


def _measure(window: MainWindow, scene: Scene) -> QWidget:
    _run(window, scene)
    run = window.panes.timeline.view.run
    assert run is not None
    begin = run.start_ns + (run.now_ns - run.start_ns) * 2 // 5
    window.panes.timeline.view.select_time((begin, begin + (run.now_ns - run.start_ns) // 4))
    window.actions_["measure"].trigger()
    return window


def _compare(window: MainWindow, scene: Scene) -> QWidget:
    documents: list[Document] = []
    for name in scene.compared:
        window.scripts.open(find_scenario(name))
        _run(window, scene)
        assert window.run_view.document is not None
        documents.append(window.run_view.document)
    window.comparison.open(documents)
    assert window.comparison.dialog is not None
    window.comparison.dialog.resize(*scene.size)
    return window.comparison.dialog


def _wait(done: Callable[[], bool]) -> None:
    latest = time.monotonic() + PATIENCE_S
    while not done():
        if time.monotonic() > latest:
            raise TimeoutError(f"what the picture should show did not come within {PATIENCE_S} s")
        QTest.qWait(_LOOK_MS)


KINDS: dict[str, Callable[[MainWindow, Scene], QWidget]] = {
    "run": _run,
    "account": _account,
    "duel": _duel,
    "stepper": _stepper,
    "replay": _replay,
    "measure": _measure,
    "compare": _compare,
}

if __name__ == "__main__":
    main()
