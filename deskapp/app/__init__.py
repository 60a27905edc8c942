"""The composition root: entry points, and what is built from which parts."""
