"""The authority: the one writer of a desk, its readers, and the effects that follow a commit."""
