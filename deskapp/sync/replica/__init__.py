"""A colleague's machine: what it knows of the desk, and what it has yet to tell the host."""
