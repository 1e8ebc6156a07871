"""Lets the script run from a rewritten tree and yet be what Python started: its own file, as ``__main__``.

Python reads a script in C, where nothing can get in between. But a file that begins with the magic number of compiled
code is run as such whatever it is called. So the host starts a file of the run directory instead, and the lab, which is
there before Python opens that file, puts the script's rewritten code into it. No frame of ours lies under the script's,
and its end is the interpreter's own affair. Children that import the script as ``__mp_main__`` get it from ``runpy``.
"""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import functools
import io
import os
from importlib import import_module
from types import CodeType

from .hooks import hook_imports
from .lab import Lab
from .layout import EXTRA_BEATS, EXTRA_VERSIONS, SCRIPT_VARIABLE, START_NAME
from .plain_start import absolute

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    import ast
    from collections.abc import Callable
    from typing import Any

    Rewriter = Callable[[ast.Module], ast.Module]

# What is wanted → the module whose ``rewriter(lab)`` returns a function from tree to tree, in the order in which they
# are applied. It is called once in every process that runs the script's file, and may put into ``builtins`` what the
# rewritten script calls. The function may change the tree it gets, and leaves the line numbers as they are.
_REWRITERS = {EXTRA_VERSIONS: "versions", EXTRA_BEATS: "beats"}
_HEADER_BYTES = 16  # bytes of the header of compiled code


def rewrite_script(lab: Lab, root: bool) -> None:
    """Run the script rewritten if that is wanted: in the ``root`` process, and where it is imported as main."""
    script = os.environ.get(SCRIPT_VARIABLE)
    if script is None or lab.extras.isdisjoint(_REWRITERS):
        return
    source = Source(lab, absolute(script))
    if root:
        _put_start(source, script, os.path.join(lab.run_dir, START_NAME))
    hook_imports({"runpy": functools.partial(_hook_runpy, source)})


class Source:
    """The script's file and what it is rewritten by."""

    def __init__(self, lab: Lab, file: str) -> None:
        self.file = file
        self._lab = lab
        self._wanted = [extra for extra in _REWRITERS if extra in lab.extras]
        self._rewriters: dict[str, Rewriter] = {}

    def code(self, opening: str = "") -> CodeType:
        """Compile the rewritten script; raises what Python raises for one that cannot be read or compiled.

        ``opening``: statements to be run first of all.
        """
        with io.open_code(self.file) as file:
            text = file.read()
        try:
            return self._compile(text, opening)
        except Exception as error:
            self._wanted.clear()
            code = self._compile(text, opening)  # a script that Python refuses stays refused
            self.tell(f"The script runs as it is: {error!r}")
            return code

    def _compile(self, text: bytes, opening: str) -> CodeType:
        tree = _opened(self._tree(text), opening)
        return compile(tree, self.file, "exec", dont_inherit=True)

    def _tree(self, text: bytes) -> ast.Module:
        tree = self._parse(text)
        for extra in self._wanted:
            try:
                tree = self._rewriter(extra)(tree)
            except Exception as error:
                self.tell(f"The script runs without {extra}: {error!r}")
                self._wanted.remove(extra)
                return self._tree(text)  # anew, for this tree may be half rewritten
        return tree

    def _parse(self, text: bytes) -> ast.Module:
        import ast

        return compile(text, self.file, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)  # type: ignore[return-value]

    def _rewriter(self, extra: str) -> Rewriter:
        if extra not in self._rewriters:
            module = import_module(f".{_REWRITERS[extra]}", __package__)
            self._rewriters[extra] = module.rewriter(self._lab)
        return self._rewriters[extra]

    def tell(self, text: str) -> None:
        """Let the user know."""
        self._lab.story.tell("note", text=text)


def place_of_first(body: list[ast.stmt]) -> int:
    """Return where statements go that come first of all: behind a docstring and what is taken ``from __future__``."""
    import ast

    first = body[0] if body else None
    documented = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and type(first.value.value) is str
    )
    place = 1 if documented else 0
    while place < len(body) and getattr(body[place], "module", "") == "__future__":
        place += 1
    return place


def _opened(tree: ast.Module, opening: str) -> ast.Module:
    import ast

    place = place_of_first(tree.body)
    tree.body[place:place] = ast.parse(opening).body
    return tree


def _put_start(source: Source, script: str, start: str) -> None:
    """Put the rewritten script where Python is going to look; where that fails, the host's plain start lies there."""
    module = __name__.replace("rewriting", "plain_start")
    opening = f"__import__({module!r}, fromlist=['']).take_place({script!r}, {start!r})"
    try:
        content = _as_file(source.code(opening))
        with open(start + ".new", "wb") as file:
            file.write(content)
        os.replace(start + ".new", start)
    except SyntaxError:
        return  # the plain start meets it as well, and tells it as Python would
    except Exception as error:
        source.tell(f"The script runs as it is: {error!r}")


def _as_file(code: CodeType) -> bytes:
    import marshal
    from importlib.util import MAGIC_NUMBER

    return MAGIC_NUMBER.ljust(_HEADER_BYTES, b"\0") + marshal.dumps(code)


def _hook_runpy(source: Source, runpy: Any) -> None:
    """Let children that import the main module by its path, and whoever else runs the file, get the rewritten code."""
    read = runpy._get_code_from_file

    @functools.wraps(read)
    def read_rewritten(*args: Any) -> Any:
        found = read(*args)  # the code, up to 3.11 together with the file's name
        # The file comes with the name it runs under before it, up to 3.11, or behind it, from 3.15 on.
        if source.file not in map(os.path.abspath, args):
            return found
        code = source.code()
        return (code, *found[1:]) if isinstance(found, tuple) else code

    runpy._get_code_from_file = read_rewritten
