"""The GIL duel: one script under two interpreters, one below the other on one time scale."""
