"""Carries a run into the panels: records to the timeline at once, words at a pace one can read."""

from __future__ import annotations

import math
from pathlib import PurePath

from PySide6.QtCore import QObject, QTimer, Signal

from visualiser.gui.documents.live_document import LiveDocument
from visualiser.gui.line_marks import marks_now
from visualiser.gui.live import News, RunEnd
from visualiser.gui.own_cost import OwnCost
from visualiser.gui.panes import Panes
from visualiser.gui.progress import importing
from visualiser.gui.run_controller import RunController, RunState
from visualiser.gui.status_line import StatusLine
from visualiser.gui.timeline.hover_card import Selection
from visualiser.host.catalogue import Scenario
from visualiser.host.cores import Cores
from visualiser.trace.document import Document
from visualiser.trace.run import Run

_WORDS_MS = 280
_IDLE_MS = 1000


class RunView(QObject):
    """Shows the controller's run, or one that was kept; another scenario makes it forget the run that was shown.

    Attributes:
        document: the run on show with all that belongs to it, None while there is none; its outcome comes last.
        live: gathers the document of the controller's run, on show or not.
    """

    document_changed = Signal(object)  # Document or None

    def __init__(self, controller: RunController, panes: Panes, status: StatusLine) -> None:
        super().__init__(panes)
        self._controller = controller
        self._panes = panes
        self._status = status
        self.document: Document | None = None
        self.live = LiveDocument(controller, self)
        self._outdated = False
        self._scenario: Scenario | None = None
        self._news: News | None = None
        self._cost = OwnCost()
        self._words = _timer(self, _WORDS_MS, self._show_words)
        self._cores = Cores()
        self._idle = _timer(self, _IDLE_MS, self._show_idle_load)
        self._idle.start()
        self._connect()
        self._show_state(controller.state)

    def show_scenario(self, scenario: Scenario) -> None:
        """Another scenario is open: what another one did is not its result."""
        same = self._scenario is not None and self._scenario.path == scenario.path
        self._scenario = scenario
        if same:
            return
        self._controller.stop()
        self._show_document(None)
        self._panes.results.show_idle()
        self._status.show_counts(0.0, 0, 0)
        if not self._controller.active:
            self._status.show_state(RunState.IDLE, False)

    @property
    def ran(self) -> str | None:
        """The text of the run that is on show, None while there is none, and where it is not known."""
        return (self.document.about.text or None) if self.document is not None else None

    @property
    def _shown(self) -> Run | None:
        return self.document.run if self.document is not None else None

    def show_document(self, document: Document) -> None:
        """Show a run that is over: one that was kept, or imported. The scenario it is of is shown already."""
        self._controller.stop()
        self._words.stop()
        self._news = None
        self._show_document(document)
        run = document.run
        self._panes.console.append([(piece.stream, piece.text) for piece in document.printed])
        self._status.show_counts(run.wall_s, run.spans, run.dropped)
        self._status.show_sources(run.sources, "\n".join(filter(None, (document.about.note, *document.new_notes))))
        self._status.show_interpreter(document.about.python, run.gil)
        self._finish(document)

    def _connect(self) -> None:
        controller = self._controller
        controller.state_changed.connect(self._show_state)
        controller.run_changed.connect(self._begin)
        controller.grown.connect(self._grow)
        controller.ended.connect(self._end)
        controller.refused.connect(self._refuse)
        self._panes.editor.text_changed.connect(self._tell_outdated)
        self._panes.timeline.selected.connect(self._show_selection)

    def _show_document(self, document: Document | None) -> None:
        self.document = document
        run = document.run if document is not None else None
        self._panes.timeline.set_run(run)
        self._panes.cores.set_run(run)
        self._panes.console.clear()
        self._status.show_progress("")
        self._panes.editor.editor.show_line(None)
        self._panes.editor.editor.set_marks({})
        self._tell_outdated()
        self.document_changed.emit(document)

    def _tell_outdated(self) -> None:
        """What is shown is of the text that ran: beside another text it must say so."""
        outdated = self.ran is not None and self._panes.editor.text != self.ran
        if outdated != self._outdated:
            self._outdated = outdated
            panes = self._panes
            for card in (panes.timeline_card, panes.results, panes.facts, panes.measure, panes.locks, panes.console):
                card.set_outdated(outdated)

    def _begin(self, _run: Run) -> None:
        self._news = None
        self._cost.begin()
        self._show_document(self.live.document)
        self._panes.results.show_running()
        self._status.show_counts(0.0, 0, 0)
        self._status.show_cost(math.nan)
        self._words.start()

    def _grow(self, news: News) -> None:
        if self._controller.run is not self._shown:
            return
        self._news = news
        self._panes.console.append(news.console)
        self._panes.timeline.refresh()
        self._panes.cores.refresh()

    def _end(self, end: RunEnd) -> None:
        self._words.stop()
        document = self.document
        if document is None or self._controller.run is not document.run:
            self._status.show_state(RunState.IDLE, False)
            return
        self._show_words()
        self._status.show_counts(end.outcome.wall_s, document.run.spans, document.run.dropped)
        self._status.show_cost(self._cost.whole)
        self._finish(document)

    def _finish(self, document: Document) -> None:
        """Show what there is to see of a run that is over."""
        outcome = document.outcome
        self._panes.editor.editor.set_marks({})
        if outcome is None:
            self._panes.results.show_idle()  # no numbers of the run before
            self._panes.results.show_problem(" ".join((*document.new_notes, *document.about.note.split("\n"))).strip())
        else:
            self._panes.results.show_end(outcome, document.results)
            if outcome.line is not None and not outcome.ok:
                self._panes.editor.editor.show_line(outcome.line)
        self._panes.timeline.finish()
        self._panes.cores.refresh()

    def _refuse(self, sentence: str) -> None:
        self._words.stop()
        self._panes.editor.editor.set_marks({})
        if self._controller.run is self._shown:
            self._panes.timeline.refresh()
            self._panes.results.show_problem(sentence)

    def _show_state(self, state: RunState) -> None:
        self._status.show_state(state, self._controller.active)

    def _show_words(self) -> None:
        run, news = self._shown, self._news
        if run is None or news is None:
            return
        self._status.show_counts(run.wall_s, run.spans, run.dropped)
        self._status.show_sources(news.sources, "\n".join(filter(None, (news.note, *run.notes))))
        self._status.show_progress(importing(run) if self._controller.active else "", tuple(run.notes))
        root = next((process for process in run.processes.values() if process.is_root), None)
        self._status.show_interpreter(root.python if root else "", run.gil)
        self._cost.note(news.own_cpu_s)
        self._status.show_cost(self._cost.lately, news.rate)
        if news.warning and self._controller.active:
            self._panes.results.show_warning(news.warning)
        if self._scenario is not None and self._controller.active:
            editor = self._panes.editor.editor
            editor.set_marks(marks_now(run, self._scenario.path.name, editor.theme))

    def _show_idle_load(self) -> None:
        if not self._controller.active:
            for _, percent in self._cores.poll():
                self._panes.cores.show_now(percent)

    def _show_selection(self, selection: Selection | None) -> None:
        """Point at the line a selected span comes from, if it is one of the script on show."""
        if selection is None or self._scenario is None or selection.file is None:
            return
        if PurePath(selection.file).name == self._scenario.path.name:
            self._panes.editor.editor.show_line(selection.line)


def _timer(parent: QObject, milliseconds: int, slot: object) -> QTimer:
    timer = QTimer(parent)
    timer.setInterval(milliseconds)
    timer.timeout.connect(slot)
    return timer
