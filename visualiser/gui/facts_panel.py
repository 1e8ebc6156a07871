"""The facts of a run: its phases as bars, what the lesson speaks of, and everything else on request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from visualiser.gui.card import Card, dim, label
from visualiser.gui.fact_rows import FactRows
from visualiser.gui.phase_chart import PhaseBar, PhaseChart
from visualiser.gui.scrolling import scrolling
from visualiser.gui.theme import Theme
from visualiser.trace.facts import Fact

IDLE_TEXT = "Run the script: its facts are counted while it runs."


class FactsPanel(Card):
    """A page with phases and facts."""

    def __init__(self, theme: Theme) -> None:
        self.idle = label(IDLE_TEXT, "note")
        self.idle.setWordWrap(True)
        self.phases = PhaseChart(theme)
        self.first = FactRows("Facts of this run", theme)
        self.more = QToolButton()
        self.rest = FactRows("More facts of this run", theme)
        self._wanted: tuple[str, ...] = ()
        self._content = QWidget()
        self._column = QVBoxLayout(self._content)
        super().__init__("", theme)
        self._fill()
        self.set_theme(theme)
        self.show_idle()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours and spacing."""
        super().set_theme(theme)
        self._column.setContentsMargins(theme.px(12), 0, theme.px(12), theme.px(8))
        self._column.setSpacing(theme.px(6))
        for part in (self.phases, self.first, self.rest):
            part.set_theme(theme)

    def set_outdated(self, on: bool) -> None:
        """Say whether these are the facts of the script before it was changed."""
        super().set_outdated(on)
        dim(self._content, on)

    def set_wanted(self, names: Sequence[str]) -> None:
        """The facts to show first: those the lesson speaks of."""
        self._wanted = tuple(names)

    def show_idle(self) -> None:
        """Nothing has run yet."""
        self.show_facts({}, [])

    def show_facts(self, facts: Mapping[str, Fact], bars: Sequence[PhaseBar]) -> None:
        """The facts of a run so far, and its phases."""
        self.phases.show_bars(bars)
        # What was set before the run is no news: the knobs, in capitals, come last.
        first = [facts[name] for name in self._wanted if name in facts and not name.isupper()]
        rest = [fact for fact in sorted(facts.values(), key=lambda fact: fact.name.isupper()) if fact not in first]
        if not first:
            first, rest = rest, []
        self.first.show_facts(first)
        self.rest.show_facts(rest)
        self.idle.setVisible(not first)
        self.first.setVisible(bool(first))
        self.more.setVisible(bool(rest))
        self._unfold()

    def _fill(self) -> None:
        self.more.setObjectName("tab")
        self.more.setCheckable(True)
        self.more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.more.setCursor(Qt.CursorShape.PointingHandCursor)
        self.more.toggled.connect(self._unfold)
        for part in (self.idle, self.phases, self.first):
            self._column.addWidget(part)
        self._column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addWidget(self.rest)
        self._column.addStretch(1)
        self.body.addWidget(scrolling(self._content), 1)

    def _unfold(self) -> None:
        on = self.more.isChecked()
        self.more.setText(f"{'▾' if on else '▸'} More ({len(self.rest.facts)})")
        self.rest.setVisible(on and bool(self.rest.facts))
