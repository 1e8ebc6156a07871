"""One table of a recording as one Arrow stream, and back; the only module that knows pyarrow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.ipc as ipc

from visualiser.trace.recording.description import Buffer, Description, Malformed, describe
from visualiser.trace.recording.errors import RecordingError
from visualiser.trace.recording.sections import SCHEMAS

Columns = Mapping[str, Any]  # name → numpy array (no gaps) or list
Table = dict[str, Any]
# What packs better than this is written as it is, so that a file's size bounds what it may become.
MOST_RATIO = 200
_LEVEL = 3
_WORTH_THREADS = 1 << 18  # bytes; below, waking threads takes longer than the work
_ZSTD = 1  # among Arrow's ways to pack
_AS_IT_IS = -1  # in place of the length of a packed buffer
_LENGTH = 8  # bytes of that length
_UNPACKER = pa.Codec("zstd")


def pack(section: str, columns: Columns) -> memoryview:
    """The table as an Arrow stream; raises RecordingError for a number that does not fit its column."""
    schema = _schema(section)
    try:
        arrays = [_array(columns[field.name], field) for field in schema]
    except (pa.ArrowInvalid, OverflowError) as error:
        raise RecordingError(f"The run cannot be saved: a number in its {section} is too large.") from error
    batch = pa.record_batch(arrays, schema=schema)
    packed = _stream(batch, pa.Codec("zstd", compression_level=_LEVEL))
    if batch.nbytes > MOST_RATIO * len(packed):
        packed = _stream(batch, None)
    return memoryview(packed)


def _array(values: Any, field: pa.Field) -> pa.Array:  # noqa: ANN401 - a column of any type
    if isinstance(values, np.ndarray):
        return pa.array(values).cast(field.type)
    if field.type == pa.string():
        values = [None if text is None else clean(text) for text in values]
    return pa.array(values, field.type)


def clean(text: str) -> str:
    """Text that UTF-8 can hold: halves of characters, as broken file names have, become what Python writes for them."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode()
    return text


def _stream(batch: pa.RecordBatch, codec: pa.Codec | None) -> pa.Buffer:
    sink = pa.BufferOutputStream()
    options = ipc.IpcWriteOptions(compression=codec, use_threads=batch.nbytes > _WORTH_THREADS)
    with ipc.new_stream(sink, batch.schema, options=options) as writer:
        writer.write_batch(batch)
    return sink.getvalue()


@cache
def _schema(section: str) -> pa.Schema:
    fields = [
        pa.field(name, pa.type_for_alias(kind.rstrip("?")), nullable=kind.endswith("?"))
        for name, kind in SCHEMAS[section].items()
    ]
    return pa.schema(fields, metadata={b"section": section.encode()})


def unpack(section: str, payload: bytes, budget: int) -> tuple[Table, int]:
    """The columns of that table, and the bytes they take.

    Columns of numbers are numpy arrays; those of text and those with gaps are lists. Raises RecordingError for what is
    no such table, and for what would take more than ``budget`` bytes.
    """
    try:
        batch = describe(memoryview(payload))
        size = sum(_size(batch, buffer) for buffer in batch.buffers)
        if size > budget:
            raise RecordingError("The recording is damaged: it claims to hold far more than fits into it.")
        return _table(section, batch), size
    except (Malformed, pa.ArrowException, OSError, UnicodeDecodeError, MemoryError) as error:
        raise RecordingError("The recording is damaged: one of its tables cannot be read.") from error


def _table(section: str, batch: Description) -> Table:
    schema = SCHEMAS[section]
    if len(batch.nulls) != len(schema) or batch.codec not in (None, _ZSTD):
        raise Malformed("the table has other columns, or is packed in another way")
    buffers = iter(batch.buffers)
    table = {
        name: _column(kind, batch, nulls, buffers)
        for (name, kind), nulls in zip(schema.items(), batch.nulls, strict=True)
    }
    if next(buffers, None) is not None:
        raise Malformed("the table has more than its columns")
    return table


def _column(kind: str, batch: Description, nulls: int, buffers: Iterator[Buffer]) -> Any:  # noqa: ANN401 - see unpack
    gaps = kind.endswith("?")
    if nulls and not gaps:
        raise Malformed("a number is missing")
    told = _unpacked(batch, buffers)
    valid = _bits(told, batch.rows) if nulls else None
    values = _values(kind.rstrip("?"), batch, buffers)
    if not gaps:
        return values
    plain = values.tolist() if isinstance(values, np.ndarray) else values
    return plain if valid is None else [value if here else None for value, here in zip(plain, valid, strict=True)]


def _values(kind: str, batch: Description, buffers: Iterator[Buffer]) -> Any:  # noqa: ANN401 - see unpack
    if kind == "string":
        offsets = _numbers(_unpacked(batch, buffers), "int32", batch.rows + 1 if batch.rows else 0)
        return _texts(offsets, _unpacked(batch, buffers))
    data = _unpacked(batch, buffers)
    return _bits(data, batch.rows) if kind == "bool" else _numbers(data, kind, batch.rows)


def _numbers(data: memoryview, kind: str, rows: int) -> npt.NDArray[Any]:
    if len(data) < rows * np.dtype(kind).itemsize:
        raise Malformed("a column is shorter than its table")
    return np.frombuffer(data, kind, rows)


def _bits(data: memoryview, rows: int) -> list[bool]:
    if len(data) < -(-rows // 8):
        raise Malformed("a column is shorter than its table")
    bits: list[bool] = np.unpackbits(np.frombuffer(data, np.uint8), count=rows, bitorder="little").astype(bool).tolist()
    return bits


def _texts(offsets: npt.NDArray[Any], data: memoryview) -> list[str]:
    if len(offsets) and (offsets[0] < 0 or offsets[-1] > len(data) or (offsets[1:] < offsets[:-1]).any()):
        raise Malformed("a text lies outside its column")
    cuts = offsets.tolist()
    return [str(data[begin:end], "utf-8") for begin, end in pairwise(cuts)]


def _size(batch: Description, buffer: Buffer) -> int:
    """Bytes of a buffer when it is unpacked."""
    if batch.codec is None or not buffer.length:
        return buffer.length
    if buffer.length < _LENGTH:
        raise Malformed("a packed buffer does not tell its length")
    told = int.from_bytes(batch.body[buffer.offset : buffer.offset + _LENGTH], "little", signed=True)
    if told < _AS_IT_IS:
        raise Malformed("a packed buffer has a negative length")
    return buffer.length - _LENGTH if told == _AS_IT_IS else told


def _unpacked(batch: Description, buffers: Iterator[Buffer]) -> memoryview:
    buffer = next(buffers, None)
    if buffer is None:
        raise Malformed("a column is missing")
    data = batch.body[buffer.offset : buffer.offset + buffer.length]
    if batch.codec is None or not buffer.length:
        return data
    size, data, as_it_is = _size(batch, buffer), data[_LENGTH:], data[:_LENGTH] == b"\xff" * _LENGTH
    if as_it_is or not size:
        return data[:size]
    return memoryview(_UNPACKER.decompress(pa.py_buffer(data), decompressed_size=size))
