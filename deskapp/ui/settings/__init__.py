"""Settings: one page a subject, found by searching. `Preferences` is what the window reads."""

from deskapp.ui.settings.preferences import Preferences

__all__ = ["Preferences"]
