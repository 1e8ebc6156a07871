"""Collects the account of a race that a run with recorded versions leaves in its directory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from visualiser.lab import layout
from visualiser.trace.account import Account
from visualiser.trace.versions import VersionsError, read_versions


@dataclass(frozen=True)
class Accounting:
    """The account of a run, if any; the sentence says why there is none or what it leaves out, and may be empty."""

    account: Account | None
    sentence: str


def collect_account(run_dir: Path) -> Accounting:
    """Read what the run left; to be called when it has ended, before its directory goes."""
    try:
        content = (run_dir / layout.VERSIONS_NAME).read_bytes()
    except OSError:
        return Accounting(None, "There is no account: the script was ended before it could write its versions.")
    try:
        account = Account(read_versions(content))
    except VersionsError as error:
        return Accounting(None, f"There is no account: {error}.")
    return Accounting(account, _limits(account))


def _limits(account: Account) -> str:
    versions = account.versions
    sentences = []
    if not versions.ended:
        sentences.append("The script was stopped: the account is of what had been written until then.")
    if versions.more:
        sentences.append(
            f"The account is of the first {account.writes:,} writes; {versions.more:,} more were not kept."
        )
    if account.skipped:
        sentences.append(
            f"{versions.name} was set anew: the account is of the writes since then, "
            f"not of the {account.skipped:,} before."
        )
    if versions.others:
        sentences.append(f"The account is of {versions.name}; the script also shares {', '.join(versions.others)}.")
    return " ".join(sentences)


def describe_account(accounting: Accounting) -> dict[str, Any]:
    """The account as plain data."""
    account = accounting.account
    if account is None:
        return {"sentence": accounting.sentence}
    return {
        "counter": account.versions.name,
        "slowed_by_recording": True,
        "writes": account.writes,
        "start": account.start,
        "expected": account.expected,
        "actual": account.actual,
        "lost": account.lost,
        "lost_amount": account.lost_amount,
        "exact": account.exact,
        "stale_writes": account.stale,
        "largest_loss": account.largest_loss,
        "same_value_read": account.same_value_read,
        "rolled_back": account.rolled_back,
        "threads": [vars(share) for share in account.shares()],
        "sentence": accounting.sentence,
    }


def account_lines(accounting: Accounting) -> list[str]:
    """The account in words, one sentence a line."""
    account = accounting.account
    if account is None:
        return [accounting.sentence]
    name, lost = account.versions.name, account.lost
    worth = "" if account.by_ones else f", worth {account.lost_amount:,}"
    return [
        f"The account of {name} in this run, which recording has slowed"
        + ("; an ordinary run loses another number." if lost else "."),
        f"expected {account.expected:,}, actual {account.actual:,}, {lost:,} of {account.writes:,} writes lost{worth}",
        f"detected by their parents: {account.lost_amount:,} = expected − actual, exactly"
        if account.exact
        else f"detected by their parents: {account.lost_amount:,}, but expected − actual is "
        f"{account.expected - account.actual:,}: the record contradicts itself",
        f"{account.stale:,} stale writes; the worst destroyed {account.largest_loss:,} others"
        if account.stale
        else "every write had read the newest value",
        *filter(None, [_naive(account), accounting.sentence]),
    ]


def _naive(account: Account) -> str:
    """What one might take for the lost updates; "" where that and the lost are none."""
    if not account.same_value_read and not account.lost:
        return ""
    missed = f": it misses the {account.rolled_back:,} by which the counter once stood above its end"
    return f"writes that read a value another had read: {account.same_value_read:,}, which is no count of the lost" + (
        missed if account.rolled_back and account.by_ones else ""
    )
