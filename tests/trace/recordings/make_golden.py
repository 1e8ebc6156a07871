"""Writes the golden file of the present version of the format; to be run once for every version, and never again.

``python -m tests.trace.recordings.make_golden`` in the checkout.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.trace.made import made_document
from tests.trace.recorded_bytes import written
from tests.trace.test_recording_golden import contents
from visualiser.trace.recording.frames import VERSION


def main() -> None:
    file = Path(__file__).with_name(f"version-{VERSION}.cvrun")
    if file.exists():
        raise SystemExit(f"{file} exists already: what it says must stay readable for ever.")
    document = made_document(spans=700)
    file.write_bytes(written(document))
    text = json.dumps(contents(document), indent=1, ensure_ascii=False)
    file.with_suffix(".json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
