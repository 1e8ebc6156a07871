"""Where the states of a run come from, and up to when each of these sources has reported."""

from __future__ import annotations

from collections.abc import Callable

from visualiser.trace.batch import Batch


class UsedSources:
    """The sources in use, and those before one of them vanished.

    Attributes:
        now: the source that is drawn, perhaps a second one to compare it with.
        before: the same before ``changed_ns``, empty if nothing has changed since states are drawn.
        changed_ns: when it changed, 0 if it has not.
    """

    def __init__(self) -> None:
        self.now: tuple[str, ...] = ("calls",)
        self.before: tuple[str, ...] = ()
        self.changed_ns = 0

    @property
    def compared(self) -> bool:
        """There is or was a second source."""
        return max(len(self.now), len(self.before)) > 1

    def take(self, batch: Batch, folded: int) -> bool:
        """Take in what a batch says of them, states being drawn up to ``folded`` (ns); whether core switches end."""
        wanted = batch.sources or (("perf",) if batch.sampled and self.now == ("calls",) else self.now)
        if wanted == self.now:
            return False
        ends = "perf" in self.now and "perf" not in wanted
        if folded:
            self.before, self.changed_ns = self.now, folded
        self.now = wanted
        return ends

    def known_until(self, batch: Batch, beats: Callable[[int], int]) -> int:
        """Up to when every source has reported, ns; ``beats``: tells it of beats, given what was delivered."""
        reached = {"perf": batch.sampled, "peek": batch.seen_until}
        if "beat" in self.now:
            reached["beat"] = beats(batch.now)
        return min(batch.now, *(reached.get(source, batch.now) for source in self.now))
