"""Counts marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from visualiser.lab.layout import Kind

if TYPE_CHECKING:
    from visualiser.trace.run import Run


def count_marks(run: Run, kind: Kind) -> int:
    """How many marks of that kind there are on all tracks."""
    return sum(int(np.count_nonzero(track.marks.kind.view == int(kind))) for track in run.tracks)
