"""The lesson's lists: what to watch for, each a link into the timeline, and what this run explains, with signs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from visualiser.gui.card import label
from visualiser.gui.rich_text import Prose
from visualiser.gui.theme import Theme
from visualiser.trace.lesson import Verdict, Watch

BEFORE_A_RUN = "Run it to see the numbers."
NOTHING = "Nothing to explain in this run."
MISSING = "not in this run"
NO_RUN = "run it first"
_SIGN_WIDTH = 20
# of a statement that holds, does not, or cannot be judged: sign, its colour, and what is said under it
_SETTLED = {True: ("✓", "ok", ""), False: ("✗", "warn", MISSING), None: ("?", "muted", "this run cannot tell")}


class Row(QWidget):
    """A sign beside a text, and a short hint under it where there is one."""

    def __init__(self, sign: str, theme: Theme) -> None:
        super().__init__()
        self.sign = QLabel()
        self.text = Prose(theme)
        self.hint = label("", "note")
        self.hint.hide()
        self._token = "muted"
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.text)
        words.addWidget(self.hint)
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        self._line.addLayout(words, 1)
        self._theme = theme
        self.set_sign(sign, "muted")
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours and sizes."""
        self._theme = theme
        self.text.set_theme(theme)
        self._line.setSpacing(theme.px(4))
        self.sign.setFixedWidth(theme.px(_SIGN_WIDTH))
        self.set_sign(self.sign.text(), self._token)

    def set_sign(self, sign: str, token: str) -> None:
        """Show another sign in that colour."""
        self._token = token
        self.sign.setText(sign)
        size, color = self._theme.font("prose").pixelSize(), self._theme.hex(token)
        self.sign.setStyleSheet(f"color: {color}; font-size: {size}px; font-weight: 700;")

    def set_hint(self, text: str) -> None:
        """Say something under it; empty takes it back."""
        self.hint.setText(text)
        self.hint.setVisible(bool(text))


class _Rows(QWidget):
    """Rows under one another."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.rows: list[Row] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours and spacing."""
        self._theme = theme
        self._column.setSpacing(theme.px(6))
        for row in self.rows:
            row.set_theme(theme)

    def _have(self, number: int, sign: str) -> None:
        """As many rows as that."""
        while len(self.rows) > number:
            gone = self.rows.pop()
            self._column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        while len(self.rows) < number:
            self.rows.append(Row(sign, self._theme))
            self._column.addWidget(self.rows[-1])


class WatchList(_Rows):
    """``asked`` carries a pointer (``longest/LOCK``) and the place of the item whose link was followed."""

    asked = Signal(str, int)

    def show_items(self, items: Sequence[Watch]) -> None:
        """Another lesson's items."""
        self._have(0, "")
        self._have(len(items), "▸")
        for place, (row, item) in enumerate(zip(self.rows, items, strict=True)):
            row.text.say(item.text)
            row.text.followed.connect(lambda pointer, place=place: self.asked.emit(pointer, place))

    def say(self, place: int, words: str) -> None:
        """Say something of that item; empty takes it back."""
        self.rows[place].set_hint(words)

    def forget(self) -> None:
        """Another run: what the last one had not may be in it."""
        for row in self.rows:
            row.set_hint("")


class Explanations(_Rows):
    """Sentences filled from a run's facts."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.waiting = Prose(theme, BEFORE_A_RUN, "muted")
        self._column.addWidget(self.waiting)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours and spacing."""
        super().set_theme(theme)
        self.waiting.set_theme(theme)

    def show_verdicts(self, verdicts: Sequence[Verdict] | None, over: bool = True) -> None:
        """What a run says of each statement, None: there is no run; before it is over only what holds is settled."""
        self.waiting.setVisible(not verdicts)
        self.waiting.say(BEFORE_A_RUN if verdicts is None else NOTHING)
        self._have(len(verdicts or ()), "…")
        for row, verdict in zip(self.rows, verdicts or (), strict=True):
            settled = over or verdict.holds is True
            sign, token, hint = _SETTLED[verdict.holds] if settled else ("…", "muted", "")
            row.set_sign(sign, token)
            row.text.say(verdict.sentence, "text" if verdict.holds else "muted")
            row.set_hint(hint)
