"""Qt's palette and style sheet, made from the theme: nothing else in the window sets a colour on a widget."""

from __future__ import annotations

import re

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from visualiser.gui.theme import Theme

_ROLE = QPalette.ColorRole
_PALETTE = {
    _ROLE.Window: "bg",
    _ROLE.WindowText: "text",
    _ROLE.Base: "surface",
    _ROLE.AlternateBase: "raised",
    _ROLE.Text: "text",
    _ROLE.Button: "raised",
    _ROLE.ButtonText: "text",
    _ROLE.BrightText: "danger",
    _ROLE.Highlight: "accent",
    _ROLE.HighlightedText: "on_accent",
    _ROLE.ToolTipBase: "raised",
    _ROLE.ToolTipText: "text",
    _ROLE.PlaceholderText: "faint",
    _ROLE.Accent: "accent",
    _ROLE.Link: "accent_text",
    _ROLE.LinkVisited: "accent_text",
    _ROLE.Light: "hover",
    _ROLE.Midlight: "hover",
    _ROLE.Mid: "border",
    _ROLE.Dark: "outline",
    _ROLE.Shadow: "shadow",
}

# ${token} is a colour of the palette, 12px a length that scales with the theme.
_SHEET = """
QMainWindow, QDialog, QWidget#root { background: ${bg}; }
QWidget { font-size: 13px; }
QMenuBar { background: ${surface}; border: none; padding: 2px 6px; }
QMenuBar::item { padding: 4px 9px; border-radius: 5px; background: transparent; }
QMenuBar::item:selected { background: ${hover}; }
QMenu { background: ${raised}; border: 1px solid ${border}; padding: 5px; }
QMenu::item { padding: 6px 26px 6px 24px; border-radius: 5px; }
QMenu::item:selected { background: ${selection}; color: ${text}; }
QMenu::item:disabled { color: ${faint}; }
QMenu::separator { height: 1px; background: ${border}; margin: 5px 8px; }
QToolTip { background: ${raised}; color: ${text}; border: 1px solid ${outline}; padding: 4px 7px; font-size: 12px; }

QFrame#card { background: ${surface}; border: 1px solid ${border}; border-radius: 10px; }
QFrame#side { background: ${surface}; border: none; border-right: 1px solid ${border}; }
QFrame#top { background: ${surface}; border: none; border-bottom: 1px solid ${border}; }
QFrame#rule { background: ${border}; border: none; max-height: 1px; min-height: 1px; }

QLabel { background: transparent; }
QLabel[role="title"] { font-size: 17px; font-weight: 600; }
QLabel[role="heading"] { font-size: 12px; font-weight: 600; color: ${muted}; }
QLabel[role="section"] { font-size: 13px; font-weight: 600; color: ${accent_text}; }
QLabel[role="big"] { font-size: 26px; font-weight: 700; color: ${accent_text}; }
QLabel[role="strong"] { font-size: 13px; font-weight: 600; }
QLabel[role="note"] { font-size: 12px; color: ${muted}; }
QLabel[role="caption"] { font-size: 12px; color: ${muted}; }
QLabel[role="warn"] { font-size: 12px; color: ${warn}; font-weight: 500; }
QLabel[role="caution"] { font-size: 17px; color: ${warn}; font-weight: 600; }
QLabel[role="edited"] { font-size: 12px; color: ${accent_text}; font-weight: 600; }

QPushButton, QToolButton {
  background: ${raised}; border: 1px solid ${border}; border-radius: 7px; padding: 6px 11px; font-weight: 500;
}
QPushButton:hover, QToolButton:hover { background: ${hover}; border-color: ${outline}; }
QPushButton:pressed, QToolButton:pressed { background: ${selection}; }
QPushButton:focus, QToolButton:focus { border: 1px solid ${accent}; }
QPushButton:disabled, QToolButton:disabled { color: ${faint}; background: ${surface}; }
QToolButton:checked { background: ${selection}; color: ${accent_text}; border-color: ${accent}; font-weight: 600; }
QPushButton#start, QToolButton#run { background: ${accent}; color: ${on_accent}; border-color: ${accent};
  font-weight: 600; padding: 7px 16px; }
QPushButton#start:hover, QToolButton#run:hover { border-color: ${text}; }
QPushButton#start:focus, QToolButton#run:focus { border-color: ${text}; }
QPushButton#start:disabled, QToolButton#run:disabled { background: ${raised}; color: ${faint};
  border-color: ${border}; }
QToolButton#stop { padding: 7px 13px; }
QToolButton#menu::menu-indicator { image: none; }
QPushButton#link { background: transparent; border: none; color: ${accent_text}; padding: 2px 4px; font-size: 12px; }
QPushButton#link:hover, QPushButton#link:focus { text-decoration: underline; }
QToolButton#tab { border: none; background: transparent; padding: 4px 8px; font-size: 12px; color: ${muted};
  font-weight: 600; }
QToolButton#tab:checked { background: ${selection}; color: ${accent_text}; }

QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox {
  background: ${raised}; border: 1px solid ${border}; border-radius: 6px; padding: 2px 7px; min-height: 18px;
  selection-background-color: ${accent}; selection-color: ${on_accent};
}
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus { border: 1px solid ${accent}; }
QAbstractSpinBox QLineEdit { border: none; background: transparent; padding: 0; min-height: 0; }
QLineEdit#search { padding: 6px 9px; border-radius: 7px; }
QComboBox QAbstractItemView { background: ${raised}; border: 1px solid ${border};
  selection-background-color: ${selection}; selection-color: ${text}; outline: none; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; border: none; }
QCheckBox { spacing: 8px; }
QCheckBox::indicator { width: 16px; height: 16px; border-radius: 4px; border: 1px solid ${outline};
  background: ${raised}; }
QCheckBox::indicator:checked { background: ${accent}; border-color: ${accent}; }
QCheckBox:focus { color: ${accent_text}; }

QTableView { background: transparent; border: none; outline: none; gridline-color: ${border};
  selection-background-color: ${selection}; selection-color: ${text}; }
QTableView::item { padding: 0 4px; border: none; }
QTableView::item:focus { border: 1px solid ${accent}; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section:horizontal { background: ${surface}; color: ${muted}; border: none; padding: 3px 6px;
  border-bottom: 1px solid ${border}; font-size: 12px; font-weight: 600; }
QTableView QTableCornerButton::section { background: ${surface}; border: none; border-bottom: 1px solid ${border}; }
QListView, QTreeView { background: transparent; border: none; outline: none; }
QTreeView::item:selected { background: ${selection}; color: ${text}; }
QPlainTextEdit { background: ${code}; border: none; border-radius: 6px; color: ${text};
  selection-background-color: ${selection}; selection-color: ${text}; }
QPlainTextEdit#console { background: transparent; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 2px; }
QScrollBar::handle { background: ${border}; border-radius: 3px; min-height: 28px; min-width: 28px; }
QScrollBar::handle:hover { background: ${outline}; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: ${selection}; }

QListWidget::indicator { width: 14px; height: 14px; border: 1px solid ${muted}; border-radius: 4px;
  background: ${surface}; }
QListWidget::indicator:checked { background: ${accent}; border-color: ${accent}; }
QListWidget::item { padding: 5px 2px; }
QFrame#job { background: ${raised}; border: 1px solid ${outline}; border-radius: 9px; }
QProgressBar { background: ${surface}; border: 1px solid ${border}; border-radius: 6px;
  min-height: 14px; max-height: 14px; text-align: center; color: ${text}; font-size: 12px; }
QProgressBar::chunk { background: ${accent}; border-radius: 5px; }
QLabel#toast { background: ${raised}; color: ${text}; border: 1px solid ${outline}; border-radius: 9px;
  padding: 10px 18px; font-weight: 500; }
QStatusBar { background: ${surface}; border-top: 1px solid ${border}; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: ${muted}; font-size: 12px; padding: 2px 9px; }
QStatusBar QLabel[alarm="true"] { color: ${danger}; font-weight: 600; }
QStatusBar QLabel[strong="true"] { color: ${text}; font-weight: 600; }
"""


def dress(app: QApplication, theme: Theme) -> None:
    """Give the whole application the theme: style, palette, font and style sheet."""
    if app.style().objectName() != "fusion":
        app.setStyle("Fusion")
    app.setPalette(qt_palette(theme))
    app.setFont(theme.font("body"))
    app.setStyleSheet(style_sheet(theme))


def style_sheet(theme: Theme) -> str:
    """The style sheet with the theme's colours and lengths."""
    colored = re.sub(r"\$\{(\w+)\}", lambda match: theme.hex(match[1]), _SHEET)
    return re.sub(r"(?<![\w#])(\d+)px", lambda match: f"{_length(theme, int(match[1]))}px", colored)


def qt_palette(theme: Theme) -> QPalette:
    """Qt's palette in the theme's colours."""
    palette = QPalette()
    for role, token in _PALETTE.items():
        palette.setColor(role, theme.color(token))
    for role in (_ROLE.Text, _ROLE.WindowText, _ROLE.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.hex("faint")))
    return palette


def restyle(widget: QWidget) -> None:
    """Let the style sheet look at a widget's properties again after one of them changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def _length(theme: Theme, pixels: int) -> int:
    """Hairlines stay hairlines; everything else scales."""
    return pixels if pixels <= 1 else theme.px(pixels)
