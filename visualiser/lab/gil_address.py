"""Finds where in the memory of this process the GIL's holder is noted, and tells it to those who look from outside.

No table of versions: while the switch interval has a value that nobody else would choose, the word that holds it is
looked for in the interpreter's own data. Behind it lie, in every CPython so far, a pointer to the state of the thread
that held the GIL last, whether it is held, and how often it changed hands. What is found is tried with two threads
and not told unless all of it proves true. Memory is read through ``/proc/self/mem``, which cannot crash.
"""

from __future__ import annotations

import os
import struct
import sys
import time
from _thread import allocate_lock, get_ident, get_native_id, start_new_thread

from .lab import Lab
from .ptracer import let_the_host_look

_MEMORY, _MAPS, _PROGRAM = "/proc/self/mem", "/proc/self/maps", "/proc/self/exe"
# interval in µs | thread state of the last holder | held | switches; two conditions and two mutexes of the C library
# follow, on whose words threads block that wait for the GIL.
_GIL = struct.Struct("<QQi4xQ")
_GIL_BYTES = _GIL.size + 2 * (48 + 40)
# Two values in µs that are no default of anybody's.
_ODD_INTERVALS = (4937, 5219)
_STATE_BYTES = 512  # of a thread's state, in which its id is looked for
_THREAD_BYTES = 1024  # of what the C library keeps of a thread
_LARGEST_REGION = 16 << 20
_PATIENCE_S = 1.0


class Place:
    """Where the GIL is, and how to get from its holder to that thread's native id.

    ``address``: of the switch interval; ``id_at``: of a word within the holder's state, which is the native id if
    ``tid_at`` is -1; else the word points to where, ``tid_at`` bytes further, the native id is (four bytes).
    """

    __slots__ = ("address", "id_at", "tid_at")

    def __init__(self, address: int, id_at: int, tid_at: int) -> None:
        self.address = address
        self.id_at = id_at
        self.tid_at = tid_at


class _Unclear(Exception):
    """The place is not known; the text says why."""


def watch_gil(lab: Lab) -> None:
    """Tell where the GIL of this process is; again in its forked children, in which it is at the same place."""
    let_the_host_look(lab.control.host)
    place, why = _try_to_find()
    _tell(lab, place, why)

    def tell_again() -> None:
        let_the_host_look(lab.control.host)
        if place is None:
            _tell(lab, None, why)
        else:
            _tell(lab, *_still_true(place))

    os.register_at_fork(after_in_child=tell_again)


def _tell(lab: Lab, place: Place | None, why: str) -> None:
    if place is None:
        lab.story.tell("gil_address", address=0, why=why)
    else:
        at = {"address": place.address, "id_at": place.id_at, "tid_at": place.tid_at}
        lab.story.tell("gil_address", **at, size=_GIL_BYTES)


def _try_to_find() -> tuple[Place | None, str]:
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        return None, "this interpreter runs without a GIL"
    try:
        memory = os.open(_MEMORY, os.O_RDONLY)
    except OSError as error:
        return None, f"the process may not read its own memory ({error.strerror})"
    try:
        return _find(memory), ""
    except _Unclear as reason:
        return None, str(reason)
    except Exception as error:
        return None, f"looking for it failed ({error!r})"
    finally:
        os.close(memory)


def _find(memory: int) -> Place:
    address = _find_gil(memory)
    mine = _Look(memory, address)
    other = _look_from_another_thread(memory, address)
    if other.switches <= mine.switches or other.state == mine.state:
        raise _Unclear("the GIL changed hands and what was taken for it did not")
    return Place(address, *_path_to_native_id(mine, other))


def _find_gil(memory: int) -> int:
    before = sys.getswitchinterval()
    try:
        found = _with_interval(memory, _ODD_INTERVALS[0], None)
        found = _with_interval(memory, _ODD_INTERVALS[1], found)
    finally:
        sys.setswitchinterval(before)
    if len(found) != 1:
        raise _Unclear(f"the place of the GIL was not found ({len(found)} places look like it)")
    return found[0]


def _with_interval(memory: int, interval: int, among: list[int] | None) -> list[int]:
    """Return the addresses, out of ``among`` or anywhere, that hold the switch interval while it is ``interval``."""
    sys.setswitchinterval(interval / 1e6)
    # What was kept may differ from what was asked for by a rounding.
    needle = struct.pack("<Q", int(sys.getswitchinterval() * 1e6 + 0.5))
    if among is not None:
        return [address for address in among if os.pread(memory, 8, address) == needle]
    found = []
    for begin, end in _own_regions():
        data, at = os.pread(memory, min(end - begin, _LARGEST_REGION), begin), -1
        while (at := data.find(needle, at + 1)) >= 0:
            if at % 8 == 0:
                found.append(begin + at)
    return found


def _own_regions() -> list[tuple[int, int]]:
    """Return the writable parts of the interpreter's program or library, with what follows each without a gap."""
    program, regions, mine, last = os.path.realpath(_PROGRAM), [], False, 0
    with open(_MAPS) as maps:
        for line in maps:
            span, rights, _, _, _, *path = line.split(None, 5)
            begin, end = (int(number, 16) for number in span.split("-"))
            name = path[0].strip() if path else ""
            if name:
                mine = name == program or os.path.basename(name).startswith("libpython")
            elif begin != last:
                mine = False
            if mine and rights.startswith("rw"):
                regions.append((begin, end))
            last = end
    return regions


class _Look:
    """What a thread finds that held the GIL just before it looked: for reading it must let go of it."""

    def __init__(self, memory: int, address: int) -> None:
        self.native, self.ident = get_native_id(), get_ident()
        _, self.state, held, self.switches = _GIL.unpack(os.pread(memory, _GIL.size, address))
        if held or not self.state:
            raise _Unclear("what was taken for the GIL does not look like one")
        self.words = os.pread(memory, _STATE_BYTES, self.state)
        # Where an ident is a pointer to the C library's thread, that one knows the native id, too.
        self.thread = os.pread(memory, _THREAD_BYTES, self.ident) if sys.version_info < (3, 11) else b""


def _look_from_another_thread(memory: int, address: int) -> _Look:
    """Look from a thread that lives for this only and that no instrument ever hears of."""
    looks: list[_Look] = []
    over = allocate_lock()
    over.acquire()

    def look() -> None:
        try:
            looks.append(_Look(memory, address))
        except (_Unclear, OSError):
            pass
        finally:
            over.release()

    start_new_thread(look, ())
    if not over.acquire(timeout=_PATIENCE_S) or not looks:
        raise _Unclear("a second thread did not find the GIL where the first did")
    _wait_for_end(looks[0].native)
    return looks[0]


def _wait_for_end(native: int) -> None:
    """Wait until the system has let go of a thread: with one more than it knows of, Python warns of a fork."""
    give_up = time.monotonic() + _PATIENCE_S
    while os.path.exists(f"/proc/self/task/{native}") and time.monotonic() < give_up:
        os.sched_yield()


def _path_to_native_id(*looks: _Look) -> tuple[int, int]:
    direct = _common_places([(look.words, look.native, "<Q") for look in looks])
    if direct:
        return direct[0], -1
    idents = _common_places([(look.words, look.ident, "<Q") for look in looks])
    natives = _common_places([(look.thread, look.native, "<i") for look in looks])
    if idents and natives:
        return idents[0], natives[0]
    raise _Unclear("a thread's state does not tell which thread it belongs to")


def _common_places(cases: list[tuple[bytes, int, str]]) -> list[int]:
    """Return the offsets at which each of the pieces of memory has its own number."""
    places = [
        {at for at in range(0, len(data) - 7, 4) if struct.unpack_from(form, data, at)[0] == number}
        for data, number, form in cases
    ]
    return sorted(set.intersection(*places))


def _still_true(place: Place) -> tuple[Place | None, str]:
    """After a fork the only thread is the holder: look whether it is found under its new id."""
    try:
        memory = os.open(_MEMORY, os.O_RDONLY)
        try:
            native = _native_of_holder(memory, place)
        finally:
            os.close(memory)
    except (OSError, struct.error) as error:
        return None, f"its memory cannot be read any more ({error})"
    if native != get_native_id():
        return None, "after the fork the holder is not found any more"
    return place, ""


def _native_of_holder(memory: int, place: Place) -> int:
    state = _GIL.unpack(os.pread(memory, _GIL.size, place.address))[1]
    (word,) = struct.unpack("<Q", os.pread(memory, 8, state + place.id_at))
    if place.tid_at < 0:
        return int(word)
    return int(struct.unpack("<i", os.pread(memory, 4, word + place.tid_at))[0])
