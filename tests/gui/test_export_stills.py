"""Pictures of a run as files: what they hold, and that nothing is lost when one cannot be written."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from tests.gui.told_run import told_run
from tests.trace.test_compare import made
from visualiser.gui.export.options import ExportError, Options, checked, reach_of, size_of
from visualiser.gui.export.stage import Look, Stage
from visualiser.gui.export.stills import StillError, write_pdf, write_png, write_svg
from visualiser.gui.timeline.strips import Ink, StripPainter, draw
from visualiser.gui.timeline.vector_forms import paint_form
from visualiser.trace.document import About, Document
from visualiser.trace.outcome import Outcome
from visualiser.trace.row import Row
from visualiser.trace.states import State

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def stage(qtbot, dark):
    made = []

    def make(width=960, height=540, **about):
        document = Document(told_run(), About(title="Told", text="N = 3  # @param\n", **about), Outcome("Finished."))
        stage = Stage(document, Look(dark, QSize(width, height)))
        qtbot.addWidget(stage)
        made.append(stage)
        return stage

    return make


def test_a_stage_is_never_seen_and_has_the_size_it_was_asked_for(stage):
    made = stage()
    assert made.size() == QSize(960, 540)
    assert not made.windowHandle() or not made.windowHandle().isExposed()


def test_a_png_shows_what_the_stage_does_at_twice_its_size(stage, tmp_path):
    made = stage()
    write_png(made, tmp_path / "run.png")
    image = QImage(str(tmp_path / "run.png"))
    assert image.size() == QSize(1920, 1080)
    assert [one.name for one in tmp_path.iterdir()] == ["run.png"]


def lanes_of(made):
    """Where the bars of the lanes are, in pixels of the stage."""
    view = made.timeline.view
    corner = view.viewport().mapTo(made, view.area.topLeft())
    return [QRect(corner.x(), corner.y() + box.top + 12, view.area.width(), 4) for box in view.layout_of_lanes.boxes]


def test_an_svg_shows_the_same_colours_in_the_same_places_without_pixels_in_the_lanes(stage, tmp_path):
    made = stage()
    path = tmp_path / "run.svg"
    write_svg(made, path)
    image = QImage(made.size(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    QSvgRenderer(str(path)).render(painter)
    painter.end()
    seen = made.grab().toImage()
    for lane in lanes_of(made):
        ours = [seen.pixelColor(x, lane.top() + 2) for x in range(lane.left() + 4, lane.right() - 4, 3)]
        theirs = [image.pixelColor(x, lane.top() + 2) for x in range(lane.left() + 4, lane.right() - 4, 3)]
        alike = sum(near(one, other) for one, other in zip(ours, theirs, strict=True))
        assert alike > 0.8 * len(ours), "hatches may differ by a pixel, what runs may not"
    tree = ElementTree.parse(path)
    wide = [one for one in tree.iter(f"{SVG}image") if float(one.get("width")) > 300]
    assert not [one for one in wide if any(abs(float(one.get("y")) - lane.top()) < 30 for lane in lanes_of(made)[1:])]
    words = {"".join(one.itertext()).strip() for one in tree.iter(f"{SVG}text")}
    assert {"Told", "Finished.", "MainThread", "sleep", "lock"} <= words


def test_two_waits_side_by_side_are_two_in_an_svg_as_on_screen(qtbot, dark, tmp_path):
    run = made([(State.RUN, 0, 100)], [(State.SLEEP, 0, 50), (State.RUN, 50, 50.001), (State.SLEEP, 50.001, 100)])
    stage = Stage(Document(run, About(title="Two")), Look(dark, QSize(960, 540)))
    qtbot.addWidget(stage)
    write_svg(stage, tmp_path / "run.svg")
    texts = ["".join(one.itertext()).strip() for one in ElementTree.parse(tmp_path / "run.svg").iter(f"{SVG}text")]
    assert texts.count("sleep") == 2


def near(one, other):
    pairs = ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    return all(abs(a - b) < 40 for a, b in pairs)


def test_a_pdf_is_one_page_of_the_stages_size_with_its_text(stage, tmp_path):
    made = stage()
    write_pdf(made, tmp_path / "run.pdf")
    data = (tmp_path / "run.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    assert data.count(b"/Type /Page\n") + data.count(b"/Type /Page ") == 1
    assert b"/FontFile" in data


@pytest.mark.parametrize("write", [write_png, write_svg, write_pdf])
def test_a_picture_that_cannot_be_written_leaves_what_was_there(stage, tmp_path, write):
    made = stage(640, 360)
    with pytest.raises(StillError, match="there is no such folder"):
        write(made, tmp_path / "no" / "run.png")
    taken = tmp_path / "taken.png"
    taken.mkdir()
    with pytest.raises(StillError, match="cannot be saved"):
        write(made, taken)
    assert [one.name for one in tmp_path.iterdir()] == ["taken.png"]


@pytest.mark.parametrize("state", [state for state in State if state is not State.NONE])
def test_every_form_has_as_much_ink_as_on_screen_and_none_outside(qapp, dark, state):
    """Compared by what share of the colour is there: lines need not lie on the same pixels."""
    ink = Ink(dark.lane(0), dark.color("lane"), dark.color("text"), dark.color("warn"))
    shares = []
    for paint in (as_vector, as_pixels):
        image = QImage(240, 60, QImage.Format.Format_RGB32)
        image.fill(ink.ground)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint(painter, state, ink)
        painter.end()
        shares.append(inked(image, ink.ground))
    assert shares[0] == pytest.approx(shares[1], abs=0.09)


def as_vector(painter, state, ink):
    paint_form(painter, QRectF(24, 12, 192, 36), state, ink, 24)


def as_pixels(painter, state, ink):
    strip = StripPainter(ink, 36, 1)
    draw(painter, QRect(24, 12, 192, 36), strip.pixels(Row(np.full(192, state, np.uint8), np.zeros(192, np.uint8)), 0))


def inked(image, ground):
    """How far the picture is from its ground, on average within the box; nothing may be outside."""
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(60, 240, 4)[:, :, :3].astype(int)
    base = np.array([ground.blue(), ground.green(), ground.red()])
    away = np.abs(pixels - base).sum(axis=2)
    outside = away.copy()
    outside[11:49, 23:217] = 0
    assert not outside.any()
    return away[12:48, 24:216].mean() / 255


def test_what_cannot_be_exported_is_told(tmp_path):
    with pytest.raises(ExportError, match="its ending must be one of"):
        checked(Options(tmp_path / "run.doc"))
    with pytest.raises(ExportError, match="pixels wide"):
        checked(Options(tmp_path / "run.png", width=3))
    with pytest.raises(ExportError, match="must begin before"):
        checked(Options(tmp_path / "run.png", reach=(2.0, 1.0)))
    assert size_of("1920x1080") == size_of("1920×1080") == (1920, 1080)
    assert reach_of("0.5:1.25") == (0.5, 1.25)
    for text in ("1920", "axb", "-1x2", ""):
        with pytest.raises(ExportError, match="is no size"):
            size_of(text)
    for text in ("1", "a:b", "1:2:3", "nan:1", "inf:2"):
        with pytest.raises(ExportError, match="no stretch of time"):
            reach_of(text)
