"""Two ways to be called before every instruction of a function: ``sys.monitoring``, before 3.12 ``sys.settrace``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

Before = Callable[[int], None]


class ByMonitoring:
    """Local events of that one code object, from 3.12 on: nothing else in the process slows down."""

    name = "sys.monitoring"

    def __init__(self, code: CodeType, before: Before) -> None:
        self._monitoring: Any = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
        self._code, self._before = code, before
        self._id = self._monitoring.DEBUGGER_ID
        self._monitoring.use_tool_id(self._id, "stepper")
        event = self._monitoring.events.INSTRUCTION
        self._monitoring.register_callback(self._id, event, self._called)
        self._monitoring.set_local_events(self._id, code, event)

    def call(self, function: Callable[[], object]) -> None:
        """Call the function, in the thread that asks."""
        function()

    def close(self) -> None:
        """No more calls."""
        self._monitoring.set_local_events(self._id, self._code, 0)
        self._monitoring.free_tool_id(self._id)

    def _called(self, code: CodeType, offset: int) -> None:
        if code is self._code:
            self._before(offset)


class ByTrace:
    """Opcode events of the frames of that code, in the threads that call it; 3.12.1 would crash of them."""

    name = "sys.settrace"

    def __init__(self, code: CodeType, before: Before) -> None:
        self._code, self._before = code, before

    def call(self, function: Callable[[], object]) -> None:
        """Call the function, in the thread that asks."""
        sys.settrace(self._enter)
        try:
            function()
        finally:
            sys.settrace(None)

    def close(self) -> None:
        """Nothing is held between two calls."""

    def _enter(self, frame: FrameType, _event: str, _arg: object) -> Any:  # noqa: ANN401  a trace function returns itself
        if frame.f_code is not self._code:
            return None
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        return self._inside

    def _inside(self, frame: FrameType, event: str, _arg: object) -> Any:  # noqa: ANN401
        if event == "opcode":
            self._before(frame.f_lasti)
        return self._inside


Tracer = ByMonitoring if sys.version_info >= (3, 12) else ByTrace
