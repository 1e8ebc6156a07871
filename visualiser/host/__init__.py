"""What runs outside the observed process: start, collect, sample, stop. No Qt."""
