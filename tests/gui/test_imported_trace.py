"""A trace of another tracer is shown as any run: its calls painted on their lanes, its arrows and notes in words."""

import numpy as np
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel

from tests.conftest import ROOT
from visualiser.gui.timeline.arrow_words import STYLES, WORDS
from visualiser.gui.timeline.telling import mark_near, more_about
from visualiser.host.chrome_import import import_trace
from visualiser.trace.exchange.chrome_import import import_chrome_trace
from visualiser.trace.flows import FlowKind

VIZTRACER = ROOT / "tests" / "host" / "traces" / "viztracer.json.gz"
TRACE = """[
{"ph":"X","ts":0,"dur":900,"pid":1,"tid":1,"name":"send"},
{"ph":"X","ts":100,"dur":900,"pid":1,"tid":2,"name":"receive"},
{"ph":"s","ts":200,"pid":1,"tid":1,"name":"message","cat":"c","id":1},
{"ph":"f","ts":400,"pid":1,"tid":2,"name":"message","cat":"c","id":1,"bp":"e"},
{"ph":"i","ts":300,"pid":1,"tid":1,"name":"half way","s":"t"}]"""


def test_the_window_shows_the_calls_of_a_trace(open_window, qtbot):
    window = open_window()
    document = import_trace(VIZTRACER)
    window.run_view.show_document(document)
    assert window.run_view.document is document
    qtbot.waitUntil(lambda: "an imported trace" in said(window))
    assert len(colours(window)) > 6, "each lane of calls is painted in a colour of its own"


def said(window):
    return " ".join(label.text() for label in window.findChildren(QLabel))


def colours(window):
    """The strong colours in the middle of the window, where the timeline is."""
    image = window.grab().toImage()
    step = range(0, image.height(), 3)
    found = {image.pixelColor(x, y).rgb() for y in step for x in range(image.width() // 3, image.width() // 2, 5)}
    return {rgb for rgb in found if QColor(rgb).saturation() > 120}


def test_arrows_and_notes_of_a_trace_have_words():
    run = import_chrome_trace(iter([TRACE]), "x.json").run
    source, target = run.tracks
    assert "message to thread 2, 200 µs later" in " ".join(more_about(run, source, source.lane.span(0)))
    assert "message from thread 1, 200 µs before" in " ".join(more_about(run, target, target.lane.span(0)))
    assert mark_near(run, source, 0, int(np.iinfo(np.int64).max)) == "half way"


def test_every_kind_of_arrow_has_words_and_a_line_of_its_own():
    assert set(WORDS) == set(STYLES) == set(FlowKind)
    assert len(set(STYLES.values())) == len(FlowKind)
