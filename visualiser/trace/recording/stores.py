"""All stores of a document, in the order in which they are restored; each module has the pair for some of them."""

from __future__ import annotations

from visualiser.trace.document import Document
from visualiser.trace.recording.about import (
    keep_end,
    keep_printed,
    keep_run,
    restore_end,
    restore_printed,
    restore_run,
)
from visualiser.trace.recording.cores import keep_cores, restore_cores
from visualiser.trace.recording.lanes import keep_lanes, restore_lanes
from visualiser.trace.recording.locks import keep_locks, restore_locks
from visualiser.trace.recording.passing import keep_passing, restore_passing
from visualiser.trace.recording.people import keep_people, restore_people
from visualiser.trace.recording.recorded import Recorded
from visualiser.trace.recording.snapshot import Snapshot
from visualiser.trace.recording.sums import keep_sums, restore_sums
from visualiser.trace.run import Run

_KEEPERS = (keep_run, keep_people, keep_lanes, keep_passing, keep_cores, keep_locks, keep_printed, keep_sums, keep_end)


def snapshot_of(document: Document) -> Snapshot:
    """What is to be saved of a document, as it is now; quick, for what only grows is not copied.

    To be called in the thread that extends the run; the snapshot may then be written in any.
    """
    snapshot = Snapshot()
    for keep in _KEEPERS:
        keep(document, snapshot)
    return snapshot


def document_of(recorded: Recorded) -> Document:
    """The document that was saved; raises RecordingError where what was read does not fit together."""
    document = Document(Run())
    ends = restore_people(recorded, document)
    restore_lanes(recorded, document, ends)
    restore_run(recorded, document)
    restore_passing(recorded, document)
    restore_cores(recorded, document)
    restore_locks(recorded, document)
    restore_printed(recorded, document)
    restore_sums(recorded, document)
    restore_end(recorded, document)
    return document
