"""What the instruments of one process share: recorder, story, sites and the labels of objects."""

from __future__ import annotations

import itertools
import os
import sys
from _thread import get_ident
from types import FrameType

from .control import Control
from .layout import EXTRAS_VARIABLE
from .recorder import Recorder
from .sites import Sites
from .story import Story

_LABEL = "_visualiser_label"
_FLOWS_OF_A_PROCESS = 40  # bits


class Lab:
    """The observation of this process. Raises OSError where the run directory cannot be used.

    ``own``: paths of the files that are no part of the observed script.

    ``extras``: what is wanted beyond recorded calls.
    """

    make_recorder = Recorder

    def __init__(self, run_dir: str, own: tuple[str, ...], how: str, name: str) -> None:
        self.run_dir = run_dir
        self.how = how
        self.extras = frozenset(os.environ.get(EXTRAS_VARIABLE, "").split(","))
        self.ended = False
        self.control = Control(run_dir)
        self.story = Story(run_dir, self.control)
        self.sites = Sites(self.story, own)
        self._numbers: dict[str, itertools.count[int]] = {}
        self._flows = _own_flows()
        self._introduce(name)
        self.recorder = self.make_recorder(run_dir, self.control, self.story, name_of_this_thread)
        self.threads = self.recorder.threads

    def renew(self) -> None:
        """Begin anew in a forked child."""
        self.how = "fork"
        self.ended = False
        self.story.renew()
        self.sites.renew()
        self._flows = _own_flows()
        self._introduce("fork")
        self.recorder.renew()

    def end(self) -> None:
        """Tell, once, that this process ends in good order."""
        if not self.ended:
            self.ended = True
            self.threads.track.finish()
            self.story.tell("end")

    def label(self, thing: object, word: str) -> str:
        """Return the label of an object: the one it got when the script made it, else just what it is."""
        return getattr(thing, _LABEL, word)

    def label_new(self, thing: object, word: str, frame: FrameType) -> None:
        """Number an object that the script itself makes, in the order of making: Lock 1, Lock 2."""
        if not hasattr(thing, _LABEL) and not self.sites.is_library(frame.f_code.co_filename):
            self.set_label(thing, f"{word} {self.number(word)}")

    def set_label(self, thing: object, label: str) -> None:
        """Give an object a label, if it can carry one."""
        try:
            setattr(thing, _LABEL, label)
        except AttributeError:
            return

    def adopt_label(self, thing: object, label: str) -> None:
        """Give an object the label that it has in another process; none that is made here is called the same."""
        word, _, number = label.rpartition(" ")
        while self.number(word) < int(number):
            pass
        self.set_label(thing, label)

    def number(self, word: str) -> int:
        """Return the next number for objects of one kind, beginning with 1."""
        return next(self._numbers.setdefault(word, itertools.count(1)))

    def flow(self) -> int:
        """Return a new number, unique in the run, for two records between which something passes."""
        return next(self._flows)

    def _introduce(self, name: str) -> None:
        self.story.tell(
            "process",
            ppid=os.getppid(),
            name=name,
            how=self.how,
            python=".".join(map(str, sys.version_info[:3])),
            gil=getattr(sys, "_is_gil_enabled", lambda: True)(),
            start_method=_start_method(),
            switch_interval=sys.getswitchinterval(),
        )


def _own_flows() -> itertools.count[int]:
    return itertools.count((os.getpid() << _FLOWS_OF_A_PROCESS) + 1)


def name_of_this_thread() -> str:
    """Return the name that ``threading`` knows for the calling thread, without making it known there."""
    threading = sys.modules.get("threading")
    thread = getattr(threading, "_active", {}).get(get_ident())
    return getattr(thread, "name", None) or "Thread"


def _start_method() -> str | None:
    # Told only if it is settled already: asking for it would settle it.
    context = sys.modules.get("multiprocessing.context")
    chosen = getattr(getattr(context, "_default_context", None), "_actual_context", None)
    return getattr(chosen, "_name", None)
