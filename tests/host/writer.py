"""Writes segments and stories exactly as the record layout says, for tests that need no real lab."""

from __future__ import annotations

import json
import struct

from visualiser.lab import layout
from visualiser.lab.layout import Kind


class FakeThread:
    """One thread's chain of segments, written as slowly or brokenly as a test wants."""

    def __init__(self, run_dir, pid, chain=0, tid=None, capacity=100):
        self.run_dir, self.pid, self.chain, self.tid, self.capacity = run_dir, pid, chain, tid or pid + chain, capacity
        self.number = chain
        self.next_segment(chain)

    @property
    def path(self):
        return self.run_dir / layout.segment_name(self.pid, self.number)

    def next_segment(self, number):
        self.number, self.count = number, 0
        header = layout.HEADER.pack(layout.MAGIC, 0, self.pid, self.tid, self.chain, 0)
        size = layout.HEADER_BYTES + self.capacity * layout.RECORD_BYTES
        self.path.write_bytes(header.ljust(size, b"\0"))

    def record(self, t0, t1, kind=Kind.SLEEP, name=1, value=0, publish=True):
        """Append a record (``t1`` 0: open); returns where it is."""
        index = self.count
        self.put(self.at(index), layout.RECORD.pack(t0, t1, name, kind, 0, value))
        self.count += 1
        if publish:
            self.publish()
        return index

    def publish(self, count=None):
        self.put(layout.COUNT_AT, layout.COUNT.pack(self.count if count is None else count))

    def close(self, index, t1):
        self.put(self.at(index) + layout.T1_AT, struct.pack("<Q", t1))

    def drop(self, records):
        self.put(layout.DROPPED_AT, struct.pack("<Q", records))

    def at(self, index):
        return layout.HEADER_BYTES + index * layout.RECORD_BYTES

    def put(self, offset, data):
        with self.path.open("r+b") as file:
            file.seek(offset)
            file.write(data)


def tell(run_dir, pid, *events, end="\n"):
    """Append lines to a story; ``end``: what comes after the last."""
    text = "\n".join(event if isinstance(event, str) else json.dumps(event) for event in events)
    with (run_dir / layout.story_name(pid)).open("a") as file:
        file.write(text + end)
