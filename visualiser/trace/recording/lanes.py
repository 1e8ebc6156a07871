"""Saves and restores what is on the tracks: their states, as both sources tell them, and their marks."""

from __future__ import annotations

import numpy as np

from visualiser.lab.layout import Kind
from visualiser.trace.document import Document
from visualiser.trace.lane import Codes, Lane
from visualiser.trace.recording.errors import NEWER, RecordingError
from visualiser.trace.recording.recorded import (
    Piece,
    Recorded,
    by_owner,
    check_ascending,
    check_below,
    check_times,
    joined,
)
from visualiser.trace.recording.snapshot import Snapshot, Timed, in_order
from visualiser.trace.states import State
from visualiser.trace.track import Track

_KINDS = 256  # of marks


def keep_lanes(document: Document, snapshot: Snapshot) -> None:
    """The states of all tracks and their marks; lanes are not copied, for they only grow."""
    snapshot.head["states"] = [state.name for state in State]
    snapshot.head["kinds"] = {str(int(kind)): kind.name for kind in Kind}  # for other readers; they never change
    for track in document.run.tracks:
        number = np.uint32(track.id)
        for section, lane in (("lanes", track.lane), ("second", track.second)):
            if len(lane):
                columns = {"track": number, "t": lane.t, "state": lane.state, "ref": lane.ref}
                in_time = (lane.t[1:] >= lane.t[:-1]).all()
                snapshot.timed.append((Timed if in_time else in_order)(section, lane.t, columns))
        marks, when = track.marks, track.marks.t.view
        if len(when):
            told = {"t": when, "kind": marks.kind.view, "name": marks.name.view}
            rows = in_order("marks", when, told)
            snapshot.timed.append(Timed("marks", rows.when, {"track": number, **rows.columns}))


def restore_lanes(recorded: Recorded, document: Document, ends: dict[str, list[int]]) -> None:
    """The same from a file; ``ends``: see restore_people."""
    tracks, names = document.run.tracks, len(document.run.names)
    states = _states(recorded.head.texts("states"))
    for section, end in (("lanes", "lane_end"), ("second", "second_end")):
        found = by_owner(recorded.pieces(section), "track", len(tracks), "track")
        for number in sorted(found):
            track = tracks[number]
            lane = track.lane if section == "lanes" else track.second
            _fill(lane, found.pop(number), ends[end][number], names, states)
    for number, pieces in by_owner(recorded.pieces("marks"), "track", len(tracks), "track").items():
        _mark(tracks[number], pieces, names)


def _states(names: list[str]) -> Codes:
    """Our number of every state of the file."""
    if not set(names) <= set(State.__members__):
        raise RecordingError(f"The recording was {NEWER}: it has states that this one does not know.")
    return np.array([State[name] for name in names], np.uint8)


def _fill(lane: Lane, pieces: list[Piece], end: int, names: int, states: Codes) -> None:
    t, state, ref = (joined(pieces, name) for name in ("t", "state", "ref"))
    check_ascending(t, "spans")
    check_below(state, len(states), "state")
    check_below(ref, names, "name")
    if int(t[-1]) > end:
        raise RecordingError("The recording is damaged: a span begins after the end of its lane.")
    lane.append(t, states[state], ref, end)


def _mark(track: Track, pieces: list[Piece], names: int) -> None:
    t, kind, name = (joined(pieces, column) for column in ("t", "kind", "name"))
    check_times(t)
    check_below(kind, _KINDS, "kind of mark")
    check_below(name, names, "name")
    track.marks.t.append(t)
    track.marks.kind.append(kind)
    track.marks.name.append(name)
