"""What passed from one track to another: items through queues, tasks to the workers that ran them."""

from __future__ import annotations

from visualiser.trace.batch import Records
from visualiser.trace.track import Track


class Flows:
    """Joins the two records of every flow, in whichever order they come."""

    def take(self, track: Track, records: Records) -> None:
        """New records of a track, their names already numbers of the run; a record that was open may come again."""
