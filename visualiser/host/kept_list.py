"""What there is to say of each run that was kept, without reading more than its first lines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from visualiser.host.kept_runs import KeptRuns
from visualiser.host.recordings import RecordingError, read_about


@dataclass(frozen=True)
class Kept:
    """A recording among those that were kept.

    Attributes:
        title: of its scenario or script.
        made: when it ran, ISO 8601.
        wall_s: how long.
    """

    path: Path
    title: str
    made: str
    wall_s: float


def list_kept(runs: KeptRuns) -> list[Kept]:
    """Those that can be read, the newest first."""
    found = []
    for path in runs.kept():
        try:
            about, wall_s = read_about(path)
        except RecordingError:  # half written by an instance that crashed, or removed meanwhile
            continue
        found.append(Kept(path, about.title or about.file or path.stem, about.made, wall_s))
    return found


def delete_kept(runs: KeptRuns) -> int:
    """Delete them all; how many there were."""
    number = 0
    for path in runs.kept():
        try:
            path.unlink()
        except OSError:  # another instance has it open, or has deleted it
            continue
        number += 1
    return number
