#!/usr/bin/env python3
"""Set up and start the project from a bare clone: `python3 tools/bootstrap.py run` (or test, check, install).

Python 3.7 can read this file and `pythons.py`, so that an old default interpreter hands over to a newer one instead of
showing a traceback; everything else is imported after that.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools import SetupError  # noqa: E402
from tools.pythons import choose_python, hand_over, runs_here  # noqa: E402

USAGE = """\
usage: python3 tools/bootstrap.py VERB [ARGUMENTS]

  run      install what is missing and open the app; ARGUMENTS go to the app
  test     install what is missing and run the tests; ARGUMENTS go to pytest
  check    ruff and mypy over the whole tree
  install  install what is missing, nothing else

PYTHON=python3.13 before the command chooses the interpreter that .venv is made of."""
VERBS = ("run", "test", "check", "install")


def main(arguments: list[str]) -> int:
    """Do what the verb asks and return its exit code; 2 means the verb was not understood, 1 that set-up failed."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(USAGE)
        return 0
    if arguments[0] not in VERBS:
        print(f"{arguments[0]!r} is not one of {', '.join(VERBS)}.", file=sys.stderr)
        return 2
    try:
        return _set_up_and_do(arguments)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; the same command goes on from here.", file=sys.stderr)
        return 130


def _set_up_and_do(arguments: list[str]) -> int:
    chosen = choose_python(os.environ.get("PYTHON"))
    if not runs_here(chosen):
        return hand_over([chosen.executable, __file__, *arguments])
    from tools import verbs

    return verbs.do(ROOT, arguments[0], arguments[1:], chosen)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
