"""What the sources of states are called, and how far to trust each."""

# Name, and how true the states are: measured against the kernel's own record, weighted by time; see
# docs/performance.md.
_SOURCES = {
    "perf": ("kernel switches", "right for 99 % of the time"),
    "peek": ("looks from outside", "totals right within 3 %"),
    "beat": ("beats in loops", "right for 96 % of what they tell; tight loops take about twice as long"),
    "calls": ("recorded calls", "blocking calls are exact; between them a thread runs or is ready"),
    "imported": ("an imported trace", "calls as it tells them; what ran and what waited is not known"),
}


def name_of(source: str) -> str:
    """``kernel switches``."""
    return _SOURCES.get(source, (source, ""))[0]


def quality_of(source: str) -> str:
    """How far to trust it, as the end of a sentence."""
    return _SOURCES.get(source, (source, ""))[1]
