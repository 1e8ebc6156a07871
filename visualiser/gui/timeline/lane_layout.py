"""Which tracks and counters are shown, and where: order, heights, gaps and scrolling, without a widget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from visualiser.trace.counters import Counter
from visualiser.trace.run import Run
from visualiser.trace.track import Track

LEAST, MOST = 22, 150  # height of a lane with its gap, pixels at scale 1
COUNTER_LEAST, COUNTER_MOST = 50, 84  # height of a counter's lane


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
class LaneLayout:
    """All lanes from top to bottom; ``content`` is the height they need, ``top`` where they begin, in pixels."""

    boxes: tuple[LaneBox, ...]
    content: int
    counters: tuple[CounterBox, ...] = ()
    top: int = 0

    def at(self, y: float) -> LaneBox | None:
        """The lane at a height, gaps included."""
        return next((box for box in self.boxes if box.top <= y < box.top + box.height), None)

    def counter_at(self, y: float) -> CounterBox | None:
        """The counter's lane at a height."""
        return next((box for box in self.counters if box.top <= y < box.top + box.height), None)

    def box_of(self, track: Track) -> LaneBox | None:
        """Where a track is shown, None if it is not."""
        return next((box for box in self.boxes if box.track is track), None)


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
    """Share ``room`` pixels below ``top`` among the lanes; lanes that do not fit are reached by scrolling.

    ``second``: pixels to keep in each lane for the strip of a second source.
    """
    if not tracks:
        return LaneLayout((), 0, (), top)
    low = int(min(max(room // (len(tracks) + len(counters)), COUNTER_LEAST * scale), COUNTER_MOST * scale))
    high = int(min(max((room - low * len(counters)) // len(tracks), LEAST * scale + second), MOST * scale + second))
    boxes: list[LaneBox] = []
    levels: list[CounterBox] = []
    y = top - scrolled
    for row in _rows(tracks, counters):
        if isinstance(row, Track):
            boxes.append(LaneBox(row, hue_of.get(row.id), y, high, second))
            y += high
        else:
            levels.append(CounterBox(row, hue_of.get(row.track.id) if row.track else None, y, low))
            y += low
    return LaneLayout(tuple(boxes), y - top + scrolled, tuple(levels), top)


def _rows(tracks: Sequence[Track], counters: Sequence[Counter]) -> Iterable[Track | Counter]:
    """Every counter right below its track, those of no track at the end."""
    if not counters:
        return tracks
    rows: list[Track | Counter] = []
    for track in tracks:
        rows += [track, *(counter for counter in counters if counter.track is track)]
    shown = {track.id for track in tracks}
    return rows + [counter for counter in counters if counter.track is None or counter.track.id not in shown]
