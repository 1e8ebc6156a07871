"""Steps a race: gives two stopped threads their steps, plays and takes back orders, and tries all of them."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from typing import Any

from visualiser.host.launch import find_python
from visualiser.host.step_listings import FUNCTION, LISTINGS, LOCK, MOST_ROUNDS, SHARED, StepListing
from visualiser.host.step_process import PATIENCE_S, StepperError, StepProcess
from visualiser.host.step_state import Explored, Interpreter, State, thread_states
from visualiser.trace.interleaving import OrderError, Step, parse_order, raw_letters, step_letters

# Both read, both add, both write: nobody can lose an update in fewer steps, because the second WRITE is the sixth.
LOSING = "ABABAB"
NONE_LOSES = "With the Lock no order loses an update."
_TURN_S = 0.1  # of trying orders, between two reports


class Stepping:
    """The race on one interpreter; every call gives the new State, which is also kept in ``state``.

    Nothing runs between two calls. After a StepperError the next call starts a new process. Use from one thread only.

    Args:
        python: another interpreter, None for our own; StartError if it is missing or too old.
        patience_s: how long the process may take to answer.
    """

    def __init__(self, python: str | None = None, patience_s: float = PATIENCE_S) -> None:
        self._path = find_python(python)
        self._patience_s = patience_s
        self._process: StepProcess | None = None
        self._listing: StepListing = LISTINGS[0]
        self._rounds = 1
        self._raw = False
        self.state = self.begin()

    @property
    def interpreter(self) -> Interpreter:
        """Who runs the threads."""
        return self.state.interpreter

    @property
    def pid(self) -> int | None:
        """Of the process, None after it was closed."""
        return self._process.pid if self._process else None

    def begin(self, listing: StepListing | None = None, rounds: int | None = None) -> State:
        """Two new threads, on another listing or number of rounds if given; raises StepperError."""
        if rounds is not None and not 1 <= rounds <= MOST_ROUNDS:
            raise ValueError(f"{rounds} rounds, but 1 to {MOST_ROUNDS} can be stepped")
        self._listing, self._rounds = listing or self._listing, rounds or self._rounds
        return self._replay("")

    def step(self, name: str) -> State:
        """Give thread A or B its next step; where it has none or waits, the state says so in ``refusal``."""
        answer = self._ask(do="step", thread=name) if self._process else {"answer": "refused", "why": _GONE}
        if answer["answer"] == "refused":
            self.state = self.state.refused(str(answer["why"]))
        else:
            self._take(answer, self.state.steps)
        return self.state

    def undo(self) -> State:
        """Take the last step back: the others are played again, by a new pair of threads."""
        return self._replay(self.state.letters[:-1])

    def play(self, text: str) -> State:
        """Play an order from the beginning; raises OrderError where the text is none.

        Where a step of it cannot be made, the state is that before it, and ``refusal`` names the letter.
        """
        letters = self._understand(text)
        state = self._replay(letters)
        if state.refusal:
            self.state = state.refused(_cannot(len(state.steps) + 1, state.refusal))
        return self.state

    def play_slowly(self, text: str) -> Iterator[State]:
        """The same, with the state after each step; whoever stops asking leaves it there."""
        letters = self._understand(text)
        yield self._replay("")
        for place, letter in enumerate(letters, 1):
            state = self.step(letter)
            if state.refusal:
                self.state = state.refused(_cannot(place, state.refusal))
            yield self.state
            if state.refusal:
                return

    def lose(self) -> State:
        """Play the shortest order that loses an update; where the Lock forbids it, ``refusal`` says so."""
        *_, state = self.lose_slowly()
        return state

    def lose_slowly(self) -> Iterator[State]:
        """The same, with the state after each step."""
        for state in self.play_slowly(LOSING):
            if state.refusal and self._listing.locked:
                self.state = state.refused(NONE_LOSES)
            yield self.state

    def set_raw(self, raw: bool) -> State:
        """Step by single instructions, or by steps with a meaning, from the same point on."""
        if raw == self._raw:
            return self.state
        self._raw = raw
        return self._replay((raw_letters if raw else step_letters)(self.state.steps))

    def explore(self) -> Generator[Explored, None, None]:
        """Try all interleavings, telling how far it is ten times a second; whoever stops asking cancels it.

        Afterwards the pair stands again where it stood.
        """
        raw, letters = self._raw, self.state.letters
        self._raw = False
        try:
            self._replay("")
            yield from self._try_all()
        finally:
            self._raw = raw
            if self._process is not None:
                self._replay(letters)

    def abandon(self) -> None:
        """End the process at once, also from another thread and while a call waits for it; that one fails then."""
        process = self._process
        if process is not None:
            process.kill()

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.close()

    def _understand(self, text: str) -> str:
        """The letters of an order, of instructions or of steps as the text says."""
        letters, version = parse_order(text)
        if version is not None and version != self.interpreter.minor:
            own = self.interpreter.version
            raise OrderError(f"This order counts single instructions of Python {version}, and this is Python {own}.")
        if letters:
            self._raw = version is not None
        return letters

    def _try_all(self) -> Iterator[Explored]:
        steps = int(self._ask(do="explore")["steps"])
        finals: dict[str, int] = {}
        yield Explored(self._listing, self._rounds, steps)
        over = False
        while not over:
            answer = self._ask(do="more", for_s=_TURN_S)
            finals.update({str(order): int(value) for order, value in answer["orders"]})
            over = bool(answer["over"])
            yield Explored(self._listing, self._rounds, steps, finals, int(answer["impossible"]), over)

    def _replay(self, letters: str) -> State:
        if self._process is None:
            self._process = StepProcess(self._path, self._patience_s)
        lock = LOCK if self._listing.locked else None
        place = {"source": self._listing.source(self._rounds), "function": FUNCTION, "shared": SHARED, "lock": lock}
        self._take(self._ask(do="begin", **place, raw=self._raw, order=letters), ())
        return self.state

    def _take(self, answer: Mapping[str, Any], before: tuple[Step, ...]) -> None:
        assert self._process is not None
        steps = (*before, *(Step(**step) for step in answer["steps"]))
        self.state = State(
            self._listing,
            self._rounds,
            self._raw,
            self._process.interpreter,
            thread_states(answer["threads"], steps),
            steps,
            int(answer["shared"]),
            answer["holder"],
            str(answer.get("why", "")),
        )

    def _ask(self, **command: object) -> dict[str, Any]:
        assert self._process is not None
        try:
            return self._process.ask(**command)
        except StepperError:
            self._process = None
            raise


_GONE = "The threads are gone; Reset starts new ones."


def _cannot(place: int, why: str) -> str:
    return f"Letter {place} of the order cannot be followed: {why}"
