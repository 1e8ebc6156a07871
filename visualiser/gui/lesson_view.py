"""Carries a run's facts into lesson, facts and locks, at a pace one can read and only where they are seen."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from visualiser.gui.lesson_rows import MISSING, NO_RUN
from visualiser.gui.numbers import seconds_text
from visualiser.gui.panes import Panes
from visualiser.gui.phase_chart import phase_bars
from visualiser.gui.run_controller import RunController, RunState
from visualiser.gui.wait_words import DEADLOCK, Told, told_waiting
from visualiser.host.catalogue import Scenario
from visualiser.trace.document import Document
from visualiser.trace.facts import facts_of
from visualiser.trace.lesson import Lesson, LessonError, parse_lesson
from visualiser.trace.pointers import PointerError, find
from visualiser.trace.run import Run

_WORDS_MS = 280
DEAR_S = 0.05  # a few frames


class LessonView(QObject):
    """Shows the lesson of the open scenario and what the controller's run says to it."""

    def __init__(self, controller: RunController, panes: Panes) -> None:
        super().__init__(panes)
        self._controller = controller
        self._panes = panes
        self._run: Run | None = None
        self._path: Path | None = None
        self._answers: dict[Path, int] = {}  # place of the choice, by scenario
        self._stale = False  # the run has more to say than what is shown
        self._dear = False  # counting the facts takes so long that they wait for the end
        self._failed = False  # the run did not get to its end
        self._locked = False  # the deadlock of this run has come to the front
        self._words = QTimer(self)
        self._words.setInterval(_WORDS_MS)
        self._words.timeout.connect(self._refresh)
        self._connect()

    def show_scenario(self, scenario: Scenario) -> None:
        """Show another scenario's lesson, and nothing of the run before; the same one only has its text read again."""
        same, self._path = self._path == scenario.path, scenario.path
        lesson, problem = _lesson_of(scenario)
        self._panes.lesson.show_lesson(lesson, self._answers.get(scenario.path), problem)
        self._panes.facts.set_wanted(lesson.facts if lesson else [])
        if same:
            self._stale = True
            self._show_facts()
        else:
            self._follow(None)
            self._panes.bottom.offer("locks", False)

    def show_kept(self, document: Document) -> None:
        """Say what a run tells that was kept; its scenario is on show already."""
        self._follow(document.run)
        self._failed = document.outcome is None or not document.outcome.ok
        self._refresh()

    def ask(self) -> bool:
        """Ask the lesson's question, if it has one and is not asking already; whether the run is to wait for it."""
        lesson = self._panes.lesson
        if self._controller.active or not lesson.has_question or lesson.predict.asking:
            return False
        self._panes.top.turn_to("lesson")
        lesson.ask()
        return True

    def _connect(self) -> None:
        self._controller.run_changed.connect(self._begin)
        self._controller.ended.connect(lambda _end: self._finish())
        self._controller.refused.connect(lambda _sentence: self._finish())
        self._panes.lesson.chose.connect(self._keep_answer)
        self._panes.lesson.pointed.connect(self._point)
        for deck in (self._panes.top, self._panes.bottom):
            deck.turned.connect(lambda _name: self._show_facts())

    def _begin(self, run: Run) -> None:
        self._panes.lesson.stop_asking()
        self._follow(run)
        self._words.start()

    def _follow(self, run: Run | None) -> None:
        """From now on that run is the one on show, of which nothing is known yet."""
        self._run = run
        self._stale = self._locked = self._dear = self._failed = False
        self._words.stop()
        self._panes.lesson.show_no_run()
        self._panes.facts.show_idle()
        self._panes.facts.note.setText("")
        self._panes.locks.show_told(Told())

    def _finish(self) -> None:
        self._words.stop()
        if self._run is not None and self._controller.run is self._run:
            self._failed = self._controller.state in (RunState.FAILED, RunState.STOPPED)
            self._refresh()

    def _refresh(self) -> None:
        self._stale = True
        self._show_facts()
        self._show_locks()

    def _show_facts(self) -> None:
        """Count the facts, if anybody sees them."""
        run, panes = self._run, self._panes
        if run is None or not self._stale or not run.start_ns:
            return
        seen = panes.top.front == "lesson" or panes.bottom.front == "facts"
        if not seen or (self._dear and not run.finished):
            return
        self._stale, began = False, time.thread_time()
        facts = facts_of(run)
        self._dear = time.thread_time() - began > DEAR_S
        panes.lesson.show_facts(facts, run.finished, self._failed)
        panes.facts.show_facts(facts, phase_bars(run, facts))
        rests = self._dear and not run.finished
        panes.facts.note.setText(f"as of {seconds_text(run.wall_s)}, again at the end" if rests else "")

    def _show_locks(self) -> None:
        run = self._run
        if run is None:
            return
        if run.finished and self._locked:  # as it was when it was ended: that nobody waits now says nothing
            self._panes.locks.show_told(replace(self._panes.locks.told, sentence=DEADLOCK))
            return
        told = told_waiting(run)
        if told.drawing.waiting.waits:
            self._panes.bottom.offer("locks", True)
        self._panes.locks.show_told(told)
        if told.deadlock and not self._locked:
            self._panes.bottom.turn_to("locks")
        self._locked = told.deadlock

    def _keep_answer(self, place: int) -> None:
        if self._path is not None:
            self._answers[self._path] = place

    def _point(self, pointer: str, place: int) -> None:
        """Show on the timeline what a link of the lesson names."""
        try:
            found = find(self._run, pointer) if self._run is not None else None
        except PointerError as error:
            self._panes.lesson.watch.say(place, str(error))
            return
        shown = found is not None and self._panes.timeline.point_at(found)
        words = "" if shown else NO_RUN if self._run is None else MISSING
        self._panes.lesson.watch.say(place, words)


def _lesson_of(scenario: Scenario) -> tuple[Lesson | None, str]:
    """The lesson, or the sentence that says why it cannot be read; neither if there is none."""
    text = scenario.lesson
    try:
        return (parse_lesson(text) if text else None), scenario.lesson_sentence or ""
    except LessonError as error:
        return None, f"The lesson of this script cannot be read. {error}"
