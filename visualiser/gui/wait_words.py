"""A run's locks in words and as a drawing: who waits for whom now, and that nobody in a deadlock ever goes on."""

from __future__ import annotations

from dataclasses import dataclass, field

from visualiser.gui.timeline.lane_layout import hues
from visualiser.gui.timeline.picture import split_name
from visualiser.gui.wait_graph import Drawing
from visualiser.gui.wait_places import Node, Waiting
from visualiser.trace.lock_holders import LockName, WaitGraph
from visualiser.trace.run import Run
from visualiser.trace.track import NS

NOBODY = "Nobody waits for a lock now."
DEADLOCK = "▲ Nobody here can go on: lock in the same order, or with a timeout."
_STOP = " Stop ends the run."


@dataclass(frozen=True)
class Told:
    """What the page of locks shows; ``deadlock`` if nobody of a circle can go on."""

    sentence: str = NOBODY
    deadlock: bool = False
    drawing: Drawing = field(default_factory=Drawing)


def told_waiting(run: Run, until: int | None = None) -> Told:
    """The locks of a run at ``until``, ns; None: at its newest moment."""
    graph = run.lock_holders.graph(until)
    since = run.lock_holders.deadlock_since
    if until is not None:
        since = min((deadlock.begin for deadlock in run.lock_holders.lasting(until)), default=None)
    if graph.cycle and since is not None:
        seconds = f"{max(0, since - run.start_ns) / NS:.2f} s"
        drawing = _drawing(run, graph, f"deadlock since {seconds}")
        return Told(DEADLOCK if run.finished else DEADLOCK + _STOP, True, drawing)
    return Told(_waiting_words(graph), False, _drawing(run, graph, ""))


def _drawing(run: Run, graph: WaitGraph, middle: str) -> Drawing:
    hue_of = hues(run)
    words: dict[Node, str] = {track.id: split_name(track)[0] for track in graph.threads}
    words |= {_node(lock): lock.label for lock in graph.locks}
    waiting = Waiting(
        tuple((track.id, _node(lock)) for track, lock in graph.waits),
        tuple((_node(lock), track.id) for lock, track in graph.holds),
        tuple(track.id for track in graph.cycle),
    )
    return Drawing(waiting, words, {track.id: hue_of.get(track.id) for track in graph.threads}, middle)


def _node(lock: LockName) -> str:
    return f"{lock.pid} {lock.label}"


def _waiting_words(graph: WaitGraph) -> str:
    threads, locks = len(graph.waits), len(graph.locks)
    if not threads:
        return NOBODY
    lock = f"{graph.locks[0]}" if locks == 1 else f"{locks} locks"
    return f"{threads} {'thread waits' if threads == 1 else 'threads wait'} for {lock}."
