"""Desks for trying things out: a demo, and one large enough to measure."""
