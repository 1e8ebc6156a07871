"""A growing numpy column: append is amortised O(1), reading is a plain array view."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from visualiser.trace.shelf import PagedFile, Shelf

Scalar = TypeVar("Scalar", bound=np.generic)


class Column(Generic[Scalar]):
    """One-dimensional array that doubles its room when it is full.

    With a ``shelf`` it goes to a file when the shelf wants it: from then on growing copies nothing, and the system
    keeps in memory what is looked at.
    """

    __slots__ = ("_file", "_room", "_shelf", "size")

    def __init__(self, dtype: type[Scalar], room: int = 64, shelf: Shelf | None = None) -> None:
        self._room: npt.NDArray[Any] = np.empty(room, dtype)
        self._shelf = shelf
        self._file: PagedFile | None = None
        self.size = 0
        if shelf is not None:
            shelf.count(self._room.nbytes, 0)

    @property
    def view(self) -> npt.NDArray[Scalar]:
        """What has been appended so far; valid until the next append."""
        return self._room[: self.size]

    @property
    def in_file(self) -> bool:
        """Whether it lives in a file that the system pages."""
        return self._file is not None

    def append(self, values: npt.ArrayLike) -> None:
        """Add an array (or a scalar) at the end."""
        added = values if isinstance(values, np.ndarray) else np.atleast_1d(np.asarray(values))
        size = self.size + len(added)
        if size > len(self._room):
            self._grow(size)
        self._room[self.size : size] = added
        self.size = size

    @property
    def nbytes(self) -> int:
        """Bytes in use, room for growth not counted."""
        return self.size * self._room.itemsize

    def _grow(self, size: int) -> None:
        room = max(size, 2 * len(self._room))
        if self._file is not None:
            grown = self._shelf.grow(self._file, self._room, size) if self._shelf is not None else None
            if grown is not None:
                self._room = grown  # the same bytes, and more: nothing is copied
                return
            self._file = None  # the disk is full
        elif self._shelf is not None:
            self._file, grown = self._shelf.file_for(self._room, size, room)
            if grown is not None:
                self._move(grown)
                return
            self._shelf.count((room - len(self._room)) * self._room.itemsize, 0)
        self._move(np.empty(room, self._room.dtype))

    def _move(self, room: npt.NDArray[Any]) -> None:
        room[: self.size] = self._room[: self.size]
        self._room = room
