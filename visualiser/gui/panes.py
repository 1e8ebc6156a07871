"""Where everything stands: list on the left, timeline over cores in the middle, code or lesson over results right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from visualiser.gui.card import Card
from visualiser.gui.console_panel import ConsolePanel
from visualiser.gui.cores import CoresPanel
from visualiser.gui.deck import Deck
from visualiser.gui.editor_panel import EditorPanel
from visualiser.gui.facts_panel import FactsPanel
from visualiser.gui.finding.find_panel import FindPanel
from visualiser.gui.lesson_panel import LessonPanel
from visualiser.gui.locks_panel import LocksPanel
from visualiser.gui.measure.bookmark_page import BookmarkPage
from visualiser.gui.measure.bookmarks import Bookmarks
from visualiser.gui.measure.measure_panel import MeasurePanel
from visualiser.gui.measure.page_room import PageRoom
from visualiser.gui.results_panel import ResultsPanel
from visualiser.gui.scenario_list import ScenarioList
from visualiser.gui.settings import Settings
from visualiser.gui.theme import Theme
from visualiser.gui.timeline.panel import TimelinePanel

LIST_WIDTH = 230
_VERTICAL = Qt.Orientation.Vertical
_COLUMN_SHARES = (62, 38)  # of the room right of the list
_CENTRE_SHARES = (80, 20)
_RIGHT_SHARES = (55, 30, 15)
_HINT = "wheel zooms · drag moves · Shift+drag measures · click shows the line"


class Panes(QWidget):
    """All panels and the splitters between them."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("root")
        self.scenarios = ScenarioList(theme)
        self.timeline = TimelinePanel(theme)
        self.cores = CoresPanel(theme)
        self.editor = EditorPanel(theme)
        self.lesson = LessonPanel(theme)
        self.results = ResultsPanel(theme)
        self.facts = FactsPanel(theme)
        self.locks = LocksPanel(theme)
        self.measure = MeasurePanel(theme)
        self.bookmarks = Bookmarks(self)
        self.bookmark_page = BookmarkPage(self.bookmarks, lambda: self.timeline.view.run, theme)
        self.find_page = FindPanel(theme)
        self.console = ConsolePanel(theme)
        self.timeline.link(self.cores)
        self.timeline_card = _card("Timeline", theme, _HINT, self.timeline)
        self.cores_card = _card("Load per core", theme, "", self.cores)
        self.cores_card.head.addWidget(self.cores.legend, 6)
        self.centre = _splitter(_VERTICAL, _CENTRE_SHARES, self.timeline_card, self.cores_card)
        self.top = Deck(theme, {"code": ("Code", self.editor), "lesson": ("Lesson", self.lesson)})
        results: dict[str, tuple[str, Card]] = {"result": ("Result", self.results), "facts": ("Facts", self.facts)}
        results |= {"find": ("Find", self.find_page), "measure": ("Measure", self.measure)}
        results |= {"bookmarks": ("Bookmarks", self.bookmark_page)}
        self.bottom = Deck(theme, {**results, "locks": ("Locks", self.locks)})
        for page in ("bookmarks", "locks"):
            self.bottom.offer(page, False)
        self.right = _splitter(_VERTICAL, _RIGHT_SHARES, self.top, self.bottom, self.console)
        self.room = PageRoom(self.right, self.bottom, ("find", "measure", "bookmarks"), theme)
        self.columns = _splitter(Qt.Orientation.Horizontal, _COLUMN_SHARES, self.centre, self.right)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self.margins = QVBoxLayout()
        self.margins.addWidget(self.columns)
        self._row.addWidget(self.scenarios)
        self._row.addLayout(self.margins, 1)
        self.set_theme(theme)

    @property
    def splitters(self) -> dict[str, QSplitter]:
        """The splitters by the name they are remembered under."""
        return {"columns": self.columns, "centre": self.centre, "right": self.right}

    @property
    def decks(self) -> dict[str, Deck]:
        """The cards with tabs by the name under which the tab in front is remembered."""
        return {"top_tab": self.top, "bottom_tab": self.bottom}

    def set_theme(self, theme: Theme) -> None:
        """Pass the theme on to every panel."""
        gap, self.room.theme = theme.px(10), theme
        self.margins.setContentsMargins(gap, gap, gap, gap)
        self.scenarios.setFixedWidth(theme.px(LIST_WIDTH))
        for splitter in self.splitters.values():
            splitter.setHandleWidth(gap)
        parts = (self.scenarios, self.timeline_card, self.timeline, self.cores_card, self.cores)
        for part in (*parts, self.top, self.bottom, self.console):
            part.set_theme(theme)

    def lay_out(self) -> None:
        """Give every panel the share of the room it has at first; code and result are in front."""
        for deck in self.decks.values():
            deck.turn_to(deck.first)
        for splitter, shares in (
            (self.columns, _COLUMN_SHARES),
            (self.centre, _CENTRE_SHARES),
            (self.right, _RIGHT_SHARES),
        ):
            splitter.setSizes([share * 100 for share in shares])

    def restore(self, settings: Settings) -> None:
        """Lay out as remembered, or as at first."""
        self.lay_out()
        for name, deck in self.decks.items():
            deck.turn_to(settings.choice(name, deck.tabs))
        for name, splitter in self.splitters.items():
            state = settings.state(name)
            if state is not None:
                splitter.restoreState(state)

    def remember(self, settings: Settings) -> None:
        """Store the layout."""
        self.room.give_back()
        for name, splitter in self.splitters.items():
            settings.set_state(name, splitter.saveState())
        for name, deck in self.decks.items():
            settings.set_text(name, deck.front)


def _card(title: str, theme: Theme, note: str, content: QWidget) -> Card:
    card = Card(title, theme, note)
    card.body.addWidget(content, 1)
    return card


def _splitter(direction: Qt.Orientation, shares: tuple[int, ...], *parts: QWidget) -> QSplitter:
    splitter = QSplitter(direction)
    splitter.setChildrenCollapsible(False)
    for number, (part, share) in enumerate(zip(parts, shares, strict=True)):
        splitter.addWidget(part)
        splitter.setStretchFactor(number, share)
    return splitter
