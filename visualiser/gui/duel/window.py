"""The window of the GIL duel: composes chooser, headline and both sides, and connects them with the fight."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from visualiser.gui.card import label
from visualiser.gui.duel.chooser import DuelChooser
from visualiser.gui.duel.fight import Bout, Fight
from visualiser.gui.duel.side import DuelSide
from visualiser.gui.interpreter_choice import InterpreterChoice
from visualiser.gui.run_controller import RunController
from visualiser.gui.theme import Theme
from visualiser.gui.timeline.time_axis import TimeAxis
from visualiser.host.catalogue import Scenario, syntax_sentence
from visualiser.host.duel import IN_TURN, NONE_FREE, Score, disturbance, times, verdict
from visualiser.host.interpreters import Found
from visualiser.trace.run import Run

LOOKING = "Looking for interpreters…"
_WORDS_MS = 280
_SIZE = QSize(1400, 860)


class DuelWindow(QDialog):
    """Lets two interpreters run one script in turn; nobody can start another run meanwhile, for it is modal."""

    def __init__(
        self,
        parent: QWidget,
        theme: Theme,
        choice: InterpreterChoice,
        scenario: Scenario | None,
        text: str,
        states: str = "auto",
    ) -> None:
        super().__init__(parent)
        self._choice = choice
        self.fight = Fight(RunController(self, states), self)
        self.chooser = DuelChooser(theme, scenario, text)
        self.ratio = label("", "big")
        self.headline = label(LOOKING, "title")
        self.caution = label("", "caution")
        self.note = label("", "note")
        self.sides = (DuelSide(0, theme), DuelSide(1, theme))
        self.axis = TimeAxis(*(side.timeline.view for side in self.sides))
        self._side = 0
        self._offered: Found | None = None
        self._closed = False
        self._words = QTimer(self)
        self._words.setInterval(_WORDS_MS)
        self._words.timeout.connect(self._show_time)
        self._compose(theme)
        self._connect()
        self._take_found()
        if choice.found is None:
            choice.look()

    def start(self) -> None:
        """Begin the duel as it was chosen; says what is wrong where that cannot be."""
        pair = self.chooser.pair
        if pair is None or self.fight.active:
            return
        text, _ = self.chooser.fair()
        problem = syntax_sentence(text)
        if problem is not None:
            self._say(f"▲ {problem}")
            return
        self._choice.stop_looking()
        self._show_sides()
        self.axis.begin()
        self.fight.start(Bout(self.chooser.scenario, text, pair))

    def done(self, result: int) -> None:
        """Stop what runs and leave nothing behind, however the window is closed."""
        if self._closed:
            return
        self._closed = True
        self._words.stop()
        self.hide()  # at once, though ending the run may take its two seconds
        self._choice.known.disconnect(self._take_found)
        self._choice.stop_looking()
        self.fight.close()
        super().done(result)

    def _compose(self, theme: Theme) -> None:
        self.setWindowTitle("GIL duel")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        words = QVBoxLayout()
        for part in (self.headline, self.caution, self.note):
            part.setWordWrap(True)
            words.addWidget(part)
        self.caution.hide()
        head = QHBoxLayout()
        head.setSpacing(theme.px(14))
        head.addWidget(self.ratio)
        head.addLayout(words, 1)
        column = QVBoxLayout(self)
        column.setSpacing(theme.px(10))
        column.addWidget(self.chooser)
        column.addLayout(head)
        for side in self.sides:
            column.addWidget(side, 1)
        self.resize(_SIZE.boundedTo(self.screen().availableGeometry().size() * 0.96))

    def _connect(self) -> None:
        self.chooser.start.setAutoDefault(False)
        self.chooser.stop.setAutoDefault(False)
        self.chooser.start.clicked.connect(self.start)
        self.chooser.stop.clicked.connect(self.fight.stop)
        self.chooser.changed.connect(self._show_sides)
        self._choice.known.connect(self._take_found)
        for keys, slot in (("F9", self.start), ("Ctrl+.", self.fight.stop), ("F7", self.axis.fit)):
            QShortcut(QKeySequence(keys), self, slot)
        self.fight.began.connect(self._begin)
        self.fight.grown.connect(self._grow)
        self.fight.scored.connect(self._score)
        self.fight.refused.connect(lambda side, sentence: self.sides[side].show_problem(sentence))
        self.fight.over.connect(self._end)

    def _take_found(self) -> None:
        found = self._choice.found
        if found is None or found is self._offered:
            self._enable()
            return
        self._offered = found
        duel = self.chooser.offer(found) is not None
        self._say(IN_TURN if duel else NONE_FREE)

    def _show_sides(self) -> None:
        pair = self.chooser.pair
        for side, interpreter in zip(self.sides, pair or (), strict=False):
            side.show_interpreter(interpreter)
        self.ratio.hide()
        _tell(self.caution, "")
        _tell(self.note, self.chooser.fair()[1])
        if pair is not None:
            self._say(IN_TURN)

    def _begin(self, number: int, run: Run) -> None:
        self._side = number
        self.sides[number].begin(run)
        self._say(f"{'First' if number == 0 else 'Second'} of two runs. {IN_TURN}")
        self._words.start()

    def _grow(self, number: int) -> None:
        self.sides[number].grow()
        self.axis.grow()

    def _show_time(self) -> None:
        run = self.sides[self._side].timeline.view.run
        if run is not None and not run.finished:
            self.sides[self._side].show_time(run.wall_s)

    def _score(self, number: int, score: Score) -> None:
        self._words.stop()
        self.sides[number].show_score(score)

    def _end(self) -> None:
        self._words.stop()
        self.axis.settle()
        scores = self.fight.scores
        ratio = times(scores)
        self.ratio.setVisible(ratio is not None)
        self.ratio.setText(f"{ratio:.2f} ×" if ratio is not None else "")
        _tell(self.caution, disturbance(scores))
        _tell(self.note, self.chooser.fair()[1])
        self._say(verdict(scores) if len(scores) == 2 else "No comparison: one side did not get to its end.")

    def _say(self, sentence: str) -> None:
        self.headline.setText(sentence)
        self.setAccessibleDescription(sentence)
        self._enable()

    def _enable(self) -> None:
        self.chooser.set_active(self.fight.active, self.chooser.pair is not None)


def _tell(words: QLabel, sentence: str) -> None:
    """Nothing to say takes no room."""
    words.setText(sentence)
    words.setVisible(bool(sentence))
