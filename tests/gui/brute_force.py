"""A painter that visits every span: what each pixel column of a lane may show, by no index, no pyramid, no cache."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QImage

from tests.gui.pixels import image_of
from visualiser.gui.timeline.forms import PERIOD, textures
from visualiser.gui.timeline.picture import STRIP, bar_of, lane_color
from visualiser.gui.timeline.strips import Ink, StripPainter, mix, rgb
from visualiser.trace.states import State

Times = list[dict[int, int]]  # of each column: ns in each state


@dataclass
class Seen:
    """What was found in the columns of the lanes that were looked at."""

    columns: int = 0
    mixed: int = 0  # that hold more than one state
    states: frozenset[int] = frozenset()


def times_by_column(lane, edges) -> Times:
    """Time in each state in each column, from every span of the lane."""
    times: Times = [{} for _ in edges[1:]]
    edges = edges.tolist()
    column = 0
    for number in range(len(lane)):
        span = lane.span(number)
        while column > 0 and edges[column] > span.start:
            column -= 1
        while column < len(times) and edges[column] < span.end:
            inside = min(span.end, edges[column + 1]) - max(span.start, edges[column])
            if inside > 0 and span.state is not State.NONE:
                mine = times[column]
                mine[int(span.state)] = mine.get(int(span.state), 0) + inside
            column += 1
        column = max(column - 1, 0)
    return times


def check_pixels(view, theme, lanes: int = 3) -> Seen:
    """Assert of some lanes in view that every column has the pixels of what truly has the most of it."""
    view.viewport().repaint()
    assert view.painter.exact, "the view does not stand still"
    rows = _pixels(image_of(view))
    scale, seen = view.time_scale(view.run.start_ns), Seen()
    whole = [box for box in view.layout_of_lanes.boxes if box.top >= view.layout_of_lanes.top]
    whole = [box for box in whole if box.top + box.height <= view.area.height()]
    assert len(whole) >= lanes
    for box in whole[:: max(1, len(whole) // lanes)][:lanes]:
        times = times_by_column(box.track.lane, scale.edges())
        bar = bar_of(theme, view.area, box)
        _check_lane(rows[:, bar.left() :], bar, theme, box.hue, scale.first, times, seen)
    return seen


def _check_lane(rows, bar, theme, hue, first, times: Times, seen: Seen) -> None:
    ink = Ink(lane_color(theme, hue), theme.color("lane"), theme.color("text"), theme.color("warn"))
    shades = np.array([rgb(mix(ink.hue, ink.ground, share)) for share in (0.0, 0.16, 0.62, 1.0)])
    forms = shades[textures(bar.height())]
    strip = StripPainter(ink, bar.height(), 1).strip
    for column, mine in enumerate(times[: rows.shape[1]]):  # the last column lies beyond the widget
        shown = rows[bar.top() : bar.top() + bar.height(), column]
        below = rows[bar.bottom() + 2 : bar.bottom() + 2 + theme.px(STRIP), column]
        seen.columns += 1
        seen.mixed += len(mine) > 1
        seen.states |= mine.keys()
        if not mine:
            assert len(np.unique(shown)) == 1, (column, "nothing lives there")
            continue
        most = [state for state, time in mine.items() if time == max(mine.values())]
        allowed = [forms[state, edge, :, (first + column) % PERIOD] for state in most for edge in (0, 1)]
        assert any((shown == one).all() for one in allowed), (column, mine)
        others = [np.uint8(state) for state in mine] if len(most) > 1 else [np.uint8(s) for s in mine if s != most[0]]
        wanted = {int(strip(other)) for other in others} or {rgb(ink.ground)}
        assert len(np.unique(below)) == 1
        assert int(below[0]) in wanted, (column, mine)


def _pixels(image: QImage):
    rows = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    return rows[:, : image.width()].astype(np.int64)
