"""What may end an export or import early: a file that is no trace, or somebody who has seen enough."""

from __future__ import annotations

from visualiser.trace.recording.errors import Cancelled, Progress
from visualiser.trace.recording.errors import advance as tell

__all__ = ["Cancelled", "Progress", "TraceError", "tell"]


class TraceError(ValueError):
    """A file cannot be read as a trace; the text is one sentence for the user."""
