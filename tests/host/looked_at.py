"""Runs a script that is looked at from outside, and keeps what was found."""

from __future__ import annotations

import sys
import textwrap
from collections import Counter
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import numpy as np

from tests.conftest import eventually
from visualiser.host import launch
from visualiser.host.collector import Collector
from visualiser.host.run_dir import RunDir
from visualiser.lab.layout import EXTRA_GIL, Kind, Seen


class LookedAt:
    """One run. ``seen``: all records of looks so far; ``batches``: all that was collected."""

    def __init__(self, process, run_dir, sampler):
        self.process, self.run_dir, self.sampler = process, run_dir, sampler
        self.collector = Collector(run_dir.path, sampler.pid)
        self.batches = []

    def poll(self, last=False):
        self.sampler.listen()
        self.batches.append(self.collector.poll(last))
        return self.batches[-1]

    def follow(self, timeout=60.0):
        """Until the script has ended and all is written."""
        eventually(lambda: self.poll() and self.process.poll() is not None, timeout)
        self.detach()

    def detach(self):
        self.sampler.detach()
        eventually(lambda: self.sampler.listen() or self.sampler.detached)
        self.poll(last=True)

    @property
    def story(self):
        return sorted((event for batch in self.batches for event in batch.story), key=lambda event: event["t"])

    @property
    def seen(self):
        parts = [batch.seen for batch in self.batches if batch.seen is not None]
        return np.concatenate(parts) if parts else np.empty(0, "<u8")

    @property
    def complaint(self):
        """What could not be seen; that looks were rare or turns short is no fault."""
        told = self.sampler.troubles.get("peek", "")
        return "" if told.startswith(("Looks come every", "The GIL changes hands faster")) else told

    def threads(self, main=False):
        """(pid, tid) by name of the threads that told of themselves."""
        told = [event for event in self.story if event["ev"] == "thread" and (main or not event["main"])]
        return {event["name"]: (event["pid"], event["tid"]) for event in told}

    def of(self, pid, tid):
        """(moment, code) of one thread in order; code 0: it is gone."""
        return [
            (record["t0"].item(), 0 if record["kind"] == Kind.THREAD_EXIT else Seen(record["depth"].item()))
            for record in self.seen
            if (record["value"], record["object"]) == (pid, tid)
        ]

    def totals(self, pid, tid):
        """ns in each state, from the first look to the end."""
        found = self.of(pid, tid)
        total = Counter()
        for (begin, code), (end, _) in pairwise(found):
            total[code] += end - begin
        return total


@contextmanager
def looked_at(folder: Path, source: str, sampler, sources=("peek",), python=sys.executable, extras=(EXTRA_GIL,)):
    script, run_dir = folder / "play.py", RunDir()
    script.write_text(textwrap.dedent(source), encoding="utf-8")
    process = launch.launch(python, script, launch.environment(run_dir.path, extras=extras), folder)
    run = LookedAt(process, run_dir, sampler)
    try:
        sampler.attach(process.pid, run_dir.path, sources=sources)
        run_dir.control.go()
        yield run
    finally:
        process.kill()
        process.communicate()
        sampler.detach()
        eventually(lambda: sampler.listen() or sampler.detached)
        run.collector.close()
        run_dir.remove()
