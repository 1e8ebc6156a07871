"""The timeline as the window sees it: lanes with their names, ruler, legend and hover, for one run."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollBar, QSizePolicy, QWidget

from visualiser.gui.cores import CoresPanel
from visualiser.gui.source_words import name_of, quality_of
from visualiser.gui.theme import Theme
from visualiser.gui.timeline.glyphs import KindsSeen
from visualiser.gui.timeline.gutter import Gutter
from visualiser.gui.timeline.hover_card import HoverCard, describe
from visualiser.gui.timeline.lane_layout import shown_tracks
from visualiser.gui.timeline.legend import Legend
from visualiser.gui.timeline.levels import bar_at, is_duration
from visualiser.gui.timeline.picture import Chosen, Shown
from visualiser.gui.timeline.state_words import about_state
from visualiser.gui.timeline.telling import Told, about_counter, about_phase
from visualiser.gui.timeline.view import TimelineView
from visualiser.trace.pointers import Found
from visualiser.trace.run import Run
from visualiser.trace.states import State
from visualiser.trace.track import NS

_NEAR = 4  # pixels around the mouse in which a mark is told
_WORDS_MS = 280  # text changes slowly enough to be read
_SINCE = "From {:.2f} s on, {}: {}."
_FIRST = "States from {}: {}."
_SECOND = "Strip below a lane: {}, underlined where they say otherwise."


class TimelinePanel(QWidget):
    """Composes view, names, scroll bar, legend and hover card."""

    selected = Signal(object)  # Selection or None
    hovered = Signal(str)
    follow_changed = Signal(bool)
    cores_told = Signal(bool)  # whether the run on show tells who was on which core
    refreshed = Signal()  # numbers may be other ones now; at most every 280 ms

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.view = TimelineView(theme)
        self.gutter = Gutter(theme, self.view)
        self.legend = Legend(theme)
        self._scroll = QScrollBar(Qt.Orientation.Vertical)
        self._seen = KindsSeen()
        self._hint = QLabel("Press Run to see what every thread does.", self.view)
        self._hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._card = HoverCard(theme, self)
        self.tellers: list[Callable[[QPointF], Told | None]] = []  # of what else may lie at a place of the view
        self._words = QTimer(self)
        self._words.setSingleShot(True)
        self._words.setInterval(_WORDS_MS)
        self._words.timeout.connect(self._refresh_words)
        self._compose()
        self._connect()
        self.set_theme(theme)
        self.setFocusProxy(self.view)

    @property
    def following(self) -> bool:
        """Whether the run's end is kept in view."""
        return self.view.following

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme
        self.view.set_theme(theme)
        self.gutter.set_theme(theme)
        self.legend.set_theme(theme)
        self._card.set_theme(theme)
        self._hint.setFont(theme.font("body"))
        self._hint.setStyleSheet(f"color: {theme.hex('muted')}; background: transparent;")

    def set_run(self, run: Run | None) -> None:
        """Show another run, or none."""
        self._seen = KindsSeen()
        self.legend.show_all()
        self._say_nothing()
        self.view.set_run(run)
        self._refresh_words()

    def refresh(self) -> None:
        """The run has grown; cheap enough for every frame."""
        self.view.refresh()
        if not self._words.isActive():
            self._words.start()

    def finish(self) -> None:
        """The run is over: show all of it, imports apart, unless the user has gone elsewhere."""
        if self.view.following:
            self.view.fit_busy()
        self.view.refresh()
        self._refresh_words()

    def set_follow(self, on: bool) -> None:
        """Keep the run's end in view, or leave the view to the user."""
        self.view.set_follow(on)

    def fit(self) -> None:
        """Show the run without the script's imports; once more: with them."""
        self.view.fit()

    def set_helpers(self, on: bool) -> None:
        """Show threads and processes that belong to the libraries as well."""
        self.view.helpers = on
        self.view.refresh()
        self._refresh_words()

    @property
    def by_core(self) -> bool:
        """Whether what runs has the hue of its core."""
        return self.view.by_core

    def set_by_core(self, on: bool) -> None:
        """Give what runs the hue of its core, or that of its worker."""
        self.view.by_core = on
        self.view.refresh()
        self._refresh_words()

    @property
    def arrows(self) -> bool:
        """Whether what passed through queues is drawn as arrows; those of the span under the mouse always are."""
        return self.view.arrows

    def set_arrows(self, on: bool) -> None:
        """Draw what passed through queues as arrows, or leave them out."""
        self.view.arrows = on
        self.view.refresh()
        self._refresh_words()
        self._words.start()  # once more: the legend counts the arrows of the last picture

    def point_at(self, found: Found) -> bool:
        """Bring what a lesson points at into view, select it and outline it for a while; False if it is not shown."""
        track = None if found.counter is not None else found.track
        start, end = _stretch(found)
        if not self.view.show_stretch(Shown(track, start, end, found.counter, found.flow)):
            return False
        span = found.span or (track.lane.span_at(found.start) if track is not None and found.kind == "span" else None)
        if track is not None and span is not None:
            self.view.select((track, span))
        return True

    def set_hint(self, text: str) -> None:
        """What to say while there is nothing to show."""
        self._hint.setText(text)

    def link(self, cores: CoresPanel) -> None:
        """Give the core bars the same time axis."""
        cores.follow_view(self.view)
        self.view.laid_out.connect(
            lambda: cores.set_right_margin(self._scroll.sizeHint().width() if self._scrolls else 0)
        )

    @property
    def _scrolls(self) -> bool:
        return self.view.hidden_height > 0

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape shows all states again."""
        if event.key() != Qt.Key.Key_Escape or not self.legend.show_all():
            super().keyPressEvent(event)

    def resizeEvent(self, event: object) -> None:
        """Keep the hint in the middle."""
        self._place_hint()

    def _compose(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self.gutter, 0, 0)
        grid.addWidget(self.view, 0, 1)
        grid.addWidget(self._scroll, 0, 2)
        grid.addWidget(self.legend, 1, 0, 1, 3)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(0, 1)
        self._scroll.hide()

    def _connect(self) -> None:
        self.view.follow_changed.connect(self.follow_changed)
        self.view.selected.connect(self._on_selected)
        self.view.pointed.connect(self._on_pointed)
        self.view.laid_out.connect(self._on_laid_out)
        self._scroll.valueChanged.connect(self.view.scroll_lanes)
        self.legend.only_changed.connect(self._show_only)
        self.legend.about = lambda state: about_state(self.view.run, self.view.helpers, state)

    def _on_selected(self, chosen: Chosen | None) -> None:
        run = self.view.run
        self.selected.emit(describe(run, *chosen) if chosen and run else None)

    def _on_pointed(self, chosen: Chosen | None, at: QPointF) -> None:
        run, place = self.view.run, QPointF(self.view.mapTo(self, at.toPoint()))
        if run is None:
            self._say_nothing()
        elif chosen is not None:
            near = self.view.moment_at(at.x() - _NEAR), self.view.moment_at(at.x() + _NEAR)
            selection = describe(run, *chosen, near)
            self._card.show_selection(selection, place)
            self.hovered.emit(selection.text)
        elif (told := self._told_at(run, at)) is not None:
            self._card.show_told(told, place)
            self.hovered.emit(" · ".join((told.heading, *told.lines)))
        else:
            self._say_nothing()

    def _show_only(self, states: frozenset[State]) -> None:
        self.view.only = states
        self.view.refresh()

    def hide_card(self) -> None:
        """Take the card away that is beside the mouse."""
        self._card.hide()

    def _say_nothing(self) -> None:
        self.hide_card()
        self.hovered.emit("")

    def _told_at(self, run: Run, at: QPointF) -> Told | None:
        """What is to be said of the counter or the phase under the mouse."""
        told = next(filter(None, (tell(at) for tell in self.tellers)), None)
        if told is not None:
            return told
        layout, when = self.view.layout_of_lanes, self.view.moment_at(at.x())
        if at.y() >= layout.top:
            level = layout.counter_at(at.y())
            return about_counter(run, level.counter, when) if level is not None else None
        phase = run.phases.at(when) if at.y() >= layout.top - self.view.painter.bands.height(run) else None
        inside = phase is not None and (phase.end is None or when < phase.end)
        return about_phase(run, phase) if phase is not None and inside else None

    def _on_laid_out(self) -> None:
        hidden = self.view.hidden_height
        self._scroll.setVisible(self._scrolls)
        self._scroll.setRange(0, hidden)
        self._scroll.setPageStep(max(1, self.view.height()))
        self._scroll.setValue(self.view.scrolled)

    def _refresh_words(self) -> None:
        run = self.view.run
        states = {state for track in shown_tracks(run, self.view.helpers) for state in track.lane.states}
        notes = _about_sources(run) if run and run.start_ns else ()
        self.legend.set_states(states, notes)
        self.legend.set_cores(run.core_logs.cores if run and self.by_core else ())
        self.cores_told.emit(run is None or run.core_logs.told or not run.start_ns)
        self._refresh_signs(run)
        self._hint.setVisible(run is None or not run.start_ns)
        self._place_hint()
        self.gutter.update()
        self.refreshed.emit()

    def _refresh_signs(self, run: Run | None) -> None:
        seen = {kind for track in run.tracks for kind in self._seen.of(track)} if run else set()
        self.legend.set_signs(seen, self.view.painter.arrows.told)

    def _place_hint(self) -> None:
        self._hint.setGeometry(self.view.rect())


def _stretch(found: Found) -> tuple[int, int]:
    """Begin and end (ns) of what was found; a counter of durations holds each from before it was told."""
    counter, bar = found.counter, None
    if counter is not None and is_duration(counter):
        bar = bar_at(counter.t, counter.value, counter.unit, found.start)
    return (found.start, found.end) if bar is None else bar[:2]


def _about_sources(run: Run) -> tuple[str, ...]:
    """Where the states come from and how far to trust them."""
    first, *second = run.used.before or run.used.now
    notes = [_FIRST.format(name_of(first), quality_of(first)), *(_SECOND.format(name_of(one)) for one in second)]
    if run.used.before:
        since = (run.used.changed_ns - run.start_ns) / NS
        notes.append(_SINCE.format(since, name_of(run.used.now[0]), quality_of(run.used.now[0])))
    return tuple(notes)
