"""What the panels beside the timeline show of a run at a moment: cores, output, lines, locks, numbers."""

from __future__ import annotations

from visualiser.gui.line_marks import marks_now
from visualiser.gui.panes import Panes
from visualiser.gui.status_line import StatusLine
from visualiser.gui.timeline.as_of import is_all, spans_until
from visualiser.gui.wait_words import told_waiting
from visualiser.trace.document import Document
from visualiser.trace.track import NS

WHOLE = "of the whole run"


class ShownMoment:
    """Shows a document as it was known at a moment, and at last as it was before."""

    def __init__(self, document: Document, panes: Panes, status: StatusLine) -> None:
        self._document = document
        self._panes = panes
        self._status = status
        self._printed = len(document.printed)  # pieces on show
        self._told = panes.locks.told
        self._locks_offered = panes.bottom.offers("locks")
        self._line = panes.editor.editor.shown_line
        self._whole: bool | None = None
        panes.editor.editor.show_line(None)  # of an error that is yet to come

    def show(self, moment: int) -> None:
        """Show all that was known at ``moment``, ns."""
        document, run = self._document, self._document.run
        if is_all(run, moment):
            self.show_all()
            return
        self._say_whole(True)
        self._status.show_counts(max(0, moment - run.start_ns) / NS, spans_until(run, moment), run.dropped)
        self._print(sum(piece.when_ns <= moment for piece in document.printed))
        editor = self._panes.editor.editor
        editor.set_marks(marks_now(run, document.about.file, editor.theme, moment))
        told = told_waiting(run, moment)
        if told.drawing.waiting.waits:
            self._panes.bottom.offer("locks", True)
        self._panes.locks.show_told(told)

    def show_all(self) -> None:
        """Show what is known of the run now that it is over."""
        document, run, panes = self._document, self._document.run, self._panes
        self._say_whole(False)
        wall = document.outcome.wall_s if document.outcome is not None else run.wall_s
        self._status.show_counts(wall, run.spans, run.dropped)
        self._print(len(document.printed))
        panes.editor.editor.set_marks({})
        panes.locks.show_told(self._told)

    def leave(self) -> None:
        """As before the replay."""
        self.show_all()
        self._panes.bottom.offer("locks", self._locks_offered)
        if self._line is not None:
            self._panes.editor.editor.show_line(self._line)

    def forget(self) -> None:
        """Another document is on show: only what was said of this one is taken back."""
        self._say_whole(False)

    def _say_whole(self, on: bool) -> None:
        """Results and facts are of the whole run: while only a part of it is seen, they must say so."""
        if on != self._whole:
            self._whole = on
            for card in (self._panes.results, self._panes.facts, self._panes.measure, self._panes.lesson):
                card.remark(WHOLE, on)

    def _print(self, pieces: int) -> None:
        """Show the first pieces of the output; only going back prints from the start."""
        console, printed = self._panes.console, self._document.printed
        if pieces < self._printed:
            console.clear()
            self._printed = 0
        if pieces > self._printed:
            console.append([(piece.stream, piece.text) for piece in printed[self._printed : pieces]])
        self._printed = pieces
