"""A card with several pages, one of them in front, chosen by tabs in its heading line."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from visualiser.gui.card import Card
from visualiser.gui.theme import Theme


class Deck(QFrame):
    """Shows one of its cards by the name of its tab; the card's heading line moves up beside the tabs if it fits.

    ``turned`` carries the name of the page that came to the front.
    """

    turned = Signal(str)

    def __init__(self, theme: Theme, pages: Mapping[str, tuple[str, Card]]) -> None:
        """``pages``: name → words of the tab, and the card; the first is in front."""
        super().__init__()
        self.setObjectName("card")
        self._cards = {name: card for name, (_, card) in pages.items()}
        self.tabs = {name: _tab(words) for name, (words, _) in pages.items()}
        self._heads = QStackedWidget()
        self._pages = QStackedWidget()
        self._group = QButtonGroup(self)
        self._row = QHBoxLayout()
        self._column = QVBoxLayout(self)
        self._fill()
        self._group.idClicked.connect(lambda number: self.turn_to(list(self.tabs)[number]))
        self.set_theme(theme)
        self.turn_to(self.first)

    @property
    def first(self) -> str:
        """Name of the page that is in front unless another is chosen."""
        return next(iter(self._cards))

    @property
    def front(self) -> str:
        """Name of the page in front."""
        return list(self._cards)[self._pages.currentIndex()]

    def turn_to(self, name: str) -> None:
        """Bring that page to the front; one that is not offered stays behind."""
        if not self.offers(name):
            return
        before, number = self._pages.currentIndex(), list(self._cards).index(name)
        self.tabs[name].setChecked(True)
        self._heads.setCurrentIndex(number)
        self._pages.setCurrentIndex(number)
        if number != before:
            self.turned.emit(name)
            self._place_heading()

    def turn(self, name: str) -> None:
        """Bring that page to the front, or the first one if it is there already."""
        self.turn_to(self.first if self.front == name else name)

    def offer(self, name: str, on: bool) -> None:
        """Whether that page can be chosen; the first one takes the place of one that no longer can."""
        if not on and self.front == name:
            self.turn_to(self.first)
        self.tabs[name].setVisible(on)

    def offers(self, name: str) -> bool:
        """Whether that page can be chosen."""
        return not self.tabs[name].isHidden()

    def set_theme(self, theme: Theme) -> None:
        """Pass the theme on to the pages and take its spacing."""
        for card in self._cards.values():
            card.set_theme(theme)
            card.head.setContentsMargins(theme.px(8), 0, 0, 0)
            card.body.setContentsMargins(0, 0, 0, 0)
        self._row.setContentsMargins(theme.px(6), 0, theme.px(10), 0)
        self._row.setSpacing(theme.px(2))
        self._column.setContentsMargins(theme.px(2), theme.px(6), theme.px(2), theme.px(2))
        self._column.setSpacing(theme.px(5))

    def event(self, event: QEvent) -> bool:
        """Find the heading line its place again when something in it, or the room for it, has changed."""
        handled = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._place_heading()
        return handled

    def _place_heading(self) -> None:
        """Beside the tabs; below them where what it says would be cut."""
        card = self._cards[self.front]
        words = sum(part.sizeHint().width() for part in (card.heading, card.note) if part.text())
        tabs = sum(tab.sizeHint().width() + self._row.spacing() for tab in self.tabs.values() if not tab.isHidden())
        below = bool(words) and tabs + words + 3 * self._row.contentsMargins().right() > self.width()
        if below != (self._column.indexOf(self._heads) >= 0):
            self._row.removeWidget(self._heads)
            self._column.removeWidget(self._heads)
            if below:
                self._column.insertWidget(1, self._heads)
            else:
                self._row.addWidget(self._heads, 1)

    def _fill(self) -> None:
        for number, (name, card) in enumerate(self._cards.items()):
            self._group.addButton(self.tabs[name], number)
            self._row.addWidget(self.tabs[name])
            self._heads.addWidget(_head_of(card))
            card.setObjectName("page")
            self._pages.addWidget(card)
        self._row.addWidget(self._heads, 1)
        self._column.addLayout(self._row)
        self._column.addWidget(self._pages, 1)


def _head_of(card: Card) -> QWidget:
    """The card's heading line, taken out of it."""
    card.body.removeItem(card.head)
    card.head.setParent(None)
    holder = QWidget()
    holder.setLayout(card.head)
    return holder


def _tab(words: str) -> QToolButton:
    tab = QToolButton()
    tab.setObjectName("tab")
    tab.setText(words)
    tab.setAccessibleName(words)
    tab.setCheckable(True)
    tab.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    tab.setCursor(Qt.CursorShape.PointingHandCursor)
    return tab
