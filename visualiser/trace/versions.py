"""Reads the file in which a run left all versions of its counter, into one column for each thing known of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from visualiser.lab import layout

Numbers = npt.NDArray[np.int64]

_RECORD = np.dtype([("value", "<i8"), ("id", "<u8"), ("parent", "<u8"), ("read", "<i8"), ("write", "<i8")], align=False)
assert _RECORD.itemsize == layout.VERSION.size


class VersionsError(Exception):
    """There is no account to be made; the text is a sentence without its capital and full stop."""


@dataclass(frozen=True)
class Writer:
    """A thread that wrote the counter: its native id and its name."""

    tid: int
    name: str


@dataclass
class Versions:
    """The versions of one counter in the order in which they were written; version 0 is what it began with.

    Attributes:
        value: of the counter from that write on.
        parent: number of the version that was read for it, its own number if it was computed from none.
        writer: place in ``writers`` of the thread that wrote it.
        read: ns, when the parent was read.
        write: ns, when it was written.
        writers: the threads.
        name: of the counter.
        line: of the script where the counter begins.
        more: writes after the last version, of which only the number was kept.
        ended: the script came to its end; else these are the versions until it was stopped.
        others: names of further counters that the script shares.
    """

    value: Numbers
    parent: Numbers
    writer: Numbers
    read: Numbers
    write: Numbers
    writers: list[Writer] = field(default_factory=list)
    name: str = "counter"
    line: int = 0
    more: int = 0
    ended: bool = True
    others: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.value)


def read_versions(content: bytes) -> Versions:
    """Decode such a file; raises VersionsError if it is damaged or says why there is no account."""
    count, more, text = _head(content)
    begin, end = layout.VERSIONS_HEADER.size, layout.VERSIONS_HEADER.size + count * _RECORD.itemsize
    try:
        told = json.loads(content[end : end + text].decode("utf-8"))
    except ValueError:
        raise VersionsError("its record is damaged") from None
    reason = told.get("refused") or told.get("odd") or ("it was never written" if not count else "")
    if reason:
        raise VersionsError(reason)
    return _columns(np.frombuffer(content[begin:end], _RECORD), told, more)


def _head(content: bytes) -> tuple[int, int, int]:
    """Versions, further writes, bytes of text."""
    size = layout.VERSIONS_HEADER.size
    if len(content) < size or not content.startswith(layout.VERSIONS_MAGIC):
        raise VersionsError("its record is damaged")
    _, count, more, text = layout.VERSIONS_HEADER.unpack_from(content)
    if len(content) != size + count * _RECORD.itemsize + text:
        raise VersionsError("its record is damaged")
    return count, more, text


def _columns(records: npt.NDArray[Any], told: dict[str, Any], more: int) -> Versions:
    threads = sorted((int(number), one) for number, one in told.get("threads", {}).items())
    ids = records["id"]
    return Versions(
        value=records["value"].astype(np.int64),
        parent=_numbers_of(ids, records["parent"]),
        writer=(ids >> np.uint64(layout.WRITER_AT)).astype(np.int64) - 1,
        read=records["read"].astype(np.int64),
        write=records["write"].astype(np.int64),
        writers=[Writer(int(one["tid"]), str(one["name"])) for _, one in threads],
        name=str(told.get("name", "counter")),
        line=int(told.get("line", 0)),
        more=more,
        ended=bool(told.get("ended", True)),
        others=str(told.get("others", "")).split(),
    )


def _numbers_of(ids: npt.NDArray[np.uint64], parents: npt.NDArray[np.uint64]) -> Numbers:
    """Turn the parents' ids into their places in the order of writes."""
    order = np.argsort(ids)
    places = np.minimum(np.searchsorted(ids[order], parents), len(ids) - 1)
    numbers = order[places]
    if not np.array_equal(ids[numbers], parents):
        raise VersionsError("its record is damaged")
    return numbers.astype(np.int64)
