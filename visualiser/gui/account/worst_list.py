"""The list of the writes that destroyed most; a click or Enter goes there."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from visualiser.gui.card import Card
from visualiser.gui.numbers import number_text
from visualiser.gui.theme import Theme
from visualiser.trace.account import Account

MOST = 50
_WIDTH = 236


class WorstList(Card):
    """``picked`` carries the number of the write."""

    picked = Signal(int)

    def __init__(self, theme: Theme) -> None:
        self.list = QListWidget()
        self.list.setAccessibleName("Writes that destroyed most")
        self.list.setWordWrap(True)
        super().__init__("Most destroyed at a blow", theme)
        self.body.addWidget(self.list, 1)
        self.list.itemActivated.connect(self._pick)
        self.list.itemClicked.connect(self._pick)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's sizes."""
        super().set_theme(theme)
        self.setFixedWidth(theme.px(_WIDTH))
        self.list.setFont(theme.font("body"))
        self.list.setSpacing(theme.px(3))
        self.list.setContentsMargins(0, 0, 0, 0)
        self.list.setViewportMargins(theme.px(7), 0, 0, 0)

    def show_account(self, account: Account | None) -> None:
        """List those of an account, the worst first."""
        self.list.clear()
        for number in account.most_destructive(MOST).tolist() if account is not None else []:
            assert account is not None
            name = account.versions.writers[int(account.versions.writer[number])].name
            destroyed = number_text(int(account.destroyed[number]))
            item = QListWidgetItem(f"▲ {destroyed} by write {number_text(number)}\n{name}")
            item.setData(Qt.ItemDataRole.UserRole, number)
            self.list.addItem(item)

    def _pick(self, item: QListWidgetItem) -> None:
        self.picked.emit(item.data(Qt.ItemDataRole.UserRole))
