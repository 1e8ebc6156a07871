"""Columns kept in order of time though their rows come out of order, as those of different threads do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from visualiser.trace.column import Column


class OrderedTable:
    """A table sorted by its first columns; a late row costs as much as there are rows after it.

    Args:
        columns: name and type of each column.
        order: the columns it is sorted by, the most important (a time) first.
    """

    def __init__(self, columns: Mapping[str, type[np.generic]], order: Sequence[str]) -> None:
        self._columns: dict[str, Column[Any]] = {name: Column(kind) for name, kind in columns.items()}
        self._order = tuple(order)

    def __len__(self) -> int:
        return self._columns[self._order[0]].size

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        """A column, in order; valid until the next ``add``."""
        return self._columns[name].view

    def add(self, rows: Mapping[str, Sequence[Any] | npt.NDArray[Any]]) -> int:
        """Add rows, given as columns; returns the number of the first row that has changed."""
        added = {name: np.asarray(rows[name], column.view.dtype) for name, column in self._columns.items()}
        first = self._order[0]
        if not len(added[first]):
            return len(self)
        place = int(self[first].searchsorted(added[first].min(), "left"))
        tail = {name: np.concatenate((self[name][place:], values)) for name, values in added.items()}
        order = np.lexsort([tail[name] for name in reversed(self._order)])
        for name, column in self._columns.items():
            column.size = place
            column.append(tail[name][order])
        return place
