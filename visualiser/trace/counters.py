"""Numbers over time that belong to no thread: how many items lie in a queue, how long a window's frames take."""

from __future__ import annotations

from visualiser.trace.batch import Records
from visualiser.trace.track import Track


class Counters:
    """All counters of a run."""

    def take(self, track: Track, records: Records) -> None:
        """New records of a track, their names already numbers of the run; a record that was open may come again."""
