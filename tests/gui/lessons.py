"""A small lesson for tests of the window, and facts a run could have."""

from __future__ import annotations

from visualiser.trace.facts import Fact

RACE_LESSON = """# The race

Ten threads add to **one** counter, `counter += 1`. See [the manual](https://docs.python.org/3/).

## Predict

What will the counter say?

- `lost > 0` Too little.
- `lost == 0` Exactly what was added.

## Watch for

- [A thread sleeps](show:longest/SLEEP): all others go on.
- [A thread at a barrier](show:longest/BARRIER): there is none.

## Explain

- `lost > 0` {lost:,} of {expected:,} updates were lost.
- `if USE_LOCK` `lost == 0` The `Lock` costs nothing.
- `handovers > 0` The GIL changed hands {handovers} times.

## In the article

The listing prints *10000*.
"""


def facts(**values) -> dict[str, Fact]:
    return {name: Fact(name, value, "", name) for name, value in values.items()}


LOST = facts(lost=8990, expected=10000, USE_LOCK=False)
KEPT = facts(lost=0, expected=10000, USE_LOCK=True, handovers=3)
