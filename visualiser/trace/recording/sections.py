"""The tables of a recording: the columns of each, with their types in Arrow's words; ``?`` is a column with gaps.

Whoever changes anything here changes the format: that needs a new ``frames.VERSION`` and a way to read the old one.
"""

from __future__ import annotations

VALUES = "values"  # names, and what each is as JSON; in the head, before every stretch of time, and at the end

Schema = dict[str, str]

_NUMBERED: dict[str, Schema] = {  # described in the head, one row each, numbered from 0
    "names": {"label": "string", "file": "string?", "line": "int32?"},
    "processes": {
        "pid": "int64",
        "name": "string",
        "how": "string",
        "python": "string",
        "gil": "bool",
        "ready_ns": "int64?",
        "exit_code": "int32?",
        "main_track": "uint32?",
    },
    "tracks": {
        "kind": "string",
        "name": "string",
        "pid": "int64",
        "tid": "int64",
        "start_ns": "int64",
        "end_ns": "int64?",
        "parent": "uint32?",
        "lane_end": "int64",
        "second_end": "int64",
    },
    "locks": {"pid": "int64", "label": "string"},
    "core_logs": {"tid": "int64"},
    "counters": {"kind": "string", "name": "string", "unit": "string", "track": "uint32?"},
}
_TIMED: dict[str, Schema] = {  # many rows, cut into stretches of time
    "lanes": {"track": "uint32", "t": "int64", "state": "uint8", "ref": "uint32"},
    "second": {"track": "uint32", "t": "int64", "state": "uint8", "ref": "uint32"},
    "marks": {"track": "uint32", "t": "int64", "kind": "uint16", "name": "uint32"},
    "flows": {
        "kind": "uint8",
        "t0": "int64",
        "t1": "int64",
        "source": "uint32",
        "target": "uint32",
        "flow": "int64",
        "name": "uint32",
    },
    "submissions": {"flow": "int64", "t": "int64"},
    "labels": {
        "kind": "uint8",
        "t0": "int64",
        "t1": "int64",
        "track": "uint32",
        "value": "int64",
        "name": "uint32",
    },
    "changes": {"counter": "uint32", "t": "int64", "rank": "int64", "step": "float64"},
    "loads": {"t": "int64", "core": "uint16", "percent": "float32", "ours": "float32"},
    "cores": {"log": "uint32", "t": "int64", "core": "uint16"},
    "lock_waits": {"track": "uint32", "t0": "int64", "t1": "int64", "lock": "uint32"},
    "lock_owners": {"lock": "uint32", "t": "int64", "track": "int64"},
    "phases": {"t": "int64", "name": "uint32"},
    "printed": {"t": "int64", "stream": "string", "text": "string"},
}
_WORKED_OUT: dict[str, Schema] = {  # so that opening need not do it again
    "running": {
        "phase": "int64?",
        "every": "int64",
        "some": "int64",
        "workers": "int64",
        "two": "int64",
        "two_of_one": "int64",
    },
    "turns": {"pid": "int64", "resume": "int64", "reach": "int64", "last": "int64", "handovers": "int64"},
    "turn_lengths": {"pid": "int64", "length": "int64"},
}
NUMBERED, TIMED, WORKED_OUT = tuple(_NUMBERED), tuple(_TIMED), tuple(_WORKED_OUT)
SCHEMAS: dict[str, Schema] = {VALUES: {"name": "string", "json": "string"}, **_NUMBERED, **_TIMED, **_WORKED_OUT}

# Tags of the frames: values of the run as a whole, of a stretch of time that begins, of its end; tables.
HEAD, TIME, END = b"head", b"time", b"end."
TAGS = {
    "names": b"name",
    "processes": b"proc",
    "tracks": b"trak",
    "locks": b"lock",
    "core_logs": b"clog",
    "counters": b"cntr",
    "lanes": b"lane",
    "second": b"lan2",
    "marks": b"mark",
    "flows": b"flow",
    "submissions": b"subm",
    "labels": b"labl",
    "changes": b"chng",
    "loads": b"load",
    "cores": b"core",
    "lock_waits": b"wait",
    "lock_owners": b"ownr",
    "phases": b"phas",
    "printed": b"prnt",
    "running": b"rung",
    "turns": b"turn",
    "turn_lengths": b"tlen",
}
SECTION_OF = {tag: section for section, tag in TAGS.items()} | dict.fromkeys((HEAD, TIME, END), VALUES)
