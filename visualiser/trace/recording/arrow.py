"""One table of a recording as one Arrow stream, and back; the only module that knows pyarrow."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.ipc as ipc

from visualiser.trace.recording.errors import RecordingError
from visualiser.trace.recording.sections import SCHEMAS
from visualiser.trace.recording.sizes import unpacked_size

Columns = Mapping[str, Any]  # name → numpy array (no gaps) or list
Table = dict[str, Any]
# What packs better than this is written as it is, so that a file's size bounds what it may become.
MOST_RATIO = 200
_SECTION = b"section"
_LEVEL = 3
_TYPES = {
    "string": pa.string(),
    "bool": pa.bool_(),
    "uint8": pa.uint8(),
    "uint16": pa.uint16(),
    "uint32": pa.uint32(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "float32": pa.float32(),
    "float64": pa.float64(),
}


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


def unpack(payload: bytes, budget: int) -> tuple[str, Table, int]:
    """The name of the section, its columns and the bytes they take.

    Columns of numbers are numpy arrays; those of text and those with gaps are lists. Raises RecordingError for what is
    no such table, and for what would take more than ``budget`` bytes.
    """
    try:
        section, batch, size = _read(payload, budget)
        batch.validate(full=True)
        return section, {field.name: _values(batch, field) for field in batch.schema}, size
    except (pa.ArrowException, ValueError, OSError, NotImplementedError, KeyError, MemoryError) as error:
        if isinstance(error, RecordingError):
            raise
        raise RecordingError("The recording is damaged: one of its tables cannot be read.") from error


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
    with ipc.new_stream(sink, batch.schema, options=ipc.IpcWriteOptions(compression=codec)) as writer:
        writer.write_batch(batch)
    return sink.getvalue()


def _read(payload: bytes, budget: int) -> tuple[str, pa.RecordBatch, int]:
    messages = ipc.MessageReader.open_stream(pa.BufferReader(payload))
    schema = ipc.read_schema(messages.read_next_message())
    section = (schema.metadata or {}).get(_SECTION, b"").decode()
    if section not in SCHEMAS or not schema.equals(_schema(section), check_metadata=True):
        raise RecordingError("The recording is damaged: it has a table that this version does not know.")
    message = messages.read_next_message()
    if message.type != "record batch":
        raise RecordingError("The recording is damaged: a table has no rows.")
    return section, *_read_batch(message, schema, budget)


def _read_batch(message: ipc.Message, schema: pa.Schema, budget: int) -> tuple[pa.RecordBatch, int]:
    metadata, body = message.metadata.to_pybytes(), memoryview(message.body or b"")
    size = unpacked_size(metadata, body)
    if size > budget:
        raise RecordingError("The recording is damaged: it claims to hold far more than fits into it.")
    return ipc.read_record_batch(message, schema), size


def _values(batch: pa.RecordBatch, field: pa.Field) -> Any:  # noqa: ANN401 - see unpack
    column = batch.column(field.name)
    if not field.nullable and column.null_count:
        raise RecordingError("The recording is damaged: a number is missing.")
    if field.nullable or field.type in (pa.string(), pa.bool_()):
        return column.to_pylist()
    return column.to_numpy()


@cache
def _schema(section: str) -> pa.Schema:
    fields = [
        pa.field(name, _TYPES[kind.rstrip("?")], nullable=kind.endswith("?")) for name, kind in SCHEMAS[section].items()
    ]
    return pa.schema(fields, metadata={_SECTION: section.encode()})
