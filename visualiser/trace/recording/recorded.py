"""What was read of a recording, checked against its limits, for those who restore a run from it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from visualiser.trace.recording.errors import RecordingError
from visualiser.trace.recording.json_values import Values
from visualiser.trace.recording.sections import SCHEMAS

Array = npt.NDArray[Any]
Piece = dict[str, Any]
LATEST = int(np.iinfo(np.int64).max)
# Each object of a run takes a few kilobytes: as many as a file of that many bytes could honestly have.
_BYTES_PER_OBJECT, _SOME_OBJECTS = 8, 1000


_NAMES_TRACKS = {
    **dict.fromkeys(("lanes", "second", "marks", "labels", "lock_waits", "lock_owners", "counters"), ("track",)),
    "flows": ("source", "target"),
}


class Recorded:
    """Tables and values of one file.

    Attributes:
        head, end: see Snapshot; ``end`` is empty where the file does not reach so far.
        until: ns; nothing is known from then on, LATEST where the file is whole.
    """

    def __init__(self, size: int) -> None:
        """``size``: of the file, in bytes."""
        self.head = Values({})
        self.end = Values({})
        self.until = LATEST
        self._most_objects = _SOME_OBJECTS + size // _BYTES_PER_OBJECT
        self._pieces: dict[str, list[Piece]] = {}

    def add(self, section: str, piece: Piece) -> None:
        """Take in some rows of a table."""
        self._pieces.setdefault(section, []).append(piece)

    @property
    def named_tracks(self) -> int:
        """One more than the highest number of a track that anything is known of."""
        highest = -1
        for section, names in _NAMES_TRACKS.items():
            for piece in self._pieces.get(section, ()):
                highest = max(highest, *(_highest(piece[name]) for name in names))
        return highest + 1

    def pieces(self, section: str) -> list[Piece]:
        """The rows of a table as they came; they are handed over and can be asked for once."""
        return self._pieces.pop(section, [])

    def table(self, section: str) -> dict[str, Any]:
        """The rows of a table together, in the order in which they came; to be asked for once."""
        pieces = self.pieces(section)
        return {name: _joined([piece[name] for piece in pieces], kind) for name, kind in SCHEMAS[section].items()}

    def objects(self, section: str) -> Iterator[dict[str, Any]]:
        """The rows of a table of objects, one by one."""
        table = self.table(section)
        rows = len(next(iter(table.values())))
        if rows > self._most_objects:
            raise RecordingError(f"The recording is damaged: it claims to have {rows} {section}.")
        lists = [column.tolist() if isinstance(column, np.ndarray) else column for column in table.values()]
        return (dict(zip(table, row, strict=True)) for row in zip(*lists, strict=True))


def _highest(numbers: Array | list[int | None]) -> int:
    if isinstance(numbers, np.ndarray):
        return int(numbers.max(initial=0)) if len(numbers) else -1
    return max((number for number in numbers if number is not None), default=-1)


def _joined(columns: list[Any], kind: str) -> Any:  # noqa: ANN401 - a column of any type
    if kind == "string" or kind == "bool" or kind.endswith("?"):
        return [value for column in columns for value in column]
    return np.concatenate([np.empty(0, kind), *columns])


def check_below(numbers: Array, stop: int, what: str) -> None:
    """Raises RecordingError unless all lie in 0 … ``stop`` − 1."""
    if len(numbers) and (int(numbers.max()) >= stop or int(numbers.min()) < 0):
        raise RecordingError(f"The recording is damaged: it names a {what} that it does not have.")


def check_times(*columns: Array) -> None:
    """Raises RecordingError for a time before the clock began."""
    for times in columns:
        if len(times) and int(times.min()) < 0:
            raise RecordingError("The recording is damaged: a time in it is negative.")


def check_ascending(times: Array, what: str) -> None:
    """Raises RecordingError where a time is earlier than the one before."""
    check_times(times[:1])
    if (times[1:] < times[:-1]).any():
        raise RecordingError(f"The recording is damaged: the times of its {what} are not in order.")


def check_finite(numbers: Array) -> None:
    """Raises RecordingError for what is no number."""
    if not np.isfinite(numbers).all():
        raise RecordingError("The recording is damaged: a number in it is not finite.")


def by_owner(pieces: list[Piece], owner: str, owners: int, what: str) -> dict[int, list[Piece]]:
    """The rows of every owner (a track, a counter …), in the order they came; owners are numbers below ``owners``."""
    found: dict[int, list[Piece]] = {}
    for piece in pieces:
        numbers = piece[owner]
        check_below(numbers, owners, what)
        if (numbers[1:] < numbers[:-1]).any():  # ours are in order, others may be in any
            order = np.argsort(numbers, kind="stable")
            piece = {name: column[order] for name, column in piece.items()}
            numbers = piece[owner]
        cuts = [0, *(np.flatnonzero(numbers[1:] != numbers[:-1]) + 1).tolist(), len(numbers)]
        for first, stop in pairwise(cuts):
            if first < stop:
                mine = {name: column[first:stop] for name, column in piece.items()}
                found.setdefault(int(numbers[first]), []).append(mine)
    return found


def joined(pieces: list[Piece], name: str) -> Array:
    """One column of rows that belong together."""
    result: Array = np.concatenate([piece[name] for piece in pieces])
    return result
