"""Languages that customers write in, each by its own name."""

NATIVE_NAMES = {
    "es": "Español",
    "en": "English",
    "pt": "Português",
    "fr": "Français",
    "de": "Deutsch",
    "it": "Italiano",
    "nl": "Nederlands",
    "ca": "Català",
    "gl": "Galego",
    "eu": "Euskara",
}


def native_name(code: str) -> str:
    """A language by its own name; the code itself for one that is not on the list."""
    return NATIVE_NAMES.get(code, code)
