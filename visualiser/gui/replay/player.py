"""*Run ▸ Replay*: plays the run on show once more, and everything in the window with it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from visualiser.gui.appearance import Appearance
from visualiser.gui.panes import Panes
from visualiser.gui.replay.badge import Badge
from visualiser.gui.replay.bar import TransportBar
from visualiser.gui.replay.shown import ShownMoment
from visualiser.gui.settings import Settings
from visualiser.gui.status_line import StatusLine
from visualiser.gui.timeline.lane_layout import shown_tracks
from visualiser.trace.document import Document
from visualiser.trace.replay import SPEEDS, Replay, speed_text
from visualiser.trace.track import NS

SPEED, LOOP = "replay_speed", "replay_loop"
FIRST_SPEED = 0.2
_FRAME_MS = 16
_WORDS_S = 0.1
_SEEN = 0.1  # of a pixel
_LONGEST_S = 0.25  # a frame that took longer must not let the playhead leap


@dataclass(frozen=True)
class _Before:
    """How the timeline looked before the replay."""

    visible: tuple[float, float]
    following: bool
    scrolled: int


class Player(QObject):
    """Plays one document at a time; ``changed`` says whether it does.

    Attributes:
        replay: the playhead; None while nothing is replayed.
        clock: tells seconds that go by.
    """

    changed = Signal(bool)

    def __init__(self, panes: Panes, status: StatusLine, settings: Settings, appearance: Appearance) -> None:
        super().__init__(panes)
        self.replay: Replay | None = None
        self.clock: Callable[[], float] = time.perf_counter
        self.badge = Badge(panes.timeline_card)
        self.bar = TransportBar(appearance.theme)
        self.panes = panes
        self.status = status
        self._settings = settings
        self._view = panes.timeline.view
        self._shown: ShownMoment | None = None
        self._before: _Before | None = None
        self._title = ""
        self._looping = settings.text(LOOP) == "yes"
        self._frames = QTimer(self)
        self._frames.setTimerType(Qt.TimerType.PreciseTimer)
        self._frames.setInterval(_FRAME_MS)
        self._frames.timeout.connect(self._frame)
        self._ticked = self._worded = 0.0
        panes.timeline_card.body.insertWidget(1, self.bar)
        appearance.changed.connect(self.bar.set_theme)
        self._connect()

    def begin(self, document: Document) -> None:
        """Replay a document whose run is over, from what is seen of it on."""
        run, view = document.run, self._view
        self._before = _Before(view.visible_s, view.following, view.scrolled)
        self._title = document.about.title or document.about.file or "this run"
        self.replay = Replay(run.start_ns, run.now_ns, _speed(self._settings))
        self.replay.seek(run.start_ns + round(view.visible_s[0] * NS))
        if self.replay.at_end:
            self.replay.seek(run.start_ns)
        self._shown = ShownMoment(document, self.panes, self.status)
        self.bar.show()
        view.show_until(self.replay.moment)
        view.set_follow(True)
        self.status.show_state("replay", True)
        self.changed.emit(True)
        self.play()

    def end(self) -> None:
        """Show the run as before the replay."""
        shown, before = self._shown, self._before
        self._stop()
        if shown is None or before is None:
            return
        self._view.show_until(None)
        self.panes.cores.show_until(None)
        shown.leave()
        self._view.set_follow(before.following)
        self._view.show_range(*before.visible)
        self._view.scroll_lanes(before.scrolled)
        self.panes.timeline.refresh()
        self.panes.timeline.gutter.update()
        self.changed.emit(False)

    def drop(self) -> None:
        """Another document is on show: the replay of the last one is over."""
        shown = self._shown
        self._stop()
        if shown is not None:
            shown.forget()
            self.changed.emit(False)

    def play(self) -> None:
        """Play, or pause."""
        if self.replay is not None:
            self._set_loop()
            self.replay.toggle()
            self._ticked = self.clock()
            self._show()

    def step(self, by: int) -> None:
        """Pause at the next or the previous event of the lanes on show."""
        if self.replay is not None:
            self.replay.step(by, shown_tracks(self._view.run, self._view.helpers))
            self._show()

    def seek(self, moment: int) -> None:
        """Go to ``moment``, ns, and go on from there."""
        if self.replay is not None:
            self.replay.seek(moment)
            self._show()

    def scrub(self, share: float) -> None:
        """Go to that share of the run."""
        if self.replay is not None:
            self.seek(self.replay.start + round(share * (self.replay.end - self.replay.start)))

    def set_speed(self, speed: float) -> None:
        """Seconds of the run a second; remembered."""
        if self.replay is not None:
            self.replay.speed = speed
            self._settings.set_text(SPEED, f"{speed:g}")
            self._show()

    def change_speed(self, by: int) -> None:
        """Take the speed a step further."""
        if self.replay is not None:
            self.replay.change_speed(by)
            self.set_speed(self.replay.speed)

    def set_loop(self, on: bool) -> None:
        """Go round in the selected range, or in what is seen while none is selected; remembered."""
        self._looping = on
        self._settings.set_text(LOOP, "yes" if on else "")
        self._set_loop()
        self._show()

    def toggle_loop(self) -> None:
        """Go round, or not."""
        self.set_loop(not self._looping)

    def _connect(self) -> None:
        bar = self.bar
        bar.stepped.connect(self.step)
        bar.toggled.connect(self.play)
        bar.scrubbed.connect(self.scrub)
        bar.speed_chosen.connect(self.set_speed)
        bar.loop_chosen.connect(self.set_loop)
        bar.closed.connect(self.end)
        self.badge.clicked.connect(self.end)

    def _stop(self) -> None:
        self._frames.stop()
        self.replay = self._shown = self._before = None
        self.bar.hide()
        self.badge.say("")

    def _set_loop(self) -> None:
        """The loop, as far as what is seen gives it: then the view must not run after the playhead."""
        if self.replay is None:
            return
        self.replay.loop = None
        if self._looping:
            self.replay.loop = self._view.selection or self._seen(self.replay.start)
            if self._view.selection is None:
                self._view.set_follow(False)

    def _seen(self, start: int) -> tuple[int, int]:
        begin, end = self._view.visible_s
        return start + round(begin * NS), start + round(end * NS)

    def _frame(self) -> None:
        if self.replay is None:
            return
        now = self.clock()
        elapsed, self._ticked = min(now - self._ticked, _LONGEST_S), now
        self._set_loop()
        if not self.bar.scrub.isSliderDown():
            self.replay.advance(elapsed)
        self._show(words=now - self._worded >= _WORDS_S)

    def _show(self, words: bool = True) -> None:
        """Show where the playhead is now: while it moves, ``words`` come at a pace one can read."""
        replay = self.replay
        if replay is None:
            return
        if not replay.playing or self._is_seen_to_move(replay):
            self._view.show_until(replay.moment)
            self.panes.cores.show_until(replay.moment)
            self.bar.show_place(replay)
        if words or not replay.playing:
            self._worded = self.clock()
            self._say(replay)
        if replay.playing != self._frames.isActive():
            if replay.playing:
                self._frames.start()
            else:
                self._frames.stop()

    def _is_seen_to_move(self, replay: Replay) -> bool:
        """Whether the playhead is far enough from where it was painted; of a long run, slowly, it takes a while."""
        painted = self._view.until_ns
        return painted is None or abs(replay.moment - painted) >= self._view.time_scale(0).step * _SEEN

    def _say(self, replay: Replay) -> None:
        self.bar.show_replay(replay)
        self.bar.show_time(replay)
        self.badge.say(f"Replay of {self._title}, {speed_text(replay.speed)}", "Esc ends it")
        if self._shown is not None:
            self._shown.show(replay.moment)
        self.panes.timeline.gutter.update()


def _speed(settings: Settings) -> float:
    stored = settings.text(SPEED)
    return next((speed for speed in SPEEDS if f"{speed:g}" == stored), FIRST_SPEED)
