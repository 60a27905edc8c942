"""How a desk's window shall look before it is opened: what a person chose in Settings."""

import json

from deskapp.system.paths import Profile


def choose_looks(profile: Profile, language: str, theme: str = "light") -> Profile:
    """Choose language and colours for the window of `profile`; returns `profile`."""
    profile.create()
    chosen = {"appearance.language": language, "appearance.theme": theme}
    profile.ui_state.write_text(json.dumps(chosen), "utf-8")
    return profile
