"""Finds in the run on show: keeps the page's list up to date while it is seen, jumps, and steps from span to span."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

from visualiser.gui.actions import Actions
from visualiser.gui.deck import Deck
from visualiser.gui.finding.find_panel import MOST, FindPanel
from visualiser.gui.finding.span_search import SpanSearch
from visualiser.gui.timeline.forms import WORDS
from visualiser.gui.timeline.lane_layout import shown_tracks
from visualiser.gui.timeline.panel import TimelinePanel
from visualiser.gui.timeline.picture import Shown
from visualiser.gui.timeline.span_steps import step_to
from visualiser.trace.run import Run
from visualiser.trace.search import Hit, Wanted, neighbour
from visualiser.trace.states import State

PAGE = "find"
SELECT_FIRST = "Select a span first: N goes on to the next one in the same state."
_PAUSE_MS = 500  # between two searches in a run that grows
_SHARE = 0.1  # of the time that searching may take, over and over


class Finder(QObject):
    """Connects the page, the timeline and the commands; ``said`` carries a sentence for the toast."""

    said = Signal(str)

    def __init__(self, actions: Actions, panel: FindPanel, deck: Deck, timeline: TimelinePanel) -> None:
        super().__init__(panel)
        self._panel, self._deck, self._timeline = panel, deck, timeline
        self.search = SpanSearch(self)
        self._known: tuple[Run | None, int] = (None, -1)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._keep_up)
        self.search.found.connect(self._show)
        panel.wanted.connect(self._search)
        panel.chosen.connect(self._go_to)
        timeline.refreshed.connect(self._keep_up)
        panel.installEventFilter(self)
        actions["find_span"].triggered.connect(lambda: self.open())
        for name, forward, every in (
            ("next_span", True, False),
            ("previous_span", False, False),
            ("next_span_any", True, True),
            ("previous_span_any", False, True),
        ):
            actions[name].triggered.connect(lambda _=False, way=(forward, every): self.step(*way))

    def open(self) -> None:
        """Bring the page to the front and let keys write the text."""
        self._deck.turn_to(PAGE)
        self._panel.text.setFocus()
        self._panel.text.selectAll()

    def step(self, forward: bool, every_lane: bool) -> None:
        """Select the next or the previous span in the state of the selected one, on its lane or on any."""
        view = self._timeline.view
        chosen, run = view.chosen, view.run
        if chosen is None or run is None:
            self.said.emit(SELECT_FIRST)
            return
        track, span = chosen
        tracks = shown_tracks(run, view.helpers) if every_lane else [track]
        hit = neighbour(tracks, span.state, span.start, forward)
        if hit is None:
            self.said.emit(_no_more(run, span.state, forward, "" if every_lane else track.name))
        else:
            step_to(view, (hit.track, hit.span))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What is not seen is not searched; what comes into sight is brought up to date."""
        if event.type() == QEvent.Type.Show:
            QTimer.singleShot(0, self, self._keep_up)
        elif event.type() == QEvent.Type.Hide:
            self.search.cancel()
            self._pause.stop()
            self._known = (None, -1)
        return super().eventFilter(watched, event)

    def _keep_up(self) -> None:
        """Search again if the run has grown since, but not all the time."""
        run = self._timeline.view.run
        busy = self.search.busy or self._pause.isActive()
        if not self._panel.isVisible() or (busy and run is self._known[0]):
            return
        if (run, run.now_ns if run is not None else 0) != self._known:
            self._search()

    def _search(self) -> None:
        run = self._timeline.view.run
        self._known = (run, run.now_ns if run is not None else 0)
        self.search.cancel()
        if run is None:
            self._panel.show_hits(None, [])
            return
        tracks = shown_tracks(run, self._timeline.view.helpers)
        self._panel.offer({state for track in tracks for state in track.lane.states})
        wanted = Wanted(self._panel.text.text().strip(), self._panel.wanted_state, MOST)
        self.search.start(tracks, run.names, wanted)

    def _show(self, hits: list[Hit]) -> None:
        self._panel.show_hits(self._timeline.view.run, hits)
        self._pause.start(max(_PAUSE_MS, int(self.search.cost_s * 1000 / _SHARE)))

    def _go_to(self, hit: Hit) -> None:
        view = self._timeline.view
        if view.show_stretch(Shown(hit.track, hit.span.start, hit.span.end)):
            view.select((hit.track, hit.span))
        else:
            self.said.emit("This lane is not shown now: turn on View ▸ Show library threads.")


def _no_more(run: Run, state: State, forward: bool, lane: str) -> str:
    tracks = [track for track in run.tracks if not lane or track.name == lane]
    number = sum(track.lane.count(state) for track in tracks)
    where = f"on {lane}" if lane else "in this run"
    which = "last" if forward else "first"
    more = " Ctrl+N looks on all lanes." if lane and forward else " Ctrl+Shift+N looks on all lanes." if lane else ""
    return f"This is the {which} span {where} that {WORDS[state]}; there are {number}.{more}"
