"""The scenarios: plain scripts, in the article's order."""
