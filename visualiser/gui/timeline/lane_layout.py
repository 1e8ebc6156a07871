"""Which tracks are shown as lanes, and where: heights, gaps and scrolling, without a widget."""

from __future__ import annotations

from dataclasses import dataclass

from visualiser.trace.run import Run
from visualiser.trace.track import Track

LEAST, MOST = 22, 150  # height of a lane with its gap, pixels at scale 1


@dataclass(frozen=True)
class LaneBox:
    """A visible lane: its track, its hue's number (None: the neutral one), and its place in pixels."""

    track: Track
    hue: int | None
    top: int
    height: int


@dataclass(frozen=True)
class LaneLayout:
    """All lanes from top to bottom; ``content`` is the height they need, in pixels."""

    boxes: tuple[LaneBox, ...]
    content: int

    def at(self, y: float) -> LaneBox | None:
        """The lane at a height, gaps included."""
        return next((box for box in self.boxes if box.top <= y < box.top + box.height), None)

    def box_of(self, track: Track) -> LaneBox | None:
        """Where a track is shown, None if it is not."""
        return next((box for box in self.boxes if box.track is track), None)


def shown_tracks(run: Run | None, helpers: bool) -> list[Track]:
    """The tracks that have a lane: the script's own threads, then process after process as they were started."""
    if run is None or not run.tracks:
        return []
    shown = [track for track in run.tracks if helpers or track.kind != "helper"]
    root = run.tracks[0].pid
    return sorted(shown, key=lambda track: (track.pid != root, track.pid, track.id))


def hues(run: Run | None) -> dict[int, int]:
    """Hue of every worker by the number of its track; it keeps it. The script's first thread and helpers have none."""
    workers = [track.id for track in run.tracks[1:] if track.kind != "helper"] if run else []
    return {track: hue for hue, track in enumerate(workers)}


def lay_out(
    tracks: list[Track], hue_of: dict[int, int], top: int, room: int, scale: float, scrolled: int = 0
) -> LaneLayout:
    """Share ``room`` pixels below ``top`` among the lanes; lanes that do not fit are reached by scrolling."""
    if not tracks:
        return LaneLayout((), 0)
    height = int(min(max(room // len(tracks), LEAST * scale), MOST * scale))
    boxes = [
        LaneBox(track, hue_of.get(track.id), top + number * height - scrolled, height)
        for number, track in enumerate(tracks)
    ]
    return LaneLayout(tuple(boxes), height * len(tracks))
