"""Opens whatever holds a run, a recording of ours or a trace of another program, by the file's name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from visualiser.host.recordings import SUFFIX, Progress, RecordingError, check_recording, open_recording

if TYPE_CHECKING:
    from visualiser.trace.document import Document

TRACES = (".json", ".json.gz", ".trace")


def is_document(path: Path) -> bool:
    """Whether it is a recording or a trace by its name; everything else is taken for a script."""
    return path.name.lower().endswith((SUFFIX, *TRACES))


def check_document(path: Path) -> None:
    """Look whether there is such a file, and one that begins as it must; raises RecordingError. Quick."""
    if path.name.lower().endswith(SUFFIX):
        check_recording(path)
    elif not path.is_file():
        raise RecordingError(f"There is no file {path}.")


def open_document(path: Path, progress: Progress | None = None) -> Document:
    """The run in a file; raises a ValueError with one sentence, or Cancelled."""
    if path.name.lower().endswith(TRACES):
        from visualiser.host.chrome_import import import_trace

        return import_trace(path, progress)
    return open_recording(path, progress)
