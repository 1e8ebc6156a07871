"""Runs every benchmark; the exit code tells whether all goals were met."""

import sys

from benchmarks import lab_cost, live, looks, paint, record, scenarios
from benchmarks.side_by_side import machine


def main() -> int:
    """Run them one after the other."""
    print(machine(), end="\n\n")
    results = []
    for part in (record, lab_cost, looks, paint, live, scenarios):
        results.append(part.main())
        print(flush=True)
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
