"""The register that takes a counter's place: an append-only list of all its versions, each with the one it came from.

The list is the variable. Its last item is the counter's value, so a read is ``log[-1]`` and a write is ``log.append``:
both are atomic on every CPython, with or without GIL, and the list is the order of all writes. What a write was
computed from is never guessed: a value that was read carries the id of its version, and so does what is added to it.
"""

# ruff: noqa: ANN401 - the counter may hold anything

from __future__ import annotations

import struct
import time
from _thread import _local, allocate_lock, get_native_id

from .lab import name_of_this_thread
from .layout import MOST_VERSIONS, VERSION, WRITER_AT

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Seen = tuple[Any, int, int]  # a value, the id of its version, when it was read (ns)

_add, _subtract = int.__add__, int.__sub__
_HEAD = struct.Struct("<qQ")  # how a VERSION begins: its value and its id


class Version(int):
    """A value of the counter, or what became of one by adding: an int that knows the version it came from."""

    seen: tuple[int, int]  # id of that version, when it was read (ns)

    def __add__(self, other: Any) -> Any:
        try:
            made = Version(_add(self, other))
        except TypeError:
            return NotImplemented
        made.seen = self.seen
        return made

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        try:
            made = Version(_subtract(self, other))
        except TypeError:
            return NotImplemented
        made.seen = self.seen
        return made

    def __reduce__(self) -> Any:
        """Elsewhere it is a plain number."""
        return int, (int(self),)


class Writer:
    """A thread that writes: ``last`` is the id of its latest version."""

    __slots__ = ("last", "name", "number", "tid")

    def __init__(self, number: int, name: str) -> None:
        self.number = number
        self.last = number << WRITER_AT
        self.tid = get_native_id()
        self.name = name

    @property
    def written(self) -> int:
        """How many versions it has written."""
        return self.last - (self.number << WRITER_AT)


class Register:
    """All versions of the variable ``name``, and the functions that a rewritten script calls in place of using it.

    ``value()`` is its plain value; ``load()`` reads it as a ``Version``; ``store(x)`` writes x and returns it as a
    plain value; ``add(see(), x)`` is ``name += x``, for which no ``Version`` need be made: the statement itself says
    what is added to what. A record is complete before it is appended, so the list can be read at any moment.
    """

    see: Callable[[], Seen]
    load: Callable[[], Any]
    store: Callable[[Any], Any]
    add: Callable[[Seen, Any], Any]

    def __init__(
        self, name: str, name_thread: Callable[[], str] = name_of_this_thread, most: int = MOST_VERSIONS
    ) -> None:
        self.name = name
        self.most = most
        self.log: list[bytes] = []
        self.odd: dict[int, Any] = {}  # values that are no int of 64 bits, by the id of their version
        self.writers: list[Writer] = []
        self._make_reads()
        self._make_writes(_Mine(self.writers, name_thread))

    def value(self) -> Any:
        """The plain value, as who only looks at the counter gets it."""
        return self.see()[0]

    @property
    def written(self) -> int:
        """How many versions there have been, kept or not."""
        return sum(writer.written for writer in self.writers)

    def _make_reads(self) -> None:
        log, odd, head, clock, name = self.log, self.odd, _HEAD.unpack_from, time.perf_counter_ns, self.name

        def see() -> Seen:
            try:
                value, number = head(log[-1])
            except IndexError:
                raise NameError(f"name {name!r} is not defined") from None
            return (odd.get(number, value) if odd else value), number, clock()

        def load() -> Any:
            try:
                value, number = head(log[-1])
            except IndexError:
                return see()
            if odd and number in odd:
                return odd[number]
            version = Version(value)
            version.seen = number, clock()
            return version

        self.see, self.load = see, load

    def _make_writes(self, mine: _Mine) -> None:
        clock, put = time.perf_counter_ns, self._put

        def add(seen: Seen, by: Any) -> Any:
            value, parent, read = seen
            value += by
            writer = mine.writer
            number = writer.last = writer.last + 1
            return put(value, number, parent, read, clock())

        def store(value: Any) -> Any:
            writer = mine.writer
            number = writer.last = writer.last + 1
            parent, read = value.seen if type(value) is Version else (number, clock())
            return put(value, number, parent, read, clock())

        self.add, self.store = add, store

    def _put(self, value: Any, number: int, parent: int, read: int, write: int) -> Any:
        """The write itself: from here on this is the counter. Beyond ``most`` only the newest is kept."""
        if type(value) is Version:
            value = int(value)
        try:
            version = VERSION.pack(value if type(value) is int else None, number, parent, read, write)
        except struct.error:
            self.odd[number] = value
            version = VERSION.pack(0, number, number, read, write)
        log = self.log
        if len(log) < self.most:
            log.append(version)
        else:
            log[self.most :] = (version,)  # one step, like append
        return value


class _Mine(_local):
    """``writer`` of the thread that asks; numbered when it writes first."""

    writer: Writer
    _lock = allocate_lock()

    def __init__(self, writers: list[Writer], name_thread: Callable[[], str]) -> None:
        name = name_thread()
        with self._lock:
            self.writer = Writer(len(writers) + 1, name)
            writers.append(self.writer)
