"""Which script is open: the list of scenarios, files of the user's own, and texts that were edited."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from visualiser.gui.editor_panel import EditorPanel
from visualiser.gui.scenario_list import ScenarioList
from visualiser.gui.settings import Settings
from visualiser.host.catalogue import (
    Scenario,
    ScenarioError,
    builtin_scenarios,
    scenario_from_file,
    syntax_sentence,
    write_source,
)

_DRAFT_MS = 1500
_FILTER = "Python scripts (*.py);;All files (*)"


class Scripts(QObject):
    """Opens and saves; ``opened`` carries the scenario, ``said`` a sentence, ``recent_changed`` nothing."""

    opened = Signal(object)
    said = Signal(str)
    recent_changed = Signal()

    def __init__(self, editor: EditorPanel, listed: ScenarioList, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._editor = editor
        self._list = listed
        self._settings = settings
        self._scenarios = [*builtin_scenarios(), *_own(settings.recent_files())]
        self.current: Scenario | None = None
        self._for_now: str | None = None
        self._draft = QTimer(self)
        self._draft.setSingleShot(True)
        self._draft.setInterval(_DRAFT_MS)
        self._draft.timeout.connect(self.keep_draft)
        self._show_list()
        listed.chosen.connect(self.open)
        editor.text_changed.connect(self._on_text)

    def open_first(self, wanted: Scenario | None) -> None:
        """Open what was asked for, or what was open last, or the first."""
        last = self._settings.text("scenario")
        remembered = next((scenario for scenario in self._scenarios if str(scenario.path) == last), None)
        first = wanted or remembered or (self._scenarios[0] if self._scenarios else None)
        if first is not None:
            self.open(first)

    def open(self, scenario: Scenario) -> None:
        """Show that scenario, with the edits made to it earlier."""
        self.keep_draft()
        try:
            original = scenario.text
        except ScenarioError as error:
            self.said.emit(str(error))
            self._list_again()
            return
        self.current = scenario
        self._for_now = None
        self._settings.set_text("scenario", str(scenario.path))
        self._list.select(scenario)
        self._editor.open(scenario, original, self._settings.draft(scenario.path))
        self.opened.emit(scenario)
        problem = syntax_sentence(self._editor.text)
        if problem:
            self.said.emit(f"{scenario.path.name}: {problem}")

    def show_for_now(self, text: str) -> None:
        """Change the text for this time only: it is kept as an edit once the user touches it."""
        self._for_now = text
        self._editor.editor.replace_text(text)

    def open_path(self, path: Path) -> bool:
        """Open a file of the user's own; says one sentence if it cannot be had."""
        try:
            scenario = scenario_from_file(path)
        except ScenarioError as error:
            self.said.emit(str(error))
            return False
        self.add(scenario)
        self.open(scenario)
        return True

    def add(self, scenario: Scenario) -> None:
        """List a user's script, once."""
        if scenario.builtin:
            return
        self._scenarios = [kept for kept in self._scenarios if kept.path != scenario.path] + [scenario]
        self._settings.add_recent_file(scenario.path)
        self._show_list()
        self.recent_changed.emit()

    def step(self, by: int) -> None:
        """Open the scenario that many places below."""
        paths = [scenario.path for scenario in self._scenarios]
        if self.current is not None and self.current.path in paths:
            place = paths.index(self.current.path) + by
            if 0 <= place < len(paths):
                self.open(self._scenarios[place])

    def save(self) -> None:
        """Write the text to its file; one that came with the app is never written to."""
        if self.current is None:
            return
        if self.current.builtin:
            self.save_as()
        else:
            self._write(self.current.path)

    def save_as(self) -> None:
        """Let the user choose where to write the text, and go on with that file."""
        if self.current is None:
            return
        start = Path.home() / self.current.path.name if self.current.builtin else self.current.path
        name, _ = QFileDialog.getSaveFileName(self._window, "Save the script", str(start), _FILTER)
        if name:
            path = Path(name)
            self._write(path if path.suffix else path.with_suffix(".py"))

    def keep_draft(self) -> None:
        """Remember an edited text, so that nothing typed is ever lost."""
        self._draft.stop()
        if self.current is not None and self._editor.text != self._for_now:
            self._settings.set_draft(self.current.path, self._editor.text if self._editor.edited else None)

    def forget_recent(self) -> None:
        """Take the user's own files off the list."""
        self._settings.forget_recent_files()
        self._list_again()
        self.recent_changed.emit()

    def _write(self, path: Path) -> None:
        try:
            write_source(path, self._editor.text)
            saved = scenario_from_file(path)
        except ScenarioError as error:
            self.said.emit(str(error))
            return
        if self.current is not None:
            self._settings.set_draft(self.current.path, None)
        self._settings.set_draft(path, None)
        if self.current is None or saved.path != self.current.path:
            self.add(saved)
            self.current = None
            self.open(saved)
        else:
            self._editor.saved(path)
        self.said.emit(f"Saved to {path}.")

    def _list_again(self) -> None:
        self._scenarios = [*builtin_scenarios(), *_own(self._settings.recent_files())]
        self._show_list()

    def _show_list(self) -> None:
        """List them, and mark those with edits kept from before."""
        self._list.show_scenarios(self._scenarios)
        for scenario in self._scenarios:
            self._list.set_edited(scenario, self._settings.draft(scenario.path) is not None)
        if self.current is not None:
            self._list.set_edited(self.current, self._editor.edited)

    def _on_text(self) -> None:
        if self.current is not None:
            self._list.set_edited(self.current, self._editor.edited)
            self._draft.start()


def _own(paths: list[Path]) -> list[Scenario]:
    """Scenarios of the files that can be read; the others are not worth a word at start-up."""
    found = []
    for path in paths:
        try:
            found.append(scenario_from_file(path))
        except ScenarioError:
            continue
    return found
