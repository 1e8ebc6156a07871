"""Shows a finished run once more, at any speed, and holds the picture of one that goes on."""
