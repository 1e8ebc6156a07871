"""Reads the text file in which one process of the lab tells its names and events."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

_CHUNK = 1 << 20


class StoryReader:
    """One process' story, read line by line; a line without its end waits until the rest has been written."""

    def __init__(self, path: Path, pid: int) -> None:
        self.pid = pid
        self._path = path
        self._rest = b""
        self._read = 0
        self.open()

    def open(self) -> None:
        """Open the file, again after ``close``: what comes next is what was told since."""
        self._file = os.open(self._path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0))
        os.lseek(self._file, self._read, os.SEEK_SET)

    def read(self) -> list[dict[str, Any]]:
        """New events, each with ``pid`` added; lines that are not JSON objects are passed over."""
        data = os.read(self._file, _CHUNK)
        if not data:
            return []
        self._read += len(data)
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [event for line in lines if (event := self._parse(line))]

    def read_all(self) -> list[dict[str, Any]]:
        """All that is left, however much it is."""
        events: list[dict[str, Any]] = []
        while os.fstat(self._file).st_size > self._read:
            events += self.read()
        return events

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def _parse(self, line: bytes) -> dict[str, Any] | None:
        event = None
        with contextlib.suppress(ValueError):
            event = json.loads(line)
        if not isinstance(event, dict) or not isinstance(event.get("ev"), str):
            return None
        event["pid"] = self.pid
        event.setdefault("t", 0)
        return event
