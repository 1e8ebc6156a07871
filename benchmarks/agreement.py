"""How far two accounts of one thread agree, weighted by time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Times = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int64]


def confusion(a: tuple[Times, Codes], b: tuple[Times, Codes], begin: int, end: int) -> Counter[tuple[int, int]]:
    """Time (ns) between ``begin`` and ``end`` (ns) for each pair of what the two say.

    Both are given as moments (ns, ascending) and what holds from each of them on; before the first that is 0.
    """
    if end <= begin:
        return Counter()
    t = np.unique(np.clip(np.concatenate(([begin], a[0], b[0])), begin, end))
    lengths = np.diff(np.append(t, end))
    pairs: Counter[tuple[int, int]] = Counter()
    codes_a, codes_b = _at(a, t), _at(b, t)
    width = int(codes_b.max(initial=0)) + 1
    sums = np.bincount(codes_a * width + codes_b, lengths)
    for place in np.flatnonzero(sums).tolist():
        pairs[place // width, place % width] = int(sums[place])
    return pairs


def _at(account: tuple[Times, Codes], t: Times) -> Codes:
    moments, codes = account
    result: Codes = np.concatenate(([0], codes)).astype(np.int64)[np.searchsorted(moments, t, "right")]
    return result


@dataclass
class Agreement:
    """Time (ns) by what is true and what we say, both by name."""

    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """All the time compared, ns."""
        return sum(self.pairs.values())

    @property
    def percent(self) -> float:
        """The share of the time in which both say the same."""
        same = sum(time for (truth, ours), time in self.pairs.items() if truth == ours)
        return 100 * same / max(self.total, 1)

    def percent_told(self, vague: Set[str]) -> float:
        """The same, of the time only in which we say more than one of ``vague``, which name what we cannot tell."""
        told = Agreement(Counter({pair: time for pair, time in self.pairs.items() if pair[1] not in vague}))
        return told.percent

    def shares(self, side: int) -> dict[str, float]:
        """Percent of the time in each state: the true ones (``side`` 0) or ours (1)."""
        sums: Counter[str] = Counter()
        for pair, time in self.pairs.items():
            sums[pair[side]] += time
        return {state: 100 * time / max(self.total, 1) for state, time in sums.items()}

    @property
    def farthest(self) -> float:
        """The greatest distance between the true and our share of any state, in points."""
        truth, ours = self.shares(0), self.shares(1)
        return max((abs(truth.get(state, 0) - ours.get(state, 0)) for state in truth | ours), default=0.0)

    def worst(self, count: int) -> list[tuple[str, str, float]]:
        """The commonest confusions: truth, ours, percent of the time."""
        wrong = [(time, pair) for pair, time in self.pairs.items() if pair[0] != pair[1]]
        return [(*pair, 100 * time / self.total) for time, pair in sorted(wrong, reverse=True)[:count]]
