"""``python -m visualiser`` is the command line."""

import sys

from visualiser.cli import main

if __name__ == "__main__":
    sys.exit(main())
