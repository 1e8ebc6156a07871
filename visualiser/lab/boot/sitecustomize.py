"""Loaded by every Python child that has this folder on its path: starts the lab, then runs the namesake it shadows."""

import _thread
import os
import sys


def _in_main_interpreter() -> bool:
    """Tell whether this is the process's first interpreter: it records the threads that the others run on, too."""
    return bool(getattr(_thread, "_is_main_interpreter", lambda: True)())


def _observe() -> None:
    """Load the lab from its own files, under a private name: nothing need be installed for this interpreter."""
    from types import ModuleType

    package = ModuleType("_visualiser_lab")
    package.__path__ = [os.path.dirname(os.path.dirname(os.path.abspath(__file__)))]
    sys.modules[package.__name__] = package
    from _visualiser_lab.bootstrap import observe  # type: ignore[import-not-found]

    observe()


def _hand_over() -> None:
    """Take this folder off the path and run the ``sitecustomize`` that Python would have found without it."""
    from importlib.machinery import PathFinder

    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [path for path in sys.path if os.path.abspath(path or os.curdir) != here]
    spec = PathFinder.find_spec(__name__)
    if spec is None or spec.loader is None:
        # Just what ``site`` would have met without us; it goes on, and this module is forgotten.
        raise ImportError(f"No module named {__name__!r}", name=__name__)
    from importlib.util import module_from_spec

    module = module_from_spec(spec)
    sys.modules[__name__] = module
    spec.loader.exec_module(module)


if os.environ.get("VISUALISER_RUN") and _in_main_interpreter():
    try:
        _observe()
    except Exception as error:
        sys.stderr.write(f"Concurrency Visualiser: process {os.getpid()} is not observed: {error}\n")
_hand_over()
