"""Saves and restores what facts have added up over a run, so that opening one need not do it again."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from visualiser.trace.document import Document
from visualiser.trace.facts.cores import Shares
from visualiser.trace.facts.gil import Progress
from visualiser.trace.recording.json_values import MOST_NS
from visualiser.trace.recording.recorded import Recorded, check_below, check_times
from visualiser.trace.recording.snapshot import Snapshot
from visualiser.trace.run import Run

_SHARES = tuple(one.name for one in fields(Shares))


def keep_sums(document: Document, snapshot: Snapshot) -> None:
    """How much ran at the same time, and how the GIL went round."""
    run = document.run
    until, phases = run.running.progress
    shares = [run.running.whole, *phases.values()]
    snapshot.head["running_until_ns"] = until
    snapshot.worked_out["running"] = {
        "phase": [None, *phases],
        **{name: np.array([getattr(one, name) for one in shares], np.int64) for name in _SHARES},
    }
    processes = run.turns.progress
    rows = [(pid, one.resume, one.reach, one.last, one.handovers) for pid, one in processes.items()]
    table = np.array(rows, np.int64).reshape(-1, 5)
    names = ("pid", "resume", "reach", "last", "handovers")
    snapshot.worked_out["turns"] = {name: table[:, place] for place, name in enumerate(names)}
    lengths = [(pid, one.lengths.view) for pid, one in processes.items()]
    snapshot.worked_out["turn_lengths"] = {
        "pid": np.concatenate([np.empty(0, np.int64), *(np.full(len(view), pid, np.int64) for pid, view in lengths)]),
        "length": np.concatenate([np.empty(0, np.int64), *(view for _, view in lengths)]),
    }


def restore_sums(recorded: Recorded, document: Document) -> None:
    """The same from a file that reaches so far; else they are added up anew."""
    if recorded.end:
        _restore_running(recorded, document.run)
        _restore_turns(recorded, document.run)


def _restore_running(recorded: Recorded, run: Run) -> None:
    phases: dict[int, Shares] = {}
    whole = Shares()
    for row in recorded.objects("running"):
        check_below(np.array([row[name] for name in _SHARES]), MOST_NS, "time")
        shares = Shares(**{name: row[name] for name in _SHARES})
        if row["phase"] is None:
            whole = shares
        else:
            phases[row["phase"]] = shares
    run.running.restore(recorded.head.count("running_until_ns"), whole, phases)


def _restore_turns(recorded: Recorded, run: Run) -> None:
    processes: dict[int, Progress] = {}
    for row in recorded.objects("turns"):
        one = processes[row["pid"]] = Progress()
        check_times(np.array([row["resume"], row["reach"], row["handovers"], row["last"] + 1]))
        one.resume, one.reach, one.last, one.handovers = row["resume"], row["reach"], row["last"], row["handovers"]
    found = recorded.table("turn_lengths")
    check_times(found["length"])
    order = np.argsort(found["pid"], kind="stable")
    pids, lengths = found["pid"][order], found["length"][order]
    for pid, one in processes.items():
        one.lengths.append(lengths[slice(*(pids.searchsorted(np.int64(pid), side) for side in ("left", "right")))])
    run.turns.restore(processes)
