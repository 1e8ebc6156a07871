"""Which tracks are shown as lanes, and where: heights, gaps and scrolling, without a widget."""

from __future__ import annotations

from dataclasses import dataclass

from visualiser.trace.run import Run
from visualiser.trace.track import Track

LEAST, MOST = 22, 104  # height of a lane with its gap, pixels at scale 1


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
    """The tracks that have a lane."""
    return [track for track in run.tracks if helpers or track.kind != "helper"] if run else []


def lay_out(tracks: list[Track], top: int, room: int, scale: float, scrolled: int = 0) -> LaneLayout:
    """Share ``room`` pixels below ``top`` among the lanes; lanes that do not fit are reached by scrolling."""
    if not tracks:
        return LaneLayout((), 0)
    height = int(min(max(room // len(tracks), LEAST * scale), MOST * scale))
    hues = _hues(tracks)
    boxes = [
        LaneBox(track, hue, top + number * height - scrolled, height)
        for number, (track, hue) in enumerate(zip(tracks, hues, strict=True))
    ]
    return LaneLayout(tuple(boxes), height * len(tracks))


def _hues(tracks: list[Track]) -> list[int | None]:
    """The first thread of the script and helpers are neutral; workers take one hue after the other."""
    result: list[int | None] = []
    workers = 0
    for number, track in enumerate(tracks):
        neutral = number == 0 or track.kind == "helper"
        result.append(None if neutral else workers)
        workers += not neutral
    return result
