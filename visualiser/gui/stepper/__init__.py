"""The stepper's window: two threads of the race, and whoever lectures says whose turn it is."""
