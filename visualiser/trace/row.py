"""One lane's pixel columns: which state has the most of each column, and which rarer wait it would hide."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualiser.trace.lane import Lane, Times
from visualiser.trace.most import Columns
from visualiser.trace.rows import rows


@dataclass
class Row:
    """Pixel columns of one lane.

    Attributes:
        main: the ``State`` with the most time in each column, NONE where the thread was not alive.
        hidden: the most telling other ``State`` in each column, NONE where there is none.
    """

    main: Columns
    hidden: Columns


def row(lane: Lane, edges: Times) -> Row:
    """Exact columns of ``lane``: column ``i`` covers [edges[i], edges[i + 1]), ns, ascending.

    The cost is O(columns · log spans), whatever the number of spans in view.
    """
    main, hidden = rows((lane,), edges)
    return Row(main[0], hidden[0])


def empty_row(width: int) -> Row:
    """Columns in which nothing lives."""
    return Row(np.zeros(width, np.uint8), np.zeros(width, np.uint8))
