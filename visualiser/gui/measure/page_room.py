"""Gives a page that needs more height what it needs while it is in front, and gives it back after that."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QSplitter

from visualiser.gui.deck import Deck
from visualiser.gui.theme import Theme

WANTED = 300  # height of the deck, at scale 1


class PageRoom(QObject):
    """Takes room from the part above the deck; where the user moves the splitter then, it stays as he has it."""

    def __init__(self, splitter: QSplitter, deck: Deck, pages: Collection[str], theme: Theme) -> None:
        super().__init__(splitter)
        self.theme = theme
        self._splitter = splitter
        self._deck = deck
        self._pages = pages
        self._before: list[int] | None = None
        self._grown: list[int] = []
        deck.turned.connect(self._turned)

    def give_back(self) -> None:
        """As it was before the page came to the front."""
        before, self._before = self._before, None
        if before is not None and self._splitter.sizes() == self._grown:
            self._splitter.setSizes(before)

    def _turned(self, page: str) -> None:
        if page not in self._pages:
            self.give_back()
        elif self._before is None and self._deck.isVisible():
            self._take()

    def _take(self) -> None:
        sizes, place = self._splitter.sizes(), self._splitter.indexOf(self._deck)
        lacking = self.theme.px(WANTED) - sizes[place]
        if lacking > 0:
            self._before = list(sizes)
            sizes[place - 1] -= lacking
            sizes[place] += lacking
            self._splitter.setSizes(sizes)
            self._grown = self._splitter.sizes()
