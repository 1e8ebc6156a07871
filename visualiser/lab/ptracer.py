"""Lets the host look into the memory of this process where Linux would let its ancestors alone do so."""

from __future__ import annotations

_SCOPE = "/proc/sys/kernel/yama/ptrace_scope"
_DESCENDANTS_ONLY = "1"
_PR_SET_PTRACER = 0x59616D61


def let_the_host_look(pid: int) -> None:
    """Permit process ``pid`` and its descendants to look into this one; a permission does not outlive a fork.

    The sampler is a child of the host and thus no ancestor of the script. Ubuntu ships the setting that needs this.
    """
    if not pid or not _is_needed():
        return
    try:
        import ctypes  # ten milliseconds, paid where it is needed alone

        ctypes.CDLL(None).prctl(_PR_SET_PTRACER, ctypes.c_ulong(pid), 0, 0, 0)
    except (ImportError, OSError, AttributeError):
        return  # then the sampler is refused, and says so


def _is_needed() -> bool:
    try:
        with open(_SCOPE) as file:
            return file.read().strip() == _DESCENDANTS_ONLY
    except OSError:
        return False
