"""The timeline: lanes of what every thread did, live and at rest."""
