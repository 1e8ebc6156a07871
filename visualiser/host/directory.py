"""Finds the segments and stories in a run directory without reading the directory more than needed."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

_NAME = re.compile(r"p(\d+)\.(?:(\d+)\.seg|jsonl)\Z")
_SCAN_NS = 50_000_000  # directories are read no more often than this
_GRAIN_NS = 20_000_000  # a change this close to the last one may leave the directory's time stamp as it was


@dataclass(frozen=True, order=True)
class Found:
    """One file of the lab: ``number`` of the segment, None for a story."""

    pid: int
    number: int
    path: Path

    @property
    def is_story(self) -> bool:
        """A story, not a segment."""
        return self.number < 0


class Directory:
    """Watches one run directory.

    Attributes:
        complete: ns on the clock of the records; every file made before it has been told.
    """

    def __init__(self, path: Path) -> None:
        self.complete = 0
        self._path = path
        self._known: set[str] = set()
        self._scanned = 0
        self._stamp = 0
        self._settled = False

    def look(self, now: int, force: bool = False) -> list[Found]:
        """Files not told before, segments of a process in the order of their numbers; [] if the directory is gone."""
        try:
            stamp = os.stat(self._path).st_mtime_ns  # noqa: PTH116  sixty times a second: Path.stat costs thrice
        except OSError:
            self.complete = now
            return []
        if stamp == self._stamp and self._settled and not force:
            self.complete = now
            return []
        if now - self._scanned < _SCAN_NS and not force:
            return []
        self._stamp = stamp
        self._settled = time.time_ns() - stamp > _GRAIN_NS
        self._scanned = self.complete = now
        return self._scan()

    def forget(self, path: Path) -> None:
        """Tell this file again at the next look, because it could not be used yet."""
        self._known.discard(path.name)
        self._settled = False

    def _scan(self) -> list[Found]:
        try:
            with os.scandir(self._path) as entries:
                names = {entry.name for entry in entries} - self._known
        except OSError:
            return []
        self._known |= names
        return sorted(found for name in names if (found := self._parse(name)))

    def _parse(self, name: str) -> Found | None:
        match = _NAME.match(name)
        if match is None:
            return None
        pid, number = match.groups()
        return Found(int(pid), -1 if number is None else int(number), self._path / name)
