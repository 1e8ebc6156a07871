"""The line at the bottom: what the run is doing, what was counted, what was lost, and what watching it costs."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtWidgets import QLabel, QStatusBar

from visualiser.gui.line_label import LineLabel
from visualiser.gui.numbers import number_text, seconds_text
from visualiser.gui.own_cost import LAST_S
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
    "cost": "this window: 000 % of a core",
}
_COUNTED = "CPU time of this window, which reads, works out and paints, and of its sampler, in percent of one core"
_OVER = {True: f"the last {LAST_S:.0f} seconds", False: "the whole run, which is over"}
_PACE = "Up to {} frames a second: fewer where the machine has less to spare."


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
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's sizes."""
        self.setMinimumHeight(theme.px(30))
        self._margin = theme.px(24)
        for name, text in _PARTS.items():
            label = self.parts[name]
            label.setFixedSize(self._width(name, text), label.sizeHint().height())
            self._say(name, label.text())

    def show_state(self, word: str, active: bool) -> None:
        """``running``, ``finished`` …; a filled dot while something runs."""
        self._say("state", f"{'●' if active else '○'} {word}")

    def show_counts(self, seconds: float, spans: int, dropped: int) -> None:
        """Run time, spans on screen, and records that were lost: none of them silently."""
        self._say("time", seconds_text(seconds))
        self._say("spans", f"{number_text(spans)} spans")
        if self.parts["dropped"].property("alarm") != (dropped > 0):
            self.parts["dropped"].setProperty("alarm", dropped > 0)
            restyle(self.parts["dropped"])
        self._say("dropped", f"{number_text(dropped)} dropped")

    def show_sources(self, sources: tuple[str, ...], note: str = "") -> None:
        """Where the states come from and how far to trust them; ``note`` says why a better source is missing.

        A second source is the one that the strip below each lane shows.
        """
        text = "states: " + " / ".join(map(name_of, sources)) if sources else ""
        self._say("sources", f"{text} (note)" if text and note else text)
        qualities = (f"{name_of(source)}: {quality_of(source)}" for source in sources)
        self.parts["sources"].setToolTip("\n".join([*qualities, note]).strip())

    def show_cost(self, share: float, rate: int | None = None) -> None:
        """What the tool itself takes, as a share of one core; where that cannot be told (yet) there is a dash.

        Args:
            share: of the last seconds while a run goes on, else of all of it; NaN where it is not known.
            rate: frames a second that the present pace allows; None when the run is over.
        """
        words = "–" if math.isnan(share) else f"{100 * share:.0f} % of a core"
        self._say("cost", f"this window: {words}")
        pace = f"\n{_PACE.format(rate)}" if rate is not None else ""
        self.parts["cost"].setToolTip(f"{_COUNTED}, over {_OVER[rate is not None]}.{pace}")

    def _say(self, name: str, text: str) -> None:
        """Set a text whose room is kept: a label that may change its size would have the whole window laid out anew."""
        label = self.parts[name]
        label.setText(text)
        if (width := self._width(name, text)) > label.width():
            label.setFixedWidth(width)

    def _width(self, name: str, text: str) -> int:
        return self.parts[name].fontMetrics().horizontalAdvance(text) + self._margin

    def show_progress(self, words: str, notes: Sequence[str] = ()) -> None:
        """What takes its time though nothing is seen of it; else what the run has to note."""
        note = f"Note: {' '.join(notes)}" if notes else ""
        self.progress.setText(words or note)
        self.progress.setToolTip(note)

    def show_interpreter(self, version: str, gil: bool) -> None:
        """Which Python ran the script, and whether it has a GIL."""
        self.parts["interpreter"].setText(f"Python {version} · GIL {'on' if gil else 'off'}" if version else "")
