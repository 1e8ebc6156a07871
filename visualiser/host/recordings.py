"""Recordings as files: saved so that the old file stays until the new one is complete, opened with one clear sentence
if that is not possible.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from visualiser.host.whole_file import REASONS, reason_of, replacing
from visualiser.trace.recording import SUFFIX, Cancelled, Progress, RecordingError

if TYPE_CHECKING:
    from visualiser.trace.document import About, Bookmark, Document
    from visualiser.trace.recording.snapshot import Snapshot

__all__ = [
    "SUFFIX",
    "Cancelled",
    "Progress",
    "RecordingError",
    "check_place",
    "check_recording",
    "open_recording",
    "read_about",
    "save_bookmarks",
    "save_recording",
    "save_snapshot",
    "snapshot_of",
]

_COPIED = 1 << 20


def snapshot_of(document: Document) -> Snapshot:
    """What is to be saved of a document, as it is now; the run may go on while ``save_snapshot`` writes it.

    To be called in the thread that extends the run. Raises RecordingError.
    """
    from visualiser.trace.recording.stores import snapshot_of as take

    return take(document)


def save_recording(document: Document, path: Path, progress: Progress | None = None) -> None:
    """Save a document that does not change meanwhile.

    The file of that name, if there is one, stays as it is until the new one is complete on the disk. Raises
    RecordingError with one sentence, and Cancelled.
    """
    save_snapshot(snapshot_of(document), path, progress)


def save_snapshot(snapshot: Snapshot, path: Path, progress: Progress | None = None) -> None:
    """The same for a snapshot; in any thread."""
    from visualiser.trace.recording.writer import write_recording

    _replace(path, lambda stream: write_recording(snapshot, stream, progress))


def check_recording(path: Path) -> None:
    """Look whether a file begins as a recording does; raises RecordingError with one sentence. Quick."""
    from visualiser.trace.recording.frames import read_magic

    with _opened(path) as (stream, _):
        read_magic(stream)


def check_place(path: Path) -> None:
    """Look whether a recording could be saved there, before the run that is to be; raises RecordingError."""
    folder = Path(os.path.realpath(path)).parent
    if path.is_dir():
        raise RecordingError(f"{path.name} cannot be saved: {REASONS[errno.EISDIR]}.")
    if not folder.is_dir():
        raise RecordingError(f"{path.name} cannot be saved: {REASONS[errno.ENOENT]}.")
    if not os.access(folder, os.W_OK):
        raise RecordingError(f"{path.name} cannot be saved: {REASONS[errno.EACCES]}.")


def open_recording(path: Path, progress: Progress | None = None) -> Document:
    """The document in a file; raises RecordingError with one sentence, and Cancelled."""
    from visualiser.trace.recording.reader import read_recording

    with _opened(path) as (stream, size):
        return read_recording(stream, size, progress)


def read_about(path: Path) -> tuple[About, float]:
    """Where a recording comes from and how many seconds its run took; raises RecordingError. Quick."""
    from visualiser.trace.recording.reader import read_head

    with _opened(path) as (stream, size):
        return read_head(stream, size)


def save_bookmarks(bookmarks: list[Bookmark], path: Path) -> None:
    """Put other bookmarks into a recording and leave the rest as it is; raises RecordingError with one sentence."""
    from visualiser.trace.recording.about import bookmarks_of
    from visualiser.trace.recording.frames import write_frame
    from visualiser.trace.recording.reader import read_end
    from visualiser.trace.recording.sections import END
    from visualiser.trace.recording.writer import pack_values

    with _opened(path) as (old, size):
        begin, values = read_end(old, size)
        end = pack_values(values | {"bookmarks": bookmarks_of(bookmarks)})

        def write(new: BinaryIO) -> None:
            old.seek(0)
            for place in range(0, begin, _COPIED):
                new.write(old.read(min(_COPIED, begin - place)))
            write_frame(new, END, end)

        _replace(path, write)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """The file and its size in bytes; anything but a plain file would wait, or never end."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise RecordingError(f"{path.name} is not a file that can be opened.")
        with path.open("rb") as stream:
            yield stream, os.fstat(stream.fileno()).st_size
    except FileNotFoundError as error:
        raise RecordingError(f"There is no file {path}.") from error
    except RecordingError as error:
        raise RecordingError(_named(path, str(error))) from error
    except MemoryError as error:
        raise RecordingError(f"{path.name} cannot be opened: there is not enough memory.") from error
    except (OSError, ValueError) as error:  # a ValueError of a path itself: a zero in it
        raise RecordingError(f"{path.name} cannot be read: {reason_of(error, 'it may not be read')}.") from error


def _named(path: Path, sentence: str) -> str:
    for beginning in ("The file ", "The recording "):
        if sentence.startswith(beginning):
            return f"{path.name} {sentence.removeprefix(beginning)}"
    return sentence


def _replace(path: Path, write: Callable[[BinaryIO], None]) -> None:
    with replacing(path, RecordingError) as part, part.open("wb") as stream:
        write(stream)
