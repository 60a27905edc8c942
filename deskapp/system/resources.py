"""Where the files that come with the app are: icons, sounds, translations."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def resource(*parts: str) -> Path:
    """The path of a file or folder under ``resources/``; it is not checked to exist.

    Works in a checkout (``resources/`` beside the package), in an installed wheel and in the
    frozen app (``resources/`` inside the package). ``parts`` are names written in the program,
    never names that came from outside.
    """
    inside = _PACKAGE / "resources"
    return (inside if inside.is_dir() else _PACKAGE.parent / "resources").joinpath(*parts)
