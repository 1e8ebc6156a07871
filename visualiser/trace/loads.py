"""Load of every core over time, as sampled."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from visualiser.trace.column import Column
from visualiser.trace.lane import Times


class Loads:
    """Samples of all cores: ``t`` in ns and, for each, the percentage of each core since the sample before."""

    def __init__(self) -> None:
        self._t: Column[np.int64] = Column(np.int64)
        self._cores: list[Column[np.float32]] = []

    def __len__(self) -> int:
        return self._t.size

    @property
    def t(self) -> Times:
        """Time of every sample, ns."""
        return self._t.view

    @property
    def cores(self) -> int:
        """Number of cores, 0 before the first sample."""
        return len(self._cores)

    def percent(self, core: int) -> npt.NDArray[np.float32]:
        """Load of one core at every sample, 0 … 100."""
        return self._cores[core].view

    def extend(self, samples: Iterable[tuple[int, tuple[float, ...]]]) -> None:
        """Add samples; one with another number of cores than the first is left out."""
        for when, percent in samples:
            if not self._cores:
                self._cores = [Column(np.float32) for _ in percent]
            if len(percent) != len(self._cores):
                continue
            self._t.append(when)
            for column, value in zip(self._cores, percent, strict=True):
                column.append(value)
