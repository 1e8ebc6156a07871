"""What the collector hands over: everything that is new since the last time, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

# One record as the lab and the sampler wrote it (see visualiser.lab.layout).
RECORD_DTYPE = np.dtype(
    [("t0", "<u8"), ("t1", "<u8"), ("object", "<u4"), ("kind", "<u2"), ("depth", "<u2"), ("value", "<i8")]
)
Records = npt.NDArray[np.void]
Flags = npt.NDArray[np.bool_]
# Where core switches are told they are folded so much later: what a thread does and records next tells why.
LOOK_AHEAD_NS = 1_000_000


def among(*kinds: int) -> Flags:
    """A table that tells, indexed by kind, whether it is one of ``kinds``: cheaper than to search for each record."""
    table = np.zeros(256, np.bool_)
    table[list(kinds)] = True
    return table


@dataclass(frozen=True)
class ThreadKey:
    """Names a thread for the whole run: ``chain`` stays unique where the system reuses native thread ids."""

    pid: int
    chain: int


@dataclass
class Batch:
    """New facts of one poll.

    Attributes:
        now: ns; every record of the lab that begins before it has been delivered.
        sampled: ns; every core switch before it, and all switches and records for ``LOOK_AHEAD_NS`` after it, have been
            delivered (0 where nobody samples).
        sources: where states come from since the batch before: the source that is drawn, perhaps a second to compare
            it with. Empty: as before.
        story: JSON objects told by the lab's processes, each with its ``pid``, oldest first.
        records: by thread, in the order they were published. An open record comes with ``t1 == 0`` and comes once
            more, with the same ``t0``, ``kind`` and ``object``, when it has been closed.
        native: native thread id of each thread that is new in ``records``.
        switches: the sampler's records of core switches, ordered by time.
        seen: the sampler's looks from outside (``Kind.SEEN``, ``THREAD_EXIT``), ordered by time.
        seen_until: ns; every change in ``seen`` before it has been delivered (0 where nobody looks).
        loads: (time ns, percent of each core) samples.
        dropped: total number of records lost since the run began.
        ended: pids that are gone, with the time in ns at which that was noticed.
    """

    now: int
    sampled: int = 0
    sources: tuple[str, ...] = ()
    story: list[dict[str, Any]] = field(default_factory=list)
    records: dict[ThreadKey, Records] = field(default_factory=dict)
    native: dict[ThreadKey, int] = field(default_factory=dict)
    switches: Records | None = None
    seen: Records | None = None
    seen_until: int = 0
    loads: list[tuple[int, tuple[float, ...]]] = field(default_factory=list)
    dropped: int = 0
    ended: dict[int, int] = field(default_factory=dict)
