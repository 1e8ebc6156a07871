"""Reads a recording: as far as its frames are whole, each checked before anything is made of it."""

from __future__ import annotations

from typing import Any, BinaryIO

from visualiser.trace.document import About, Document
from visualiser.trace.recording import arrow
from visualiser.trace.recording.about import about_of
from visualiser.trace.recording.errors import Progress, RecordingError, advance
from visualiser.trace.recording.frames import Flaw, Frame, read_frame, read_magic
from visualiser.trace.recording.json_values import Values, from_json
from visualiser.trace.recording.recorded import Recorded
from visualiser.trace.recording.sections import END, HEAD, NUMBERED, SECTION_OF, TAGS, TIME, TIMED, VALUES, WORKED_OUT
from visualiser.trace.recording.stores import document_of
from visualiser.trace.track import NS

_READING = 0.8  # share of the work; the rest is to make a run of it
_SOME_BYTES = 64 << 20
_MOST_STRETCHES = 1 << 16
_ROWS = tuple(TAGS[section] for section in TIMED)
_TAIL = (*(TAGS[section] for section in WORKED_OUT), END)
_OUT_OF_ORDER = "The recording is damaged: its parts are not in order."
_NOTHING = "The recording is {} before the run begins, so nothing of it can be shown."


def read_recording(stream: BinaryIO, size: int, progress: Progress | None = None) -> Document:
    """The document in a stream of ``size`` bytes; raises Cancelled, RecordingError or OSError.

    Where the file is cut off or damaged it is the run up to there, with a note that says so.
    """
    read_magic(stream)
    reading = _Reading(stream, size, progress)
    flaw = reading.read()
    document = document_of(reading.recorded)
    if flaw is not None:
        _note(document, flaw)
    advance(progress, 1.0)
    return document


def read_head(stream: BinaryIO, size: int) -> tuple[About, float]:
    """Where the run comes from and how many seconds it took, from the first frame alone; raises RecordingError."""
    read_magic(stream)
    frame = read_frame(stream, size)
    if isinstance(frame, Flaw) or frame.tag != HEAD:
        raise RecordingError(_NOTHING.format("cut off"))
    head = Values(_values(frame.payload, _SOME_BYTES)[0])
    run = head.part("run")
    end = run.count("end_ns") or run.count("now_ns")
    return about_of(head.part("about")), max(end - run.count("start_ns"), 0) / NS


def read_end(stream: BinaryIO, size: int) -> tuple[int, dict[str, Any]]:
    """Where the last frame of a whole recording begins, and its values; raises RecordingError where there is none."""
    read_magic(stream)
    while True:
        frame = read_frame(stream, size)
        if isinstance(frame, Flaw):
            raise RecordingError("The recording is not whole, so nothing can be added to it.")
        if frame.tag == END:
            return frame.begin, _values(frame.payload, _SOME_BYTES)[0]


class _Reading:
    """One file on its way to ``recorded``."""

    def __init__(self, stream: BinaryIO, size: int, progress: Progress | None) -> None:
        self.recorded = Recorded(size)
        self._stream = stream
        self._size = size
        self._progress = progress
        self._budget = _SOME_BYTES + arrow.MOST_RATIO * size  # bytes that the tables may still take
        self._stretches = 0  # still to come
        self._until: int | None = None  # everything before it is complete, ns

    def read(self) -> Flaw | None:
        """Read up to the end or as far as it goes; then says why it does not go on."""
        flaw = self._read_head()
        while self._stretches and flaw is None:
            flaw = self._read_stretch()
        if flaw is None:
            flaw = self._read_tail()
        if flaw is not None:
            if self._until is None:
                raise RecordingError(_NOTHING.format("damaged" if flaw.damaged else "cut off"))
            self.recorded.until = self._until
        return flaw

    def _read_head(self) -> Flaw | None:
        frame = self._next(HEAD)
        if isinstance(frame, Flaw):
            return frame
        self.recorded.head = self._take_values(frame)
        self._stretches = self.recorded.head.count("stretches", _MOST_STRETCHES)
        for wanted in NUMBERED:
            frame = self._next(TAGS[wanted])
            if isinstance(frame, Flaw):
                return frame
            self.recorded.add(*self._take_table(frame))
        return None

    def _read_stretch(self) -> Flaw | None:
        frame = self._next(TIME)
        if isinstance(frame, Flaw):
            return frame
        told = self._take_values(frame)
        waiting = []
        for _ in range(told.count("tables", len(TIMED) + 1)):
            frame = self._next(*_ROWS)
            if isinstance(frame, Flaw):
                return frame
            waiting.append(self._take_table(frame))
        for section, table in waiting:
            self.recorded.add(section, table)
        self._stretches -= 1
        self._until = told.count("until_ns")
        return None

    def _read_tail(self) -> Flaw | None:
        while True:
            frame = self._next(*_TAIL)
            if isinstance(frame, Flaw):
                return frame
            if frame.tag == END:
                self.recorded.end = self._take_values(frame)
                return None
            self.recorded.add(*self._take_table(frame))

    def _next(self, *tags: bytes) -> Frame | Flaw:
        frame = read_frame(self._stream, self._size)
        if isinstance(frame, Frame):
            advance(self._progress, _READING * self._stream.tell() / self._size)
            if frame.tag not in tags:
                raise RecordingError(_OUT_OF_ORDER)
        return frame

    def _take_table(self, frame: Frame) -> tuple[str, dict[str, Any]]:
        section = SECTION_OF[frame.tag]
        table, size = arrow.unpack(section, frame.payload, self._budget)
        self._budget -= size
        return section, table

    def _take_values(self, frame: Frame) -> Values:
        values, size = _values(frame.payload, self._budget)
        self._budget -= size
        return Values(values)


def _values(payload: bytes, budget: int) -> tuple[dict[str, Any], int]:
    table, size = arrow.unpack(VALUES, payload, budget)
    return {name: from_json(text) for name, text in zip(table["name"], table["json"], strict=True)}, size


def _note(document: Document, flaw: Flaw) -> None:
    run = document.run
    seconds = max(run.now_ns - run.start_ns, 0) / NS
    what = "damaged" if flaw.damaged else "cut off"
    run.notes.setdefault(f"This recording is {what} at {seconds:.2f} s: what came after it is missing.")
