"""What the sources of states are called, and how far to trust each."""

# How true the states are: measured against the kernel's own record, weighted by time; see docs/performance.md.
SOURCES = {
    "perf": ("kernel switches", "When each thread was on a core, told by the kernel: right for 99 % of the time."),
    "peek": ("looks from outside", "A thousand a second, of GIL holder and threads: totals right within 3 %."),
    "beat": ("beats in loops", "Gaps between beats: right for 96 % of the time. Tight loops take up to twice as long."),
    "calls": ("recorded calls", "Begin and end of blocking calls, exact; between them a thread runs or is ready."),
}


def name_of(source: str) -> str:
    """``kernel switches``."""
    return SOURCES.get(source, (source, ""))[0]


def quality_of(source: str) -> str:
    """One sentence."""
    return SOURCES.get(source, (source, ""))[1]
