"""The record layout: all that the observed process and its observers share.

Standard library only, CPython 3.10 and newer. The lab and the sampler write it, the host's collector reads it.

A *segment* is one memory-mapped file, written by exactly one thread: a header of ``HEADER_BYTES`` and then records
of ``RECORD_BYTES``. A writer first completes a record and then publishes it by storing the new count in the header.
``t1 == 0`` means the record is still open; its writer closes it by storing ``t1`` in place. Times are
``time.perf_counter_ns()`` of the machine. A *flow* is a number, unique in the run, that two records carry between which
something passed: an item from put to get, a task from its submission to its start.
"""

import struct
from enum import IntEnum

FORMAT = 1
MAGIC = b"CVSEG\x00\x00" + bytes([FORMAT])

# magic | published count | pid | native thread id | chain | dropped records
# chain: the number of the thread's first segment in its process; all segments of one thread carry the same, so that
# (pid, chain) names a thread even when the system reuses its native id.
HEADER = struct.Struct("<8sQQQQQ")
HEADER_BYTES = 64
COUNT = struct.Struct("<Q")
COUNT_AT = 8
DROPPED_AT = 40

# t0 ns | t1 ns | object id (a name of the same process) | kind | depth | value
RECORD = struct.Struct("<QQIHHq")
RECORD_BYTES = 32
T1_AT = 8

# The sampler writes a chain of segments for each of its sources.
SWITCH_CHAIN = 1  # core switches told by the kernel
SEEN_CHAIN = 2  # what looks from outside find

FIRST_SEGMENT_BYTES = 1 << 14
LARGEST_SEGMENT_BYTES = 1 << 20

# The control file: written by the host (go, stop) and by any process of the lab (fault). Mapped by all of them, so it
# works when the disk is full and when somebody deletes the run directory.
CONTROL_NAME = "control"
CONTROL_BYTES = 64
CONTROL_GO = 0  # u32: the script may start
CONTROL_STOP = 4  # u32: the user asked for the end
CONTROL_FAULT = 8  # u32: errno that stopped the recording of a process, 0 if none
CONTROL_FAULT_PID = 16  # u64: the process it happened in
CONTROL_HOST = 24  # u64: pid of the host, 0 if it has not said so
WORD = struct.Struct("<I")
LONG = struct.Struct("<Q")

# Made by whoever listens to a task queue's broker for the host, once it hears everything (or never will).
BROKER_READY_NAME = "broker.ready"

# Environment variable that carries the run directory to every child.
RUN_DIR_VARIABLE = "VISUALISER_RUN"
# Environment variable with what the lab is to do beyond recording calls, as words with commas between them.
EXTRAS_VARIABLE = "VISUALISER_EXTRAS"
EXTRA_GIL = "gil"  # find out where in memory the GIL's holder is noted, and tell it
EXTRA_BEATS = "beats"  # put beats into the loops of the script
EXTRA_VERSIONS = "versions"  # keep every version of the script's shared counter
REWRITING = frozenset({EXTRA_BEATS, EXTRA_VERSIONS})  # what the script has to be rewritten for
# To rewrite a script, Python is started with a file of the run directory in its place; this variable names the script.
SCRIPT_VARIABLE = "VISUALISER_SCRIPT"
START_NAME = "start"

# Every version of a shared counter, in one file written when the script ends: the header, the versions in the order in
# which they were stored, then a JSON text about them. The first version is the value the counter began with.
VERSIONS_NAME = "versions.bin"
VERSIONS_MAGIC = b"CVVER\x00\x00" + bytes([FORMAT])
# magic | versions that follow | writes after those, of which only the number was kept | bytes of text
VERSIONS_HEADER = struct.Struct("<8sQQQ")
# value | its id | id of the version it was computed from, its own id if from none | read, t ns | written, t ns
# An id is the number of the thread that wrote (1 …) << WRITER_AT | how many versions that thread had written by then.
VERSION = struct.Struct("<qQQqq")
WRITER_AT = 40
MOST_VERSIONS = 1 << 20


def segment_name(pid: int, number: int) -> str:
    """File name of the ``number``-th segment of process ``pid``."""
    return f"p{pid}.{number}.seg"


def story_name(pid: int) -> str:
    """File name of the text file (one JSON object a line) in which process ``pid`` tells names and events."""
    return f"p{pid}.jsonl"


def flow_of_uuid(uuid: str) -> int:
    """The flow of a task that a task queue knows by ``uuid``: the same number in every process on every machine."""
    plain = uuid.replace("-", "")
    try:
        return int(plain, 16) & ((1 << 62) - 1)
    except ValueError:  # the script gave the task an id of its own
        import zlib

        return zlib.crc32(plain.encode()) << 30 | zlib.adler32(plain.encode()) >> 2


class Kind(IntEnum):
    """What a record says. Numbers are part of the format: add, never renumber."""

    # A life: the first record of every thread; closed when the thread ends.
    THREAD = 1
    # Waits. Only the outermost of a thread is recorded, so these never overlap within one thread.
    SLEEP = 10  # value: requested ns
    LOCK = 11
    COND = 12
    EVENT = 13
    SEM = 14
    BARRIER = 15
    QUEUE_GET = 16
    QUEUE_PUT = 17
    JOIN = 18  # waits for a thread
    FUTURE = 19  # waits for the result of another worker (future, Pool.map)
    IO = 20  # pipe, socket, file
    PROC = 21  # waits for a child process
    IDLE = 22  # a pool worker without work
    # Labels: what a thread works on while it runs. Waits may lie inside; labels of one thread never overlap.
    TASK = 40  # a pool worker or executor runs one task; value: the flow it belongs to, 0 if not known
    START = 41  # starts a thread or process; value: pid of the child, if known
    IMPORT = 42  # a module is being imported by the script
    # Marks: t1 == t0.
    PRINT = 60
    RELEASE = 61  # a lock was released by a thread that knew that others wait; one that took it unawares tells nothing
    PUT = 62  # an item went into a queue; object: the queue; value: the item's flow
    GET = 63  # an item was taken out of a queue; value: the item's flow
    SUBMIT = 64  # a task was handed to a pool; value: the task's flow, which all chunks of one map share
    SPAWN = 65  # a thread or process was started; value: child pid or native thread id
    PHASE = 66  # the script printed a heading, "== Title =="; object: the title
    ACQUIRE = 67  # a lock that others wait for was acquired
    HELD_BY = 68  # at the begin of a wait for a lock; object: the lock; value: native id of the thread that holds it
    RECEIVED = 69  # a task queue's worker took a task over; value: its flow
    SUCCEEDED = 70  # a task queue's task is done; value: its flow
    FAILED = 71
    RETRIED = 72
    FRAME = 73  # a window was ready for its next frame; value: ns since the frame before
    NOTE = 74  # the lab never writes it: an instant of an imported trace, whatever that means by it; object: its name
    # The sampler's records. t0 == t1 but for LOST; object: native thread id; depth: core; value: pid.
    SWITCH_IN = 80
    SWITCH_OUT = 81  # left its core because it blocks
    SWITCH_PREEMPT = 82  # left its core though it could go on
    WATERMARK = 83  # every record of the same chain before t0 has been written
    LOST = 84  # switches of one core that the kernel could not deliver; t0 … t1: the time in which; value: number
    THREAD_EXIT = 85  # the thread is gone, however it ended
    SEEN = 86  # from t0 on a look from outside finds the thread so; depth: a ``Seen``
    # What asyncio tasks do, recorded by the thread of their event loop; value: number of the task in its process, 0 for
    # one beyond the first few hundred, of which only the steps are recorded. A task begins with its first TASK_READY
    # (one that starts eagerly: with its first STEP) and is over with its TASK_DONE. Between two steps lies a TASK_WAIT
    # unless the task was ready again before the first had ended.
    STEP = 100  # the task runs; object: its name; like a label, it may lie inside a label and hold one
    TASK_WAIT = 101  # the task is suspended; depth: the kind of wait, 0 if not known; object: what it awaits
    TASK_READY = 102  # an instant: what the task awaited is there, from now on it waits for the event loop
    TASK_DONE = 103  # an instant, the end of its last step; object: "done", "cancelled" or the type of its exception
    TASK_DUE = 104  # t0: the begin of a TASK_WAIT; t1, to come: when that would end if the event loop were in time
    # A stretch of a loop in which beats came without a gap. Its end grows with every beat, for 2 ms at most. value: ns
    # of CPU time the thread used between its beat before and t0, or one of the two below.
    BEAT = 120


class Seen(IntEnum):
    """What a look from outside finds a thread doing. Numbers are part of the format: add, never renumber."""

    RUN = 1
    CORE = 2  # ready, without a core
    GIL = 3  # blocked in the interpreter's own lock, or ready while another thread holds it
    BLOCKED = 4  # in a system call that does not tell why
    SLEEP = 5
    IO = 6
    PROC = 7
    LOST = 8  # cannot be looked at any more
    READY = 9  # runs, or wants the GIL or a core: it changes too fast to tell


BEAT_UNKNOWN = -1  # how much CPU time the gap took is not known
BEAT_GOES_ON = -2  # there is no gap, the record before was long enough

WAITS = range(10, 40)
LABELS = range(40, 60)
MARKS = range(60, 80)
SAMPLES = range(80, 100)
ASYNC = range(100, 120)
BEATS = range(120, 130)
