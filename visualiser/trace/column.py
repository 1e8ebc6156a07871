"""A growing numpy column: append is amortised O(1), reading is a plain array view."""

from __future__ import annotations

from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

Scalar = TypeVar("Scalar", bound=np.generic)


class Column(Generic[Scalar]):
    """One-dimensional array that doubles its room when it is full."""

    __slots__ = ("_room", "size")

    def __init__(self, dtype: type[Scalar], room: int = 64) -> None:
        self._room: npt.NDArray[Scalar] = np.empty(room, dtype)
        self.size = 0

    @property
    def view(self) -> npt.NDArray[Scalar]:
        """What has been appended so far; valid until the next append."""
        return self._room[: self.size]

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
        room = np.empty(max(size, 2 * len(self._room)), self._room.dtype)
        room[: self.size] = self._room[: self.size]
        self._room = room
