"""The strip with all around it: names, scroll bar, legend, the card beside the mouse, words for what is selected."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollBar, QSizePolicy, QWidget

from visualiser.gui.account.key import StripKey
from visualiser.gui.account.names import Names
from visualiser.gui.account.strip_layout import Strip
from visualiser.gui.account.strip_view import StripView
from visualiser.gui.account.wording import told_of
from visualiser.gui.card import Card
from visualiser.gui.theme import Theme
from visualiser.gui.timeline.hover_card import HoverCard
from visualiser.gui.timeline.telling import Told

IDLE = "Nothing is recorded yet: press Record, and the script runs twice."
FIRST = "The script runs as it is; its reads and writes are recorded in the second run."
SECOND = "Reads and writes are being recorded; they are shown here when the run has ended."
NOTHING = "Nothing was recorded."
PICK = "Press N for the first lost write, or click one."
NONE_LOST = "No write was lost."


class StripPanel(Card):
    """Shows one strip."""

    def __init__(self, theme: Theme) -> None:
        self.view = StripView(theme)
        self.names = Names(theme, self.view)
        self.key = StripKey(theme)
        self._instead = IDLE
        self.words = QLabel(IDLE)
        self.words.setWordWrap(True)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._card = HoverCard(theme, self.view)
        self._scroll = QScrollBar(Qt.Orientation.Vertical)
        super().__init__("Reads and writes, from read to write", theme)
        self._content = QWidget()
        grid = QGridLayout(self._content)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self.names, 0, 0)
        grid.addWidget(self.view, 0, 1)
        grid.addWidget(self._scroll, 0, 2)
        grid.setColumnStretch(1, 1)
        self.head.addWidget(self.key)
        self.body.addWidget(self._content, 1)
        self.body.addWidget(self.words)
        self._connect()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours and sizes."""
        super().set_theme(theme)
        for part in (self.view, self.names, self.key, self._card):
            part.set_theme(theme)
        self.words.setFont(theme.font("strong"))
        self.words.setContentsMargins(theme.px(12), 0, theme.px(12), theme.px(6))
        self.words.setMinimumHeight(self.words.fontMetrics().lineSpacing() * 2 + theme.px(6))

    def show_strip(self, strip: Strip | None, instead: str = IDLE) -> None:
        """Show another one, or none and the words ``instead``."""
        self._instead = instead
        self._card.hide()
        self.view.show_strip(strip)

    def _connect(self) -> None:
        self.view.selected.connect(self._tell)
        self.view.pointed.connect(self._point)
        self.view.laid_out.connect(self._fit_scroll)
        self._scroll.valueChanged.connect(self.view.scroll_lanes)

    def _tell(self, number: int) -> None:
        strip = self.view.strip
        if strip is None:
            self.words.setText(self._instead)
        elif number:
            heading, *rest = told_of(strip.account, number)
            self.words.setText(f"{heading} · {' · '.join(rest)}")
        else:
            self.words.setText(PICK if strip.account.lost else NONE_LOST)

    def _point(self, number: int, at: QPointF) -> None:
        strip = self.view.strip
        if strip is None or not number:
            self._card.hide()
            return
        heading, *rest = told_of(strip.account, number)
        self._card.show_told(Told(heading, tuple(rest)), at)

    def _fit_scroll(self) -> None:
        hidden = self.view.hidden_height
        self._scroll.setRange(0, hidden)
        self._scroll.setPageStep(max(1, self.view.area.height()))
        self._scroll.setValue(self.view.scrolled)
        self._scroll.setVisible(hidden > 0)
