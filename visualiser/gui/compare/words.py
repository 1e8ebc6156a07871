"""What a comparison says in words and numbers."""

from __future__ import annotations

import math

from visualiser.gui.compare.row import Row
from visualiser.gui.numbers import seconds_text
from visualiser.trace.compare import efficiency, speed_up

UNKNOWN = "–"
ALIKE = 0.02  # wall times that differ by less are called equally long
CHOOSE = "Choose two runs or more to compare them."


def headline(rows: list[Row], place: int) -> str:
    """Who is fastest, beside the base at ``place``."""
    if len(rows) < 2:
        return CHOOSE if not rows or rows[0].walls.count < 2 else _alone(rows[0])
    base = rows[place]
    fastest = min(rows, key=lambda row: row.walls.median)
    if fastest is base:
        slowest = max(rows, key=lambda row: row.walls.median)
        return _relation(base, slowest)
    return _relation(fastest, base)


def _alone(row: Row) -> str:
    walls = row.walls
    return (
        f"{walls.count} runs: half of them took {_exact(walls.low)} … {_exact(walls.high)}, "
        f"all of them {_exact(walls.least)} … {_exact(walls.most)}."
    )


def _relation(fast: Row, slow: Row) -> str:
    ratio = slow.walls.median / fast.walls.median if fast.walls.median else math.inf
    if ratio < 1 + ALIKE:
        return f"{fast.tag} and {slow.tag} take equally long."
    if fast.walls.count > 1 and slow.walls.count > 1 and fast.walls.most >= slow.walls.least:
        return f"{fast.tag} is {ratio:.2f} × as fast as {slow.tag} in the median, but their repeats overlap."
    return f"{fast.tag} is {ratio:.2f} × as fast as {slow.tag}."


def wall_text(row: Row) -> str:
    """Its wall time, of repeats the median and the extremes."""
    walls = row.walls
    text = _exact(walls.median)
    return text if walls.count == 1 else f"{text}  ({_exact(walls.least)} … {_exact(walls.most)})"


def speed_text(row: Row, base: Row) -> str:
    """How many times as fast as the base."""
    if row is base:
        return "1 (base)"
    ratio = base.walls.median / row.walls.median if row.walls.median else None
    return f"{ratio:.2f} ×" if ratio is not None else UNKNOWN


def efficiency_text(row: Row, base: Row) -> str:
    """Its share of the speed-up that its workers could give."""
    share = efficiency(base.measured, row.measured)
    workers = row.measured.workers
    if share is None or speed_up(base.measured, row.measured) is None:
        return UNKNOWN
    return f"{100 * share:.0f} % of {workers} worker{'s' if workers != 1 else ''}"


def cores_text(row: Row) -> str:
    """How many cores it used on average."""
    used = row.measured.cores_used
    return f"{used:.2f}" if used is not None else UNKNOWN


def ceiling_text(row: Row) -> str:
    """How much faster than one core it can get with any number of cores."""
    ceiling, share = row.measured.ceiling, row.measured.serial_share
    if ceiling is None or share is None:
        return UNKNOWN
    most = "no limit" if ceiling > 1000 else f"{ceiling:.2f} ×"
    return f"{most}  ({100 * share:.0f} % alone)"


def _exact(seconds: float) -> str:
    """As fine as a comparison needs it."""
    return f"{seconds * 1000:.1f}\u202fms" if seconds < 1 else seconds_text(seconds)
