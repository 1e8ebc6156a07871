"""Where the long columns of a run live: in memory up to a limit, beyond it in private files that the system pages.

What is looked at stays in memory, old detail goes to the disk when memory is wanted, and nobody has to decide what is
old. The files have no name (on Windows they go with their last handle), so nothing stays behind, whatever ends us.
"""

from __future__ import annotations

import mmap
import os
import tempfile
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

LIMIT = 64 << 20  # bytes of a run's columns in memory
LEAST = 256 << 10  # a shorter column stays in memory: a file for each would cost more than it saves
_PAGE = 64 << 10
_MOST_AHEAD = 32 << 20  # bytes by which a file is at most longer than it has to be

Room = npt.NDArray[Any]


class PagedFile:
    """A private file that holds one column and grows with it; growing copies nothing."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError where no file can be made."""
        self._file: IO[bytes] = tempfile.TemporaryFile(dir=folder, prefix="visualiser-", buffering=0)  # noqa: SIM115
        self._size = 0
        weakref.finalize(self, self._file.close)  # its mappings live on as long as somebody looks at them

    def grow(self, size: int) -> mmap.mmap:
        """A mapping of at least ``size`` bytes, a quarter more if it grows; raises OSError if the disk is full.

        Earlier mappings stay valid and show the same bytes.
        """
        wanted = -(-(size + min(size // 4, _MOST_AHEAD)) // _PAGE) * _PAGE
        _reserve(self._file.fileno(), self._size, wanted - self._size)
        self._size = wanted
        return mmap.mmap(self._file.fileno(), wanted)


class Shelf:
    """Gives the columns of one run their room.

    Attributes:
        in_memory: bytes of room that columns have in memory.
        in_files: bytes of room that columns have in files.
        failed: why there are no more files, empty while there are.
    """

    def __init__(
        self,
        limit: int = LIMIT,
        folder: Path | None = None,
        least: int = LEAST,
        tell: Callable[[str], object] = lambda _note: None,
    ) -> None:
        """``folder``: where files go, None for the system's place on a disk; ``tell`` gets a sentence on trouble."""
        self._limit, self._least = limit, least
        self._folder = folder
        self._tell = tell
        self.in_memory = self.in_files = 0
        self.failed = ""

    def count(self, memory: int, files: int) -> None:
        """So many more bytes are in use."""
        self.in_memory += memory
        self.in_files += files

    def file_for(self, old: Room, size: int, room: int) -> tuple[PagedFile | None, Room | None]:
        """A file with space for ``size`` items of a column that has the room ``old``; Nones if it should stay there.

        ``room`` is the number of items it would get in memory.
        """
        item = old.itemsize
        whole = self.in_memory + (room - len(old)) * item
        if self.failed or room * item < self._least or whole <= self._limit:
            return None, None
        try:
            file = PagedFile(self._folder or _on_disk())
            new = _mapped(file.grow(size * item), old.dtype)
        except OSError as error:
            self._give_up(error)
            return None, None
        self.count(-old.nbytes, new.nbytes)
        return file, new

    def grow(self, file: PagedFile, old: Room, size: int) -> Room | None:
        """The same file with space for ``size`` items; None where it cannot grow: its column has to leave it."""
        try:
            new = _mapped(file.grow(size * old.itemsize), old.dtype)
        except OSError as error:
            self._give_up(error)
            self.count(max(size, 2 * len(old)) * old.itemsize, -old.nbytes)
            return None
        self.count(0, new.nbytes - old.nbytes)
        return new

    def _give_up(self, error: OSError) -> None:
        """No more files: what comes stays in memory, and the user is told once."""
        if not self.failed:
            self.failed = error.strerror or str(error)
            self._tell(f"Old detail of this run cannot go to the disk and stays in memory: {self.failed}.")


def _mapped(mapping: mmap.mmap, dtype: np.dtype[Any]) -> Room:
    return np.frombuffer(mapping, dtype, len(mapping) // dtype.itemsize)


def _reserve(handle: int, offset: int, size: int) -> None:
    """Claim the blocks now: writing to a mapping that a full disk cannot back would kill the process."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(handle, offset, size)
        return
    os.lseek(handle, offset, os.SEEK_SET)
    for _ in range(size // _PAGE):
        if os.write(handle, bytes(_PAGE)) < _PAGE:
            raise OSError("the disk is full")


def _on_disk() -> Path:
    """A folder for large temporary files: /tmp often is memory itself."""
    large = Path("/var/tmp")
    return large if os.name == "posix" and os.access(large, os.W_OK) else Path(tempfile.gettempdir())
