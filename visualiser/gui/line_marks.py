"""Which line of the script each worker is on, as far as its recorded call tells."""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtGui import QColor

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.lane_layout import hues, shown_tracks
from visualiser.trace.run import Run


def marks_now(run: Run, script: str, theme: Theme, until: int | None = None) -> dict[int, list[QColor]]:
    """The hues of the workers on each 1-based line of the file of that name, at ``until`` (ns, None: the newest)."""
    when = run.now_ns - 1 if until is None else until
    marks: dict[int, list[QColor]] = {}
    hue_of = hues(run)
    for track in shown_tracks(run, helpers=False):
        alive = len(track.lane) and (track.end_ns is None or (until is not None and when < track.end_ns))
        span = track.lane.span_at(when) if alive else None
        name = run.names[span.ref] if span is not None else None
        if name is None or name.line is None or name.file is None or PurePath(name.file).name != script:
            continue
        hue = hue_of.get(track.id)
        marks.setdefault(name.line, []).append(theme.color("outline") if hue is None else theme.lane(hue))
    return marks
