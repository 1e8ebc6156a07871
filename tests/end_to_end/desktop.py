"""A user in front of an X screen: finds the program's window, moves the mouse, presses keys, looks at pixels."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor
from Xlib import XK, X, display
from Xlib.ext import xtest

MODIFIERS = {"ctrl": "Control_L", "shift": "Shift_L"}


class Desktop:
    """One connection to the screen; the window is the largest one on it."""

    def __init__(self) -> None:
        self._display = display.Display()
        self._root = self._display.screen().root

    def close(self) -> None:
        self._display.close()

    def window(self, title: str):
        """The visible window whose title contains ``title``, None while there is none."""
        for window in self._all(self._root):
            name = window.get_full_property(self._display.intern_atom("_NET_WM_NAME"), X.AnyPropertyType)
            visible = window.get_attributes().map_state == X.IsViewable
            if name is not None and visible and title in bytes(name.value).decode("utf-8", "replace"):
                return window
        return None

    def focus(self, window) -> None:
        """Give it the keyboard, as a window manager would."""
        window.set_input_focus(X.RevertToParent, X.CurrentTime)
        self._display.sync()

    def click(self, x: int, y: int) -> None:
        """Press and release the left button at a place of the screen."""
        xtest.fake_input(self._display, X.MotionNotify, x=x, y=y)
        xtest.fake_input(self._display, X.ButtonPress, 1)
        xtest.fake_input(self._display, X.ButtonRelease, 1)
        self._display.sync()

    def press(self, keys: str) -> None:
        """``ctrl+q``, ``F9``, ``Escape`` …: press in that order, release in the other."""
        names = [MODIFIERS.get(key, key) for key in keys.split("+")]
        codes = [self._display.keysym_to_keycode(XK.string_to_keysym(name)) for name in names]
        for code in codes:
            xtest.fake_input(self._display, X.KeyPress, code)
        for code in reversed(codes):
            xtest.fake_input(self._display, X.KeyRelease, code)
        self._display.sync()

    def pixels(self) -> np.ndarray:
        """The whole screen: (rows, columns, red green blue)."""
        size = self._root.get_geometry()
        image = self._root.get_image(0, 0, size.width, size.height, X.ZPixmap, 0xFFFFFFFF)
        raw = np.frombuffer(image.data, np.uint8).reshape(size.height, size.width, 4)
        return raw[:, :, 2::-1]

    def places(self, color: QColor) -> np.ndarray:
        """(row, column) of every pixel of exactly that colour."""
        wanted = (color.red(), color.green(), color.blue())
        return np.argwhere((self.pixels() == wanted).all(axis=2))

    def _all(self, window):
        for child in window.query_tree().children:
            yield child
            yield from self._all(child)
