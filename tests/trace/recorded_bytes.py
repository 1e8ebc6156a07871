"""Recordings in memory: written, read, taken apart into frames and put together again."""

from __future__ import annotations

import io
from itertools import pairwise

from visualiser.trace.recording.frames import HEADER_SIZE, read_frame, read_magic, write_frame
from visualiser.trace.recording.reader import read_recording
from visualiser.trace.recording.sections import TAGS, TIME, WORKED_OUT
from visualiser.trace.recording.stores import snapshot_of
from visualiser.trace.recording.writer import write_recording

MAGIC = 8


def written(document) -> bytes:
    stream = io.BytesIO()
    write_recording(snapshot_of(document), stream)
    return stream.getvalue()


def read(data: bytes, progress=None):
    return read_recording(io.BytesIO(data), len(data), progress)


def frames(data: bytes) -> list[tuple[bytes, bytes]]:
    """Tag and payload of every frame."""
    stream = io.BytesIO(data)
    read_magic(stream)
    found = []
    while stream.tell() < len(data):
        frame = read_frame(stream, len(data))
        found.append((frame.tag, frame.payload))
    return found


def joined(some: list[tuple[bytes, bytes]], magic: bytes) -> bytes:
    """Frames as a file, with right checksums."""
    stream = io.BytesIO()
    stream.write(magic)
    for tag, payload in some:
        write_frame(stream, tag, payload)
    return stream.getvalue()


def borders(data: bytes) -> list[tuple[int, int, bytes]]:
    """Where each frame begins and ends in the file."""
    found, place = [], MAGIC
    for tag, payload in frames(data):
        found.append((place, place + HEADER_SIZE + len(payload), tag))
        place = found[-1][1]
    return found


def stretches(data: bytes) -> list[tuple[int, int]]:
    """Where each stretch of time begins in the file, and where the one after it, or the tail, does."""
    begins = [begin for begin, _, tag in borders(data) if tag == TIME]
    tail = next(begin for begin, _, tag in borders(data) if tag == TAGS[WORKED_OUT[0]])
    return [*pairwise([*begins, tail])]
