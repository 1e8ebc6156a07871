"""The fixed vocabulary of what a thread can be doing, and which recorded kind means which state."""

from enum import IntEnum

import numpy as np
import numpy.typing as npt

from visualiser.lab.layout import Kind


class State(IntEnum):
    """State of a thread at one moment. NONE means: not alive."""

    NONE = 0
    RUN = 1  # on a core
    READY = 2  # not in any recorded call: runs, or wants the GIL or a core; the source cannot tell which
    GIL = 3  # wants to run Python while another thread holds the GIL
    CORE = 4  # ready, wants a core
    RESUME = 5  # the call is over; waits for GIL or core, split unknown
    SLEEP = 6
    LOCK = 7
    COND = 8
    EVENT = 9
    SEM = 10
    BARRIER = 11
    QUEUE = 12
    JOIN = 13
    IO = 14
    PROC = 15
    IDLE = 16
    UNKNOWN = 17
    LOOP = 18  # an asyncio task that could go on but waits for its event loop


STATES = len(State)

_BY_KIND = {
    Kind.SLEEP: State.SLEEP,
    Kind.LOCK: State.LOCK,
    Kind.COND: State.COND,
    Kind.EVENT: State.EVENT,
    Kind.SEM: State.SEM,
    Kind.BARRIER: State.BARRIER,
    Kind.QUEUE_GET: State.QUEUE,
    Kind.QUEUE_PUT: State.QUEUE,
    Kind.JOIN: State.JOIN,
    Kind.FUTURE: State.JOIN,
    Kind.IO: State.IO,
    Kind.PROC: State.PROC,
    Kind.IDLE: State.IDLE,
}

# state of a wait, indexed by kind
STATE_OF_KIND: npt.NDArray[np.uint8] = np.zeros(256, np.uint8)
for _kind, _state in _BY_KIND.items():
    STATE_OF_KIND[_kind] = _state
