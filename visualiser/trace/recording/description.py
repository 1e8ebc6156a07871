"""Reads the description of one record batch out of an Arrow stream, without believing any of it.

Arrow's own reader trusts the description: a flipped bit in a file can end the process. A file may come from anybody, so
this is read here, place by place, and what points outside is refused. The description is a flatbuffer: tables that name
the places of their fields; https://flatbuffers.dev tells how, ``Message.fbs`` of Arrow which fields.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

_U8, _U16, _I32, _U32, _I64 = (struct.Struct(f"<{code}") for code in "BHiIq")
_MARK = 0xFFFFFFFF  # before every message
_PREFIX = 8  # the mark and the length of the description
_HEADER_TYPE, _HEADER = 1, 2  # of the fields of a Message
_SCHEMA, _RECORD_BATCH = 1, 3  # types of headers
_LENGTH, _NODES, _BUFFERS, _COMPRESSION = 0, 1, 2, 3  # of the fields of a RecordBatch
_CODEC = 0  # of the fields of a BodyCompression
_PAIR = 16  # bytes of two numbers, as nodes and buffers are


class Malformed(ValueError):
    """What was read is no stream with one record batch."""


class Buffer(NamedTuple):
    """One buffer in the body of the batch."""

    offset: int
    length: int


class Description(NamedTuple):
    """What a record batch says of itself.

    Attributes:
        rows: of every column.
        nulls: gaps in each column.
        buffers: two or three a column, as the types say; within ``body``.
        codec: number of the way they are packed, None if they are not.
        body: the bytes the buffers lie in.
    """

    rows: int
    nulls: list[int]
    buffers: list[Buffer]
    codec: int | None
    body: memoryview


def describe(stream: memoryview) -> Description:
    """The record batch of a stream that has a schema and one batch; raises Malformed.

    The schema itself is for other readers: ours is known by the section.
    """
    try:
        schema, place = _message(stream, 0)
        if _header(schema, _SCHEMA) is None:
            raise Malformed("the stream does not begin with a schema")
        batch, place = _message(stream, place)
        return _batch(batch, stream[place:])
    except struct.error as error:
        raise Malformed("the description points outside itself") from error


def _message(stream: memoryview, place: int) -> tuple[memoryview, int]:
    """The description of the message at ``place``, and where its body begins."""
    mark, length = _U32.unpack_from(stream, place)[0], _I32.unpack_from(stream, place + 4)[0]
    begin = place + _PREFIX
    if mark != _MARK or not 0 < length <= len(stream) - begin:
        raise Malformed("a message is longer than its stream")
    return stream[begin : begin + length], begin + length


def _batch(data: memoryview, body: memoryview) -> Description:
    batch = _header(data, _RECORD_BATCH)
    if batch is None:
        raise Malformed("there is no record batch")
    rows = int(_I64.unpack_from(data, _need(data, batch, _LENGTH))[0]) if _field(data, batch, _LENGTH) else 0
    nodes = _pairs(data, batch, _NODES)
    if rows < 0 or any(length != rows or not 0 <= nulls <= rows for length, nulls in nodes):
        raise Malformed("the columns do not have as many rows as the batch")
    buffers = [Buffer(*pair) for pair in _pairs(data, batch, _BUFFERS)]
    if any(offset < 0 or length < 0 or offset + length > len(body) for offset, length in buffers):
        raise Malformed("a buffer lies outside its message")
    return Description(rows, [nulls for _, nulls in nodes], buffers, _codec(data, batch), body)


def _header(data: memoryview, kind: int) -> int | None:
    """The place of a message's header if it is of that kind."""
    message = _reference(data, 0)
    if int(_U8.unpack_from(data, _need(data, message, _HEADER_TYPE))[0]) != kind:
        return None
    return _reference(data, _need(data, message, _HEADER))


def _codec(data: memoryview, batch: int) -> int | None:
    place = _field(data, batch, _COMPRESSION)
    if place is None:
        return None
    codec = _field(data, _reference(data, place), _CODEC)
    return 0 if codec is None else int(_U8.unpack_from(data, codec)[0])


def _pairs(data: memoryview, table: int, field: int) -> list[tuple[int, int]]:
    first = _reference(data, _need(data, table, field))
    count = int(_U32.unpack_from(data, first)[0])
    if count > (len(data) - first) // _PAIR:
        raise Malformed("a list is longer than its description")
    places = range(first + 4, first + 4 + count * _PAIR, _PAIR)
    return [(int(_I64.unpack_from(data, at)[0]), int(_I64.unpack_from(data, at + 8)[0])) for at in places]


def _reference(data: memoryview, place: int) -> int:
    """Where what is referred to at ``place`` lies."""
    return place + int(_U32.unpack_from(data, place)[0])


def _need(data: memoryview, table: int, number: int) -> int:
    place = _field(data, table, number)
    if place is None:
        raise Malformed("a table lacks a field")
    return place


def _field(data: memoryview, table: int, number: int) -> int | None:
    """The place of a field of a table, None where it has none."""
    vtable = table - int(_I32.unpack_from(data, table)[0])
    entry = vtable + 4 + 2 * number
    if vtable < 0:
        raise Malformed("a table lies outside the description")
    if entry + 2 > vtable + int(_U16.unpack_from(data, vtable)[0]):
        return None
    offset = int(_U16.unpack_from(data, entry)[0])
    return table + offset if offset else None
