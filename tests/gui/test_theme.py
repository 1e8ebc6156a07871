import itertools

import pytest
from PySide6.QtGui import QColor, QFontInfo

from visualiser.gui.style_sheet import qt_palette, style_sheet
from visualiser.gui.theme import NAMES, contrast, load_theme, palette

GROUNDS = ("bg", "surface", "raised", "hover", "selection", "code", "code_line", "lane")
TEXTS = ("text", "muted", "faint", "accent_text", "danger")
SHAPES = ("outline", "accent", "warn", "ok", "cursor")


@pytest.fixture(params=NAMES)
def tokens(request):
    return load_theme(request.param)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_every_text_can_be_read_on_every_ground(tokens, text, ground):
    assert contrast(tokens.color(text), tokens.color(ground)) >= 4.5


@pytest.mark.parametrize("ground", ["code", "code_line", "code_show"])
def test_code_can_be_read(tokens, ground):
    for name in (name for name in palette()[tokens.name] if name.startswith("syntax_")):
        assert contrast(tokens.color(name), tokens.color(ground)) >= 4.5, name


def test_the_line_shown_stands_out_from_the_code_and_its_bar_from_both(tokens):
    assert contrast(tokens.color("code_show"), tokens.color("code")) >= 1.25
    assert contrast(tokens.color("accent"), tokens.color("code_show")) >= 3


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_stands_out(tokens, shape):
    for ground in ("bg", "surface", "raised", "hover"):
        assert contrast(tokens.color(shape), tokens.color(ground)) >= 3, ground


def test_words_on_filled_shapes_can_be_read(tokens):
    assert contrast(tokens.color("on_accent"), tokens.color("accent")) >= 4.5
    assert contrast(tokens.color("on_warn"), tokens.color("warn")) >= 4.5
    for lane in tokens.lanes:
        assert contrast(tokens.ink(lane), lane) >= 4.5


def test_fourteen_lanes_stand_out_and_go_on_from_the_start(tokens):
    assert len(tokens.lanes) == 14
    assert tokens.lane(15) == tokens.lanes[1]
    for lane in tokens.lanes:
        assert contrast(lane, tokens.color("lane")) >= 3


# Full dichromacy as Machado, Oliveira and Fernandes (2009) simulate it, on linear RGB.
EYES = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


@pytest.mark.parametrize("eyes", EYES)
def test_lanes_are_told_apart_by_all_eyes(tokens, eyes):
    assert _nearest(eyes, itertools.combinations(tokens.lanes, 2)) >= 0.07  # 0.02 is about the least one sees


@pytest.mark.parametrize("eyes", EYES)
def test_cores_are_told_apart_by_all_eyes(tokens, eyes):
    assert _nearest(eyes, itertools.combinations(tokens.cores, 2)) >= 0.13


def test_a_core_is_not_taken_for_one_of_the_first_workers(tokens):
    assert _nearest("usual", itertools.product(tokens.cores, tokens.lanes[:4])) >= 0.07


def test_eight_cores_stand_out_and_the_first_ones_differ_in_greyscale(tokens):
    assert len(tokens.cores) == 8
    for core in tokens.cores:
        assert contrast(core, tokens.color("lane")) >= 3
        assert contrast(tokens.ink(core), core) >= 4.5
    assert contrast(*tokens.cores[:2]) >= 2


def _nearest(eyes, pairs):
    seen = ((_oklab(EYES[eyes], one), _oklab(EYES[eyes], other)) for one, other in pairs)
    return min(sum((a - b) ** 2 for a, b in zip(*pair, strict=True)) ** 0.5 for pair in seen)


def _oklab(eyes, color):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color.getRgbF()[:3]]
    r, g, b = (max(0.0, sum(k * c for k, c in zip(row, linear, strict=True))) for row in eyes)
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    middle = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def test_one_factor_scales_fonts_and_lengths(tokens):
    large = tokens.scaled(1.5)
    assert large.px(10) == 15
    assert large.font("body").pixelSize() == round(13 * 1.5)
    assert "font-size: 20px" in style_sheet(large)
    assert "border: 1px" in style_sheet(large)


def test_bundled_fonts_are_the_ones_used(qapp, tokens):
    assert QFontInfo(tokens.font("body")).family() == "Inter"
    assert QFontInfo(tokens.font("code")).family() == "JetBrains Mono"
    assert QFontInfo(tokens.font("code")).fixedPitch()


def test_style_sheet_and_palette_leave_no_token_open(tokens):
    assert "${" not in style_sheet(tokens)
    assert qt_palette(tokens).window().color() == QColor(tokens.hex("bg"))


def test_unknown_names_are_refused(tokens):
    with pytest.raises(KeyError):
        tokens.color("mauve")
    with pytest.raises(KeyError):
        tokens.hex("lanes")
