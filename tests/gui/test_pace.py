"""The pace of the live window: slower at once where frames do not fit, faster after a while where they would."""

import pytest

from visualiser.gui.pace import PERIOD_S, Pace


class Window:
    """Paints at a pace on a machine where a frame takes what it is told to take."""

    def __init__(self):
        self.now = 0.0
        self.pace = Pace(lambda: self.now)

    def paint(self, seconds, frame_s):
        """Paint for so long; returns the rates it had, each once, in order."""
        end, rates = self.now + seconds, [self.pace.rate]
        while self.now < end:
            took = frame_s(self.pace.period_s) if callable(frame_s) else frame_s
            self.now += max(took, self.pace.period_s)
            self.pace.took(took)
            if self.pace.rate != rates[-1]:
                rates.append(self.pace.rate)
        return rates


@pytest.fixture
def window():
    return Window()


def test_light_frames_come_as_fast_as_the_screen_shows_them(window):
    assert window.paint(5, 0.005) == [60]
    assert window.pace.period_s == PERIOD_S


def test_a_frame_that_fills_its_time_makes_it_slower_at_once(window):
    assert window.paint(0.2, 0.015) == [60, 30]


def test_the_rate_falls_as_far_as_it_must(window):
    assert window.paint(1.0, 0.060) == [60, 10]
    assert window.paint(3.0, 0.500) == [10, 4]


def test_one_long_frame_is_no_reason(window):
    window.paint(1, 0.005)
    window.pace.took(0.2)
    assert window.paint(1, 0.005) == [60]


def test_it_becomes_faster_again_one_step_at_a_time(window):
    window.paint(1, 0.060)
    assert window.paint(20, 0.004) == [10, 15, 20, 30, 60]


def test_frames_that_would_not_fit_are_not_tried(window):
    window.paint(1, 0.014)
    assert window.paint(30, 0.014) == [30]


def test_trials_in_vain_become_rare(window):
    """Frames are short only as long as they are rare: a core that is shared gives no more."""

    def shared(period):
        return 0.015 if period < 0.02 else 0.009

    assert 2 < window.paint(60, shared).count(60) <= 8


def test_after_a_good_trial_the_next_one_comes_soon_again(window):
    window.paint(60, lambda period: 0.015 if period < 0.02 else 0.009)
    window.paint(40, 0.004)
    window.paint(0.3, 0.015)
    assert window.pace.rate == 30
    window.paint(1.5, 0.004)
    assert window.pace.rate == 60
