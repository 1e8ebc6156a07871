"""Saves and restores who took part in a run: its names, processes and tracks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from visualiser.trace.document import Document
from visualiser.trace.names import Name
from visualiser.trace.process import Process
from visualiser.trace.recording.errors import RecordingError
from visualiser.trace.recording.json_values import MOST_NS
from visualiser.trace.recording.recorded import LATEST, Recorded
from visualiser.trace.recording.snapshot import Snapshot
from visualiser.trace.run import Run
from visualiser.trace.track import TrackKind

_KINDS = frozenset(get_args(TrackKind))
_OF_PROCESS = ("pid", "name", "how", "python", "gil", "ready_ns", "exit_code")
_OF_TRACK = ("kind", "name", "pid", "tid", "start_ns", "end_ns")


def keep_people(document: Document, snapshot: Snapshot) -> None:
    """Names, processes and tracks, in the order of their numbers."""
    run = document.run
    names = [run.names[number] for number in range(len(run.names))]
    snapshot.numbered["names"] = _columns(names, ("label", "file", "line"))
    processes = list(run.processes.values())
    mains = [None if one.main_track is None else one.main_track.id for one in processes]
    snapshot.numbered["processes"] = {**_columns(processes, _OF_PROCESS), "main_track": mains}
    tracks = list(run.tracks)
    snapshot.numbered["tracks"] = {
        **_columns(tracks, _OF_TRACK),
        "parent": [None if one.parent is None else one.parent.id for one in tracks],
        "lane_end": [one.lane.now for one in tracks],
        "second_end": [one.second.now for one in tracks],
    }


def _columns(objects: list[Any], names: tuple[str, ...]) -> dict[str, list[Any]]:
    return {name: [getattr(one, name) for one in objects] for name in names}


def restore_people(recorded: Recorded, document: Document) -> dict[str, list[int]]:
    """The same from a file; returns when the lanes of every track end, ns: ``lane_end`` and ``second_end``."""
    run = document.run
    names = [Name(**row) for row in recorded.objects("names")]
    if not names or names[0] != Name():
        raise RecordingError("The recording is damaged: it has no names.")
    run.names.restore(names)
    ends: dict[str, list[int]] = {"lane_end": [], "second_end": []}
    rows = list(recorded.objects("tracks"))
    known = recorded.named_tracks
    while len(rows) > known and rows[-1]["start_ns"] >= recorded.until:
        rows.pop()  # it began after the file was cut off
    for row in rows:
        _restore_track(row, run, recorded.until)
        for name, column in ends.items():
            column.append(min(_time(row, name), recorded.until))
    for row in recorded.objects("processes"):
        _restore_process(row, run, recorded.until != LATEST)
    for track in run.tracks:
        if track.kind == "process" and track.pid not in run.processes:
            raise RecordingError("The recording is damaged: a track is of a process that there is not.")
    return ends


def _restore_track(row: Mapping[str, Any], run: Run, until: int) -> None:
    kind, parent = row["kind"], row["parent"]
    if kind not in _KINDS or (parent is not None and parent >= len(run.tracks)):
        raise RecordingError("The recording is damaged: one of its tracks is of no known kind.")
    above = None if parent is None else run.tracks[parent]
    track = run.add_track(kind, row["name"], row["pid"], row["tid"], above)
    track.start_ns = _time(row, "start_ns")
    if row["end_ns"] is not None and _time(row, "end_ns") <= until:
        track.end_ns = row["end_ns"]


def _restore_process(row: Mapping[str, Any], run: Run, cut_off: bool) -> None:
    process = run.processes[row["pid"]] = Process(row["pid"])
    for name in _OF_PROCESS:
        setattr(process, name, row[name])
    if row["ready_ns"] is not None:
        _time(row, "ready_ns")
    main = row["main_track"]
    if main is not None and main >= len(run.tracks) and cut_off:
        main = None
    elif main is not None and main >= len(run.tracks):
        raise RecordingError("The recording is damaged: a process names a track that there is not.")
    process.main_track = None if main is None else run.tracks[main]


def _time(row: Mapping[str, Any], name: str) -> int:
    when = int(row[name])
    if not 0 <= when < MOST_NS:
        raise RecordingError("The recording is damaged: a time in it is impossible.")
    return when
