"""The dialog of the account: the ordinary run beside the recorded one, and the strip of reads and writes below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSize
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from visualiser.gui.account import wording
from visualiser.gui.account.outcome_card import OutcomeCard
from visualiser.gui.account.recording import Counted, Recording
from visualiser.gui.account.strip_layout import Strip
from visualiser.gui.account.strip_panel import FIRST, NOTHING, SECOND, StripPanel
from visualiser.gui.account.worst_list import WorstList
from visualiser.gui.card import label
from visualiser.gui.in_window.run import wants_window
from visualiser.gui.settings import Settings
from visualiser.gui.theme import Theme
from visualiser.host.catalogue import Scenario
from visualiser.trace.account import Account

RECORD, STOP = "&Record every read and write", "&Stop"
ORDINARY_WORDS = "What the interpreter does by itself."
IN_WINDOW = "This script runs inside the window; only one that runs in a process of its own can be recorded."
ORDINARY_RUN, RECORDED_RUN = "The ordinary run goes on…", "The recorded run goes on…"
FAILED = "The ordinary run did not get to its end, so nothing was recorded."
_HINT = "The script runs twice: as it is, and with every read and write of its counter recorded."
_KEYS = "N and P: next and previous lost write · wheel zooms · drag moves · F shows all · Esc closes"
_STATE = "account"
_SIZE = QSize(1240, 800)


class AccountDialog(QDialog):
    """Records the script it is given, as often as one likes, and shows the latest account."""

    def __init__(self, parent: QWidget, theme: Theme, settings: Settings, scenario: Scenario, text: str) -> None:
        super().__init__(parent)
        self.python: str | None = None
        self.account: Account | None = None
        self._scenario = scenario
        self._text = text
        self._settings = settings
        self._recording: Recording | None = None
        self._ordinary: Counted | None = None
        self.setWindowTitle(f"Account for the race – {scenario.title}")
        self.record = QPushButton(RECORD)
        self.record.setDefault(True)
        self.status = label(_HINT, "note")
        self.ordinary = OutcomeCard("Ordinary run", theme, "nothing but calls recorded")
        self.recorded = OutcomeCard("Recorded run", theme, "slowed by recording")
        self.strip = StripPanel(theme)
        self.worst = WorstList(theme)
        self._compose(theme)
        self._connect()
        self._restore(theme)

    def start(self) -> None:
        """Run the script, ordinarily and then recorded; what was shown before goes."""
        if self._recording is not None:
            return
        if wants_window(self._text):
            self._say(IN_WINDOW)
            return
        self._ordinary = None
        self._show(None, FIRST)
        for card in (self.ordinary, self.recorded):
            card.wait()
        recording = Recording(self._scenario, self._text, self.python, self)
        recording.counted.connect(self._take)
        recording.failed.connect(self._say)
        recording.finished.connect(self._end)
        self._recording = recording
        self.record.setText(STOP)
        self._say(ORDINARY_RUN)
        recording.start()

    def stop(self) -> None:
        """End the run that goes on."""
        if self._recording is not None:
            self._say("Stopping…")
            self._recording.halt()

    @property
    def recording(self) -> bool:
        """Whether a run goes on."""
        return self._recording is not None

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leave no run behind, whoever closes the window."""
        self._leave()
        super().closeEvent(event)

    def done(self, result: int) -> None:
        """Esc, or the window's own close."""
        self._leave()
        super().done(result)

    def _compose(self, theme: Theme) -> None:
        head = QHBoxLayout()
        head.addWidget(self.record)
        head.addWidget(self.status, 1)
        cards = QHBoxLayout()
        cards.addWidget(self.ordinary, 2)
        cards.addWidget(self.recorded, 3)
        below = QHBoxLayout()
        below.addWidget(self.strip, 1)
        below.addWidget(self.worst)
        layout = QVBoxLayout(self)
        for part, stretch in ((head, 0), (cards, 0), (below, 1)):
            part.setSpacing(theme.px(10))
            layout.addLayout(part, stretch)
        layout.addWidget(label(_KEYS, "note"))
        self.status.setWordWrap(True)

    def _connect(self) -> None:
        self.record.clicked.connect(lambda: self.stop() if self.recording else self.start())
        self.worst.picked.connect(self._go_to)

    def _restore(self, theme: Theme) -> None:
        geometry = self._settings.state(_STATE)
        if geometry is None or not self.restoreGeometry(geometry):
            wanted = QSize(theme.px(_SIZE.width()), theme.px(_SIZE.height()))
            self.resize(wanted.boundedTo(self.screen().availableGeometry().size() * 0.95))

    def _go_to(self, number: int) -> None:
        self.strip.view.go_to(number)
        self.strip.view.setFocus()

    def _take(self, counted: Counted) -> None:
        if counted.accounting is None:
            self._take_ordinary(counted)
            return
        account = counted.accounting.account
        self._show(account, NOTHING, counted.hue_of)
        if account is None:
            self.recorded.show_outcome({}, _trouble(counted))
            self._say(counted.accounting.sentence)
            return
        numbers = {"expected": account.expected, "counter": account.actual, "lost": account.lost}
        self.recorded.show_outcome(numbers, *self._sentences(account, counted), _trouble(counted))
        self._say(counted.accounting.sentence or wording.whole(account))

    def _take_ordinary(self, counted: Counted) -> None:
        """What ended the run is said once: by its card, or where the user did, by the line above."""
        self._ordinary = counted
        outcome = counted.outcome
        trouble = "" if outcome.stopped else _trouble(counted)
        self.ordinary.show_outcome(_numbers_of(counted.results), ORDINARY_WORDS, trouble)
        if outcome.ok:
            self._show(None, SECOND)
            self._say(RECORDED_RUN)
        else:
            self._say(_trouble(counted) if outcome.stopped else FAILED)

    def _sentences(self, account: Account, counted: Counted) -> list[str]:
        ordinary = self._ordinary
        before = ordinary.threads_s if ordinary is not None else 0.0
        loses = bool(account.lost or (ordinary is not None and ordinary.results.get("lost", 0)))
        return [
            wording.detected(account),
            wording.slowed(before, counted.threads_s, loses),
            wording.stale(account),
            wording.naive(account),
        ]

    def _show(self, account: Account | None, instead: str, hue_of: Mapping[int, int | None] | None = None) -> None:
        """Show an account, or none and the words ``instead``."""
        self.account = account
        self.worst.show_account(account)
        self.strip.show_strip(Strip.of(account, hue_of) if account is not None and account.writes else None, instead)

    def _say(self, sentence: str) -> None:
        self.status.setText(sentence)

    def _end(self) -> None:
        """Only now may another run begin."""
        recording, self._recording = self._recording, None
        if recording is None:
            return
        recording.wait()
        recording.deleteLater()
        self.record.setText(RECORD)
        if self.account is None:
            self._show(None, NOTHING)
        if self.status.text() == "Stopping…":
            self._say("Stopped by you.")
        if self.account is not None:
            self.strip.view.setFocus()

    def _leave(self) -> None:
        self._settings.set_state(_STATE, self.saveGeometry())
        recording, self._recording = self._recording, None
        if recording is not None:
            recording.disconnect(self)
            recording.halt()
            recording.wait()
            recording.deleteLater()


def _numbers_of(results: dict[str, Any]) -> dict[str, Any]:
    """What the script itself says it expected, got and lost; where it says nothing, its numbers."""
    numbers = {name: value for name, value in results.items() if isinstance(value, int | float)}
    told: dict[str, Any] = {name: numbers[name] for name in ("expected", "counter", "lost") if name in numbers}
    return told or dict(list(numbers.items())[:3])


def _trouble(counted: Counted) -> str:
    outcome = counted.outcome
    return "" if outcome.ok else " ".join(filter(None, (outcome.sentence, outcome.detail)))
