"""Writes a document as a recording: head, stretches of time one after the other, what was worked out, end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, BinaryIO

import numpy as np

from visualiser.trace.recording import arrow
from visualiser.trace.recording.errors import Progress, advance
from visualiser.trace.recording.frames import write_frame, write_magic
from visualiser.trace.recording.json_values import to_json
from visualiser.trace.recording.sections import END, HEAD, NUMBERED, TAGS, TIME, TIMED, VALUES
from visualiser.trace.recording.snapshot import Columns, Snapshot, Timed

# Rows in a stretch of time: so few that little is lost where a file is cut off, so many that they pack well.
_FEWEST_ROWS, _MOST_ROWS, _STRETCHES = 2048, 262_144, 32
_LOOKED_AT = 64  # moments of each stretch that its edges are chosen from


def write_recording(snapshot: Snapshot, stream: BinaryIO, progress: Progress | None = None) -> None:
    """Write it all, from the present place of a stream on; raises Cancelled, RecordingError or OSError."""
    advance(progress, 0.0)
    edges = _edges(snapshot.timed)
    write_magic(stream)
    write_frame(stream, HEAD, pack_values({**snapshot.head, "stretches": len(edges) + 1}))
    for section in NUMBERED:
        write_frame(stream, TAGS[section], arrow.pack(section, snapshot.numbered[section]))
    for number, (begin, end) in enumerate(pairwise([None, *edges, None])):
        _write_stretch(snapshot, stream, begin, end)
        advance(progress, (number + 1) / (len(edges) + 2))
    for section, columns in snapshot.worked_out.items():
        write_frame(stream, TAGS[section], arrow.pack(section, columns))
    write_frame(stream, END, pack_values(snapshot.end))
    advance(progress, 1.0)


def pack_values(values: Mapping[str, Any]) -> memoryview:
    """Values by name as a table of names and JSON."""
    columns = {"name": list(values), "json": [to_json(value) for value in values.values()]}
    return arrow.pack(VALUES, columns)


def _write_stretch(snapshot: Snapshot, stream: BinaryIO, begin: int | None, end: int | None) -> None:
    tables = [*_tables(snapshot.timed, begin, end)]
    until = snapshot.now_ns if end is None else end
    write_frame(stream, TIME, pack_values({"tables": len(tables), "until_ns": until}))
    for section, columns in tables:
        write_frame(stream, TAGS[section], arrow.pack(section, columns))


def _tables(timed: list[Timed], begin: int | None, end: int | None) -> Iterator[tuple[str, Columns]]:
    """The rows of every section that has any in [begin, end)."""
    for section in TIMED:
        parts = [rows.between(begin, end) for rows in timed if rows.section == section]
        parts = [part for part in parts if len(next(iter(part.values())))]
        if parts:
            yield section, {name: _joined([part[name] for part in parts]) for name in parts[0]}


def _joined(columns: list[Any]) -> Any:  # noqa: ANN401 - a column of any type
    if isinstance(columns[0], np.ndarray):
        return columns[0] if len(columns) == 1 else np.concatenate(columns)
    return [value for column in columns for value in column]


def _edges(timed: list[Timed]) -> list[int]:
    """Where one stretch of time ends and the next begins, ns, so that all have about as many rows."""
    rows = sum(len(some.when) for some in timed)
    each = min(max(rows // _STRETCHES, _FEWEST_ROWS), _MOST_ROWS)
    stretches = -(-rows // each)
    if stretches < 2:
        return []
    step = max(each // _LOOKED_AT, 1)
    moments = np.sort(np.concatenate([some.when[step // 2 :: step] for some in timed]))
    chosen = moments[np.arange(1, stretches) * len(moments) // stretches]
    return [*dict.fromkeys(chosen.tolist())]
