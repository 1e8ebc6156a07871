"""What happened: pure data. No Qt, no threads, no clock."""
