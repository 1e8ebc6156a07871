"""What stands below what on the timeline, and how high: lanes, counters, headers of groups; before any scrolling."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from visualiser.gui.timeline.groups import Group
from visualiser.trace.counters import Counter
from visualiser.trace.track import Track

LEAST, MOST = 22, 150  # height of a lane with its gap, pixels at scale 1
COUNTER_LEAST, COUNTER_MOST = 50, 84  # height of a counter's lane
HEADER = 36  # height of a group's header, two lines of text


class Row(NamedTuple):
    """A lane, a counter or a header, with its place from the top of all of them, in pixels."""

    what: Track | Counter | Group
    top: int
    height: int


@dataclass(frozen=True, eq=False)
class Plan:
    """What stands where, whatever part of it is scrolled into view: made anew only when something about it changes."""

    rows: tuple[Row, ...] = ()
    hue_of: Mapping[int, int] = field(default_factory=dict)
    second: int = 0
    folded: frozenset[str] = frozenset()

    @property
    def content(self) -> int:
        """Height of all rows, in pixels."""
        return self.rows[-1].top + self.rows[-1].height if self.rows else 0

    @cached_property
    def tops(self) -> list[int]:
        """Where each row begins, pixels."""
        return [row.top for row in self.rows]

    @cached_property
    def row_of(self) -> dict[int, int]:
        """Number of the row of each track by the track's number; the header's where it is folded away."""
        rows: dict[int, int] = {}
        for number, row in enumerate(self.rows):
            if isinstance(row.what, Track):
                rows[row.what.id] = number
            elif isinstance(row.what, Group) and row.what.key in self.folded:
                rows.update((track.id, number) for track in row.what.tracks)
        return rows

    @cached_property
    def groups(self) -> dict[str, Group]:
        """The groups that have a header, by key."""
        return {row.what.key: row.what for row in self.rows if isinstance(row.what, Group)}

    def number_at(self, y: float) -> int:
        """Number of the row at a height from the top of all; the nearest one."""
        return min(max(bisect_right(self.tops, y) - 1, 0), len(self.rows) - 1)


def plan(
    tracks: Sequence[Track],
    hue_of: Mapping[int, int],
    room: int,
    scale: float,
    counters: Sequence[Counter] = (),
    second: int = 0,
    groups: Sequence[Group] = (),
    folded: Collection[str] = (),
) -> Plan:
    """Share ``room`` pixels among the lanes; lanes that do not fit are reached by scrolling.

    ``second``: pixels to keep in each lane for the strip of a second source.
    """
    if not tracks:
        return Plan()
    kept = frozenset(folded)
    rows = list(_with_headers(list(_rows(tracks, counters)), groups, kept))
    lanes, levels, heads = (sum(isinstance(row, kind) for row in rows) for kind in (Track, Counter, Group))
    head = round(HEADER * scale)
    room -= head * heads
    low = int(min(max(room // max(lanes + levels, 1), COUNTER_LEAST * scale), COUNTER_MOST * scale))
    high = int(min(max((room - low * levels) // max(lanes, 1), LEAST * scale + second), MOST * scale + second))
    placed: list[Row] = []
    y = 0
    for row in rows:
        placed.append(Row(row, y, high if isinstance(row, Track) else low if isinstance(row, Counter) else head))
        y += placed[-1].height
    return Plan(tuple(placed), hue_of, second, kept)


def _with_headers(
    rows: Sequence[Track | Counter], groups: Sequence[Group], folded: Collection[str]
) -> Iterator[Track | Counter | Group]:
    """The rows with the header of each group before its first lane, in place of all of them where it is folded."""
    group_of = {track.id: group for group in groups if len(group.tracks) > 1 for track in group.tracks}
    before: Group | None = None
    for row in rows:
        track = row if isinstance(row, Track) else row.track
        group = group_of.get(track.id) if track is not None else None
        if group is not None and group is not before:
            yield group
        before = group
        if group is None or group.key not in folded:
            yield row


def _rows(tracks: Sequence[Track], counters: Sequence[Counter]) -> Iterable[Track | Counter]:
    """Every counter right below its track, those of no track at the end."""
    if not counters:
        return tracks
    rows: list[Track | Counter] = []
    for track in tracks:
        rows += [track, *(counter for counter in counters if counter.track is track)]
    shown = {track.id for track in tracks}
    return rows + [counter for counter in counters if counter.track is None or counter.track.id not in shown]
