"""The flows of a run as events of a Chrome trace, each end where viewers find the span it belongs to.

Viewers draw no flow from an end that lies in no span, and none that ends before it begins. So an end outside its
track's life is moved to the nearest span, and a source recorded later than its target (a put is known only when it is
over) to the time of the target; ``at_us`` then tells the true time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np

from visualiser.trace.exchange.chrome_places import Places
from visualiser.trace.exchange.micros import Micros
from visualiser.trace.flows import FlowArrays, FlowKind
from visualiser.trace.lane import Times
from visualiser.trace.run import Run
from visualiser.trace.states import State
from visualiser.trace.track import Track


def flow_events(run: Run, places: Places, micros: Micros) -> Iterator[str]:
    """All flows: an instant to hold each end where no mark does, then the begin (``s``) and the end (``f``)."""
    number = 0
    for kind in FlowKind:
        flows = run.flows.pairs(kind)
        if len(flows):
            begins, ends = _anchored(run, flows)
            for row in range(len(flows)):
                number += 1
                yield from _flow(run, places, micros, flows, row, number, (int(begins[row]), int(ends[row])))


def _flow(
    run: Run, places: Places, micros: Micros, flows: FlowArrays, row: int, number: int, at: tuple[int, int]
) -> Iterator[str]:
    label = run.names[int(flows.name[row])].label
    what = f'"cat":"{flows.kind.value}","name":{json.dumps(label or flows.kind.value)}'
    truth = (int(flows.t0[row]), int(flows.t1[row]))
    for phase, track, when, true in zip("sf", (flows.source[row], flows.target[row]), at, truth, strict=True):
        place = places[int(track)]
        where = f'"pid":{place.pid},"tid":{place.tid},"ts":{micros(when)}'
        args = f'"flow":{int(flows.flow[row])}' + (f',"at_us":{micros(true)}' if true != when else "")
        args += f',"label":{json.dumps(label)}' if phase == "s" else ""
        if not _has_mark(run.tracks[int(track)], when):
            yield f'{{"ph":"i","s":"t","cat":"flow","name":"{"begin" if phase == "s" else "end"} of flow",{where}}}'
        bound = '"bp":"e",' if phase == "f" else ""
        yield f'{{"ph":"{phase}",{what},"id":{number},{bound}{where},"args":{{{args}}}}}'


def _has_mark(track: Track, when: int) -> bool:
    t = track.marks.t.view
    place = int(t.searchsorted(np.int64(when), "left"))
    return place < len(t) and bool(t[place] == when)


def _anchored(run: Run, flows: FlowArrays) -> tuple[Times, Times]:
    begins, ends = np.minimum(flows.t0, flows.t1), flows.t1.copy()
    for track in np.unique(flows.source).tolist():
        mine = flows.source == track
        begins[mine] = _inside(run.tracks[track], begins[mine])
    for track in np.unique(flows.target).tolist():
        mine = flows.target == track
        ends[mine] = _inside(run.tracks[track], ends[mine])
    return begins, ends


def _inside(track: Track, when: Times) -> Times:
    """The nearest moment before ``when`` (ns) in a span of the track, the begin of its first span before that."""
    lane = track.lane
    real = np.flatnonzero(lane.state != State.NONE)
    if not len(real):
        return when
    begins, ends = lane.t[real], np.append(lane.t[1:], lane.now)[real]
    place = np.maximum(begins.searchsorted(when, "right") - 1, 0)
    result: Times = np.clip(when, begins[place], np.maximum(ends[place] - 1, begins[place]))
    return result
