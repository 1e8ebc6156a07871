"""Reads what the lab and the sampler have written since the last time."""

from __future__ import annotations

import contextlib
import errno
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from visualiser.host.deaths import DeathWatch
from visualiser.host.directory import Directory, Found
from visualiser.host.lives import Lives
from visualiser.host.segments import SegmentReader
from visualiser.host.stories import StoryReader
from visualiser.lab.layout import SEEN_CHAIN, Kind
from visualiser.trace.batch import LOOK_AHEAD_NS, Batch, Records, ThreadKey

# A writer takes the time first and publishes the record afterwards: allow for being interrupted in between.
_SETTLE_NS = 2_000_000


class Collector:
    """Turns a run directory into batches; ``poll`` never blocks and is called from one thread."""

    def __init__(
        self, path: Path, sampler_pid: int | None = None, clock: Callable[[], int] = time.perf_counter_ns
    ) -> None:
        self._clock = clock
        self._sampler_pid = sampler_pid
        self._directory = Directory(path)
        self._deaths = DeathWatch()
        self._segments: list[SegmentReader] = []
        self._stories: dict[int, StoryReader] = {}
        self._silent: dict[int, StoryReader] = {}  # of processes that are gone
        self._lives = Lives()
        self._pids: set[int] = set()
        self._alive: set[int] = set()
        self._told: set[ThreadKey] = set()
        self._ended: set[ThreadKey] = set()
        self._newest: dict[ThreadKey, int] = {}
        self._dropped: Counter[ThreadKey] = Counter()
        self._complete = 0
        self._sampled = 0
        self._seen_until = 0

    @property
    def pids(self) -> set[int]:
        """Every process of the lab that has written anything so far."""
        return set(self._pids)

    def discover(self) -> bool:
        """Open what there is already; True once some process has begun to record."""
        for found in self._directory.look(self._clock(), force=True):
            self._add(found)
        return any(segment.key.pid != self._sampler_pid for segment in self._segments)

    def glance(self) -> None:
        """Note what there is, shortly before a ``poll``, which then need not leave it for the poll after it."""
        for found in self._directory.look(self._clock()):
            self._add(found)
        self._complete = self._directory.complete
        for segment in self._segments:
            segment.glance()

    def poll(self, last: bool = False) -> Batch:
        """Everything that is new.

        Args:
            last: take all that there is, because every writer is known to be gone.
        """
        now = self._clock()
        gone = self._deaths.gone()
        for found in self._directory.look(now, force=last or bool(gone)):
            self._add(found)
        told = self._hear_out(gone)
        dead = {pid for pid in gone if self._is_over(pid)}
        batch = Batch(now=now if last else max(self._complete - _SETTLE_NS, 0))
        self._complete = self._directory.complete
        batch.ended = dict.fromkeys(self._alive if last else dead, now)
        self._alive -= batch.ended.keys()
        self._read_segments(batch, dead, last)
        batch.story = sorted(told + self._read_stories(dead, last), key=_time_of)
        batch.sampled = max(min(self._sampled, batch.now) - (0 if last else LOOK_AHEAD_NS), 0)
        batch.seen_until = min(self._seen_until, batch.now)
        batch.dropped = self._dropped.total()
        return batch

    def close(self) -> None:
        """Let go of every file and process."""
        for segment in self._segments:
            segment.close()
        for story in self._stories.values():
            story.close()
        self._segments.clear()
        self._stories.clear()
        self._deaths.close()

    def _add(self, found: Found) -> None:
        try:
            self._open(found)
        except OSError as error:
            if error.errno == errno.EMFILE:
                _allow_more_files()
            self._directory.forget(found.path)
            return
        if found.pid not in self._alive and found.pid != self._sampler_pid:
            self._pids.add(found.pid)
            self._alive.add(found.pid)
            self._deaths.add(found.pid)
            self._listen_again(found.pid)

    def _listen_again(self, pid: int) -> None:
        """Another process has the pid of one that is gone: it goes on with that one's story."""
        story = self._silent.pop(pid, None)
        if story is not None:
            with contextlib.suppress(OSError):  # somebody deletes the run directory
                story.open()
                self._stories[pid] = story

    def _hear_out(self, gone: list[int]) -> list[dict[str, Any]]:
        """What those that are gone told last, and perhaps already others that have their pids."""
        stories = (self._stories[pid] for pid in gone if pid in self._stories)
        events = [event for story in stories for event in story.read_all()]
        self._lives.hear(events)
        return events

    def _is_over(self, pid: int) -> bool:
        if self._lives.end(pid):
            return True
        self._deaths.add(pid)
        return False

    def _open(self, found: Found) -> None:
        if found.is_story:
            self._stories[found.pid] = StoryReader(found.path, found.pid)
            return
        segment = SegmentReader(found.path, found.number)
        self._segments.append(segment)
        self._newest[segment.key] = max(found.number, self._newest.get(segment.key, 0))

    def _read_segments(self, batch: Batch, dead: set[int], last: bool) -> None:
        finished = []
        for segment in self._segments:
            gone = last or segment.key.pid in dead
            if (records := segment.read(gone)) is not None:
                self._deliver(segment, records, batch)
            elif self._is_done(segment):
                finished.append(segment)
            if segment.dropped:
                self._dropped[segment.key] = max(segment.dropped, self._dropped[segment.key])
            if gone:
                finished.append(segment)
        if finished:
            self._retire(finished)

    def _deliver(self, segment: SegmentReader, records: Records, batch: Batch) -> None:
        key = segment.key
        if key.pid == self._sampler_pid:
            if key.chain == SEEN_CHAIN:
                self._sort_out_looks(records, batch)
            else:
                self._sort_out_switches(records, batch)
            return
        if key not in self._told:
            self._told.add(key)
            batch.native[key] = segment.native
        if segment.thread_ended:
            self._ended.add(key)
        earlier = batch.records.get(key)
        batch.records[key] = records if earlier is None else np.concatenate((earlier, records))

    def _sort_out_switches(self, records: Records, batch: Batch) -> None:
        switches, promise = _split_off_watermarks(records)
        self._sampled = max(self._sampled, promise)
        if switches.size:
            batch.switches = switches if batch.switches is None else np.concatenate((batch.switches, switches))

    def _sort_out_looks(self, records: Records, batch: Batch) -> None:
        seen, promise = _split_off_watermarks(records)
        self._seen_until = max(self._seen_until, promise)
        if seen.size:
            batch.seen = seen if batch.seen is None else np.concatenate((batch.seen, seen))

    def _is_done(self, segment: SegmentReader) -> bool:
        """Nothing will ever be written into it again."""
        if segment.exhausted:
            return segment.number < self._newest[segment.key]
        return segment.key in self._ended and segment.quiet

    def _retire(self, finished: list[SegmentReader]) -> None:
        gone = {id(segment) for segment in finished}
        self._segments = [segment for segment in self._segments if id(segment) not in gone]
        for segment in finished:
            segment.close()

    def _read_stories(self, dead: set[int], last: bool) -> list[dict[str, Any]]:
        events = [event for story in self._stories.values() for event in story.read()]
        for pid in set(self._stories) if last else dead & set(self._stories):
            story = self._silent[pid] = self._stories.pop(pid)
            events += story.read_all()
            story.close()
        self._lives.hear(events)
        return events


def _split_off_watermarks(records: Records) -> tuple[Records, int]:
    """The records that say something, and the time (ns) before which there will be no more of them; 0 if none says."""
    is_mark = records["kind"] == Kind.WATERMARK
    return records[~is_mark], int(records["t0"][is_mark].max()) if is_mark.any() else 0


def _time_of(event: dict[str, Any]) -> int:
    told = event["t"]
    return told if isinstance(told, int) else 0


def _allow_more_files() -> None:
    """Every mapped segment costs one open file up to Python 3.12, and the usual soft limit is 1024."""
    try:
        import resource
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
