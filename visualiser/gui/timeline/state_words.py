"""What the legend says of a state: how often it occurs, how long in all, on how many lanes."""

from __future__ import annotations

from visualiser.gui.timeline.forms import WORDS
from visualiser.gui.timeline.groups import counted
from visualiser.gui.timeline.lane_layout import shown_tracks
from visualiser.gui.timeline.ruler import duration_text
from visualiser.trace.run import Run
from visualiser.trace.states import State
from visualiser.trace.track import NS

_HOW = "Click: show only this state. Ctrl+click: this one too."


def about_state(run: Run | None, helpers: bool, state: State) -> str:
    """A line with numbers of the run, where there is one, and a line on what a click does."""
    lanes = [track.lane for track in shown_tracks(run, helpers) if track.lane.occurs([state])]
    if not lanes:
        return f"{WORDS[state]}: not in this run"
    total = sum(lane.total(state) for lane in lanes) / NS
    spans = sum(lane.count(state) for lane in lanes)
    number = f"{spans:,}".replace(",", "\u202f")
    words = (
        f"{number} {'span' if spans == 1 else 'spans'}, {duration_text(total)} in all, on {counted(len(lanes), 'lane')}"
    )
    return f"{WORDS[state]}: {words}\n{_HOW}"
