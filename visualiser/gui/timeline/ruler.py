"""The ruler: round times, few enough to read, in the unit that suits the zoom."""

from __future__ import annotations

import math
from dataclasses import dataclass

from visualiser.trace.time_scale import TimeScale

_UNITS = ((1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1.0, "ns"))
_STEPS = (1, 2, 5, 10)


@dataclass(frozen=True)
class Tick:
    """A line of the ruler at ``x`` pixels, with its words."""

    x: float
    text: str


def ticks(scale: TimeScale, spacing: int) -> list[Tick]:
    """Ticks at round times since the run's start, at least ``spacing`` pixels apart."""
    step = _round_step(scale.step * spacing)
    unit, name = _unit(max(abs(scale.first), abs(scale.first + scale.width)) * scale.step)
    first = math.ceil(scale.first * scale.step / step)
    last = math.floor((scale.first + scale.width) * scale.step / step)
    return [
        Tick(number * step / scale.step - scale.first, f"{_plain(number * step / unit)} {name}")
        for number in range(first, last + 1)
    ]


def brief(seconds: float) -> str:
    """A duration in three digits, as many as can be read from afar: ``1.50 s``, ``400 ms``."""
    number, unit = duration_text(seconds).split()
    digits = f"{float(number):#.3g}" if float(number) < 1000 else number
    return f"{digits.rstrip('.')} {unit}"


def duration_text(seconds: float) -> str:
    """A duration with four digits in the unit that suits it: ``1.234 s``, ``56.78 ms``, ``9.01 µs``."""
    for unit, name in _UNITS:
        value = seconds * 1e9 / unit
        if abs(value) >= 1 or name == "ns":
            return f"{value:.4g} {name}" if abs(value) < 1000 else f"{value:.1f} {name}"
    raise AssertionError("the last unit takes everything")


def _round_step(least: float) -> float:
    power: float = 10 ** math.floor(math.log10(max(least, 1.0)))
    return next(power * factor for factor in _STEPS if power * factor >= least * 0.999)


def _unit(farthest: float) -> tuple[float, str]:
    """The unit in which the farthest visible time is at least one: all ticks of a ruler have the same."""
    return next(((unit, name) for unit, name in _UNITS if farthest >= unit), _UNITS[-1])


def _plain(value: float) -> str:
    text = f"{value:.10g}"
    return "0" if text == "-0" else text
