"""Every read of the desk, as frozen dataclasses. Their SQL is in core.readers."""
