"""What the stepper's window calls things."""

from __future__ import annotations

from visualiser.host.step_state import ThreadState

STEERED = (
    "Steered, not measured: both threads are real, but stopped before every instruction, and you say whose turn it is."
)
NEXT_WORDS = {
    "READ": "reads counter",
    "ADD": "adds 1 to what it read",
    "WRITE": "writes what it holds",
    "ACQUIRE": "takes the Lock",
    "RELEASE": "gives the Lock back",
}


def step_word(thread: ThreadState) -> str:
    """The thread's next step in one word."""
    if thread.done:
        return "done"
    return thread.next or thread.instruction.split()[0]


def step_words(thread: ThreadState) -> str:
    """The same in a few."""
    if thread.done:
        return "no more steps"
    if thread.waits:
        return "waits for the Lock"
    return NEXT_WORDS.get(thread.next) or thread.instruction


def value_words(thread: ThreadState) -> list[tuple[str, int | None]]:
    """What it read, and what it holds or wrote; None where there is nothing yet."""
    second = ("wrote", thread.wrote) if thread.wrote is not None else ("holds", thread.holds)
    return [("read", thread.read), second]


def told(thread: ThreadState) -> str:
    """All of it in a sentence, for those who hear the window."""
    values = ", ".join(f"{word} {value}" for word, value in value_words(thread) if value is not None)
    return f"Thread {thread.name} {values or 'has read nothing yet'}; next: {step_words(thread)}"
