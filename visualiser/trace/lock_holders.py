"""Who holds and who waits for which lock: the wait-for graph of a run at any moment."""

from __future__ import annotations

from visualiser.trace.batch import Records
from visualiser.trace.track import Track


class LockHolders:
    """Follows every lock that somebody had to wait for."""

    def take(self, track: Track, records: Records) -> None:
        """New records of a track, their names already numbers of the run; a record that was open may come again."""
