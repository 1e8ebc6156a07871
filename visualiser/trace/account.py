"""The exact account of a race: which writes were lost, which write destroyed each of them, and the proof in numbers.

Every write is computed from exactly one version, its *parent*, and adds to the parent's value. So the versions form a
tree whose root is the value the counter began with, and each value is the root's plus all that was added on the path to
it. The last version is what the counter ends with. What lies on the path from the root to it has survived, every other
write was *lost*: all together they are expected − actual, identically, whatever the order of the threads and without
regard to clocks.

A lost version was part of the counter for as long as later versions were computed from it. The write that followed the
last of those is the one that *destroyed* it: from there on it never counted again. (Being overwritten alone is not yet
the end: a third thread that still holds the old value may bring it back.) Every lost write has exactly one destroyer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from visualiser.trace.versions import Numbers, Versions, VersionsError

Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Share:
    """What one thread did: its writes, how many of them were lost, and how many lost ones it destroyed."""

    name: str
    tid: int
    writes: int
    lost: int
    destroyed: int


class Account:
    """The account of the writes since the counter was last given a value outright.

    Version 0 is that value; versions 1 … are the writes.

    Attributes:
        versions: what it was made from, without what came before.
        added: what each write added to the version it read; 0 for version 0.
        survived: whether a version lies on the path to the last one.
        destroyer: number of the write that destroyed a version, 0 for those that survived.
        destroyed: how many versions a write destroyed.
        skipped: writes before these, which ended when the counter was given a value anew.
    """

    def __init__(self, versions: Versions) -> None:
        """Settle it; raises VersionsError where the writes were not all computed from what was read."""
        self.versions, self.skipped = _last_stretch(versions)
        _put_times_in_order(self.versions)
        self.added = self.versions.value - self.versions.value[self.versions.parent]
        last = _last_descendants(self.versions.parent)
        end = len(last) - 1
        self.survived = last == end
        self.destroyer = np.where(self.survived, 0, last + 1)
        self.destroyed = np.bincount(self.destroyer[~self.survived], minlength=end + 1).astype(np.int64)

    @property
    def writes(self) -> int:
        """How many there were."""
        return len(self.versions) - 1

    @property
    def by_ones(self) -> bool:
        """Every write added exactly 1, as it should be for a counter."""
        return bool((self.added[1:] == 1).all())

    @property
    def start(self) -> int:
        """The value it began with."""
        return int(self.versions.value[0])

    @property
    def expected(self) -> int:
        """What it would have become had nothing been lost."""
        return self.start + int(self.added.sum())

    @property
    def actual(self) -> int:
        """What it became."""
        return int(self.versions.value[-1])

    @property
    def lost(self) -> int:
        """How many writes do not count in the end."""
        return int(np.count_nonzero(~self.survived))

    @property
    def lost_amount(self) -> int:
        """What the lost writes had added."""
        return int(self.added[~self.survived].sum())

    @property
    def exact(self) -> bool:
        """What was found lost, write by write, is the difference of expected and actual."""
        return self.lost_amount == self.expected - self.actual

    @property
    def stale(self) -> int:
        """How many writes were computed from a version that was no longer the newest."""
        return int(np.count_nonzero(self.is_stale))

    @property
    def is_stale(self) -> Marks:
        """For every version, whether its write was such a one."""
        marks: Marks = self.versions.parent != np.arange(-1, self.writes)
        marks[0] = False
        return marks

    @property
    def largest_loss(self) -> int:
        """The most versions that one write destroyed."""
        return int(self.destroyed.max())

    @property
    def same_value_read(self) -> int:
        """How many writes read a value that another write had read already.

        This is what one might take for the lost updates. It is not: it is too small by ``rolled_back``.
        """
        return self.writes - len(np.unique(self.versions.value[self.versions.parent[1:]]))

    @property
    def rolled_back(self) -> int:
        """How far the counter once stood above what it ended with."""
        return int(self.versions.value.max()) - self.actual

    def most_destructive(self, most: int) -> Numbers:
        """Numbers of the writes that destroyed something, those that destroyed most first."""
        found = np.flatnonzero(self.destroyed)
        return found[np.argsort(-self.destroyed[found], kind="stable")][:most]

    def shares(self) -> list[Share]:
        """What each thread did, in the order in which they began to write."""
        versions = self.versions
        writer, threads = versions.writer[1:], len(versions.writers)
        writes = np.bincount(writer, minlength=threads)
        lost = np.bincount(writer[~self.survived[1:]], minlength=threads)
        destroyed = np.bincount(writer, weights=self.destroyed[1:], minlength=threads).astype(np.int64)
        return [
            Share(one.name, one.tid, int(writes[at]), int(lost[at]), int(destroyed[at]))
            for at, one in enumerate(versions.writers)
            if writes[at]
        ]


def _last_stretch(versions: Versions) -> tuple[Versions, int]:
    """The versions from where the counter was last given a value outright, and how many writes came before."""
    parent = versions.parent
    roots = np.flatnonzero(parent == np.arange(len(parent)))
    begin = int(roots[-1])
    if (parent[begin:] < begin).any():
        line = "it was given a value outright while threads that had read the old one were still to write"
        raise VersionsError(line)
    columns = {name: getattr(versions, name)[begin:].copy() for name in ("value", "writer", "read", "write")}
    told = {name: getattr(versions, name) for name in ("writers", "name", "line", "more", "ended", "others")}
    return Versions(parent=parent[begin:] - begin, **columns, **told), max(0, begin - len(roots) + 1)


def _put_times_in_order(versions: Versions) -> None:
    """Correct the times by what the order of the writes proves.

    The clock is read before the write and after the read, and a thread may lose its turn in between. No write was
    earlier than one before it; no read was earlier than the write it found, or later than the one after that.
    """
    write = np.maximum.accumulate(versions.write)
    parent = versions.parent
    after = np.append(write[1:], np.iinfo(np.int64).max)[parent]
    versions.write[:] = write
    versions.read[:] = np.minimum(np.clip(versions.read, write[parent], after), write)


def _last_descendants(parent: Numbers) -> Numbers:
    """For every version the last one that was computed from it, directly or by others; itself if none was."""
    parents = parent.tolist()
    last = list(range(len(parents)))
    for number in range(len(parents) - 1, 0, -1):
        above = parents[number]
        if last[number] > last[above]:
            last[above] = last[number]
    return np.array(last, np.int64)
