"""The frame around every piece of a recording: its tag, its length, a checksum; knows nothing of what is in it."""

from __future__ import annotations

import struct
import zlib
from typing import BinaryIO, NamedTuple

from visualiser.trace.recording.errors import NEWER, RecordingError

VERSION = 1
_NAME = b"\x93CVRUN"
_MAGIC = struct.Struct("<6sH")
_HEADER = struct.Struct("<4sQ")
_CRC = struct.Struct("<I")
HEADER_SIZE = _HEADER.size + _CRC.size
_BITS = 0xFFFFFFFF


class Frame(NamedTuple):
    """One frame; ``tag`` says what is in it, ``begin`` is its place in the file, in bytes."""

    tag: bytes
    payload: bytes
    begin: int


class Flaw(NamedTuple):
    """Why reading stopped before the end: the file is cut off there, or not what was written (damaged)."""

    damaged: bool


def write_magic(stream: BinaryIO) -> None:
    """Begin a file."""
    stream.write(_MAGIC.pack(_NAME, VERSION))


def write_frame(stream: BinaryIO, tag: bytes, payload: bytes | memoryview) -> None:
    """Write one frame at the present place; ``tag``: four bytes."""
    header = _HEADER.pack(tag, len(payload))
    stream.write(header)
    stream.write(_CRC.pack(zlib.crc32(payload, zlib.crc32(header)) & _BITS))
    stream.write(payload)


def read_magic(stream: BinaryIO) -> None:
    """Check the first bytes; raises RecordingError for what is no recording, and for one of a newer version."""
    start = stream.read(_MAGIC.size)
    if not start:
        raise RecordingError("The file is empty.")
    if start[: len(_NAME)] != _NAME[: len(start)]:
        raise RecordingError("The file is not a recording of the Concurrency Visualiser.")
    if len(start) < _MAGIC.size:
        raise RecordingError("The recording is cut off before the run begins, so nothing of it can be shown.")
    version = _MAGIC.unpack(start)[1]
    if version > VERSION:
        raise RecordingError(f"The recording was {NEWER} (format {version}; this one reads up to {VERSION}).")
    if version < 1:
        raise RecordingError("The recording is damaged: its format has no number.")


def read_frame(stream: BinaryIO, size: int) -> Frame | Flaw:
    """The frame at the present place of a file of ``size`` bytes, or why there is none."""
    begin = stream.tell()
    header = stream.read(HEADER_SIZE)
    if len(header) < HEADER_SIZE:
        return Flaw(damaged=False)
    tag, length = _HEADER.unpack(header[: _HEADER.size])
    if length > size - begin - HEADER_SIZE:
        return Flaw(damaged=False)
    payload = stream.read(length)
    if len(payload) < length:  # the file has become shorter meanwhile
        return Flaw(damaged=False)
    told = _CRC.unpack(header[_HEADER.size :])[0]
    if zlib.crc32(payload, zlib.crc32(header[: _HEADER.size])) & _BITS != told:
        return Flaw(damaged=True)
    return Frame(tag, payload, begin)
