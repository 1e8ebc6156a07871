"""Saves and restores what passed between tracks and what they worked on: flows, labels, counters, phases."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualiser.trace.counters import Counter, FrameTime
from visualiser.trace.document import Document
from visualiser.trace.flows import FlowKind
from visualiser.trace.recording.errors import NEWER, RecordingError
from visualiser.trace.recording.recorded import Piece, Recorded, by_owner, check_below, check_finite, check_times
from visualiser.trace.recording.snapshot import Snapshot, Timed, in_order
from visualiser.trace.run import Run

_OF_FLOW = ("t0", "t1", "source", "target", "flow", "name")
_QUEUE, _FRAMES = "queue", "frames"


def keep_passing(document: Document, snapshot: Snapshot) -> None:
    """Flows, submissions, labels, counters and phases."""
    run = document.run
    snapshot.head["flow_kinds"] = [kind.value for kind in FlowKind]
    for number, kind in enumerate(FlowKind):
        flows = run.flows.pairs(kind)
        columns = {name: getattr(flows, name) for name in _OF_FLOW}
        rows = in_order("flows", np.maximum(flows.t0, flows.t1), columns)
        snapshot.timed.append(Timed("flows", rows.when, {"kind": np.uint8(number), **rows.columns}))
    submissions = run.flows.submissions()
    snapshot.timed.append(in_order("submissions", submissions["t"], submissions))
    for kind_number, labels in run.labels.by_kind.items():
        names = ("t0", "t1", "track", "value", "name")
        rows = in_order("labels", labels.t0.view, {name: getattr(labels, name).view for name in names})
        snapshot.timed.append(Timed("labels", rows.when, {"kind": np.uint8(kind_number), **rows.columns}))
    headings = np.array(run.phases.headings, np.int64).reshape(-1, 2)
    phases = {"t": headings[:, 0], "name": headings[:, 1]}
    snapshot.timed.append(Timed("phases", headings[:, 0], phases))
    snapshot.head["phases_end_ns"] = run.phases.end
    _keep_counters(run, snapshot)


def _keep_counters(run: Run, snapshot: Snapshot) -> None:
    counters = run.counters.all
    snapshot.numbered["counters"] = {
        "kind": [_FRAMES if isinstance(one, FrameTime) else _QUEUE for one in counters],
        "name": [one.name for one in counters],
        "unit": [one.unit for one in counters],
        "track": [None if one.track is None else one.track.id for one in counters],
    }
    for number, counter in enumerate(counters):
        rows = in_order("changes", counter.t, counter.changes)
        snapshot.timed.append(Timed("changes", rows.when, {"counter": np.uint32(number), **rows.columns}))


def restore_passing(recorded: Recorded, document: Document) -> None:
    """The same from a file."""
    run = document.run
    _restore_flows(recorded, run)
    _restore_labels(recorded, run)
    phases = recorded.table("phases")
    check_times(phases["t"])
    check_below(phases["name"], len(run.names), "name")
    end = recorded.head.count_or_none("phases_end_ns")
    headings = list(zip(phases["t"].tolist(), phases["name"].tolist(), strict=True))
    run.phases.restore(headings, None if end is None else min(end, recorded.until))
    _restore_counters(recorded, run)


def _restore_flows(recorded: Recorded, run: Run) -> None:
    flows, kinds = recorded.table("flows"), recorded.head.texts("flow_kinds")
    if not set(kinds) <= {kind.value for kind in FlowKind}:
        raise RecordingError(f"The recording was {NEWER}: it has arrows that this one does not know.")
    check_times(flows["t0"], flows["t1"])
    check_below(flows["kind"], len(kinds), "kind of flow")
    for end in ("source", "target"):
        check_below(flows[end], len(run.tracks), "track")
    check_below(flows["name"], len(run.names), "name")
    for number, kind in enumerate(kinds):
        some = flows["kind"] == number
        if some.any():
            run.flows.restore(FlowKind(kind), {name: flows[name][some] for name in _OF_FLOW})
    submissions = recorded.table("submissions")
    check_times(submissions["t"])
    run.flows.restore_submissions(submissions["flow"], submissions["t"])


def _restore_labels(recorded: Recorded, run: Run) -> None:
    rows = recorded.table("labels")
    check_times(rows["t0"], rows["t1"])
    check_below(rows["track"], len(run.tracks), "track")
    check_below(rows["name"], len(run.names), "name")
    if not np.isin(rows["kind"], [*run.labels.by_kind]).all():
        raise RecordingError("The recording is damaged: a label is of no known kind.")
    rows["t1"] = np.where(rows["t1"] > recorded.until, 0, rows["t1"])  # it went on when the file was cut off
    for kind, labels in run.labels.by_kind.items():
        some = rows["kind"] == kind
        labels.restore({name: column[some] for name, column in rows.items()})


def _restore_counters(recorded: Recorded, run: Run) -> None:
    counters = [_counter(row, run) for row in recorded.objects("counters")]
    changes = by_owner(recorded.pieces("changes"), "counter", len(counters), "counter")
    for number, pieces in changes.items():
        counters[number].restore(_checked(pieces))


def _checked(pieces: list[Piece]) -> Piece:
    changes = {name: np.concatenate([piece[name] for piece in pieces]) for name in ("t", "rank", "step")}
    check_times(changes["t"])
    check_finite(changes["step"])
    return changes


def _counter(row: dict[str, Any], run: Run) -> Counter:
    track = row["track"]
    if row["kind"] == _QUEUE:
        return run.counters.restore_queue(row["name"])
    if row["kind"] != _FRAMES or track is None or track >= len(run.tracks):
        raise RecordingError("The recording is damaged: a counter is of no known kind.")
    return run.counters.restore_window(run.tracks[track])
