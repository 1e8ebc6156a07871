"""Lanes of one process as a group: which lanes belong together, which groups are folded, and when grouping helps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from visualiser.trace.run import Run
from visualiser.trace.track import Track

MANY_LANES = 24  # more than fit into a view at a readable height
MANY_GROUPS = 2


@dataclass(frozen=True)
class Group:
    """The lanes of one process, or of one other machine.

    Attributes:
        key: tells it from the others of its run.
        title: the name of the process or of the machine.
        pid: 0 for another machine.
    """

    key: str
    title: str
    pid: int
    tracks: tuple[Track, ...]

    @property
    def threads(self) -> tuple[Track, ...]:
        """Its lanes without asyncio tasks, which run on one of these threads."""
        return tuple(track for track in self.tracks if track.kind != "task")

    @property
    def words(self) -> str:
        """Its number and what it consists of: ``pid 4711 · 12 threads``."""
        threads = len(self.threads)
        counts = ((threads, "thread" if self.pid else "process"), (len(self.tracks) - threads, "task"))
        parts = [f"pid {self.pid}"] if self.pid else []
        return " · ".join(parts + [counted(number, word) for number, word in counts if number])


def counted(number: int, word: str) -> str:
    """``1 thread``, ``2 threads``, ``3 processes``."""
    many = word + ("es" if word.endswith("s") else "s")
    return f"{number} {word if number == 1 else many}"


def groups_of(run: Run, tracks: Sequence[Track]) -> list[Group]:
    """Neighbouring ``tracks`` of one process or machine, in their order."""
    found = ((key, tuple(some)) for key, some in groupby(tracks, _key))
    return [
        Group(key, _title(run, some[0]), 0 if some[0].kind == "remote" else some[0].pid, some) for key, some in found
    ]


def helpful(groups: Sequence[Group]) -> bool:
    """Whether a viewer is better off with groups: many lanes, or several processes of several lanes."""
    large = sum(len(group.tracks) > 1 for group in groups)
    lanes = sum(len(group.tracks) for group in groups)
    return large > MANY_GROUPS or (large > 0 and lanes > MANY_LANES)


def _key(track: Track) -> str:
    return f"host {track.name.partition(' · ')[0]}" if track.kind == "remote" else f"pid {track.pid}"


def _title(run: Run, track: Track) -> str:
    if track.kind == "remote":
        return track.name.partition(" · ")[0]
    process = run.processes.get(track.pid)
    if process is None:
        return f"process {track.pid}"
    return "The script" if process.is_root else process.name


class Grouping:
    """What the user wants of groups.

    Attributes:
        wanted: group, or do not; None leaves it to how many lanes there are.
        folded: keys of the groups whose lanes are folded away.
        chosen: key of the group whose header the keys act on.
        version: grows with every change.
    """

    def __init__(self) -> None:
        self.wanted: bool | None = None
        self.folded: set[str] = set()
        self.chosen: str | None = None
        self.version = 0

    def forget(self) -> None:
        """Another run: its groups are others."""
        self.folded.clear()
        self.chosen = None
        self.version += 1

    def want(self, on: bool | None) -> None:
        """Group, do not, or (None) where it helps."""
        self.wanted = on
        self.version += 1

    def fold(self, keys: Sequence[str], on: bool) -> None:
        """Fold groups, or unfold them."""
        self.folded = self.folded | set(keys) if on else self.folded - set(keys)
        self.version += 1

    def groups(self, run: Run | None, tracks: Sequence[Track]) -> list[Group]:
        """The groups that get a header, in order; none where lanes are not grouped. One lane alone needs no header."""
        if run is None or self.wanted is False:
            return []
        groups = groups_of(run, tracks)
        return groups if self.wanted or helpful(groups) else []
