"""Chooses where the states of a run come from: what is wanted, held against what this system permits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from visualiser.host.launch import StartError
from visualiser.lab.layout import EXTRA_BEATS, EXTRA_GIL

STATES = ("auto", "perf", "peek", "beat", "calls")
SECONDS = ("", *STATES)
SAME = "The second source is the one that is drawn already: name another one to compare it with."
_SAMPLED = ("perf", "peek")  # from outside; the better one first
_EXTRAS = {"peek": EXTRA_GIL, "beat": EXTRA_BEATS}


@dataclass(frozen=True)
class Plan:
    """Where states come from.

    Attributes:
        drawn: the source that the lanes show.
        second: one to compare it with, "" for none.
        note: why a better one, or the second, is missing: sentences, "" if none is.
        wanted: what was asked for.
    """

    drawn: str
    second: str = ""
    note: str = ""
    wanted: str = "auto"

    @property
    def sources(self) -> tuple[str, ...]:
        """The one that is drawn, and perhaps a second one."""
        return (self.drawn, self.second) if self.second else (self.drawn,)

    @property
    def sampled(self) -> tuple[str, ...]:
        """Those of them that the sampler has to provide."""
        return tuple(source for source in self.sources if source in _SAMPLED)

    @property
    def extras(self) -> frozenset[str]:
        """What the lab has to do for them."""
        return frozenset(_EXTRAS[source] for source in self.sources if source in _EXTRAS)

    def settle(self, recording: Collection[str], refusals: Mapping[str, str]) -> Plan:
        """What is left of it, now that the sampler has said what it records.

        Raises:
            StartError: the source that was asked for by name is not recorded; the text says why.
        """
        missing = [source for source in self.sampled if source not in recording]
        if self.drawn in missing and self.wanted == self.drawn:
            raise StartError(refusals.get(self.drawn, "The sampler did not answer."))
        note = _sentences(self.note, *(refusals.get(source, "") for source in missing))
        second = "" if self.second in missing else self.second
        if self.drawn in missing:
            drawn = second or "calls"
            return replace(self, drawn=drawn, second="", note=note)
        return replace(self, second=second, note=note)


def make_plan(states: str, second: str, can: Mapping[str, str]) -> Plan:
    """Choose.

    Args:
        states: one of STATES; "auto" is the best that is permitted.
        second: one of SECONDS; "auto" is the best other one.
        can: for each source of the sampler "" where it is permitted, else a sentence why not.

    Raises:
        StartError: the text says which source is not permitted, or that there is none of that name.
    """
    for name, known in ((states, STATES), (second, SECONDS)):
        if name not in known:
            raise StartError(f"{name!r} is no source of states: choose one of {', '.join(STATES)}.")
    if can.get(states):
        raise StartError(can[states])
    drawn = _best(can, ()) if states == "auto" else states
    better = _SAMPLED[: _SAMPLED.index(drawn)] if drawn in _SAMPLED else _SAMPLED
    note = _sentences(*(can[source] for source in better if source in can)) if states == "auto" else ""
    return _with_second(Plan(drawn, "", note, states), second, can)


def _with_second(plan: Plan, second: str, can: Mapping[str, str]) -> Plan:
    if second == "auto":
        second = _best(can, (plan.drawn,))
    if can.get(second):
        return replace(plan, note=_sentences(plan.note, can[second]))
    if second == plan.drawn:
        return replace(plan, note=_sentences(plan.note, SAME if second in _SAMPLED or second == "beat" else ""))
    return replace(plan, second=second)


def _best(can: Mapping[str, str], but: Collection[str]) -> str:
    return next((source for source in _SAMPLED if source not in but and can.get(source) == ""), "calls")


def _sentences(*some: str) -> str:
    return "\n".join(dict.fromkeys(filter(None, some)))
