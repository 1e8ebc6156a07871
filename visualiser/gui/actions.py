"""Everything the window can be told to do: one table for menus, toolbar, shortcuts and the page of keys."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from visualiser.gui.icons import tinted_icon
from visualiser.gui.theme import Theme


@dataclass(frozen=True)
class Command:
    """One line of the table: what it is called, which keys give it, and what it does in a sentence."""

    name: str
    text: str
    keys: tuple[str, ...] = ()
    tip: str = ""
    icon: str = ""
    checkable: bool = False


COMMANDS = (
    Command("open", "&Open…", ("Ctrl+O",), "Open a Python script of your own, a recording or a trace", "open"),
    Command("save", "&Save", ("Ctrl+S",), "Save the script; one that came with the app is saved as a file of yours"),
    Command("save_as", "Save &as…", ("Ctrl+Shift+S",), "Save the script as another file"),
    Command("save_recording", "Save &recording…", ("Ctrl+Shift+R",), "Save the run on show as a file of its own"),
    Command("keep_runs", "&Keep the last 20 runs", (), "Keep every run by itself; the oldest goes", checkable=True),
    Command("forget_runs", "&Delete these runs", (), "Delete every run that was kept by itself"),
    Command("forget_recent", "&Forget these files", (), "Empty the list of recent files"),
    Command("quit", "&Quit", ("Ctrl+Q",), "Stop what runs and close the window"),
    Command("run", "&Run", ("F9", "Ctrl+R"), "Run the script as it stands in the editor", "play"),
    Command("stop", "&Stop", ("Ctrl+.", "Shift+F5"), "End the run and all its processes", "stop"),
    Command("duel", "GIL &duel…", ("Ctrl+D",), "Run the script with two interpreters and compare them"),
    Command("repeat", "Run se&veral times…", ("Ctrl+Shift+F9",), "Run the script as often as you say, and compare"),
    Command("compare", "Compare r&uns…", ("Ctrl+K",), "Put two runs or more over each other on one time scale"),
    Command("ask", "&Ask before Run", (), "Ask the lesson's question first; the answer starts the run", checkable=True),
    Command("lock", "Use the &Lock", ("F8",), "Set USE_LOCK in the script", "lock", checkable=True),
    Command("step", "Step &through the race…", ("Ctrl+T",), "Give two threads their steps by hand, and lose an update"),
    Command(
        "account",
        "&Account for the race…",
        ("F10",),
        "Record every read and write of the script's counter and link what was lost to what destroyed it",
    ),
    Command("reset_text", "Reset to the &original", (), "Bring back the script as its file has it"),
    Command("previous", "&Previous scenario", ("Ctrl+PgUp",), "Open the scenario above"),
    Command("next", "&Next scenario", ("Ctrl+PgDown",), "Open the scenario below"),
    Command("lesson", "L&esson", ("F2", "Ctrl+L"), "Change between the code and the lesson"),
    Command("facts", "Fa&cts", ("F3",), "Change between the result and the facts of the run"),
    Command(
        "arrows",
        "Arro&ws",
        ("F4",),
        "Show all that passes from lane to lane, not only of the span under the mouse",
        checkable=True,
    ),
    Command("by_core", "Colour &by core", ("F12",), "Give what runs the hue of its core", checkable=True),
    Command("follow", "&Follow", ("F6",), "Keep the newest moment in view", "follow", checkable=True),
    Command("fit", "Fi&t", ("F7",), "Show the whole run", "fit"),
    Command("group", "&Group by process", ("Ctrl+G",), "Give each process a header and fold its lanes", checkable=True),
    Command("fold_all", "Collapse all gro&ups", ("Ctrl+Shift+G",), "Show one strip for each group of lanes"),
    Command("unfold_all", "Expa&nd all groups", ("Ctrl+Alt+G",), "Show the lanes of every group"),
    Command("find_span", "Find in the &run…", ("Ctrl+F",), "List the longest spans by state or name and jump to them"),
    Command("next_span", "Ne&xt span", ("N",), "Select the next span in the state of the selected one, on its lane"),
    Command("previous_span", "Pre&vious span", ("Shift+N",), "Select the previous span in that state, on its lane"),
    Command("next_span_any", "Next span on any &lane", ("Ctrl+N",), "Select the next span in that state on all lanes"),
    Command(
        "previous_span_any", "Previous span on &any lane", ("Ctrl+Shift+N",), "Select the previous one on all lanes"
    ),
    Command("helpers", "Show &library threads", (), "Show threads and processes of the libraries too", checkable=True),
    Command(
        "present",
        "&Presentation",
        ("F5",),
        "Full screen: timeline, code or lesson, and result, in large type",
        "present",
    ),
    Command("larger", "&Larger", ("Ctrl++", "Ctrl+="), "Show everything larger"),
    Command("smaller", "S&maller", ("Ctrl+-",), "Show everything smaller"),
    Command("normal_size", "Normal si&ze", ("Ctrl+0",), "Show everything in its usual size"),
    Command("system", "&System", (), "Follow the system's light or dark", checkable=True),
    Command("light", "&Light", (), "Always light", checkable=True),
    Command("dark", "&Dark", (), "Always dark", checkable=True),
    Command("reset_layout", "&Reset layout", (), "Put every panel back where it was at first"),
    Command("measure", "M&easure", ("Ctrl+Shift+M",), "Change between the result and the times that were measured"),
    Command("range_span", "Select this span's &time", ("Shift+T",), "Select the time of the selected span"),
    Command("range_visible", "Select what is &visible", ("Shift+V",), "Select the time that is in view"),
    Command("range_markers", "Select &from A to B", ("Shift+M",), "Select the time between the markers"),
    Command("range_clear", "Select &no range", (), "Measure the whole run again"),
    Command("marker_a", "Marker &A here", ("Shift+A",), "Set marker A where the mouse is, or in the middle"),
    Command("marker_b", "Marker &B here", ("Shift+B",), "Set marker B where the mouse is, or in the middle"),
    Command("step_left", "Marker to the &previous edge", ("Alt+Left",), "Move the last marker to where a span began"),
    Command("step_right", "Marker to the ne&xt edge", ("Alt+Right",), "Move the last marker to where a span begins"),
    Command("markers_clear", "Take the markers a&way", (), "Show no markers"),
    Command("bookmark", "Book&mark here…", ("M",), "Note something where the mouse is"),
    Command("bookmarks", "&List of bookmarks", ("Ctrl+M",), "Jump to, rename or delete what was noted"),
    Command("copy_picture", "&Copy picture", ("Ctrl+Shift+C",), "Copy timeline and cores as a picture", "copy"),
    Command("save_picture", "Save &picture…", ("Ctrl+Shift+P",), "Save timeline and cores as a PNG file", "picture"),
    Command("find", "&Find a scenario", ("Ctrl+1", "Ctrl+Shift+F"), "Search titles and source texts"),
    Command("to_code", "Go to the &code", ("Ctrl+3",), "Put the cursor into the editor"),
    Command("to_timeline", "Go to the time&line", ("Ctrl+2",), "Let keys move the timeline"),
    Command("keys", "&Keys", ("F1", "?"), "Show what every key does"),
    Command("about", "&About", (), "What this is and which versions it runs with"),
)

_SPANS = ("next_span", "previous_span", "next_span_any", "previous_span_any")
MENUS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "&File",
        (
            *("open", "RECENT", "RUNS", "-", "save", "save_as", "reset_text", "-", "save_recording"),
            *("copy_picture", "save_picture", "-", "quit"),
        ),
    ),
    (
        "&Run",
        (
            *("run", "stop", "repeat", "ask", "-", "INTERPRETER", "duel", "compare", "-", "lock", "step", "account"),
            *("-", "STATES", "SECOND", "-", "previous", "next"),
        ),
    ),
    (
        "&View",
        (
            *("lesson", "facts", "-", "follow", "fit", "arrows", "by_core", "helpers"),
            *("-", "group", "fold_all", "unfold_all", "-", "present"),
            *("-", "larger", "smaller", "normal_size", "APPEARANCE", "-", "reset_layout"),
        ),
    ),
    (
        "&Measure",
        (
            *("measure", "-", "range_span", "range_visible", "range_markers", "range_clear", "-"),
            *("marker_a", "marker_b", "step_left", "step_right", "markers_clear", "-", "bookmark", "bookmarks"),
        ),
    ),
    ("&Go", ("find_span", *_SPANS, "-", "find", "to_code", "to_timeline")),
    ("&Help", ("keys", "about")),
)
_SUBMENUS = {
    "RECENT": "Open &recent",
    "RUNS": "Recent r&uns",
    "APPEARANCE": "&Appearance",
    "INTERPRETER": "&Interpreter",
    "STATES": "States &from",
    "SECOND": "Compare states &with",
}


class Actions:
    """The window's QActions by name: ``actions["run"]``."""

    def __init__(self, window: QMainWindow) -> None:
        self._actions = {command.name: _make(command, window) for command in COMMANDS}
        self.menus = {name: _submenu(window, name) for name in _SUBMENUS}
        group = QActionGroup(window)
        for name in ("system", "light", "dark"):
            group.addAction(self[name])
            self.menus["APPEARANCE"].addAction(self[name])
        for title, names in MENUS:
            menu = window.menuBar().addMenu(title)
            menu.setToolTipsVisible(True)  # one that is greyed out says why
            for name in names:
                self._fill(menu, name)

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def set_theme(self, theme: Theme) -> None:
        """Tint the icons."""
        for command in COMMANDS:
            if command.icon:
                color = "on_accent" if command.name == "run" else "text"
                self[command.name].setIcon(
                    tinted_icon(command.icon, theme.color(color), theme.px(18), theme.color("faint"))
                )

    def _fill(self, menu: QMenu, name: str) -> None:
        if name == "-":
            menu.addSeparator()
        elif name in self.menus:
            menu.addMenu(self.menus[name])
        else:
            menu.addAction(self[name])


def keys_text(command: Command) -> str:
    """The command's keys as this system writes them, empty if it has none."""
    native = QKeySequence.SequenceFormat.NativeText
    return " or ".join(QKeySequence(key).toString(native) for key in command.keys)


def _make(command: Command, window: QMainWindow) -> QAction:
    action = QAction(command.text, window)
    action.setObjectName(command.name)
    action.setShortcuts([QKeySequence(key) for key in command.keys])
    action.setCheckable(command.checkable)
    action.setIconVisibleInMenu(False)
    first = keys_text(command).split(" or ")[0]
    action.setToolTip(f"{command.tip} ({first})" if first else command.tip)
    window.addAction(action)  # without it, its keys are dead while the menu bar is hidden
    return action


def _submenu(window: QMainWindow, name: str) -> QMenu:
    return QMenu(_SUBMENUS[name], window)
