"""Writes the sampler's records into segments of the run directory; standard library only."""

from __future__ import annotations

import mmap
import os
import threading
from itertools import starmap

from visualiser.lab import layout

Record = tuple[int, int, int, int, int, int]

_pack = layout.RECORD.pack


class SwitchFile:
    """A chain of segments like those of a thread in the lab; what finds no room is counted as dropped."""

    def __init__(self, run_dir: str, chain: int = layout.SWITCH_CHAIN) -> None:
        self._run_dir = run_dir
        self._chain = chain
        self._pid = os.getpid()
        self._number = 0
        self._count = 0
        self._capacity = 0
        self._dropped = 0
        self._map: mmap.mmap | None = None
        self._words: memoryview | None = None

    def write(self, records: list[Record]) -> None:
        """Append records, each with its fields in the order of the layout."""
        at = 0
        while at < len(records):
            if self._count == self._capacity and not self._next_segment():
                self._drop(len(records) - at)
                return
            room = self._capacity - self._count
            self._append(records[at : at + room])
            at += room

    def close(self) -> None:
        """Unmap the last segment."""
        if self._words is not None:
            self._words.release()
        if self._map is not None:
            self._map.close()
        self._words = self._map = None
        self._count = self._capacity = 0

    def _append(self, records: list[Record]) -> None:
        assert self._map is not None
        assert self._words is not None
        data = b"".join(starmap(_pack, records))
        begin = layout.HEADER_BYTES + self._count * layout.RECORD_BYTES
        self._map[begin : begin + len(data)] = data
        self._count += len(records)
        self._words[layout.COUNT_AT // 8] = self._count

    def _next_segment(self) -> bool:
        size = layout.LARGEST_SEGMENT_BYTES if self._number else layout.FIRST_SEGMENT_BYTES
        try:
            new = self._make(size)
        except OSError:
            return False
        self.close()
        self._map, self._words = new, memoryview(new).cast("Q")
        self._capacity = (size - layout.HEADER_BYTES) // layout.RECORD_BYTES
        header = layout.HEADER.pack(layout.MAGIC, 0, self._pid, threading.get_native_id(), self._chain, self._dropped)
        new[: len(header)] = header
        return True

    def _make(self, size: int) -> mmap.mmap:
        """Make the segment with the next number that no other chain of this process has taken."""
        while True:
            self._number += 1
            name = layout.segment_name(self._pid, self._number)
            try:
                return _make(os.path.join(self._run_dir, name), size)  # noqa: PTH118
            except FileExistsError:
                continue

    def _drop(self, records: int) -> None:
        self._dropped += records
        if self._words is not None:
            self._words[layout.DROPPED_AT // 8] = self._dropped


class OrderedFile:
    """A chain of segments in which records stand in the order of their times, with promises of what is complete."""

    def __init__(self, run_dir: str, chain: int) -> None:
        self.promised = 0
        self._file = SwitchFile(run_dir, chain)
        self._held: list[Record] = []

    def hold(self, records: list[Record]) -> None:
        """Take records in, in any order."""
        if records:
            self._held += records
            self._held.sort()

    def write_until(self, safe: int) -> None:
        """Write what lies before ``safe`` (ns), and the promise that nothing before it is to come."""
        self.promised = safe = max(safe, self.promised)
        ready = [record for record in self._held if record[0] < safe]
        self._held = self._held[len(ready) :]
        ready.append((safe, safe, 0, layout.Kind.WATERMARK, 0, 0))
        self._file.write(ready)

    def close(self) -> None:
        """Unmap the last segment."""
        self._file.close()


def _make(path: str, size: int) -> mmap.mmap:
    """A mapped file of zeros: written, not stretched, because a full disk must show here and not as a signal later."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        rest = size
        while rest:
            rest -= os.write(file, bytes(rest))
        return mmap.mmap(file, size)
    except OSError:
        os.unlink(path)  # noqa: PTH108  pathlib is slow to import
        raise
    finally:
        os.close(file)
