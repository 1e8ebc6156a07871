"""What can go wrong with a recording, and the words that both ways, writing and reading, share."""

from __future__ import annotations

from collections.abc import Callable

SUFFIX = ".cvrun"
NEWER = "written by a newer version of the Concurrency Visualiser"
# Called with the share (0 … 1) that is done; answers False to give up.
Progress = Callable[[float], bool]


class RecordingError(ValueError):
    """A file is no recording that can be opened, or a run cannot be saved; one sentence for the user."""


class Cancelled(Exception):
    """The user gave up while a file was written or read."""


def advance(progress: Progress | None, share: float) -> None:
    """Tell how far it is; raises Cancelled if that was enough."""
    if progress is not None and not progress(min(max(share, 0.0), 1.0)):
        raise Cancelled
