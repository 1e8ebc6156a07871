"""How large an Arrow message becomes when it is unpacked, read from its description before anything is unpacked.

A buffer that is packed begins with its length when unpacked. Arrow believes that number and asks for the memory, so
that a few kilobytes of a made-up file could claim gigabytes. The description is a flatbuffer: tables that name the
places of their fields; https://flatbuffers.dev tells how, ``Message.fbs`` of Arrow which fields.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

_U16, _I32, _U32, _I64 = (struct.Struct(f"<{code}") for code in "HiIq")
_HEADER = 2  # of the fields of a Message: the RecordBatch
_BUFFERS, _COMPRESSION = 2, 3  # of the fields of a RecordBatch
_BUFFER_SIZE = 16
_UNPACKED = -1


def unpacked_size(metadata: bytes, body: memoryview) -> int:
    """Bytes that the buffers of a record batch take; raises ValueError for what is none.

    Args:
        metadata: the message's flatbuffer.
        body: the buffers.
    """
    try:
        batch = _reference(metadata, _field(metadata, _reference(metadata, 0), _HEADER))
        packed = _find(metadata, batch, _COMPRESSION) is not None
        return sum(_size(body, *place, packed) for place in _buffers(metadata, batch))
    except struct.error as error:
        raise ValueError("the description points outside itself") from error


def _size(body: memoryview, offset: int, length: int, packed: bool) -> int:
    if offset < 0 or length < 0 or offset + length > len(body):
        raise ValueError("a buffer lies outside its message")
    if not packed or not length:
        return length
    told = int(_I64.unpack_from(body, offset)[0])
    if told < _UNPACKED:
        raise ValueError("a buffer has a negative length")
    return length - _I64.size if told == _UNPACKED else told


def _buffers(metadata: bytes, batch: int) -> Iterator[tuple[int, int]]:
    """Offset and length of every buffer in the body."""
    first = _reference(metadata, _field(metadata, batch, _BUFFERS))
    count = _U32.unpack_from(metadata, first)[0]
    if count > (len(metadata) - first) // _BUFFER_SIZE:
        raise ValueError("more buffers than the description has room for")
    for number in range(count):
        place = first + _U32.size + number * _BUFFER_SIZE
        yield _I64.unpack_from(metadata, place)[0], _I64.unpack_from(metadata, place + _I64.size)[0]


def _reference(data: bytes, place: int) -> int:
    """Where what is referred to at ``place`` lies."""
    return place + int(_U32.unpack_from(data, place)[0])


def _field(data: bytes, table: int, number: int) -> int:
    """The place of a field of a table; raises ValueError where it has none."""
    place = _find(data, table, number)
    if place is None:
        raise ValueError("a table lacks a field")
    return place


def _find(data: bytes, table: int, number: int) -> int | None:
    vtable = table - int(_I32.unpack_from(data, table)[0])
    if vtable < 0:
        raise ValueError("a table lies outside the description")
    entry = vtable + 4 + 2 * number
    if entry + 2 > vtable + int(_U16.unpack_from(data, vtable)[0]):
        return None
    offset = int(_U16.unpack_from(data, entry)[0])
    return table + offset if offset else None
