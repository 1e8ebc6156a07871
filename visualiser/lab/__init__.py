"""What runs inside the observed process. Standard library only, CPython 3.10 and newer."""
