"""Whatever a file holds, the importer ends soon: with a document or with one sentence.

``VISUALISER_FUZZ`` sets how many files are tried.
"""

import gc
import json
import os
import random
import tracemalloc

import numpy as np

from tests.trace.exchange.made import document
from tests.trace.exchange.test_chrome_export import exported
from visualiser.trace.exchange.chrome_import import import_chrome_trace
from visualiser.trace.exchange.errors import TraceError

TRIES = int(os.environ.get("VISUALISER_FUZZ", "1000"))
VALUES = [None, True, -1, 0, 7, 2.5, 1e18, -1e18, 1e308, "", "7", "x", "NaN", [], [1], {}, {"name": "n"}, 1 << 70]
KEYS = [
    "ph",
    "ts",
    "dur",
    "pid",
    "tid",
    "name",
    "cat",
    "id",
    "id2",
    "bp",
    "bind_id",
    "flow_in",
    "flow_out",
    "args",
    "s",
]
PHASES = "XBEiIRCMstfbenSTFpPNODvVc"
NAMES = ["work", "thread_name", "process_sort_index", "f (x.py:3)", "RUN", "Core 0", "Core 1 load, %"]


def foreign(chance):
    """A trace of events that are well-formed more often than not."""
    events = []
    for _ in range(chance.randint(0, 12)):
        event = {"ph": chance.choice(PHASES), "ts": chance.randint(0, 50), "dur": chance.randint(0, 20), "pid": 1}
        event |= {
            "tid": chance.randint(1, 3),
            "name": chance.choice(NAMES),
            "id": chance.randint(1, 2),
            "args": {"n": 1},
        }
        for _ in range(chance.choice([0, 0, 0, 1, 3])):
            event[chance.choice(KEYS)] = chance.choice(VALUES)
        events.append(event if chance.random() < 0.97 else chance.choice(VALUES))
    return json.dumps({"traceEvents": events} if chance.random() < 0.5 else events)


def own(chance):
    """One of ours, perhaps with some values replaced."""
    trace = json.loads(exported(document(chance.randrange(200))))
    places = [trace["otherData"], *trace["otherData"]["tracks"], *trace["traceEvents"]]
    for _ in range(chance.choice([0, 1, 3])):
        place = chance.choice(places)
        place[chance.choice(list(place) + KEYS)] = chance.choice(VALUES)
    return json.dumps(trace)


def hurt(chance, text):
    """Cut off, with bits flipped, pieces doubled or left out."""
    for _ in range(chance.choice([0, 0, 1, 1, 3])):
        at = chance.randrange(len(text) + 1)
        how = chance.randrange(4)
        if how == 0:
            text = text[:at]
        elif how == 1 and at < len(text):
            text = text[:at] + chr(ord(text[at]) ^ 1 << chance.randrange(7)) + text[at + 1 :]
        elif how == 2:
            text = text[:at] + text[chance.randrange(len(text) + 1) :][:200] + text[at:]
        else:
            text = text[:at] + text[at + chance.randint(1, 50) :]
    return text


def attempt(seed):
    chance = random.Random(seed)
    text = hurt(chance, own(chance) if chance.random() < 0.3 else foreign(chance))
    size = chance.choice([1 << 20, 64, 7])
    try:
        run = import_chrome_trace((text[at : at + size] for at in range(0, len(text), size)), "x.json").run
    except TraceError:
        return False
    for track in run.tracks:
        assert (np.diff(track.lane.t) > 0).all(), f"seed {seed}: a lane goes back in time"
        assert track.lane.now >= (track.lane.t[-1] if len(track.lane) else 0), f"seed {seed}"
        assert track.parent is not track
    return True


def test_any_file_ends_in_a_document_or_in_one_sentence():
    opened = sum(attempt(seed) for seed in range(TRIES))
    assert TRIES // 3 < opened < TRIES, "the fuzzer has to make files of both sorts"


def test_files_leave_nothing_behind():
    def kept():
        for seed in range(25):
            attempt(seed)
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        kept()
        before = kept()
        assert kept() - before < 100_000
    finally:
        tracemalloc.stop()
