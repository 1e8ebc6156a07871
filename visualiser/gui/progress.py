"""What a young run is busy with before there is anything to see."""

from __future__ import annotations

from visualiser.trace.run import Run

_IMPORT = "import "


def importing(run: Run) -> str:
    """``importing celery…`` while the script does that and nothing else goes on; else empty."""
    main = next((process.main_track for process in run.processes.values() if process.is_root), None)
    if main is None or not len(main.lane) or _others(run, main.id):
        return ""
    label = run.names[int(main.lane.ref[-1])].label
    return f"importing {label.removeprefix(_IMPORT)}…" if label.startswith(_IMPORT) else ""


def _others(run: Run, main: int) -> bool:
    return any(track.id != main and track.kind != "helper" and track.end_ns is None for track in run.tracks)
