"""Set-up from a bare clone; standard library only, because nothing else is there yet."""


class SetupError(Exception):
    """Set-up cannot go on; the message is one clear sentence with the way out."""
