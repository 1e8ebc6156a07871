"""The account of a race: what a recorded run lost, write by write, and which write destroyed it."""
