import pytest

from tests.gui.pixels import count, image_of
from visualiser.gui.numbers import number_text, seconds_text
from visualiser.gui.results_panel import ResultsPanel
from visualiser.host.outcome import Outcome

RACE = {"lost": 8990, "counter": 1010, "expected": 10000, "verdict": "Nine of ten are gone."}


@pytest.fixture
def results(show, theme):
    return show(ResultsPanel(theme), 420, 170)


def test_a_race_reads_expected_counter_lost(results):
    results.show_end(Outcome("Finished in 0.43 s.", "Turn the Lock on.", ok=True), RACE)
    assert list(results.tiles.texts().items()) == [
        ("expected", "10\u202f000"),
        ("counter", "1\u202f010"),
        ("lost", "8\u202f990"),
    ]
    assert results.sentence.text() == "Finished in 0.43 s."
    assert results.detail.text() == "Turn the Lock on."
    assert "Nine of ten are gone." in results.words.text()


def test_lost_updates_are_painted_in_the_warning_colour_and_none_is_not(results, theme):
    results.show_end(Outcome("Finished.", "", ok=True), {"lost": 5})
    assert count(image_of(results.tiles), theme.color("warn")) > 60
    results.show_end(Outcome("Finished.", "", ok=True), {"lost": 0})
    shot = image_of(results.tiles)
    assert count(shot, theme.color("warn")) == 0
    assert count(shot, theme.color("ok")) > 20


def test_numbers_keep_their_places_while_the_next_run_goes_on(results):
    results.show_end(Outcome("Finished.", "", ok=True), RACE)
    height = results.tiles.height()
    results.show_running()
    assert results.tiles.texts() == {"expected": "–", "counter": "–", "lost": "–"}
    assert results.tiles.height() == height
    assert results.sentence.text() == "Running…"


def test_what_went_wrong_is_told_by_a_sign_and_not_by_colour(results):
    results.show_end(Outcome("Line 3: ZeroDivisionError: division by zero.", "", ok=False), {})
    assert results.sentence.text() == "▲ Line 3: ZeroDivisionError: division by zero."
    results.show_end(Outcome("Stopped by you after 2 s.", stopped=True), {})
    assert results.sentence.text() == "■ Stopped by you after 2 s."
    results.show_warning("ForkPoolWorker-1 was killed.")
    assert results.detail.text() == "ForkPoolWorker-1 was killed."
    results.show_idle()
    assert not results.tiles.isVisible()


def test_many_and_long_results_fit(results):
    results.show_end(Outcome("Finished.", "", ok=True), {f"value_{n}": 10**n for n in range(12)})
    tiles = results.tiles
    assert tiles.width() <= results.width()
    assert tiles.height() >= 3 * 40
    assert image_of(tiles).width() == tiles.width()


def test_markup_in_a_result_is_text(results):
    results.show_end(Outcome("Finished.", "", ok=True), {"html": "<b>a & b</b>"})
    assert "&lt;b>a &amp; b" in results.words.text()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "yes"),
        (0, "0"),
        (-1234567, "-1\u202f234\u202f567"),
        (0.123456, "0.1235"),
        (12345.6, "12\u202f346"),
        (10**20, "1e+20"),
        ("a", "a"),
    ],
)
def test_numbers_as_people_read_them(value, text):
    assert number_text(value) == text


def test_seconds():
    assert (seconds_text(0.4), seconds_text(75.26)) == ("0.40\u202fs", "75.3\u202fs")
