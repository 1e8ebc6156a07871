"""Reduces many lanes to pixel columns at once, so that a lane costs a few array operations and not a hundred.

Where few spans are in view, those of all lanes together are cut at the columns' edges; of lanes with many spans in
view each column is the difference of running totals.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from visualiser.trace.lane import Lane, Times
from visualiser.trace.most import Columns, most

_MANY = 2  # spans a column, from which on running totals are quicker
_MANY_IN_ALL = 256  # beside these
_Numbers = npt.NDArray[np.intp]
_View = tuple[Lane, int, int]  # of a lane the spans first … stop


class Rows(NamedTuple):
    """Pixel columns of several lanes, arrays of (lane, column): see ``Row``."""

    main: Columns
    hidden: Columns

    @classmethod
    def empty(cls, lanes: int, width: int) -> Rows:
        """Columns in which nothing lives."""
        return cls(np.zeros((lanes, width), np.uint8), np.zeros((lanes, width), np.uint8))


def rows(lanes: Sequence[Lane], edges: Times) -> Rows:
    """Exact columns of all ``lanes``: column ``i`` covers [edges[i], edges[i + 1]), ns, ascending."""
    result = Rows.empty(len(lanes), len(edges) - 1)
    few: dict[int, _View] = {}
    many: dict[int, Lane] = {}
    for place, lane in enumerate(lanes):
        first, stop = lane.spans_between(int(edges[0]), int(edges[-1]))
        if stop - first > _MANY * len(edges) + _MANY_IN_ALL:
            many[place] = lane
        elif first < stop:
            few[place] = lane, first, stop
    if few:
        result.main[[*few]], result.hidden[[*few]] = _add_up(_Pieces.of([*few.values()], edges), edges)
    if many:
        result.main[[*many]], result.hidden[[*many]] = _differences([*many.values()], edges)
    return result


def _differences(lanes: Sequence[Lane], edges: Times) -> Rows:
    """Columns from running totals."""
    times = np.concatenate([np.diff(lane.until(edges), axis=0) for lane in lanes]).T
    codes = sorted({int(state) for lane in lanes for state in lane.states})
    main, hidden = most(np.ascontiguousarray(times[codes]), codes)
    return Rows(main.reshape(len(lanes), -1), hidden.reshape(len(lanes), -1))


class _Pieces(NamedTuple):
    """Of each lane the stretches in one state, one after the other without a hole, from the first edge to the last.

    Attributes:
        begin: ns, ascending within a lane.
        state: NONE before a lane's first span and after its last.
        ends: the numbers of the lanes' last pieces.
        lane: number of the lane.
    """

    begin: Times
    state: Columns
    ends: _Numbers
    lane: _Numbers

    @classmethod
    def of(cls, views: Sequence[_View], edges: Times) -> _Pieces:
        times: list[Times] = []
        states: list[Columns] = []
        none, left = np.zeros(1, np.uint8), edges[:1]
        for lane, first, stop in views:
            end = int(lane.t[stop]) if stop < len(lane) else lane.now
            times += [left, lane.t[first:stop], np.array([end], np.int64)]
            states += [none, lane.state[first:stop], none]
        sizes = np.array([stop - first + 2 for _, first, stop in views])
        begin = np.clip(np.concatenate(times), edges[0], edges[-1])
        return cls(begin, np.concatenate(states), np.cumsum(sizes) - 1, np.repeat(np.arange(len(views)), sizes))


def _add_up(pieces: _Pieces, edges: Times) -> Rows:
    """A column that lies in one piece has its state; of the others the parts of the pieces are added up."""
    width, lanes = len(edges) - 1, len(pieces.ends)
    first = edges[:-1].searchsorted(pieces.begin, "left")  # the first column that begins in the piece
    stop = np.append(first[1:], width)
    stop[pieces.ends] = width
    main = np.repeat(pieces.state, stop - first)
    hidden = np.zeros_like(main)
    inside = np.flatnonzero((first > 0) & (pieces.begin < edges[first]))  # pieces that begin within a column
    if len(inside):
        column = first[inside] - 1
        place = pieces.lane[inside] * width + column
        another = np.append(True, place[1:] != place[:-1])
        times, codes = _parts(pieces, inside, edges, column, np.cumsum(another) - 1)
        mixed = place[another]
        main[mixed], hidden[mixed] = most(times, codes)
    return Rows(main.reshape(lanes, width), hidden.reshape(lanes, width))


def _parts(
    pieces: _Pieces, inside: _Numbers, edges: Times, column: _Numbers, slot: _Numbers
) -> tuple[Times, list[int]]:
    """Time in each state within the columns in which a piece begins; ``slot``: the place of each of these columns.

    What happens in such a column: each piece that begins in it, up to its end or the column's; and at first the end
    of a piece that began before.
    """
    begin, end = pieces.begin[inside], np.append(pieces.begin[1:], edges[-1])
    end[pieces.ends] = edges[-1]
    lengths = np.minimum(end[inside], edges[column + 1]) - begin
    heads = np.flatnonzero(pieces.begin[inside - 1] <= edges[column])
    head_lengths = begin[heads] - edges[column[heads]]
    states = np.concatenate((pieces.state[inside], pieces.state[inside[heads] - 1]))
    codes = np.flatnonzero(np.bincount(states))
    size = int(slot[-1]) + 1
    places = codes.searchsorted(states) * size + np.concatenate((slot, slot[heads]))
    weights = np.concatenate((lengths, head_lengths)).astype(np.float64)
    times = np.bincount(places, weights, len(codes) * size).astype(np.int64)
    return times.reshape(len(codes), size), codes.tolist()
