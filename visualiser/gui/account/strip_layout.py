"""Where the lanes of the strip stand, and what of the account is pointed at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from visualiser.trace.account import Account
from visualiser.trace.account_lanes import WriterLane, writer_lanes
from visualiser.trace.time_scale import TimeScale

RULER = 28  # height at scale 1
_LEAST, _MOST = 20, 84  # height of a lane with its gap


@dataclass(frozen=True)
class StripLane:
    """A lane, the number of its hue (None: the neutral one), and its place in pixels."""

    lane: WriterLane
    hue: int | None
    top: int
    height: int


@dataclass(frozen=True)
class Strip:
    """What there is to paint of an account.

    Attributes:
        lanes: in the order of their hues, those without one first.
        hues: the number of the hue of each lane, None for the neutral one.
        start: ns, where its time begins.
    """

    account: Account
    lanes: tuple[WriterLane, ...]
    hues: tuple[int | None, ...]
    start: int
    end: int

    @classmethod
    def of(cls, account: Account, hue_of: Mapping[int, int | None] | None = None) -> Strip:
        """The strip of an account; ``hue_of``: the hues its threads have in the run's timeline, by native id.

        Where these are not known of every thread, hues go by the names: Thread-2 comes before Thread-10.
        """
        lanes = sorted(writer_lanes(account), key=lambda lane: _natural(lane.name))
        hues: list[int | None] = list(range(len(lanes)))
        if hue_of and all(lane.tid in hue_of for lane in lanes):
            lanes.sort(key=lambda lane: _place(hue_of[lane.tid]))
            hues = [hue_of[lane.tid] for lane in lanes]
        start = min((int(lane.read.min()) for lane in lanes), default=0)
        end = max((int(lane.write[-1]) for lane in lanes), default=start + 1)
        return cls(account, tuple(lanes), tuple(hues), start, end)


@dataclass(frozen=True)
class View:
    """How much of a strip is in view, and what of it is pointed at."""

    strip: Strip
    scale: TimeScale
    boxes: tuple[StripLane, ...]
    focus: tuple[int, ...] = field(default=())  # versions, the selected one first

    def box_of(self, number: int) -> StripLane | None:
        """The lane of the thread that wrote a version; the begin of the counter has none."""
        writer = int(self.strip.account.versions.writer[number])
        tid = self.strip.account.versions.writers[writer].tid
        return next((box for box in self.boxes if box.lane.tid == tid and _holds(box.lane, number)), None)


def lay_out(strip: Strip, room: int, scale: float, scrolled: int, top: int) -> tuple[StripLane, ...]:
    """Place the lanes one below the other, as high as the room allows."""
    height = height_of(len(strip.lanes), room, scale)
    lanes = enumerate(zip(strip.lanes, strip.hues, strict=True))
    return tuple(StripLane(lane, hue, top + row * height - scrolled, height) for row, (lane, hue) in lanes)


def height_of(lanes: int, room: int, scale: float) -> int:
    """Height of each of so many lanes, with its gap."""
    return int(min(max(room / max(1, lanes), _LEAST * scale), _MOST * scale))


def _holds(lane: WriterLane, number: int) -> bool:
    at = int(lane.numbers.searchsorted(number))
    return at < len(lane) and int(lane.numbers[at]) == number


def _natural(name: str) -> list[tuple[int, str]]:
    """To sort names by: numbers in them count as numbers."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)]


def _place(hue: int | None) -> int:
    return -1 if hue is None else hue
