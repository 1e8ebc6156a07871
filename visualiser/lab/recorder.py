"""Writes the records of every thread into the thread's own segments: a few memory stores, no lock, no system call."""

from __future__ import annotations

import itertools
import os
import time
from _thread import _local, get_ident, get_native_id
from collections.abc import Callable

from .layout import DROPPED_AT, FIRST_SEGMENT_BYTES, HEADER_BYTES, LARGEST_SEGMENT_BYTES, RECORD_BYTES, Kind
from .segments import make_segment, write_header

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from .control import Control
    from .imports import Import
    from .story import Story

# The layout in 64-bit words, as a memoryview writes them fastest. The third word of a record is
# object | kind << 32 | depth << 48.
KIND, DEPTH = 32, 48
_HEADER = HEADER_BYTES // 8
_RECORD = RECORD_BYTES // 8
_PID = 2
_DROPPED = DROPPED_AT // 8
_T1, _VALUE = 1, 3

Handle = tuple[memoryview, int]
_clock = time.perf_counter_ns


class Birth:
    """What is known of a thread when its track opens."""

    __slots__ = ("helper", "main", "name", "qt")

    def __init__(self, name: str, *, main: bool = False, helper: bool = False, qt: bool = False) -> None:
        self.name = name
        self.main = main
        self.helper = helper
        self.qt = qt


class Track:
    """The record of one thread, whose native id is ``tid``, called ``name``. Only that thread may use it.

    ``quiet``: inside a recorded call, so what the library does underneath is not recorded.
    ``idle``: the thread is a pool worker that has no task; ``working``: it has one.
    ``load``: the outermost import that goes on; ``step``: the asyncio task that the thread runs a step of.
    """

    __slots__ = (
        "_at",
        "_chain",
        "_dropped",
        "_last",
        "_life",
        "_limit",
        "_recorder",
        "_words",
        "idle",
        "load",
        "main",
        "name",
        "quiet",
        "step",
        "tid",
        "working",
    )

    _words: memoryview
    _life: Handle | None

    def __init__(self, recorder: Recorder, birth: Birth) -> None:
        self._recorder = recorder
        self.open(birth)

    def open(self, birth: Birth) -> None:
        """Begin the life of this thread; again in a forked child, whose thread it is from now on."""
        self.quiet = self.idle = self.working = False
        self.load: Import | None = None
        self.step: object = None
        self.main = birth.main
        self.name = birth.name
        self._chain = -1
        self._dropped = 0
        self._last: memoryview | None = None
        self._at = self._limit = _HEADER
        self._next_segment(FIRST_SEGMENT_BYTES)
        self.tid = self._recorder.native_ids[get_ident()] = get_native_id()
        self._recorder.story.tell(
            "thread",
            chain=self._chain,
            tid=self.tid,
            name=birth.name,
            main=birth.main,
            helper=birth.helper,
            qt=birth.qt,
        )
        self._life = self.begin(Kind.THREAD << KIND, 0)

    @property
    def chain(self) -> int:
        """What names this thread within its process, in headers and story."""
        return self._chain

    @property
    def over(self) -> bool:
        """Its life is closed: nothing more is to be recorded."""
        return self._life is None

    def begin(self, word: int, name: int, value: int = 0) -> Handle:
        """Open a record and return its handle. ``word``: the kind, shifted by ``KIND``; ``name``: told by the story."""
        at = self._at
        if at == self._limit:
            self._next_segment()
            at = self._at
        words = self._words
        words[at + 2] = word | name
        words[at + 3] = value
        words[at] = _clock()
        self._at = at + _RECORD
        words[1] = (at >> 2) - 1
        return words, at + 1

    def begin_label(self, word: int, name: int, value: int = 0) -> Handle:
        """Open a record of what the thread works on; an import that goes on loses the rest of its label to it."""
        if self.load is not None:
            self.load.end()
        return self.begin(word, name, value)

    def span(self, word: int, name: int, begin: int, end: int = 0) -> Handle:
        """Write a record that began at ``begin`` and is closed if its ``end`` is known (ns)."""
        words, at = handle = self.begin(word, name)
        words[at - _T1] = begin
        words[at] = end
        return handle

    def end(self, handle: Handle) -> None:
        """Close a record, whichever segment it lies in; a record that a fork left to the parent stays untouched."""
        words, at = handle
        if words is self._words or words[2] == self._recorder.pid:
            words[at] = _clock()

    def end_with(self, handle: Handle, value: int) -> None:
        """Close a record whose value is known only now."""
        words, at = handle
        if words[_PID] == self._recorder.pid:
            words[at + _VALUE - _T1] = value
        self.end(handle)

    def mark(self, word: int, name: int, value: int = 0, when: int = 0) -> None:
        """Record an instant, now or at ``when`` (ns)."""
        words, at = self.begin(word, name, value)
        if when:
            words[at - _T1] = when
        words[at] = words[at - _T1]

    def finish(self) -> None:
        """Close the life of this thread, let go of its segment and record nothing more."""
        if self._life is None:
            return
        self.end(self._life)
        self._recorder.bid_farewell(self.tid)
        self.quiet = True
        self._life = self._last = None
        self._words = self._recorder.nowhere
        self._limit = self._at

    def _next_segment(self, size: int = 0) -> None:
        recorder = self._recorder
        if recorder.fault:
            self._drop()
            return
        if not size:
            size = min(2 * self._words.nbytes, LARGEST_SEGMENT_BYTES)
        try:
            number, words = make_segment(recorder.run_dir, recorder.pid, recorder.numbers, size)
        except OSError as error:
            recorder.give_up(error)
            self._drop()
            return
        if self._chain < 0:
            self._chain = number
        write_header(words, recorder.pid, get_native_id(), self._chain)
        self._words = self._last = words
        self._at, self._limit = _HEADER, words.nbytes // 8 // _RECORD * _RECORD

    def _drop(self) -> None:
        """Let the next record go nowhere and count it."""
        self._words = self._recorder.nowhere
        self._at, self._limit = _HEADER, _HEADER + _RECORD
        self._dropped += 1
        if self._last is not None:
            self._last[_DROPPED] = self._dropped

    def __del__(self) -> None:
        # A thread that nobody announced (C code, _thread) has no other end. A fork also deletes the tracks of the
        # threads it did not copy, before anyone is told: therefore the system is asked for the pid.
        try:
            if self._life is not None and self._life[0][_PID] == os.getpid():
                self.finish()
        except (AttributeError, TypeError):  # half made, or the interpreter is going down
            pass


def begun(handle: Handle) -> int:
    """Return when the record of ``handle`` began, in ns."""
    words, at = handle
    return words[at - _T1]


class PerThread(_local):
    """``track`` of the thread that asks, opened when it asks first."""

    track: Track

    def __init__(self, recorder: Recorder) -> None:
        self.track = recorder.open_track()


class Recorder:
    """Makes the tracks of one process. ``fault`` is the errno that ended its recording, else 0."""

    def __init__(self, run_dir: str, control: Control, story: Story, name_thread: Callable[[], str]) -> None:
        self.run_dir = run_dir
        self.story = story
        self._control = control
        self._name_thread = name_thread
        self.at_farewell: list[Callable[[int, int], None]] = []  # called with both ids of a thread that ends
        self._reset()
        self.births[get_ident()] = Birth("MainThread", main=True)
        self.threads = PerThread(self)
        self.births.clear()

    def _reset(self) -> None:
        self.pid = os.getpid()
        self.fault = 0
        self.numbers = itertools.count()
        self.births: dict[int, Birth] = {}
        self.native_ids: dict[int, int] = {}  # of the threads that are alive, by what Python calls them
        # Where the records go that cannot be kept: one record's room, with the pid where a header has it.
        self.nowhere = memoryview(bytearray(HEADER_BYTES + RECORD_BYTES)).cast("q")
        self.nowhere[_PID] = self.pid

    def renew(self) -> None:
        """Begin anew in a forked child; the thread that called fork is its main thread."""
        self._reset()
        self.threads.track.open(Birth("MainThread", main=True))

    def announce(self, birth: Birth) -> Track:
        """Open the track of the calling thread, of which more is known than a first look at it would tell."""
        self.births[get_ident()] = birth
        track = self.threads.track
        self.births.pop(get_ident(), None)
        return track

    def open_track(self) -> Track:
        """Make the track of the calling thread."""
        birth: Birth | None = self.births.get(get_ident())
        return Track(self, birth or Birth(self._name_thread()))

    def bid_farewell(self, tid: int) -> None:
        """Forget a thread that ends, if it is the calling one."""
        ident = get_ident()
        if self.native_ids.get(ident) == tid:
            for tell in self.at_farewell:
                tell(ident, tid)
            del self.native_ids[ident]

    def give_up(self, error: OSError) -> None:
        """Stop recording this process: what was written stays, the rest is counted as dropped."""
        self.fault = error.errno or 5
        self._control.report_fault(self.fault)
