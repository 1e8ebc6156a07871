"""The last runs, kept by themselves: a folder of recordings from which the oldest go when there are too many."""

from __future__ import annotations

import itertools
import os
import re
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO

from visualiser.host.recordings import SUFFIX, Progress, RecordingError, save_snapshot, snapshot_of
from visualiser.host.whole_file import PART

try:
    import fcntl
except ImportError:  # Windows: a file that is open cannot be removed there anyway
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from visualiser.trace.document import Document
    from visualiser.trace.recording.snapshot import Snapshot

MOST_RUNS = 20
MOST_BYTES = 2 << 30  # the newest stays, however large
VARIABLE = "VISUALISER_DATA_DIR"
_NAME = "concurrency-visualiser"
_STALE_S = 24 * 3600  # nobody writes one file for so long
_LONGEST_TITLE = 40
_count = itertools.count()


def data_folder(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """Where this app keeps what it records for the user; ``VISUALISER_DATA_DIR`` names another place."""
    told = environment.get(VARIABLE)
    if told:
        return Path(told)
    if platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / _NAME
    if platform == "darwin":
        return Path.home() / "Library" / "Application Support" / _NAME
    return Path(environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / _NAME


class Held:
    """A recording that is open: as long as this is, no instance of the app removes it by itself."""

    def __init__(self, path: Path) -> None:
        """Raises RecordingError if there is no such file any more."""
        self.path = path
        try:
            self._file: BinaryIO = path.open("rb")
        except OSError as error:
            raise RecordingError(f"{path.name} is not there any more.") from error
        if fcntl is not None:
            with suppress(OSError):  # a disk without locks
                fcntl.flock(self._file, fcntl.LOCK_SH | fcntl.LOCK_NB)

    def close(self) -> None:
        """It may be removed from now on."""
        self._file.close()

    def __enter__(self) -> Held:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class KeptRuns:
    """The recordings in one folder, which several instances of the app may share.

    Args:
        folder: made when it is needed.
        most: so many are kept.
        most_bytes: and no more than that, the newest apart.
    """

    def __init__(self, folder: Path | None = None, most: int = MOST_RUNS, most_bytes: int = MOST_BYTES) -> None:
        self.folder = folder if folder is not None else data_folder() / "runs"
        self._most = most
        self._most_bytes = most_bytes

    def keep(self, document: Document, progress: Progress | None = None) -> Path:
        """Save a document that does not change meanwhile; raises RecordingError and Cancelled."""
        return self.keep_snapshot(snapshot_of(document), document.about.title, progress)

    def keep_snapshot(self, snapshot: Snapshot, title: str, progress: Progress | None = None) -> Path:
        """The same for a snapshot, in any thread; then the oldest go."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise RecordingError(f"Runs cannot be kept in {self.folder}: {error.strerror}.") from error
        path = self.folder / _file_name(title)
        save_snapshot(snapshot, path, progress)
        self._remove_oldest(path)
        return path

    def kept(self) -> list[Path]:
        """The recordings that are there, the newest first."""
        return [path for _, _, path in self._by_age()]

    def _by_age(self) -> list[tuple[float, int, Path]]:
        found = []
        with suppress(OSError):
            for path in self.folder.glob(f"*{SUFFIX}"):
                with suppress(OSError):  # another instance has just removed it
                    told = path.stat()
                    found.append((told.st_mtime, told.st_size, path))
        return sorted(found, key=lambda one: (one[0], one[2].name), reverse=True)

    def _remove_oldest(self, newest: Path) -> None:
        total = 0
        for number, (_, size, path) in enumerate(self._by_age()):
            total += size
            if path != newest and (number >= self._most or total > self._most_bytes):
                _remove(path)
        self._remove_stale()

    def _remove_stale(self) -> None:
        """What an instance that crashed has left half written."""
        with suppress(OSError):
            for path in self.folder.glob(f".*{PART}"):
                with suppress(OSError):
                    if path.stat().st_mtime < time.time() - _STALE_S:
                        path.unlink()


def _remove(path: Path) -> None:
    """Remove a recording that nobody holds."""
    with suppress(OSError):
        if fcntl is None:
            path.unlink()
            return
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # fails while somebody holds it
            path.unlink()


def _file_name(title: str) -> str:
    """When, which process, which of its runs, and what: sorts by time, and no two are the same."""
    words = re.sub(r"[^\w]+", "-", title).strip("-")[:_LONGEST_TITLE] or "run"
    return f"{time.strftime('%Y-%m-%d_%H-%M-%S')}_{os.getpid()}-{next(_count)}_{words}{SUFFIX}"
