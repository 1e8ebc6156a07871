"""The other colouring of lanes: what runs takes the hue of its core instead of that of its worker."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QColor

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.labels import Labels
from visualiser.gui.timeline.picture import Picture
from visualiser.gui.timeline.strips import Marks
from visualiser.trace.core_log import OFF, Cores
from visualiser.trace.core_row import CoreRow, CoreRowCache
from visualiser.trace.row import Row
from visualiser.trace.states import STATES, State
from visualiser.trace.track import Track

HUES = 8
NOT_KNOWN = HUES  # one more hue, a neutral one
LEAST = 13  # pixels of a piece that gets its core's number
_TICK_ROOM = 6  # pixels a tick needs on average

# What stands in a row for a core, by its number: a code beyond those of the states for each hue.
_CODES = (np.arange(OFF + 1) % HUES + STATES).astype(np.uint8)
_CODES[OFF] = STATES + NOT_KNOWN


@dataclass(frozen=True)
class CoreHue:
    """A hue and the cores that have it, in words."""

    hue: int
    words: str


def hues_of(theme: Theme) -> tuple[QColor, ...]:
    """The hue of each core, repeated where there are more, and at last the neutral one."""
    return (*theme.cores[:HUES], theme.color("outline"))


def explained(cores: Iterable[int]) -> tuple[CoreHue, ...]:
    """What a legend says of these cores: ``core 0``, or ``core 0, 8, …`` where several have one hue."""
    by_hue: dict[int, list[int]] = {}
    for core in sorted(cores):
        by_hue.setdefault(core % HUES, []).append(core)
    return tuple(CoreHue(hue, _listed(some)) for hue, some in sorted(by_hue.items()))


def _listed(cores: list[int]) -> str:
    return "core " + ", ".join([*map(str, cores[:2]), *(["…"] if len(cores) > 2 else [])])


class CoreColours:
    """Knows the core of every column of a picture; keeps what does not change between frames."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._rows: dict[int, CoreRowCache] = {}
        self._inks = [theme.ink(hue) for hue in hues_of(theme)]

    def forget(self) -> None:
        """Another run."""
        self._rows.clear()

    def row(self, picture: Picture, track: Track, exact: bool) -> CoreRow:
        """The core of each column; in a picture of a moving view it need not be ``exact``."""
        log, width = picture.run.core_logs.of(track), picture.scale.width
        if log is None:
            return CoreRow(np.full(width, OFF, np.uint16), np.zeros(width, np.bool_))
        return self._rows.setdefault(track.id, CoreRowCache()).row(log, picture.scale, track.lane.now, exact)

    def ink(self, core: int) -> QColor:
        """The ink of words on a core's hue."""
        return self._inks[NOT_KNOWN if core == OFF else core % HUES]


def ticked(moved: Marks) -> Marks | None:
    """Where to put a tick for a move to another core; None where there are none, or so many that they became a band."""
    ticks = np.count_nonzero(moved)
    return moved if 0 < ticks <= max(1, len(moved) // _TICK_ROOM) else None


def recoloured(row: Row, cores: Cores, marked: Marks) -> Row:
    """The row with a code beyond those of the states for what runs, one for each hue; ``marked`` gets the changes."""
    codes = _CODES[cores]
    runs = row.main == State.RUN
    marked[1:] |= (cores[1:] != cores[:-1]) & runs[1:]
    return Row(np.where(runs, codes, row.main), np.where(row.hidden == State.RUN, codes, row.hidden))


def core_word(labels: Labels, core: int, label: str, room: int) -> str:
    """What is written into a piece on a core: as much as fits of its number and what it works on, "" for nothing."""
    if core == OFF:
        return label
    whole = f"core {core} · {label}" if label else f"core {core}"
    return next((text for text in (whole, f"core {core}", str(core)) if labels.fits(text, room)), "")
