"""Where the lanes of the strip stand, and what of the account is pointed at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from visualiser.trace.account import Account
from visualiser.trace.account_lanes import WriterLane, writer_lanes
from visualiser.trace.time_scale import TimeScale

RULER = 28  # height at scale 1
_LEAST, _MOST = 20, 84  # height of a lane with its gap


@dataclass(frozen=True)
class StripLane:
    """A lane, the number of its hue, and its place in pixels."""

    lane: WriterLane
    hue: int
    top: int
    height: int


@dataclass(frozen=True)
class Strip:
    """What there is to paint of an account; ``start`` (ns) is where its time begins."""

    account: Account
    lanes: tuple[WriterLane, ...]
    start: int
    end: int

    @classmethod
    def of(cls, account: Account) -> Strip:
        """The strip of an account."""
        lanes = tuple(writer_lanes(account))
        start = min((int(lane.read.min()) for lane in lanes), default=0)
        return cls(account, lanes, start, max((int(lane.write[-1]) for lane in lanes), default=start + 1))


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


def lay_out(lanes: Sequence[WriterLane], room: int, scale: float, scrolled: int, top: int) -> tuple[StripLane, ...]:
    """Place the lanes one below the other, as high as the room allows."""
    height = height_of(len(lanes), room, scale)
    return tuple(StripLane(lane, hue, top + hue * height - scrolled, height) for hue, lane in enumerate(lanes))


def height_of(lanes: int, room: int, scale: float) -> int:
    """Height of each of so many lanes, with its gap."""
    return int(min(max(room / max(1, lanes), _LEAST * scale), _MOST * scale))


def _holds(lane: WriterLane, number: int) -> bool:
    at = int(lane.numbers.searchsorted(number))
    return at < len(lane) and int(lane.numbers[at]) == number
