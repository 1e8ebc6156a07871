"""Measuring in the timeline: a range of time, two markers, bookmarks, and the panels that tell of them."""
