"""Runs the script twice off the GUI thread: as it is, for the count, and recorded, for the account."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

from visualiser.gui.timeline.lane_layout import hues
from visualiser.host.account_file import Accounting
from visualiser.host.catalogue import Scenario
from visualiser.host.outcome import Outcome
from visualiser.host.session import Session, StartError
from visualiser.lab.layout import EXTRA_VERSIONS
from visualiser.trace.run import Run
from visualiser.trace.track import NS

_LOOK_S = 1 / 30


@dataclass(frozen=True)
class Counted:
    """One of the two runs.

    Attributes:
        threads_s: seconds from the begin of its first further thread to the end of the last, 0.0 if there was none.
        hue_of: the number of each thread's hue in its timeline by native id, None for the neutral one.
    """

    outcome: Outcome
    results: dict[str, Any]
    threads_s: float
    accounting: Accounting | None
    hue_of: Mapping[int, int | None] = field(default_factory=dict)


class Recording(QThread):
    """``counted`` carries each Counted, the ordinary run first; ``failed`` one sentence instead of what is missing."""

    counted = Signal(object)
    failed = Signal(str)

    def __init__(self, scenario: Scenario, text: str, python: str | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("recording of versions")
        self._scenario = scenario
        self._text = text
        self._python = python
        self._halt = threading.Event()

    def halt(self) -> None:
        """Ask for the end of the run that goes on; the thread ends within two seconds."""
        self._halt.set()

    def run(self) -> None:
        """The thread's life: both runs, one after the other."""
        try:
            for extras in ((), (EXTRA_VERSIONS,)):
                counted = self._count(extras)
                self.counted.emit(counted)
                if self._halt.is_set() or not counted.outcome.ok:
                    return
        except StartError as error:
            self.failed.emit(str(error))
        except Exception as error:  # the account is lost, the window is not
            self.failed.emit(f"The run could not be followed to its end: {type(error).__name__}: {error}")

    def _count(self, extras: Collection[str]) -> Counted:
        """Both by recorded calls alone, so that nothing but the recording sets them apart."""
        session = Session.start(self._scenario, self._text, python=self._python, states="calls", extras=extras)
        try:
            run = self._follow(session)
            assert session.outcome is not None
            return Counted(session.outcome, session.results, threads_s(run), session.accounting, _hue_of(run))
        finally:
            session.close()

    def _follow(self, session: Session) -> Run:
        run, stopped = Run(), False
        while session.running:
            run.extend(session.poll())
            if self._halt.is_set() and not stopped:
                stopped = True
                session.stop()
            else:
                session.wait(_LOOK_S)
        run.finish(session.ended_ns)
        return run


def threads_s(run: Run) -> float:
    """Seconds from the begin of the first further thread of the script to the end of the last."""
    root = next((process.pid for process in run.processes.values() if process.is_root), None)
    threads = [track for track in run.tracks if track.kind == "thread" and track.pid == root][1:]
    if not threads:
        return 0.0
    ends = [run.now_ns if track.end_ns is None else track.end_ns for track in threads]
    return (max(ends) - min(track.start_ns for track in threads)) / NS


def _hue_of(run: Run) -> dict[int, int | None]:
    """Where a native id was given twice, nothing is known of it."""
    by_track = hues(run)
    ids = [track.tid for track in run.tracks]
    return {track.tid: by_track.get(track.id) for track in run.tracks if ids.count(track.tid) == 1}
