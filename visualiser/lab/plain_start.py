"""What Python starts in place of a script that is to run rewritten: makes it the main module, and runs it as it is.

The host puts a copy of this file into the run directory and starts that. A lab that gets a rewritten script compiled
puts the code over the copy before Python opens it; where it cannot, this runs the script's own text, or tells its
syntax error.
"""

import os
import sys

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from types import CodeType


def take_place(script: str, start: str) -> None:
    """Let the main module, which Python started from the file ``start``, be as though ``script`` had been started."""
    from importlib.machinery import SourceFileLoader

    main = sys.modules["__main__"]
    main.__file__ = absolute(script)
    main.__loader__ = SourceFileLoader("__main__", main.__file__)
    sys.argv[:1] = [script]
    sys.orig_argv[:] = [script if word == start else word for word in sys.orig_argv]
    if sys.path and os.path.realpath(sys.path[0]) == os.path.dirname(os.path.realpath(start)):  # else: python -P
        sys.path[0] = os.path.dirname(os.path.realpath(script))


def absolute(script: str) -> str:
    """Return the path of the script as Python makes it absolute."""
    return script if os.path.isabs(script) else os.path.join(os.getcwd(), script)


def _code(script: str) -> "CodeType":
    """Compile it, or end as Python ends where it cannot."""
    try:
        with open(script, "rb") as file:
            return compile(file.read(), absolute(script), "exec", dont_inherit=True)
    except Exception as error:
        sys.excepthook(type(error), error.with_traceback(None), None)
        raise SystemExit(1) from None


def _main() -> "CodeType":
    script = os.environ["VISUALISER_SCRIPT"]
    take_place(script, sys.argv[0])
    code = _code(script)
    variables = vars(sys.modules["__main__"])
    for name in [name for name in variables if not name.startswith("__")]:
        del variables[name]
    variables["__doc__"] = None
    return code


if __name__ == "__main__":
    exec(_main())
