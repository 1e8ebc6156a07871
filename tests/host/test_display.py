from visualiser.host.display import obstacle


def no_library(name):
    raise OSError(name)


def anything(name):
    return name


def only_basics(name):
    if "xcb" in name or "x11" in name:
        raise OSError(name)


def test_no_display_is_said_in_one_sentence():
    sentence = obstacle({}, "linux", anything)
    assert sentence.startswith("There is no display for a window")
    assert sentence.endswith(".")


def test_any_display_will_do():
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        assert obstacle({variable: "x"}, "linux", anything) is None


def test_missing_libraries_come_with_the_command():
    sentence = obstacle({"QT_QPA_PLATFORM": "offscreen"}, "linux", no_library)
    assert sentence == (
        "Qt needs system libraries that are not installed: sudo apt install libglib2.0-0 libgl1 libegl1 "
        "libfontconfig1 libxkbcommon0 libdbus-1-3"
    )


def test_what_only_x11_needs_is_asked_for_under_x11_only():
    assert obstacle({"QT_QPA_PLATFORM": "offscreen"}, "linux", only_basics) is None
    assert obstacle({"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}, "linux", only_basics) is None
    assert "libxcb-cursor0" in obstacle({"DISPLAY": ":0"}, "linux", only_basics)
    assert "libxcb-cursor0" in obstacle({"QT_QPA_PLATFORM": "xcb"}, "linux", only_basics)


def test_other_systems_bring_their_own():
    assert obstacle({}, "darwin", no_library) is None
