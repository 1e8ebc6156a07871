"""The cores of a run as events of a Chrome trace: who was on which when, and the load of each."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from visualiser.trace.exchange.chrome_places import Places
from visualiser.trace.exchange.micros import Micros, in_micros
from visualiser.trace.lane import Times
from visualiser.trace.run import Run


def core_events(run: Run, places: Places, micros: Micros) -> Iterator[str]:
    """A process "Cores" with a thread for each core that served the run, and counters for the load of every core."""
    pid = places.cores
    begin, end, core, track = _stays(run)
    if len(begin) or len(run.loads):
        yield f'{{"ph":"M","name":"process_name","pid":{pid},"tid":{pid},"args":{{"name":"Cores"}}}}'
        yield f'{{"ph":"M","name":"process_sort_index","pid":{pid},"tid":{pid},"args":{{"sort_index":1000000}}}}'
    for number in np.unique(core).tolist():
        tid = places.fresh_tid()
        where = f'"pid":{pid},"tid":{tid}'
        yield f'{{"ph":"M","name":"thread_name",{where},"args":{{"name":"Core {number}"}}}}'
        yield f'{{"ph":"M","name":"thread_sort_index",{where},"args":{{"sort_index":{number}}}}}'
        mine = core == number
        yield from _on_core(run, where, micros, begin[mine], end[mine], track[mine])
    for number in range(run.loads.cores):
        yield from _load(run, f'"pid":{pid},"tid":{pid}', micros, number)


def _on_core(
    run: Run, where: str, micros: Micros, begin: Times, end: Times, track: npt.NDArray[np.int64]
) -> Iterator[str]:
    names = {number: json.dumps(run.tracks[number].name) for number in np.unique(track).tolist()}
    for t0, t1, number in zip(begin.tolist(), end.tolist(), track.tolist(), strict=True):
        times = f'"ts":{micros(t0)},"dur":{in_micros(t1 - t0)}'
        yield f'{{"ph":"X","cat":"core","name":{names[number]},{where},{times},"args":{{"track":{number}}}}}'


def _load(run: Run, where: str, micros: Micros, core: int) -> Iterator[str]:
    ours = run.loads.ours(core)
    for place, (when, percent) in enumerate(zip(run.loads.t.tolist(), run.loads.percent(core).tolist(), strict=True)):
        part = float(ours[place]) if place < len(ours) else math.nan
        values = f'"all":{percent:.7g}' + ("" if math.isnan(part) else f',"this run":{part:.7g}')
        yield f'{{"ph":"C","cat":"load","name":"Core {core} load, %",{where},"ts":{micros(when)},"args":{{{values}}}}}'


def _stays(run: Run) -> tuple[Times, Times, npt.NDArray[np.uint16], npt.NDArray[np.int64]]:
    """Begin, end (ns), core and track of every stay, by begin; on one core none reaches into the next."""
    logs, parts = run.core_logs, []
    seen: set[int] = set()
    for track in run.tracks:
        log = logs.of(track) if track.parent is None else None
        if log is not None and id(log) not in seen:
            seen.add(id(log))
            begin, end, core = log.stays
            until = run.now_ns if track.end_ns is None else track.end_ns
            parts.append((np.maximum(begin, logs.begin), np.minimum(end, until), core, np.full(len(core), track.id)))
    if not parts:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.uint16), np.empty(0, np.int64)
    begin, end, core, owner = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((begin, core))
    begin, end, core, owner = begin[order], end[order], core[order], owner[order]
    same = core[1:] == core[:-1]
    end[:-1] = np.where(same, np.minimum(end[:-1], begin[1:]), end[:-1])
    keep = end > begin
    return begin[keep], end[keep], core[keep], owner[keep]
