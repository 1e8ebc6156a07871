"""One side of a duel: who it is, its numbers, and its timeline."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout

from visualiser.gui.card import Card, label
from visualiser.gui.result_tiles import ResultTiles
from visualiser.gui.theme import Theme
from visualiser.gui.timeline.panel import TimelinePanel
from visualiser.host.duel import Score
from visualiser.host.interpreter import Interpreter
from visualiser.trace.run import Run

WALL, CORES, HANDOVERS = "wall time, s", "cores used", "GIL hand-overs"
CORES_TIP = "Cores used: how many threads were on a core, on average over the time in which at least one was."
_TILES_WIDTH = 236
_MOST_TILES = 8
_PLACES = ("First", "Second")
_HINTS = ("Start, or F9, runs the script here…", "…and then here.")


class DuelSide(Card):
    """A card with big numbers on the left and the timeline on the right."""

    def __init__(self, number: int, theme: Theme) -> None:
        self.tiles = ResultTiles(theme, (WALL,))
        self.sentence = label("", "note")
        self.timeline = TimelinePanel(theme)
        self._place = _PLACES[number]
        self._hint = _HINTS[number]
        self._left = QVBoxLayout()
        self._row = QHBoxLayout()
        super().__init__(self._place, theme)
        self._compose()
        self.set_theme(theme)
        self.timeline.view.setAccessibleName(f"{self._place} timeline")

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours and spacing."""
        super().set_theme(theme)
        self.tiles.set_theme(theme)
        self.timeline.set_theme(theme)
        self._left.setContentsMargins(theme.px(12), 0, theme.px(6), theme.px(6))
        self._left.setSpacing(theme.px(6))
        self.tiles.setFixedWidth(theme.px(_TILES_WIDTH))
        self.sentence.setFixedWidth(theme.px(_TILES_WIDTH))

    def show_interpreter(self, interpreter: Interpreter) -> None:
        """Say whose side it is; what another one did here is gone."""
        gil = "with a GIL" if interpreter.gil else "no GIL"
        self.heading.setText(f"{self._place}: Python {interpreter.label} · {gil}")
        self.heading.setToolTip(interpreter.path)
        self.timeline.set_run(None)
        self.timeline.legend.hide()
        self.timeline.set_hint(self._hint)
        self.tiles.show_results({})
        self.say("")

    def begin(self, run: Run) -> None:
        """Its run has begun."""
        self.timeline.set_run(run)
        self.timeline.legend.show()
        self.timeline.set_follow(False)
        self.tiles.show_results({WALL: None, CORES: None, HANDOVERS: None})
        self.say("Running…")

    def grow(self) -> None:
        """Its run has grown."""
        self.timeline.refresh()

    def show_time(self, seconds: float) -> None:
        """How long it has run so far."""
        self.tiles.show_results({WALL: f"{seconds:.2f}", CORES: None, HANDOVERS: None})

    def show_score(self, score: Score) -> None:
        """Its run is over."""
        self.timeline.refresh()
        self.tiles.show_results(tiles_of(score))
        outcome = score.outcome
        sign = "" if outcome.ok else "■ " if outcome.stopped else "▲ "
        self.say(f"{sign}{outcome.sentence} {outcome.detail}".strip())

    def show_problem(self, sentence: str) -> None:
        """It could not run."""
        self.tiles.show_results({})
        self.say(f"▲ {sentence}")

    def say(self, sentence: str) -> None:
        """What is to be said below the numbers."""
        self.sentence.setText(sentence)
        self.setAccessibleDescription(sentence)

    def _compose(self) -> None:
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)  # both get the same room
        self.tiles.setToolTip(CORES_TIP)
        self.sentence.setWordWrap(True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._left.addWidget(self.tiles)
        self._left.addWidget(self.sentence)
        self._left.addStretch(1)
        self._row.addLayout(self._left)
        self._row.addWidget(self.timeline, 1)
        self.body.addLayout(self._row, 1)


def tiles_of(score: Score) -> dict[str, object]:
    """What is shown in big numbers: what a duel is about, then the numbers the script ended with."""
    told: dict[str, object] = {WALL: f"{score.wall_s:.2f}"}
    cores = score.facts.get("cores_used")
    if cores is not None:
        told[CORES] = f"{float(str(cores.value)):.2f}"
    handovers = score.facts.get("handovers")
    if handovers is not None or not score.interpreter.gil:
        told[HANDOVERS] = handovers.value if handovers is not None else "no GIL"
    numbers = {name: value for name, value in score.results.items() if not isinstance(value, str)}
    return dict([*told.items(), *numbers.items()][:_MOST_TILES])
