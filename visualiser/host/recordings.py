"""Recordings as files: saved so that the old file stays until the new one is complete, opened with one clear sentence
if that is not possible.
"""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from visualiser.trace.recording import SUFFIX, Cancelled, Progress, RecordingError

if TYPE_CHECKING:
    from visualiser.trace.document import Bookmark, Document
    from visualiser.trace.recording.snapshot import Snapshot

__all__ = [
    "SUFFIX",
    "Cancelled",
    "Progress",
    "RecordingError",
    "open_recording",
    "save_bookmarks",
    "save_recording",
    "save_snapshot",
    "snapshot_of",
]

PART = ".part"  # ends the name of a file that is being written
_COPIED = 1 << 20
_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is full",
    errno.EFBIG: "the file would be too large for this disk",
    errno.EACCES: "this folder may not be written to",
    errno.EPERM: "this folder may not be written to",
    errno.EROFS: "this disk is read-only",
    errno.ENOENT: "there is no such folder",
    errno.ENOTDIR: "there is no such folder",
    errno.EISDIR: "there is a folder of that name",
    errno.ENAMETOOLONG: "its name is too long",
}


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


def open_recording(path: Path, progress: Progress | None = None) -> Document:
    """The document in a file; raises RecordingError with one sentence, and Cancelled."""
    from visualiser.trace.recording.reader import read_recording

    with _opened(path) as (stream, size):
        return read_recording(stream, size, progress)


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
        raise RecordingError(f"{path.name} cannot be read: {_reason(error, 'it may not be read')}.") from error


def _named(path: Path, sentence: str) -> str:
    for beginning in ("The file ", "The recording "):
        if sentence.startswith(beginning):
            return f"{path.name} {sentence.removeprefix(beginning)}"
    return sentence


def _replace(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """Write a file beside the one of that name and put it into its place."""
    try:
        handle, name = tempfile.mkstemp(PART, f".{path.name[:80]}.", path.parent)
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                write(stream)
                stream.flush()
                os.fsync(stream.fileno())
            _copy_mode(path, part)
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except (OSError, ValueError) as error:
        if isinstance(error, RecordingError):
            raise
        raise RecordingError(
            f"{path.name} cannot be saved: {_reason(error, 'this folder may not be written to')}."
        ) from error
    _sync_folder(path.parent)


def _copy_mode(path: Path, part: Path) -> None:
    """A temporary file is for its owner alone; a new file is what the user's umask says, an old one stays as it was."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    with suppress(OSError):
        part.chmod(mode)


def _sync_folder(folder: Path) -> None:
    """Make the new name last; where a system does not know how, it has done so already."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _reason(error: OSError | ValueError, forbidden: str) -> str:
    number = getattr(error, "errno", None)
    if number in (errno.EACCES, errno.EPERM):
        return forbidden
    return _REASONS.get(number or 0) or getattr(error, "strerror", None) or "its name cannot be that of a file"
