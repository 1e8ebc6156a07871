"""Files of every version of the format open for ever, and the format does not change unnoticed."""

from __future__ import annotations

import hashlib
import io
import json
import struct
from pathlib import Path

import pyarrow as pa
import pyarrow.ipc
import pytest

from tests.trace.made import made_document
from tests.trace.portrait import portrait
from tests.trace.recorded_bytes import frames, read, written
from visualiser.trace.recording.frames import VERSION

FOLDER = Path(__file__).with_name("recordings")
FILES = sorted(FOLDER.glob("version-*.cvrun"))
STORED = (
    "about",
    "outcome",
    "printed",
    "bookmarks",
    "names",
    "processes",
    "flows",
    "phases",
    "loads",
    "cores",
    "results",
)


def contents(document):
    """What is in a document, without what is worked out of it, as JSON has it; long lists as their checksum."""
    found = portrait(document)
    stored = {name: found[name] for name in STORED}
    tracks = [_track(track) for track in found["tracks"]]
    labels = {str(kind): rows for kind, rows in found["labels"].items()}
    rest = {name: found["run"][name] for name in ("start_ns", "now_ns", "end_ns", "errors", "dropped", "notes", "used")}
    locks = [found["locks"]["deadlocks"], *found["locks"]["rest"], found["locks"]["graphs"][-1]]
    plain = {**stored, "tracks": tracks, "labels": labels, "run": rest, "locks": locks, "counters": found["counters"]}
    return json.loads(json.dumps(plain, default=_plain))


def _track(track):
    lanes = {name: _summed(track[name]["spans"]) for name in ("lane", "second")}
    kept = ("id", "kind", "name", "pid", "tid", "start_ns", "end_ns", "parent", "marks")
    cores = None if track["cores"] is None else track["cores"][0]
    return {name: track[name] for name in kept} | lanes | {"log": cores}


def _summed(spans):
    t, state, ref, now, start = spans
    digest = hashlib.sha256(json.dumps([t, state, ref]).encode()).hexdigest()
    return {"spans": len(t), "first": [t[:3], state[:3], ref[:3]], "digest": digest, "now": now, "start": start}


def _plain(value):
    if isinstance(value, bytes):
        return value.hex()
    return [value.pid, value.label]  # a lock's name


def shape(data):
    """All that makes the format: frames, tables, columns, names and types of values; each once, in order."""
    found = [struct.unpack_from("<H", data, 6)[0]]
    for tag, payload in frames(data):
        table = pa.ipc.open_stream(io.BytesIO(payload)).read_all()
        fields = [(field.name, str(field.type), field.nullable) for field in table.schema]
        section = table.schema.metadata[b"section"].decode()
        values = []
        if section == "values":
            pairs = zip(table["name"].to_pylist(), table["json"].to_pylist(), strict=True)
            values = [(name, _type(json.loads(text))) for name, text in pairs]
        one = (tag.decode(), section, fields, values)
        if one not in found:
            found.append(one)
    return found


def _type(value):
    if isinstance(value, dict):
        return {name: _type(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_type(one) for one in value[:1]]
    return type(value).__name__


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_of_every_version_opens_with_all_that_is_in_it(file):
    assert contents(read(file.read_bytes())) == json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))


def test_every_version_has_its_file():
    assert [file.stem for file in FILES] == [f"version-{number}" for number in range(1, VERSION + 1)]
    assert all(file.stat().st_size < 100_000 for file in FILES)


def test_the_format_has_not_changed_without_a_new_version():
    """If this fails, raise ``frames.VERSION``, keep reading the old files, and write the golden file of the new one."""
    data = FILES[-1].read_bytes()
    assert shape(written(read(data))) == shape(data)


def test_what_makes_the_format_is_told_apart():
    data = written(made_document(spans=20))
    some = shape(data)
    assert some[0] == VERSION
    sections = {section for _, section, _, _ in some[1:]}
    assert {"values", "names", "tracks", "lanes", "second", "printed", "turns"} <= sections
    head = some[1]
    assert dict(head[3])["about"]["knobs"] == {"THREADS": "int", "USE": "bool", "GAP": "str", "SHARE": "float"}
