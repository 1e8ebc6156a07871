import pytest
from PySide6.QtCore import QObject, Qt, Signal

from visualiser.gui.appearance import Appearance


class System(QObject):
    """A system that can change its mind; a bare X server cannot."""

    colorSchemeChanged = Signal(object)
    scheme = Qt.ColorScheme.Light

    def colorScheme(self):
        return self.scheme

    def become(self, scheme):
        self.scheme = scheme
        self.colorSchemeChanged.emit(scheme)


def test_follows_the_system_while_it_runs(qapp, settings):
    system = System()
    appearance = Appearance(qapp, settings, system)
    seen = []
    appearance.changed.connect(lambda theme: seen.append(theme.name))
    assert appearance.theme.name == "light"
    system.become(Qt.ColorScheme.Dark)
    system.become(Qt.ColorScheme.Dark)
    system.become(Qt.ColorScheme.Unknown)
    assert seen == ["dark", "light"]
    assert qapp.palette().window().color() == appearance.theme.color("bg")


def test_a_choice_is_remembered_and_stands_against_the_system(qapp, settings):
    system = System()
    Appearance(qapp, settings, system).choose("dark")
    again = Appearance(qapp, settings, system)
    assert (again.choice, again.theme.name) == ("dark", "dark")
    system.become(Qt.ColorScheme.Light)
    assert again.theme.name == "dark"
    again.choose("system")
    assert again.theme.name == "light"
    with pytest.raises(ValueError, match="no appearance"):
        again.choose("mauve")


def test_sizes_step_up_and_down_and_are_remembered(qapp, settings):
    appearance = Appearance(qapp, settings, System())
    appearance.step_scale(1)
    appearance.step_scale(1)
    assert appearance.theme.scale == 1.25
    assert Appearance(qapp, settings, System()).theme.scale == 1.25
    appearance.step_scale(-99)
    assert appearance.theme.scale == 0.8
    appearance.normal_scale()
    assert Appearance(qapp, settings, System()).theme.scale == 1.0


def test_a_broken_setting_is_no_reason_to_fail(qapp, settings):
    settings.set_text("appearance", "mauve")
    settings.set_text("scale", "huge")
    appearance = Appearance(qapp, settings, System())
    assert (appearance.choice, appearance.theme.scale) == ("system", 1.0)
