"""Holds the picture of a run that goes on, and says how far behind the present what is seen lies; nothing is lost."""

from __future__ import annotations

from PySide6.QtCore import QObject

from visualiser.gui.panes import Panes
from visualiser.gui.replay.badge import Badge
from visualiser.trace.track import NS

PAUSED = "Paused – recording goes on, {:.1f} s behind"
OVER = "Paused – the run is over, its last {:.1f} s are not shown"
SCROLLED = "Scrolled back – recording goes on, {:.1f} s behind"
CATCH_UP = "Space catches up"
FOLLOW = "End or F6 catches up"


class LivePause(QObject):
    """Pauses the timeline and the cores, never the run.

    Attributes:
        moment: where the picture is held, ns on the clock of the records; None while it is not.
    """

    def __init__(self, panes: Panes) -> None:
        super().__init__(panes)
        self.moment: int | None = None
        self.badge = Badge(panes.timeline_card)
        self._panes = panes
        self._view = panes.timeline.view
        self._followed = False
        self.badge.clicked.connect(self.catch_up)
        self._view.follow_changed.connect(self._on_follow)

    def toggle(self) -> bool:
        """Hold the picture, or catch up; False where no run goes on and nothing is held."""
        if self.moment is not None:
            self.catch_up()
        elif self._view.is_live and self._view.run is not None and self._view.run.start_ns:
            self._hold(self._view.run.now_ns)
        else:
            return False
        return True

    def catch_up(self) -> None:
        """Show the present."""
        followed, self._followed = self._followed or self.moment is None, False
        self._let_go()
        if self._view.is_live:
            self._view.set_follow(followed)
        elif followed:
            self._view.fit_busy()
        self.tell()

    def forget(self) -> None:
        """Another run is on show."""
        self.moment = None
        self._followed = False
        self.tell()

    def tell(self) -> None:
        """Say how far behind the present the picture is."""
        run = self._view.run
        if run is None or not run.start_ns:
            self.badge.say("")
        elif self.moment is not None:
            behind = (run.now_ns - self.moment) / NS
            self.badge.say((OVER if run.finished else PAUSED).format(behind), CATCH_UP)
        else:
            behind = run.wall_s - self._view.visible_s[1]
            back = behind > 0 and not run.finished and not self._view.following
            self.badge.say(SCROLLED.format(behind) if back else "", FOLLOW)

    def _hold(self, moment: int) -> None:
        self._followed = self._view.following
        self._view.set_follow(False)
        self.moment = moment
        self._show(moment)
        self.tell()

    def _let_go(self) -> None:
        self.moment = None
        self._show(None)

    def _show(self, moment: int | None) -> None:
        self._view.show_until(moment)
        self._panes.cores.show_until(moment)
        self._panes.timeline.refresh()

    def _on_follow(self, on: bool) -> None:
        """Whoever wants to see the newest moment does not want the picture held."""
        if on and self.moment is not None:
            self._let_go()
        self.tell()
