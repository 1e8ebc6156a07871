"""Loads of a core as columns of pixels: forms that are told apart without colour, too."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.strips import mix
from visualiser.trace.lane import Times

Percent = npt.NDArray[np.float32]
Shades = npt.NDArray[np.uint8]
_HATCH = 5  # pixels from one line of the hatch to the next


class Shade(IntEnum):
    """What a pixel shows."""

    NOTHING = 0
    ALL = 1  # whoever it was: below the load
    ALL_EDGE = 2
    OURS = 3
    OTHERS = 4  # between the lines of the hatch
    OTHERS_LINE = 5


def colours(theme: Theme) -> npt.NDArray[np.uint32]:
    """RGB32 of every shade."""
    accent, muted, lane = (theme.color(token) for token in ("accent", "muted", "lane"))
    shades = [lane, mix(accent, lane, 0.38), accent, accent, mix(muted, lane, 0.12), mix(muted, lane, 0.8)]
    return np.array([shade.rgb() for shade in shades], np.uint32)


def load_columns(t: Times, percent: Percent, edges: Times, begin: int) -> Percent:
    """Load in each column, NaN where nothing was sampled.

    A sample holds for the time since the one before, the first one since ``begin`` (ns).
    """
    middle = (edges[:-1] + edges[1:]) // 2
    number = t.searchsorted(middle, "left")
    known = (number < len(t)) & (middle >= begin)
    result = np.full(len(middle), np.nan, np.float32)
    result[known] = percent[number[known]]
    return result


def area(percent: Percent, height: int) -> Shades:
    """Shade of every pixel where only the load of all is known: nothing above it, its upper edge, the wash below."""
    level = np.nan_to_num(percent, nan=-1.0).clip(-1, 100) / 100 * (height - 1)
    from_below = np.arange(height - 1, -1, -1)[:, None]
    known = percent == percent
    result = ((from_below <= level) & known).astype(np.uint8) * np.uint8(Shade.ALL)
    edge = np.abs(from_below - np.round(level)) < 0.5
    result[edge & known] = Shade.ALL_EDGE
    return np.ascontiguousarray(result)


def stacked(ours: Percent, percent: Percent, height: int, first: int = 0) -> Shades:
    """Shade of every pixel: ours solid from below, everything else hatched on top of it, as ``area`` where unknown.

    ``first`` numbers the leftmost column and anchors the hatch.
    """
    split = ours == ours
    if (~split & (percent == percent)).any():
        result = area(np.where(split, np.nan, percent).astype(np.float32), height)
    else:  # the usual case, and at every frame
        result = np.zeros((height, len(ours)), np.uint8)
    from_below = np.arange(height - 1, -1, -1)[:, None]
    solid = np.round(np.nan_to_num(ours) / 100 * height)
    top = np.maximum(np.round(np.nan_to_num(percent) / 100 * height), 1)
    line = (np.arange(first, first + len(ours))[None, :] + from_below) % _HATCH == 0
    rest = split & (from_below >= solid) & (from_below < top)
    result[rest] = Shade.OTHERS
    result[rest & (line | (from_below == top - 1))] = Shade.OTHERS_LINE
    result[split & (from_below < solid)] = Shade.OURS
    return result
