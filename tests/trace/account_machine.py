"""An abstract machine: threads that read a shared counter and write what they read plus something, in any order."""

from __future__ import annotations

import json

from visualiser.lab.layout import VERSION, VERSIONS_HEADER, VERSIONS_MAGIC, WRITER_AT


def play(turns, start=0, adds=None, told=None, more=0):
    """The file that such a run leaves, and its versions as (value, parent, thread).

    ``turns``: numbers of threads; a turn reads, or, if its thread has read, writes; ``adds``: what the writes add.
    """
    versions, held, counts = [(start, 0, 0)], {}, {}
    records = [VERSION.pack(start, (1 << WRITER_AT) + 1, (1 << WRITER_AT) + 1, 0, 0)]
    ids = [(1 << WRITER_AT) + 1]
    adds = iter(adds or ())
    for when, thread in enumerate(turns, 1):
        if thread not in held:
            held[thread] = len(versions) - 1, when
            continue
        parent, read = held.pop(thread)
        counts[thread] = counts.get(thread, 0) + 1
        value = versions[parent][0] + next(adds, 1)
        versions.append((value, parent, thread))
        ids.append(((thread + 2) << WRITER_AT) + counts[thread])
        records.append(VERSION.pack(value, ids[-1], ids[parent], read * 10, when * 10))
    return content(records, told or _told(turns), more), versions


def content(records, told, more=0):
    text = json.dumps(told).encode()
    return VERSIONS_HEADER.pack(VERSIONS_MAGIC, len(records), more, len(text)) + b"".join(records) + text


def _told(turns):
    threads = {"1": {"tid": 1, "name": "MainThread"}}
    threads |= {str(one + 2): {"tid": one + 2, "name": f"Thread-{one}"} for one in range(max(turns, default=0) + 1)}
    return {"name": "counter", "line": 3, "ended": True, "others": "", "threads": threads}


def path_to(versions, number):
    """Numbers of the versions that a version was computed from, itself included."""
    found = {number}
    while number:
        number = versions[number][1]
        found.add(number)
    return found
