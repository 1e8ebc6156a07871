"""Which states the legend shows alone, and which of its entries the keys are on."""

from __future__ import annotations

from collections.abc import Sequence

from visualiser.trace.states import State

TO_ALL = "only {} – click to show all"


class StateChoice:
    """What clicks and keys on the legend's entries come to.

    Attributes:
        only: the states that are shown alone; none: all are shown.
        current: the entry the keys are on, None until a key has moved there.
    """

    def __init__(self) -> None:
        self.only: frozenset[State] = frozenset()
        self.current: State | None = None

    def choose(self, state: State, add: bool) -> None:
        """Show that state alone, or (``add``) besides the others; the only one once more: show all again."""
        if add:
            self.only = self.only ^ {state}
        else:
            self.only = frozenset() if self.only == {state} else frozenset({state})

    def clear(self) -> bool:
        """Show all again; whether that changes anything."""
        changed, self.only = bool(self.only), frozenset()
        return changed

    def move(self, states: Sequence[State], by: int) -> None:
        """Go to the next or the previous entry."""
        if self.current in states:
            self.current = states[(states.index(self.current) + by) % len(states)]
        elif states:
            self.current = states[0 if by > 0 else -1]

    def keep_to(self, states: Sequence[State]) -> bool:
        """Forget chosen states that no longer occur; whether there were any."""
        kept = self.only & frozenset(states)
        changed, self.only = kept != self.only, kept
        return changed

    def note(self, words: Sequence[str]) -> str:
        """What the legend says while not all are shown; ``words`` of the chosen states."""
        return TO_ALL.format(", ".join(words)) if words else ""
