"""Arranges a run's lanes for the view: anew only when there is another lane, group, size or wish; keeps the place."""

from __future__ import annotations

from dataclasses import dataclass

from visualiser.gui.timeline.groups import Group, Grouping
from visualiser.gui.timeline.lane_layout import HeaderBox, LaneLayout, hues, shown_tracks
from visualiser.gui.timeline.lane_plan import Plan, plan
from visualiser.trace.counters import Counter
from visualiser.trace.run import Run
from visualiser.trace.track import Track


@dataclass(frozen=True)
class Space:
    """What the view has for lanes: begin and height in pixels, the scale, and what each lane keeps for a second strip.

    ``helpers``: whether threads of the libraries have lanes.
    """

    top: int
    room: int
    scale: float
    second: int
    helpers: bool


class Arrangement:
    """Holds the grouping, the plan of the lanes, and how far they are scrolled.

    Attributes:
        scrolled: pixels of the lanes above the view.
        plans: how many plans it has made; for those who measure.
    """

    def __init__(self) -> None:
        self.grouping = Grouping()
        self.scrolled = 0
        self.plans = 0
        self._plan = Plan()
        self._made_of: object = None

    def forget(self) -> None:
        """Another run: nothing kept is of use."""
        self.grouping.forget()
        self.scrolled = 0
        self._plan, self._made_of = Plan(), None

    def layout(self, run: Run | None, space: Space) -> LaneLayout:
        """Where everything is now; a plan that is still good is kept."""
        counters = run.counters.all if run is not None else ()
        made_of = (run, run.told if run is not None else 0, len(counters), space, self.grouping.version)
        if made_of != self._made_of:
            anchor = self._anchor()
            self._plan = self._make(run, space, counters)
            self._made_of = made_of
            self.plans += 1
            self._keep_place(anchor)
        self.scrolled = max(0, min(self.scrolled, self._plan.content - space.room))
        return LaneLayout(self._plan, space.top, self.scrolled)

    @property
    def groups(self) -> dict[str, Group]:
        """The groups that have a header, by key, from top to bottom."""
        return self._plan.groups

    def unfold_to(self, track: Track) -> bool:
        """Unfold the group that hides a track; whether there was one."""
        hidden = [key for key, group in self.groups.items() if key in self.grouping.folded and track in group.tracks]
        self.grouping.fold(hidden, False)
        return bool(hidden)

    def choose(self, by: int, layout: LaneLayout) -> HeaderBox | None:
        """Choose the next or the previous group's header; the first in view where none is chosen."""
        headers = layout.headers
        if not headers:
            return None
        keys = [header.group.key for header in headers]
        if self.grouping.chosen in keys:
            number = min(max(keys.index(self.grouping.chosen) + by, 0), len(keys) - 1)
        else:
            number = next((i for i, header in enumerate(headers) if header.top >= layout.top), len(keys) - 1)
        self.grouping.chosen = keys[number]
        return headers[number]

    def _make(self, run: Run | None, space: Space, counters: tuple[Counter, ...] | list[Counter]) -> Plan:
        tracks = shown_tracks(run, space.helpers)
        groups = self.grouping.groups(run, tracks)
        folded = self.grouping.folded
        return plan(tracks, hues(run), space.room, space.scale, counters, space.second, groups, folded)

    def _anchor(self) -> tuple[int | str, int] | None:
        """What is at the upper edge, and how much of it is above; None where nothing is scrolled."""
        if not self.scrolled or not self._plan.rows:
            return None
        row = self._plan.rows[self._plan.number_at(self.scrolled)]
        if isinstance(row.what, Group):
            return row.what.key, self.scrolled - row.top
        track = row.what if isinstance(row.what, Track) else row.what.track
        return (track.id, self.scrolled - row.top) if track is not None else None

    def _keep_place(self, anchor: tuple[int | str, int] | None) -> None:
        """Scroll so that the same row is at the upper edge as before."""
        if anchor is None:
            return
        what, above = anchor
        number = self._plan.row_of.get(what) if isinstance(what, int) else self._header(what)
        if number is not None:
            row = self._plan.rows[number]
            self.scrolled = row.top + min(above, row.height - 1)

    def _header(self, key: str) -> int | None:
        rows = enumerate(self._plan.rows)
        return next((i for i, row in rows if isinstance(row.what, Group) and row.what.key == key), None)
