"""One time axis for several timelines: each counts from its script's first line."""

from __future__ import annotations

from visualiser.gui.timeline.reach import whole_reach
from visualiser.gui.timeline.view import TimelineView

_LEAST_S = 0.5  # what is shown of a run that has just begun
_AHEAD = 1.25  # the axis grows in steps, so that the columns in between stay good
_MARGIN = 0.025


class TimeAxis:
    """Keeps all that has run in view until somebody zooms or pans; the views then move as one."""

    def __init__(self, *views: TimelineView) -> None:
        self._views: list[TimelineView] = []
        self._own = True
        for view in views:
            self.add(view)

    def add(self, view: TimelineView) -> None:
        """One more view joins."""
        if self._views:
            view.box.setXLink(self._views[0].box)
        self._views.append(view)
        view.moved.connect(self._leave)

    @property
    def visible_s(self) -> tuple[float, float]:
        """Seconds since the first line of every script that are in view."""
        return self._views[0].visible_s

    def begin(self) -> None:
        """They begin: nothing has run yet."""
        self._own = True
        self._show(_LEAST_S)

    def grow(self) -> None:
        """Make room for what has run meanwhile."""
        if self._own and self.longest_s * (1 + _MARGIN) > self.visible_s[1]:
            self._show(self.longest_s * _AHEAD)

    def fit(self) -> None:
        """Show all of all."""
        ends = [whole_reach(view.run)[1] for view in self._views if view.run is not None and view.run.start_ns]
        self._show(max(ends, default=_LEAST_S))

    def settle(self) -> None:
        """All are over: show all of them, unless somebody looks elsewhere."""
        if self._own:
            self.fit()

    @property
    def longest_s(self) -> float:
        """Seconds of the longest run so far."""
        return max((view.run.wall_s for view in self._views if view.run is not None), default=0.0)

    def _show(self, seconds: float) -> None:
        if self._views:
            self._views[0].show_range(-seconds * _MARGIN, seconds * (1 + _MARGIN))
        for view in self._views:
            view.repaint_item()

    def _leave(self) -> None:
        self._own = False
