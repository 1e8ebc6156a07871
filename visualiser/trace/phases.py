"""The parts of a run that its script announces by printing headings."""

from __future__ import annotations

from visualiser.trace.batch import Records
from visualiser.trace.track import Track


class Phases:
    """The phases of a run in order of time."""

    def take(self, track: Track, records: Records) -> None:
        """New records of a track, their names already numbers of the run; a record that was open may come again."""
