"""Work that takes a while: off the GUI thread, with its progress on show and a way to cancel it."""
