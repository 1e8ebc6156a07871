"""Runs as files: writes a document to a binary stream and reads it back; ``docs/recording-format.md`` tells the format.

Importing this package costs nothing: ``writer`` and ``reader``, which need pyarrow, are imported on demand.
"""

from __future__ import annotations

from visualiser.trace.recording.errors import SUFFIX, Cancelled, Progress, RecordingError

__all__ = ["SUFFIX", "Cancelled", "Progress", "RecordingError"]
