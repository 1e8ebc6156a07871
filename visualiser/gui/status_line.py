"""The line at the bottom: what the run is doing, what was counted, what was lost, and what watching it costs."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtWidgets import QLabel, QStatusBar

from visualiser.gui.line_label import LineLabel
from visualiser.gui.numbers import number_text, seconds_text
from visualiser.gui.source_words import name_of, quality_of
from visualiser.gui.style_sheet import restyle
from visualiser.gui.theme import Theme

# part: the longest text it shows often; its room is kept so that nothing jumps
_PARTS = {
    "state": "● stopping",
    "time": "0000.00 s",
    "spans": "000 000 spans",
    "dropped": "0 dropped",
    "sources": "states: kernel switches / looks from outside",
    "cost": "own cost 000 % of a core",
}
_COST_FROM_S = 0.5  # before, starting up is most of it


class StatusLine(QStatusBar):
    """Labels with fixed places, set a few times a second."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self.parts: dict[str, QLabel] = {name: QLabel() for name in (*_PARTS, "interpreter")}
        for name in _PARTS:
            self.addWidget(self.parts[name])
        self.progress = LineLabel("", "note")
        self.addWidget(self.progress, 1)
        self.addPermanentWidget(self.parts["interpreter"])
        self.parts["state"].setProperty("strong", True)
        self.parts["cost"].setToolTip("CPU time of this window and its sampler during the run")
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's sizes."""
        self.setMinimumHeight(theme.px(30))
        for name, text in _PARTS.items():
            width = self.parts[name].fontMetrics().horizontalAdvance(text) + theme.px(24)
            self.parts[name].setMinimumWidth(width)

    def show_state(self, word: str, active: bool) -> None:
        """``running``, ``finished`` …; a filled dot while something runs."""
        self.parts["state"].setText(f"{'●' if active else '○'} {word}")

    def show_counts(self, seconds: float, spans: int, dropped: int) -> None:
        """Run time, spans on screen, and records that were lost: none of them silently."""
        self.parts["time"].setText(seconds_text(seconds))
        self.parts["spans"].setText(f"{number_text(spans)} spans")
        self.parts["dropped"].setText(f"{number_text(dropped)} dropped")
        if self.parts["dropped"].property("alarm") != (dropped > 0):
            self.parts["dropped"].setProperty("alarm", dropped > 0)
            restyle(self.parts["dropped"])

    def show_sources(self, sources: tuple[str, ...], note: str = "") -> None:
        """Where the states come from and how far to trust them; ``note`` says why a better source is missing.

        A second source is the one that the strip below each lane shows.
        """
        text = "states: " + " / ".join(map(name_of, sources)) if sources else ""
        self.parts["sources"].setText(f"{text} (note)" if text and note else text)
        qualities = (f"{name_of(source)}: {quality_of(source)}" for source in sources)
        self.parts["sources"].setToolTip("\n".join([*qualities, note]).strip())

    def show_cost(self, cpu_s: float, run_s: float) -> None:
        """What the tool itself used, as a share of one core; where that cannot be told (yet) there is a dash."""
        told = run_s >= _COST_FROM_S and math.isfinite(cpu_s)
        share = f"{cpu_s / run_s:.0%} of a core".replace("%", " %") if told else "–"
        self.parts["cost"].setText(f"own cost {share}")

    def show_progress(self, words: str, notes: Sequence[str] = ()) -> None:
        """What takes its time though nothing is seen of it; else what the run has to note."""
        note = f"Note: {' '.join(notes)}" if notes else ""
        self.progress.setText(words or note)
        self.progress.setToolTip(note)

    def show_interpreter(self, version: str, gil: bool) -> None:
        """Which Python ran the script, and whether it has a GIL."""
        self.parts["interpreter"].setText(f"Python {version} · GIL {'on' if gil else 'off'}" if version else "")
