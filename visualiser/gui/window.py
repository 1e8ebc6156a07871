"""The main window: composes panels, actions and the run, and connects them; everything else is theirs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from visualiser.gui.account.opener import AccountOpener
from visualiser.gui.actions import Actions
from visualiser.gui.appearance import CHOICES, Appearance
from visualiser.gui.compare.opener import CompareOpener
from visualiser.gui.compare.repeat import Repeat
from visualiser.gui.core_colouring import CoreColouring
from visualiser.gui.documents.documents import Documents, origin_text
from visualiser.gui.editor_panel import knobs_text
from visualiser.gui.export.opener import Exporter
from visualiser.gui.file_drop import dropped_script, let_drops_through
from visualiser.gui.finding.finder import Finder
from visualiser.gui.help_window import KeysDialog, show_about
from visualiser.gui.interpreter_control import InterpreterControl
from visualiser.gui.lane_grouping import LaneGrouping
from visualiser.gui.lesson_view import LessonView
from visualiser.gui.measure.measuring import Measuring
from visualiser.gui.panes import Panes
from visualiser.gui.picture_actions import Pictures
from visualiser.gui.picture_caption import Caption
from visualiser.gui.presentation import Presentation
from visualiser.gui.recent_menu import RecentMenu
from visualiser.gui.replay.control import ReplayControl
from visualiser.gui.replay.player import Player
from visualiser.gui.run_controller import RunController
from visualiser.gui.run_view import RunView
from visualiser.gui.scripts import Scripts
from visualiser.gui.settings import Settings
from visualiser.gui.source_menu import SourceMenu
from visualiser.gui.status_line import StatusLine
from visualiser.gui.stepper.opener import StepperOpener
from visualiser.gui.theme import Theme
from visualiser.gui.toast import Toast
from visualiser.gui.top_bar import TopBar
from visualiser.host.catalogue import Scenario
from visualiser.host.knobs import Knob, find_knobs
from visualiser.trace.document import Document

LOCK_KNOB = "USE_LOCK"
ASK = "ask_before_run"
_FIRST_SIZE = QSize(1440, 900)
_LEAST_SIZE = QSize(1024, 640)


class MainWindow(QMainWindow):
    """One window, one script, one run."""

    def __init__(self, appearance: Appearance, settings: Settings, controller: RunController) -> None:
        super().__init__()
        self.settings = settings
        self.appearance = appearance
        self.controller = controller
        self.actions_ = Actions(self)
        self.top_bar = TopBar(appearance.theme, self.actions_)
        self.panes = Panes(appearance.theme)
        self.status_line = StatusLine(appearance.theme)
        self.toast = Toast(self)
        self.scripts = Scripts(self.panes.editor, self.panes.scenarios, settings, self)
        self.run_view = RunView(controller, self.panes, self.status_line)
        self.lesson_view = LessonView(controller, self.panes)
        self.presentation = self._make_presentation()
        player = Player(self.panes, self.status_line, settings, appearance)
        replay = self.actions_["replay"]
        self.replay = ReplayControl(self, replay, player, self.run_view, controller, self.presentation)
        self.pictures = Pictures(self.panes.centre, appearance, self, self._caption)
        self.core_colouring = CoreColouring(self.actions_["by_core"], settings, self.panes.timeline)
        self.measuring = Measuring(self.actions_, self.panes, self)
        self.grouping = LaneGrouping(self.actions_, settings, self.panes.timeline.view)
        self.finder = Finder(self.actions_, self.panes.find_page, self.panes.bottom, self.panes.timeline)
        self.stepper = StepperOpener(self, appearance, settings, lambda: controller.python)
        self.account = AccountOpener(self, appearance, settings)
        self.recent = RecentMenu(self.actions_, settings, self.scripts)
        self.documents = Documents(self, self.actions_, settings, self.scripts, self.run_view)
        repeat = Repeat(self, controller, self.run_view.live, self.run_now)
        self.comparison = CompareOpener(self, self.actions_, appearance, self.run_view, repeat)
        self.exporter = Exporter(
            self, appearance, settings, self.documents.desk, lambda: self.run_view.document, self._reaches
        )
        self.sources = SourceMenu(self.actions_, settings, controller)
        self.interpreters = InterpreterControl(controller, self.actions_, self.top_bar, settings, self)
        self._compose()
        self._connect_actions()
        self._connect_parts()
        self._laid_out = False
        self._restore_size()

    def open_first(self, scenario: Scenario | None = None) -> None:
        """Open that scenario, or the one that was open last time."""
        if scenario is not None:
            self.scripts.add(scenario)
        self.scripts.open_first(scenario)

    def run_script(self) -> None:
        """Run the script as it stands in the editor, after the lesson's question if that is wanted."""
        if not (self.actions_["ask"].isChecked() and self.lesson_view.ask()):
            self.run_now()

    def run_now(self) -> None:
        """Run the script as it stands in the editor."""
        if self.scripts.current is not None:
            self.interpreters.before_run(self.panes.editor.text)
            self.controller.start(self.scripts.current, self.panes.editor.text)

    def open_duel(self) -> None:
        """Let two interpreters run the script in turn."""
        self.interpreters.open_duel(self.appearance.theme, self.scripts.current, self.panes.editor.text)

    def reset_layout(self) -> None:
        """Put window and panels back where they were at first."""
        self.presentation.leave()
        self.settings.forget_layout()
        self.appearance.normal_scale()
        self.showNormal()
        self.resize(self._first_size())
        self.panes.lay_out()

    def showEvent(self, event: QShowEvent) -> None:
        """Sizes of panels mean something only now."""
        super().showEvent(event)
        if not self._laid_out:
            self._laid_out = True
            self.interpreters.choice.check()
            self.panes.restore(self.settings)
            self.panes.timeline.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop what runs, remember everything."""
        self.presentation.leave()
        self.scripts.keep_draft()
        self.settings.set_state("window", self.saveGeometry())
        self.panes.remember(self.settings)
        self.settings.sync()
        self.account.close()
        self.comparison.close()
        self.hide()  # at once, though ending the run may take its two seconds
        self.stepper.close()
        self.interpreters.close()
        self.controller.close()
        self.exporter.close()
        self.documents.close()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one file."""
        if dropped_script(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the file."""
        path = dropped_script(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.documents.open_path(path)

    def _compose(self) -> None:
        self.setWindowTitle("Concurrency Visualiser")
        self.setAcceptDrops(True)
        root = QWidget()
        root.setObjectName("root")
        layout = QVBoxLayout(root)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.top_bar)
        layout.addWidget(self.panes, 1)
        self.setCentralWidget(root)
        self.setStatusBar(self.status_line)
        self.setMinimumSize(_LEAST_SIZE)
        let_drops_through(self)

    def _make_presentation(self) -> Presentation:
        panes = self.panes
        extras = [self.menuBar(), self.top_bar, self.status_line, panes.scenarios, panes.cores_card, panes.console]
        extras.append(panes.editor.knob_area)
        splitters = list(panes.splitters.values())
        hints, scale = [panes.results.keys, panes.editor.knob_line], lambda: self.appearance.theme.scale
        return Presentation(self, extras, hints, splitters, scale, self.appearance.set_scale)

    def _connect_actions(self) -> None:
        slots: dict[str, Callable[[], object]] = {
            "save": self.scripts.save,
            "save_as": self.scripts.save_as,
            "forget_recent": self.scripts.forget_recent,
            "reset_text": self.panes.editor.reset,
            "export": self.exporter.ask,
            "quit": self.close,
            "run": self.run_script,
            "stop": self.controller.stop,
            "duel": self.open_duel,
            "account": self._account,
            "previous": lambda: self.scripts.step(-1),
            "next": lambda: self.scripts.step(1),
            "lesson": lambda: self.panes.top.turn("lesson"),
            "facts": lambda: self.panes.bottom.turn("facts"),
            "step": self.stepper.open,
            "fit": self.panes.timeline.fit,
            "present": self.presentation.toggle,
            "larger": lambda: self.appearance.step_scale(1),
            "smaller": lambda: self.appearance.step_scale(-1),
            "normal_size": self.appearance.normal_scale,
            "reset_layout": self.reset_layout,
            "copy_picture": self.pictures.copy,
            "save_picture": self.pictures.save,
            "find": self._find,
            "to_code": self._to_code,
            "to_timeline": self.panes.timeline.setFocus,
            "keys": lambda: KeysDialog(self, self.appearance.theme).open(),
            "about": lambda: show_about(self),
        }
        for name, slot in slots.items():
            self.actions_[name].triggered.connect(lambda _checked=False, slot=slot: slot())
        for choice in CHOICES:
            self.actions_[choice].setChecked(choice == self.appearance.choice)
            self.actions_[choice].triggered.connect(lambda _on, choice=choice: self.appearance.choose(choice))
        self.actions_["follow"].triggered.connect(self.panes.timeline.set_follow)
        self.actions_["helpers"].triggered.connect(self.panes.timeline.set_helpers)
        self.actions_["arrows"].triggered.connect(self.panes.timeline.set_arrows)
        self.panes.timeline.set_arrows(self.actions_["arrows"].isChecked())  # those of single spans are always drawn
        self.actions_["ask"].setChecked(self.settings.text(ASK) == "yes")
        self.actions_["ask"].toggled.connect(lambda on: self.settings.set_text(ASK, "yes" if on else ""))
        self.actions_["lock"].triggered.connect(lambda on: self.panes.editor.turn(LOCK_KNOB, on))

    def _connect_parts(self) -> None:
        self.appearance.changed.connect(self._set_theme)
        self.panes.results.account.clicked.connect(self.actions_["account"].trigger)
        self.top_bar.appearance.clicked.connect(self.appearance.toggle)
        self.scripts.opened.connect(self._show_scenario)
        self.scripts.said.connect(self.toast.say)
        self.documents.said.connect(self.toast.say)
        self.comparison.said.connect(self.toast.say)
        self.exporter.said.connect(self.toast.say)
        self.documents.shown.connect(self._show_kept)
        self.controller.run_changed.connect(lambda _run: self._begin_run())
        self.measuring.bookmarks_changed.connect(self.documents.bookmarks.change)
        self.finder.said.connect(self.toast.say)
        self.interpreters.choice.said.connect(self.toast.say)
        self.pictures.said.connect(self.toast.say)
        self.measuring.said.connect(self.toast.say)
        self.run_view.document_changed.connect(self.measuring.show_document)
        self.pictures.taking.connect(self.panes.timeline.hide_card)
        self.panes.lesson.answered.connect(self.run_now)
        self.panes.editor.knobs_changed.connect(self._show_lock)
        self.panes.editor.text_changed.connect(lambda: self.actions_["reset_text"].setEnabled(self.panes.editor.edited))
        self.panes.timeline.follow_changed.connect(self.actions_["follow"].setChecked)
        self.controller.state_changed.connect(lambda _state: self._enable_run())
        self.actions_["follow"].setChecked(self.panes.timeline.following)
        self._show_lock([])
        self._enable_run()

    def _reaches(self) -> dict[str, tuple[float, float] | None]:
        return {"what is seen": self.panes.timeline.view.visible_s, "the whole run": None}

    def _caption(self) -> Caption:
        """What a picture says of the run it shows: the knobs are those it ran with, whatever they are now."""
        ran = self.run_view.ran
        knobs = find_knobs(ran) if ran is not None else self.panes.editor.knobs
        title = self.scripts.current.title if self.scripts.current is not None else ""
        return Caption(title, knobs_text(knobs), self.panes.results.told if ran is not None else "")

    def _show_scenario(self, scenario: Scenario) -> None:
        self._name(scenario.title, scenario.subtitle or str(scenario.path))
        self.run_view.show_scenario(scenario)
        self.lesson_view.show_scenario(scenario)

    def _name(self, title: str, subtitle: str) -> None:
        self.top_bar.show_scenario(title, subtitle)
        self.setWindowTitle(f"{title} – Concurrency Visualiser")

    def _begin_run(self) -> None:
        """What runs now is the script, whatever was kept of it before."""
        scenario = self.scripts.current
        if scenario is not None:
            self._name(scenario.title, scenario.subtitle or str(scenario.path))

    def _show_kept(self, document: Document) -> None:
        self.lesson_view.show_kept(document)
        self._name(document.about.title, origin_text(document.about))
        if document.new_notes:
            self.toast.say(" ".join(document.new_notes))

    def _show_lock(self, knobs: list[Knob]) -> None:
        knob = next((knob for knob in knobs if knob.name == LOCK_KNOB and knob.kind == "bool"), None)
        self.top_bar.lock.setVisible(knob is not None)
        self.actions_["lock"].setEnabled(knob is not None)
        if knob is None or knob.problem is None:
            self.actions_["lock"].setChecked(knob is not None and knob.value is True)

    def _enable_run(self) -> None:
        for name in ("run", "duel", "repeat"):
            self.actions_[name].setEnabled(not self.controller.active)
        self.actions_["stop"].setEnabled(self.controller.active)

    def _account(self) -> None:
        if self.scripts.current is not None:
            self.account.open(self.scripts.current, self.panes.editor.text, self.controller.python)

    def _to_code(self) -> None:
        self.panes.top.turn_to("code")
        self.panes.editor.editor.setFocus()

    def _find(self) -> None:
        self.panes.scenarios.search.setFocus()
        self.panes.scenarios.search.selectAll()

    def _set_theme(self, theme: Theme) -> None:
        for part in (self.top_bar, self.panes, self.status_line):
            part.set_theme(theme)

    def _restore_size(self) -> None:
        geometry = self.settings.state("window")
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(self._first_size())

    def _first_size(self) -> QSize:
        return _FIRST_SIZE.boundedTo(self.screen().availableGeometry().size() * 0.95)
