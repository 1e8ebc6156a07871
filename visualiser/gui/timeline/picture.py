"""What there is to paint: a run under a scale, laid out in lanes, with what the user points at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.lane_layout import LaneBox, LaneLayout
from visualiser.trace.counters import Counter
from visualiser.trace.flows import Flow
from visualiser.trace.lane import Span
from visualiser.trace.phases import Phase
from visualiser.trace.run import Run
from visualiser.trace.states import State
from visualiser.trace.time_scale import TimeScale
from visualiser.trace.track import Track

_LOW = 32  # height of a lane that saves on gaps
GAP = 5  # between lanes, at scale 1
STRIP = 4  # height of the hidden-state strip

Chosen = tuple[Track, Span]


class Shown(NamedTuple):
    """A stretch of time (ns) to point at: on a lane, on a counter's lane, an arrow, or across all lanes."""

    track: Track | None
    start: int
    end: int
    counter: Counter | None = None
    flow: Flow | None = None


@dataclass(frozen=True)
class Picture:
    """What to paint, and how much of it."""

    run: Run
    scale: TimeScale
    layout: LaneLayout
    live: bool = False
    moving: bool = False  # the scale changes from frame to frame
    selected: Chosen | None = None
    hovered: Chosen | None = None
    shown: Shown | None = None
    arrows: bool = True
    by_core: bool = False  # what runs has the hue of its core
    phases: tuple[Phase, ...] = ()
    only: frozenset[State] = frozenset()  # states that are shown alone; none: all are shown
    group: str | None = None  # key of the group whose header the keys act on

    def spans_x(self, start: int, end: int) -> tuple[float, float]:
        """Where a stretch of time (ns) lies, in pixels from the left edge, cut off just outside of the view."""
        left, right = self.scale.x(start), self.scale.x(end)
        return max(left, -10.0), min(right, self.scale.width + 10.0)


def gap_of(theme: Theme, height: int) -> int:
    """Pixels above and below a lane's bar: fewer where lanes are low."""
    return theme.px(GAP if height >= theme.px(_LOW) else GAP - 2)


def bar_of(theme: Theme, rect: QRect, box: LaneBox) -> QRect:
    """Where a lane's forms go: above the strip that tells of hidden states."""
    gap, strip = gap_of(theme, box.height), theme.px(STRIP) + box.second
    return QRect(rect.left(), rect.top() + box.top + gap, rect.width(), max(6, box.height - 2 * gap - strip))


def lane_color(theme: Theme, hue: int | None) -> QColor:
    """Hue of a lane; None is the neutral one."""
    return theme.color("outline") if hue is None else theme.lane(hue)


def split_name(track: Track) -> tuple[str, str]:
    """A name in two: ``Thread-1 (fetch)`` and what it works on, ``worker 12`` and the host of ``host · worker 12``."""
    if track.kind == "remote":
        host, _, rest = track.name.partition(" · ")
        return (rest, host) if rest else (host, "")
    head, bracket, tail = track.name.partition(" (")
    return (head, tail[:-1]) if bracket and tail.endswith(")") else (track.name, "")
