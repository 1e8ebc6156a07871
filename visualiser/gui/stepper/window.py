"""The stepper's window: composes its parts and hands requests to the driver and states to the parts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QVBoxLayout, QWidget

from visualiser.gui.appearance import Appearance
from visualiser.gui.card import label
from visualiser.gui.settings import Settings
from visualiser.gui.stepper.all_view import AllView
from visualiser.gui.stepper.controls import Choices, Controls
from visualiser.gui.stepper.driver import PACE_S, Driver
from visualiser.gui.stepper.notice import Notice
from visualiser.gui.stepper.pages import ALL, STEPS, Pages
from visualiser.gui.stepper.shared_view import SharedView
from visualiser.gui.stepper.source_view import SourceView
from visualiser.gui.stepper.strip import Strip
from visualiser.gui.stepper.thread_panel import ThreadPanel
from visualiser.gui.stepper.words import STEERED
from visualiser.gui.style_sheet import style_sheet
from visualiser.gui.theme import Theme
from visualiser.host.step_listings import LISTINGS, MOST_ROUNDS
from visualiser.host.step_state import Explored, State
from visualiser.trace.interleaving import NAMES, OrderError, parse_order

_SIZE = QSize(1180, 700)  # at scale 1: in a larger window everything painted grows with it
_LEAST = QSize(960, 600)
_SMALLEST, _LARGEST = 0.8, 2.5


class StepperWindow(QDialog):
    """Not modal; its process ends when it is closed.

    ``python``: another interpreter than our own. ``pace_s``: seconds between two steps of an order that is played.
    ``left`` tells that it was closed.
    """

    left = Signal()

    def __init__(
        self,
        appearance: Appearance,
        settings: Settings,
        python: str | None = None,
        parent: QWidget | None = None,
        pace_s: float = PACE_S,
    ) -> None:
        super().__init__(parent)
        self._appearance, self._settings = appearance, settings
        self.state: State | None = None
        self._explored: Explored | None = None
        self._trying = False
        self._left = False
        self._large = False
        self._written: str | None = None  # the order that was played from the field, while nothing else is wanted
        self._theme = theme = appearance.theme
        self.choices, self.controls = Choices(), Controls(theme)
        self.panels = {name: ThreadPanel(name, theme) for name in NAMES}
        self.source, self.shared = SourceView(theme), SharedView(theme)
        self.strip, self.all = Strip(theme), AllView(theme)
        self.pages = Pages(self.strip, self.all)
        self.notice = Notice(theme)
        self._driver = Driver(python, pace_s, self)
        self._compose(theme)
        self._connect()
        self._add_keys()
        self._restore()
        self._driver.start()
        self.begin()

    def begin(self) -> None:
        """Two new threads on what is chosen."""
        listing, rounds = self.choices.picked
        if self._trying or self.state is None or (self.state.listing, self.state.rounds) != (listing, rounds):
            self._explored = None
        self._request()
        self._driver.begin(listing, rounds)

    def step(self, name: str) -> None:
        """Give a thread its next step."""
        self._request()
        self._driver.step(name)

    def undo(self) -> None:
        """Take the last step back."""
        self._request()
        self._driver.undo()

    def play(self, order: str | None = None) -> None:
        """Play that order, or the one that is written there."""
        wanted = self.controls.order.text() if order is None else order
        try:
            parse_order(wanted)
        except OrderError as error:
            self._mend(wanted, str(error))
            return
        self._request()
        self._written = wanted if order is None else None
        self._driver.play(wanted)

    def lose(self) -> None:
        """Play the shortest order that loses an update."""
        self._request()
        self._driver.lose()

    def set_raw(self, raw: bool) -> None:
        """Step by single instructions, or not."""
        self._request()
        self._driver.set_raw(raw)

    def try_all(self) -> None:
        """Try all interleavings, or cancel that."""
        self.pages.turn_to(ALL)
        if self._trying:
            self._driver.cancel()
            self._end_trying()
        else:
            self._trying, self._explored = True, None
            self._driver.explore()

    def open_large(self) -> None:
        """Show it on the full screen for this once: its own size is what is remembered."""
        self._large = True
        self.show()
        if not self.isFullScreen():
            self._toggle_full_screen()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember, and leave nothing running."""
        if not self._left:
            self._left = True
            self.hide()  # at once, though ending a process that hangs may take its time
            self._leave()
            self.left.emit()
        super().closeEvent(event)

    def reject(self) -> None:
        """Escape leaves the full screen first, and then closes it."""
        if self.isFullScreen():
            self._toggle_full_screen()
        else:
            self.close()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Everything painted grows with the window."""
        super().resizeEvent(event)
        self._set_theme(self._appearance.theme)

    def _compose(self, theme: Theme) -> None:
        self.setWindowTitle("Step through the race")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumSize(_LEAST)
        board = QGridLayout()
        board.addWidget(self.panels["A"], 0, 0)
        board.addWidget(self._middle(), 0, 1)
        board.addWidget(self.panels["B"], 0, 2)
        for column, share in enumerate((5, 12, 5)):
            board.setColumnStretch(column, share)
        layout = QVBoxLayout(self)
        layout.addWidget(self.choices)
        layout.addWidget(label(STEERED, "note"))
        layout.addLayout(board, 11)
        layout.addWidget(self.pages, 6)
        layout.addWidget(self.notice)
        layout.addWidget(self.controls)

    def _middle(self) -> QFrame:
        card = _card()
        inside = QVBoxLayout(card)
        inside.addWidget(self.source, 1)
        inside.addWidget(self.shared)
        return card

    def _connect(self) -> None:
        self._driver.stated.connect(self._show_state)
        self._driver.explored.connect(self._show_explored)
        self._driver.failed.connect(self._show_trouble)
        self._appearance.changed.connect(self._set_theme)
        for name, panel in self.panels.items():
            panel.button.clicked.connect(lambda _on=False, name=name: self.step(name))
        self.choices.chosen.connect(self.begin)
        self.choices.raw.clicked.connect(self.set_raw)
        controls = self.controls
        controls.play.clicked.connect(lambda: self.play())
        controls.undo.clicked.connect(self.undo)
        controls.reset.clicked.connect(self.begin)
        controls.lose.clicked.connect(self.lose)
        self.all.go.clicked.connect(self.try_all)

    def _add_keys(self) -> None:
        """As shortcuts of the window: where a string is being written, letters and arrows are the string's."""
        doing: dict[str, Callable[[], object]] = {
            **{name: partial(self.step, name) for name in NAMES},
            "Left": self.undo,
            "Backspace": self.undo,
            "R": self.begin,
            "L": self.lose,
            "T": self.try_all,
            "O": lambda: self.set_raw(not self.choices.raw.isChecked()),
            "Return": lambda: self.play(),
            "Enter": lambda: self.play(),
            "Ctrl+Shift+C": self.controls.copy.click,
            "F5": self._toggle_full_screen,
        }
        for key, do in doing.items():
            for keys in (key, f"Shift+{key}") if len(key) == 1 else (key,):
                QShortcut(QKeySequence(keys), self, do)

    def _request(self) -> None:
        """Something else is wanted than to try all: back to the steps."""
        self._written = None
        if self._trying:
            self._end_trying()
        self.pages.turn_to(STEPS)
        self.panels["A"].button.setFocus()

    def _show_state(self, state: State) -> None:
        self.state = state
        for name, panel in self.panels.items():
            panel.show_thread(state.threads[name], state.holder == name)
        for part in (self.choices, self.source, self.shared, self.strip, self.controls):
            part.show_state(state)
        self.notice.say(state.refusal)
        self.all.show_explored(self._explored, self._trying)
        if state.refusal and self._written is not None:
            self._mend(self._written, state.refusal)

    def _show_explored(self, explored: Explored) -> None:
        if self._trying and (explored.listing, explored.rounds) == self.choices.picked:
            self._explored = explored
            self._trying = not explored.over
            self.all.show_explored(explored, self._trying)

    def _end_trying(self) -> None:
        self._trying = False
        self.all.show_explored(self._explored, False)

    def _show_trouble(self, sentence: str) -> None:
        self._end_trying()
        self.notice.say(sentence)
        if self._written is not None:
            self._mend(self._written, sentence)

    def _mend(self, order: str, sentence: str) -> None:
        """Back to the field with what was written there: the next letters correct it and are no steps."""
        self._written = None
        self.notice.say(sentence)
        self.controls.order.setText(order)
        self.controls.order.setFocus()
        self.controls.order.selectAll()

    def _set_theme(self, theme: Theme) -> None:
        room = min(self.width() / _SIZE.width(), self.height() / _SIZE.height())
        larger = theme.scaled(max(_SMALLEST, min(round(room * 20) / 20, _LARGEST)))
        if larger == self._theme:
            return
        self._theme = larger
        self.setStyleSheet(style_sheet(larger))
        for panel in self.panels.values():
            panel.set_theme(larger)
        for part in (self.source, self.shared, self.strip, self.all, self.notice, self.controls):
            part.set_theme(larger)

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        if (
            QGuiApplication.platformName() == "xcb" and self.isFullScreen()
        ):  # without a window manager nobody resizes it
            self.windowHandle().setGeometry(self.screen().geometry())

    def _restore(self) -> None:
        keys = [one.key for one in LISTINGS]
        listing = LISTINGS[keys.index(self._settings.choice("stepper/listing", keys))]
        rounds = self._settings.choice("stepper/rounds", [str(number + 1) for number in range(MOST_ROUNDS)])
        self.choices.pick(listing, int(rounds))
        geometry = self._settings.state("stepper")
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(_SIZE.boundedTo(self.screen().availableGeometry().size() * 0.95))

    def _leave(self) -> None:
        listing, rounds = self.choices.picked
        self._settings.set_text("stepper/listing", listing.key)
        self._settings.set_text("stepper/rounds", str(rounds))
        if not self._large:
            self._settings.set_state("stepper", self.saveGeometry())
        self._appearance.changed.disconnect(self._set_theme)
        self._driver.close()


def _card() -> QFrame:
    made = QFrame()
    made.setObjectName("card")
    return made
