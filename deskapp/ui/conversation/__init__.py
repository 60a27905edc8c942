"""The middle of the window: who wrote what, and the composer under it."""
