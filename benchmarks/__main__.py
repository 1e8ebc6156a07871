"""Runs every benchmark; the exit code tells whether all goals were met."""

import sys

from benchmarks import (
    accuracy,
    beats,
    by_core,
    handovers,
    ingest,
    lab_cost,
    lanes,
    live,
    looks,
    measuring,
    paint,
    reader_cost,
    record,
    recordings,
    scenarios,
)
from benchmarks.side_by_side import machine


def main() -> int:
    """Run them one after the other."""
    print(machine(), end="\n\n")
    results = []
    parts = (
        record,
        lab_cost,
        beats,
        looks,
        reader_cost,
        handovers,
        accuracy,
        paint,
        by_core,
        lanes,
        measuring,
        ingest,
        live,
        recordings,
        scenarios,
    )
    for part in parts:
        results.append(part.main())
        print(flush=True)
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
