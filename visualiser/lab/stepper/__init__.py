"""The stepper's program: two threads run one listing, stopped before every instruction until someone says go."""
