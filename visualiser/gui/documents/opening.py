"""Shows a recording in the window, together with the script it is of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from visualiser.host.catalogue import ScenarioError, find_scenario
from visualiser.host.recordings import open_recording

if TYPE_CHECKING:
    from visualiser.gui.window import MainWindow
    from visualiser.trace.document import Document


def show_recording(window: MainWindow, path: Path) -> None:
    """Open the recording in a file and show it; raises RecordingError with one sentence."""
    show_kept(window, open_recording(path))


def show_kept(window: MainWindow, document: Document) -> None:
    """Show a run that was kept: its scenario where it is one that came with the app, its text, and the run."""
    try:
        scenario = find_scenario(document.about.scenario) if document.about.scenario else None
    except ScenarioError:  # one that this version does not have
        scenario = None
    window.open_first(scenario)
    if scenario is not None and document.about.text:
        window.scripts.show_for_now(document.about.text)
    window.run_view.show_document(document)
