"""Finds the processes of one run by the stories they tell; standard library only."""

from __future__ import annotations

import json
import os
import time
from typing import Any

from visualiser.host.process_directory import open_process, search_process
from visualiser.host.syscalls import Syscalls
from visualiser.host.watched_process import Record, WatchedProcess, lost_records, why_lost

_PREFIX, _SUFFIX = "p", ".jsonl"
_CHUNK = 1 << 16
_GRAIN_NS = 20_000_000  # a change this close to the last one may leave the directory's time stamp as it was
_PATIENCE_NS = 1_000_000_000  # for a process to show that it belongs to the run, or that it ends
# To look through all processes of the machine takes milliseconds: this long after it told of itself, and once more.
_SEARCH_NS = (100_000_000, 700_000_000)
# What matters here; everything else in a story is passed over unread.
_MATTERS = (b'{"ev": "process"', b'{"ev": "gil_address"')


class Story:
    """What one process tells.

    ``process``: who tells it, None as long as that is not known; ``gil``: its last line ``gil_address``; ``told``: when
    (ns) it introduced itself, 0 if it need not be found; ``searches``: when to look for it in other PID namespaces.
    """

    def __init__(self, pid: int, path: str) -> None:
        self.pid = pid
        self.process: WatchedProcess | None = None
        self.gil: dict[str, Any] | None = None
        self.has_gil = True
        self.told = 0
        self.searches: list[int] = []
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._rest = b""

    def read(self) -> list[dict[str, Any]]:
        """New lines that matter."""
        data = os.read(self._file, _CHUNK)
        if not data:
            return []
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [json.loads(line) for line in lines if line.startswith(_MATTERS) and line.endswith(b"}")]

    def begin(self, now: int, has_gil: bool) -> None:
        """A process introduces itself: the first, or another program after exec, or one that got the same pid."""
        self.process, self.gil, self.has_gil = None, None, has_gil
        self.told, self.searches = now, [now + pause for pause in _SEARCH_NS]

    def close(self) -> None:
        """Read no more."""
        os.close(self._file)


class WatchedRun:
    """The processes of the run with this directory.

    ``processes``: those that are looked at; ``records``: what became known of others and was not taken yet;
    ``troubles``: sentences that were not taken yet.
    """

    def __init__(self, run_dir: str, syscalls: Syscalls) -> None:
        self.processes: list[WatchedProcess] = []
        self.records: list[Record] = []
        self.troubles: list[str] = []
        self._run_dir = run_dir
        # Every process of the run has the run's control file mapped.
        self._mark = f"{os.path.basename(run_dir)}/".encode()  # noqa: PTH119  pathlib is slow to import
        self._syscalls = syscalls
        self._stories: dict[int, Story] = {}
        self._stamp = 0

    def look(self, now: int) -> None:
        """Find processes that are new, and what they say of their GIL (``now`` in ns)."""
        self._find_stories()
        for story in self._stories.values():
            for event in story.read():
                self._hear(story, event, now)
            if story.process is None and story.told and now < story.told + _PATIENCE_NS:
                self._meet(story, now)
        for process in list(self.processes):
            if process.lost and process.lost_at + _PATIENCE_NS < now and not process.ended:
                self.troubles.append(process.lost)  # not just one that comes to its end
                process.gone = True
            if process.gone or (process.lost and process.ended):
                self._let_go(process, now)

    def close(self, now: int) -> None:
        """Let go of everything; what was found until ``now`` (ns) is in ``records``."""
        for process in list(self.processes):
            self._let_go(process, now)
        for story in self._stories.values():
            story.close()
        self._stories.clear()

    def _find_stories(self) -> None:
        try:
            stamp = os.stat(self._run_dir).st_mtime_ns  # noqa: PTH116  pathlib is slow to import
            if stamp == self._stamp:
                return
            self._stamp = stamp if time.time_ns() - stamp > _GRAIN_NS else 0
            for name in os.listdir(self._run_dir):  # noqa: PTH208
                self._add_story(name, name[len(_PREFIX) : -len(_SUFFIX)])
        except OSError:  # the directory is gone: there is nothing more to come
            return

    def _add_story(self, name: str, number: str) -> None:
        if (
            name.startswith(_PREFIX)
            and name.endswith(_SUFFIX)
            and number.isdigit()
            and int(number) not in self._stories
        ):
            self._stories[int(number)] = Story(int(number), f"{self._run_dir}/{name}")

    def _hear(self, story: Story, event: dict[str, Any], now: int) -> None:
        if event["ev"] == "process":
            if story.process is not None:
                self._let_go(story.process, now)
            story.begin(now, bool(event.get("gil", True)))
            return
        story.gil = event
        if not event["address"] and story.has_gil:
            self.troubles.append(f"Who holds the GIL of process {story.pid} is not known: {event.get('why')}.")
        if story.process is not None:
            story.process.take_gil(event)

    def _meet(self, story: Story, now: int) -> None:
        """Find out who tells this story."""
        refusal, found = None, None
        try:
            found = open_process(story.pid, self._mark)
        except OSError as error:  # or this is another one that happens to be called so here
            refusal = error
        if found is None and story.searches and now >= story.searches[0]:
            del story.searches[0]
            found = search_process(story.pid, self._mark)
        if found is not None:
            self._add(story, WatchedProcess(story.pid, *found, self._syscalls))
        elif refusal is not None and not story.searches:
            story.told = 0
            self.troubles.append(why_lost(story.pid, refusal))
            self.records += lost_records(now, [story.pid], story.pid)

    def _add(self, story: Story, process: WatchedProcess) -> None:
        story.process = process
        self.processes.append(process)
        if story.gil is not None:
            process.take_gil(story.gil)

    def _let_go(self, process: WatchedProcess, now: int) -> None:
        process.close(now)
        self.records += process.records
        self.processes.remove(process)
        story = self._stories[process.pid]
        story.process, story.told = None, 0
