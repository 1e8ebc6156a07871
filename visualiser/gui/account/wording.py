"""The account in words: short sentences that name threads and numbers."""

from __future__ import annotations

from visualiser.gui.numbers import number_text
from visualiser.gui.timeline.ruler import duration_text
from visualiser.trace.account import Account
from visualiser.trace.track import NS

_NOTICEABLE = 1.1  # times as long: less than two runs differ anyway


def told_of(account: Account, number: int) -> list[str]:
    """What there is to say of a write, a heading first."""
    versions = account.versions
    parent = int(versions.parent[number])
    later = duration_text(int(versions.write[number] - versions.read[number]) / NS)
    source = f"written by {write_name(account, parent)}" if parent else "the value it began with"
    lines = [
        f"{write_name(account, number)}: {'survived' if account.survived[number] else '▲ lost'}",
        f"read {_value(account, parent)}, {source}",
        f"wrote {_value(account, number)}, {later} later",
    ]
    missed = number - parent - 1
    if missed:
        lines.append(f"stale: {_count(missed, 'write')} came in between")
    if not account.survived[number]:
        lines.append(f"destroyed by {write_name(account, int(account.destroyer[number]))}")
    if account.destroyed[number]:
        lines.append(f"destroyed {_count(int(account.destroyed[number]), 'write')}")
    return lines


def write_name(account: Account, number: int) -> str:
    """``write 1 234 of Thread-3 (increment)``."""
    return f"write {number_text(number)} of {account.versions.writers[int(account.versions.writer[number])].name}"


def whole(account: Account) -> str:
    """What has been recorded."""
    return (
        f"{_count(account.writes, 'write')} of {account.versions.name}, by {_count(len(account.shares()), 'thread')}."
    )


def detected(account: Account) -> str:
    """The proof in one sentence."""
    found, difference = account.lost_amount, account.expected - account.actual
    if account.exact:
        return f"Detected by their parents: {number_text(found)} = expected − actual, exactly."
    return f"Detected by their parents: {number_text(found)}, but expected − actual is {number_text(difference)}."


def naive(account: Account) -> str:
    """Why the obvious count is not the right one, with both numbers; "" where both are none."""
    if not account.same_value_read and not account.lost:
        return ""
    counted = number_text(account.same_value_read)
    if not account.by_ones:
        return f"Writes that read a value another had read: {counted}, which is no count of the lost."
    if not account.rolled_back:
        return (
            f"Writes that read a value another had read: {counted}. It agrees here as the counter ended at its highest."
        )
    return (
        f"Writes that read a value another had read: {counted}. "
        f"It misses the {number_text(account.rolled_back)} by which the counter once stood above its end."
    )


def stale(account: Account) -> str:
    """How few writes may do it."""
    if not account.stale:
        return "Every write had read the newest value."
    worst = _count(account.largest_loss, "other")
    return f"{_count(account.stale, 'stale write')}; the worst destroyed {worst} at a blow."


def slowed(ordinary_s: float, recorded_s: float, loses: bool = True) -> str:
    """How much longer the threads took; ``loses``: one of the two runs lost something."""
    factor = recorded_s / ordinary_s if ordinary_s and recorded_s else 0.0
    if not factor:
        return "Slowed by recording, so it loses a different number." if loses else "Slowed by recording."
    if factor < _NOTICEABLE:
        hardly = f"Recording slowed it hardly (× {factor:.1f})"
        return f"{hardly}, yet two runs never lose the same number." if loses else f"{hardly}."
    much = f"Slowed by recording: × {factor:.1f}"
    return f"{much}, so it loses a different number." if loses else f"{much}."


def _value(account: Account, number: int) -> str:
    return number_text(int(account.versions.value[number]))


def _count(number: int, noun: str) -> str:
    return f"{number_text(number)} {noun}{'' if number == 1 else 's'}"
