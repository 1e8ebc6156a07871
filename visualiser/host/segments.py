"""Reads one segment file, record by record, while its writer goes on writing."""

from __future__ import annotations

import errno
import mmap
import struct
import sys
from pathlib import Path
from typing import Any

import numpy as np

from visualiser.lab import layout
from visualiser.trace.batch import RECORD_DTYPE, Records, ThreadKey

# published count and dropped records, one look
_COUNTS = struct.Struct("<Q24xQ")
_NOTHING: Records = np.empty(0, RECORD_DTYPE)
_TIMES = struct.Struct("<QQ")
_NO_FILE_KEPT: dict[str, Any] = {"trackfd": False} if sys.version_info >= (3, 13) else {}


class SegmentReader:
    """One segment, read incrementally.

    ``thread_ended``: the thread's life is in this segment and is over.

    A record is taken once it had been published at the last poll or glance, so that a weakly ordered CPU cannot show it
    half written. Writers may store a number byte by byte, the low bytes first: a count seen half stored is too small
    and an end seen half stored lies before its beginning, so both are recognised and read again later.
    """

    def __init__(self, path: Path, number: int) -> None:
        self.number = number
        self.dropped = 0
        self.consumed = 0
        self.thread_ended = False
        self._path = path
        self._published = 0
        self._open: list[int] = []
        self._records = _NOTHING
        self._map_file()
        magic, _, pid, self.native, chain, _ = layout.HEADER.unpack_from(self._map)
        if magic != layout.MAGIC:
            self.close()
            raise NotYet(path)
        self.key = ThreadKey(pid, chain)

    def glance(self) -> None:
        """What is published now may be taken at the next ``read``."""
        self._published = max(_COUNTS.unpack_from(self._map, layout.COUNT_AT)[0], self._published)

    def read(self, everything: bool = False) -> Records | None:
        """What is new: records closed since they were delivered, then new ones; None if there is nothing.

        Args:
            everything: take also what was published only now, because the writer is known to be gone.
        """
        count, self.dropped = _COUNTS.unpack_from(self._map, layout.COUNT_AT)
        if count > self._capacity:
            count = self._grow(count)
        limit = count if everything else min(self._published, self._capacity)
        self._published = max(count, self._published)
        closed = [i for i in self._open if self._is_closed(i)] if self._open else None
        if limit <= self.consumed and not closed:
            return None
        parts = []
        if closed:
            parts.append(self._closings(closed))
        if limit > self.consumed:
            parts.append(self._fresh(limit))
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    @property
    def exhausted(self) -> bool:
        """The segment is full, all of it was delivered, and nothing in it is open."""
        return self.consumed == self._capacity and not self._open

    @property
    def quiet(self) -> bool:
        """All that was published is delivered and closed."""
        return self.consumed == self._published and not self._open

    def close(self) -> None:
        """Unmap the file."""
        self._records = _NOTHING
        self._map.close()

    def _map_file(self) -> None:
        with self._path.open("rb", buffering=0) as file:
            size = file.seek(0, 2)
            if size < layout.HEADER_BYTES:
                raise NotYet(self._path)
            self._map = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ, **_NO_FILE_KEPT)
        self._capacity = (size - layout.HEADER_BYTES) // layout.RECORD_BYTES
        self._records = np.frombuffer(self._map, RECORD_DTYPE, self._capacity, layout.HEADER_BYTES)

    def _grow(self, count: int) -> int:
        """Map again, because the file was still growing when it was first seen; gives the count that is readable."""
        try:
            self._map_file()
        except OSError:
            return self._capacity
        return min(count, self._capacity)

    def _fresh(self, limit: int) -> Records:
        records = self._records[self.consumed : limit].copy()
        unfinished = records["t1"] < records["t0"]
        if unfinished.any():
            records["t1"][unfinished] = 0
            self._open.extend((np.flatnonzero(unfinished) + self.consumed).tolist())
        if self.consumed == 0:
            self._note_end_of_thread(records[0])
        self.consumed = limit
        return records

    def _is_closed(self, index: int) -> bool:
        begin, end = _TIMES.unpack_from(self._map, layout.HEADER_BYTES + index * layout.RECORD_BYTES)
        return bool(end >= begin)

    def _closings(self, closed: list[int]) -> Records:
        records = self._records[closed]
        gone = set(closed)
        self._open = [i for i in self._open if i not in gone]
        if closed[0] == 0:
            self._note_end_of_thread(records[0])
        return records

    def _note_end_of_thread(self, first: np.void) -> None:
        """A thread's life is its very first record."""
        if first["kind"] == layout.Kind.THREAD and first["t1"]:
            self.thread_ended = True


class NotYet(OSError):
    """The writer has not completed the file's header."""

    def __init__(self, path: Path) -> None:
        super().__init__(errno.EAGAIN, "header not complete", str(path))
