"""A colleague's machine: how it reaches its host, and when."""
