"""The bar above everything: which scenario is open, and the few buttons a run needs."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from visualiser.gui.actions import Actions
from visualiser.gui.icons import tinted_pixmap
from visualiser.gui.line_label import LineLabel
from visualiser.gui.switch import Switch
from visualiser.gui.theme import Theme

_WORDED = ("run", "stop", "follow", "fit")
_ICON_ONLY = ("save_picture", "present")


class TopBar(QFrame):
    """Title and subtitle on the left, Lock switch and buttons on the right."""

    def __init__(self, theme: Theme, actions: Actions) -> None:
        super().__init__()
        self.setObjectName("top")
        self._actions = actions
        self._title = LineLabel("", "title")
        self._subtitle = LineLabel("", "note")
        self.lock = LockSwitch(theme, actions["lock"])
        self.interpreter = _menu_button("Interpreter", actions.menus["INTERPRETER"])
        self.buttons = {name: _button(actions[name], name in _WORDED) for name in (*_WORDED, *_ICON_ONLY)}
        self.appearance = QToolButton()
        self.appearance.setAccessibleName("Light or dark")
        self.appearance.setToolTip("Change between light and dark")
        self._row = QHBoxLayout(self)
        self._fill()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours and spacing."""
        self._actions.set_theme(theme)
        self._row.setContentsMargins(theme.px(16), theme.px(8), theme.px(12), theme.px(8))
        self._row.setSpacing(theme.px(8))
        self.lock.set_theme(theme)
        other = "sun" if theme.name == "dark" else "moon"
        self.appearance.setIcon(tinted_pixmap(other, theme.color("text"), theme.px(18)))
        for button in (*self.buttons.values(), self.appearance):
            button.setIconSize(QSize(theme.px(18), theme.px(18)))

    def show_scenario(self, title: str, subtitle: str) -> None:
        """Say which scenario is open."""
        for line, text in ((self._title, title), (self._subtitle, subtitle)):
            line.setText(text)
            line.setToolTip(text)

    def show_interpreter(self, name: str, tip: str) -> None:
        """Say which Python the next run uses."""
        self.interpreter.setText(f"Python {name} ▾")
        self.interpreter.setToolTip(tip)
        self.interpreter.setAccessibleDescription(name)

    def _fill(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._subtitle)
        self._row.addLayout(words, 1)
        self._row.addWidget(self.lock)
        self._row.addWidget(self.interpreter)
        for button in (*self.buttons.values(), self.appearance):
            self._row.addWidget(button)


class LockSwitch(QWidget):
    """Says whether a Lock protects the shared value, and changes it."""

    def __init__(self, theme: Theme, action: QAction) -> None:
        super().__init__()
        self._action = action
        self._theme = theme
        self._picture = QLabel()
        self._words = QLabel("Lock off")
        self.switch = Switch("Use the Lock", theme)
        self.switch.setToolTip(action.toolTip())
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for widget in (self._picture, self._words, self.switch):
            self._row.addWidget(widget)
        self.switch.clicked.connect(action.trigger)
        action.toggled.connect(self._show)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours and spacing."""
        self._theme = theme
        self.switch.set_theme(theme)
        self._row.setSpacing(theme.px(7))
        self._words.setFont(theme.font("medium"))
        widest = max(self._words.fontMetrics().horizontalAdvance(text) for text in ("Lock on", "Lock off"))
        self._words.setFixedWidth(widest + theme.px(2))
        self._show(self._action.isChecked())

    def _show(self, on: bool) -> None:
        self.switch.setChecked(on)
        self._words.setText("Lock on" if on else "Lock off")
        color = self._theme.color("accent_text" if on else "muted")
        self._picture.setPixmap(tinted_pixmap("lock" if on else "unlock", color, self._theme.px(18)))


def _menu_button(name: str, menu: QMenu) -> QToolButton:
    button = QToolButton()
    button.setObjectName("menu")
    button.setMenu(menu)
    button.setAccessibleName(name)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return button


def _button(action: QAction, worded: bool) -> QToolButton:
    button = QToolButton()
    button.setObjectName(action.objectName())
    button.setDefaultAction(action)
    button.setAccessibleName(action.text().replace("&", ""))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if worded else Qt.ToolButtonStyle.ToolButtonIconOnly
    button.setToolButtonStyle(style)
    return button
