"""A run with as many spans as wanted, made of random states: hard on every level of detail, good for measuring."""

from __future__ import annotations

import numpy as np

from visualiser.lab.layout import Kind
from visualiser.trace.batch import RECORD_DTYPE, Batch, ThreadKey
from visualiser.trace.names import Name
from visualiser.trace.run import Run
from visualiser.trace.states import State

PID = 1
MEAN_NS = 360_000
_STATES = np.array([State.RUN, State.GIL, State.CORE, State.SLEEP, State.LOCK, State.JOIN, State.IO], np.uint8)


def make_run(spans: int, lanes: int, seed: int = 1) -> Run:
    """A finished run of ``spans`` spans shared among ``lanes`` threads, durations log-normal around 0.36 ms."""
    run = Run()
    run.extend(_births(lanes))
    random = np.random.default_rng(seed)
    for track in run.tracks:
        count = spans // lanes
        durations = np.maximum(random.lognormal(np.log(MEAN_NS * 0.28), 1.6, count), 1000).astype(np.int64)
        t = np.concatenate(([0.0], np.cumsum(durations)))
        t = 1000 + (t * (MEAN_NS * count / t[-1])).astype(np.int64)  # all lanes end together
        states = _STATES[random.integers(0, len(_STATES), count)]
        track.lane.append(t[:-1], states, random.integers(1, 40, count).astype(np.uint32), int(t[-1]))
    for _ in range(40):
        run.names.tell(PID, len(run.names), Name("work", "script.py", 7))
    run.now_ns = max(track.lane.now for track in run.tracks)
    run.finished = True
    return run


def _births(lanes: int) -> Batch:
    story = [
        {"ev": "process", "pid": PID, "t": 0, "how": "root"},
        {"ev": "start", "pid": PID, "t": 1000},
        *(
            {
                "ev": "thread",
                "pid": PID,
                "t": 0,
                "chain": n,
                "tid": n,
                "name": f"Thread-{n}",
                "main": n == 1,
                "helper": False,
            }
            for n in range(1, lanes + 1)
        ),
    ]
    birth = np.array([(1000, 0, 0, int(Kind.THREAD), 0, 0)], RECORD_DTYPE)
    keys = [ThreadKey(PID, n) for n in range(1, lanes + 1)]
    records = dict.fromkeys(keys, birth)
    return Batch(now=1001, story=story, records=records, native={key: key.chain for key in keys})
