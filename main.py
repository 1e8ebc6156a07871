#!/usr/bin/env python3
"""Open the Concurrency Visualiser: double click this file, or `python main.py`."""

import multiprocessing
import sys

from visualiser import launch

if __name__ == "__main__":
    multiprocessing.freeze_support()  # first of all: in a frozen app a child process starts here too
    launch.in_fit_python(__file__)
    from visualiser.cli import main

    sys.exit(main())
