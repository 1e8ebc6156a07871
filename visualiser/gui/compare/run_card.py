"""One run of a comparison: its letter and title over its timeline."""

from __future__ import annotations

from visualiser.gui.card import Card
from visualiser.gui.compare.row import Row
from visualiser.gui.theme import Theme
from visualiser.gui.timeline.panel import TimelinePanel

_LEAST_HEIGHT = 190


class RunCard(Card):
    """A card with a timeline; shows another run when the row it stands for gets more repeats."""

    def __init__(self, theme: Theme) -> None:
        self.timeline = TimelinePanel(theme)
        super().__init__("", theme)
        self.body.addWidget(self.timeline, 1)
        self.setMinimumHeight(theme.px(_LEAST_HEIGHT))
        self.timeline.set_follow(False)
        self.timeline.set_arrows(False)  # those of the span under the mouse are shown all the same

    def show_row(self, row: Row, legend: bool) -> None:
        """Draw the row's run.

        Args:
            row: what to draw.
            legend: whether to explain the forms; one legend is enough for all.
        """
        repeats = "" if len(row.documents) == 1 else " · the one in the middle is drawn"
        self.heading.setText(f"{row.tag}  {row.title}{repeats}")
        self.timeline.view.setAccessibleName(f"Timeline {row.tag}")
        if self.timeline.view.run is not row.drawn.run:
            self.timeline.set_run(row.drawn.run)
            self.timeline.set_follow(False)
        self.timeline.legend.setVisible(legend)
