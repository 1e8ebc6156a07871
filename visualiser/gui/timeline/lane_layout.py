"""Which tracks and counters are shown, and where on the screen, without a widget."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from visualiser.gui.timeline.groups import Group
from visualiser.gui.timeline.lane_plan import Plan, Row, plan
from visualiser.trace.counters import Counter
from visualiser.trace.run import Run
from visualiser.trace.track import Track


@dataclass(frozen=True)
class LaneBox:
    """A visible lane: its track, its hue's number (None: the neutral one), and its place in pixels.

    ``second``: the part of its height that a second source's strip takes.
    """

    track: Track
    hue: int | None
    top: int
    height: int
    second: int = 0

    @property
    def indented(self) -> bool:
        """Whether it belongs to the lane above: a task under its event loop."""
        return self.track.parent is not None


@dataclass(frozen=True)
class CounterBox:
    """A counter's lane: its hue's number (that of its track, None: the neutral one), and its place in pixels."""

    counter: Counter
    hue: int | None
    top: int
    height: int


@dataclass(frozen=True)
class HeaderBox:
    """The header of a group, in place of its lanes where these are folded away; its place in pixels."""

    group: Group
    folded: bool
    top: int
    height: int


class Seen(NamedTuple):
    """What of a layout is in view, from top to bottom."""

    boxes: list[LaneBox]
    counters: list[CounterBox]
    headers: list[HeaderBox]


@dataclass(frozen=True)
class LaneLayout:
    """A plan scrolled up by so many pixels; ``top`` is where lanes begin to be seen. Boxes are in the view's pixels."""

    plan: Plan = field(default_factory=Plan)
    top: int = 0
    scrolled: int = 0

    @property
    def content(self) -> int:
        """Height that all rows need, in pixels."""
        return self.plan.content

    @cached_property
    def boxes(self) -> tuple[LaneBox, ...]:
        """All lanes from top to bottom, those out of view too."""
        return tuple(self._sorted(self.plan.rows).boxes)

    @cached_property
    def counters(self) -> tuple[CounterBox, ...]:
        """All lanes of counters."""
        return tuple(self._sorted(self.plan.rows).counters)

    @cached_property
    def headers(self) -> tuple[HeaderBox, ...]:
        """All headers of groups."""
        return tuple(self._sorted(self.plan.rows).headers)

    def within(self, height: int) -> Seen:
        """What a view of that height shows: at a cost that grows with what is in view alone."""
        tops = self.plan.tops
        first = max(bisect_right(tops, self.scrolled) - 1, 0)
        return self._sorted(self.plan.rows[first : bisect_left(tops, self.scrolled + height - self.top)])

    def at(self, y: float) -> LaneBox | None:
        """The lane at a height, gaps included."""
        box = self._at(y)
        return box if isinstance(box, LaneBox) else None

    def counter_at(self, y: float) -> CounterBox | None:
        """The counter's lane at a height."""
        box = self._at(y)
        return box if isinstance(box, CounterBox) else None

    def header_at(self, y: float) -> HeaderBox | None:
        """The header of a group at a height."""
        box = self._at(y)
        return box if isinstance(box, HeaderBox) else None

    def box_of(self, track: Track) -> LaneBox | None:
        """Where a track is shown, None if it is not."""
        box = self.end_of(track.id)
        return box if isinstance(box, LaneBox) else None

    def end_of(self, track: int) -> LaneBox | HeaderBox | None:
        """Where the track of that number is shown, its group's header where it is folded away, None if neither is."""
        number = self.plan.row_of.get(track)
        box = self._box(self.plan.rows[number]) if number is not None else None
        return None if isinstance(box, CounterBox) else box

    def _at(self, y: float) -> LaneBox | CounterBox | HeaderBox | None:
        place = y - self.top + self.scrolled
        if not self.plan.rows or not 0 <= place < self.content:
            return None
        return self._box(self.plan.rows[self.plan.number_at(place)])

    def _sorted(self, rows: Iterable[Row]) -> Seen:
        boxes = [self._box(row) for row in rows]
        return Seen(
            [box for box in boxes if isinstance(box, LaneBox)],
            [box for box in boxes if isinstance(box, CounterBox)],
            [box for box in boxes if isinstance(box, HeaderBox)],
        )

    def _box(self, row: Row) -> LaneBox | CounterBox | HeaderBox:
        what, plan, y = row.what, self.plan, row.top + self.top - self.scrolled
        if isinstance(what, Track):
            return LaneBox(what, plan.hue_of.get(what.id), y, row.height, plan.second)
        if isinstance(what, Group):
            return HeaderBox(what, what.key in plan.folded, y, row.height)
        return CounterBox(what, plan.hue_of.get(what.track.id) if what.track else None, y, row.height)


def shown_tracks(run: Run | None, helpers: bool) -> list[Track]:
    """The tracks that have a lane: the script's own threads, then process after process, then host after host.

    The tasks of an event loop follow the thread that runs it.
    """
    if run is None or not run.tracks:
        return []
    shown = [track for track in run.tracks if helpers or track.kind != "helper"]
    root = run.tracks[0].pid
    shown.sort(key=lambda track: (_host(track), track.pid != root, track.pid, track.id))
    return _tasks_under_loops(shown)


def _host(track: Track) -> str:
    return track.name.partition(" · ")[0] if track.kind == "remote" else ""


def _tasks_under_loops(tracks: list[Track]) -> list[Track]:
    tasks: dict[int, list[Track]] = {}
    present = {track.id for track in tracks}
    for track in tracks:
        if track.parent is not None and track.parent.id in present:
            tasks.setdefault(track.parent.id, []).append(track)
    if not tasks:
        return tracks
    placed = {task.id for group in tasks.values() for task in group}
    return [lane for track in tracks if track.id not in placed for lane in (track, *tasks.get(track.id, ()))]


def hues(run: Run | None) -> dict[int, int]:
    """Hue of every worker by the number of its track; it keeps it. The script's first thread and helpers have none."""
    workers = [track.id for track in run.tracks[1:] if track.kind != "helper"] if run else []
    return {track: hue for hue, track in enumerate(workers)}


def lay_out(
    tracks: Sequence[Track],
    hue_of: Mapping[int, int],
    top: int,
    room: int,
    scale: float,
    scrolled: int = 0,
    counters: Sequence[Counter] = (),
    second: int = 0,
) -> LaneLayout:
    """As ``plan``, without groups, scrolled up by so many pixels."""
    return LaneLayout(plan(tracks, hue_of, room, scale, counters, second), top, scrolled)
