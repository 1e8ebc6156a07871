"""Everything of a run inside the window that the thread which paints must make itself."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from visualiser.gui.in_window.pulse import Pulse
from visualiser.gui.in_window.script import ScriptThread
from visualiser.gui.in_window.session import WindowSession
from visualiser.host.catalogue import Scenario
from visualiser.host.launch import HOME, StartError
from visualiser.host.run_dir import RunDir, RunDirError
from visualiser.host.sampler import Sampler
from visualiser.window_lab import WindowLab

_WISH = re.compile(r"^# @runs in the window[ \t]*$", re.MULTILINE)


def wants_window(text: str) -> bool:
    """Whether a script asks, in a line of its head, to run in the window's own process."""
    return bool(_WISH.search(text))


class WindowRun(QObject):
    """One run inside the window. Raises StartError with one sentence."""

    _attached = Signal()

    def __init__(self, scenario: Scenario, text: str, parent: QObject) -> None:
        super().__init__(parent)
        try:
            self._dir = RunDir()
            self._path = scenario.path if text == scenario.text else self._dir.write_script(scenario.path.name, text)
            package = str(HOME / "visualiser")
            own = (package + "/lab/", package + "/gui/", package + "/qthread.py", package + "/window_lab.py")
            lab = WindowLab(str(self._dir.path), own, str(self._path))
        except (RunDirError, OSError) as error:
            raise StartError(str(error)) from None
        self._text = text
        self._pulse = Pulse(lab, self)
        self._script = ScriptThread(lab, self._path, text)
        # Started by the thread that paints: the kernel reports core switches of those it starts from now on.
        self._attached.connect(self._script.start)

    def open(self, sampler: Sampler) -> WindowSession:
        """The session; to be called by its reader. The script begins as soon as the window comes to it."""
        session = WindowSession(self._dir, self._script, Path(self._path), self._text, sampler)
        self._attached.emit()
        return session

    def end(self) -> bool:
        """The session is closed: let go of the window's own part; False if a thread could not be ended."""
        self._pulse.end()
        if not self._script.over.is_set():
            return False
        self._script.wait()
        self.deleteLater()
        return True
