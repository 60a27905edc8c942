"""Bringing a desk's database to this program's schema.

A copy is made before any migration. A file that a newer program wrote is refused, untouched.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, inspect, text

HEAD = "0005"
REVISIONS = ("0001", "0002", "0003", "0004", "0005")
UPGRADE_LOCK = 0x6465736B
"""Held on a server by the process that migrates."""


class NewerDesk(Exception):
    """The file was written by a newer deskapp. `revision` is what it carries."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"this desk was written by a newer deskapp (schema {revision}; this one knows {HEAD})"
        )
        self.revision = revision


def revision_of(engine: Engine) -> str | None:
    """The schema revision of a database; None for an empty one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(engine: Engine, path: Path, on_copy: Callable[[Path], None] | None = None) -> bool:
    """Migrate to HEAD. Returns whether anything ran. Raises `NewerDesk`.

    The copy stands beside the file as `desk.before-<revision>.sqlite` and is told to `on_copy`.
    """
    found = revision_of(engine)
    if found == HEAD:
        return False
    if found is not None and found not in REVISIONS:
        raise NewerDesk(found)
    if found is not None:
        copy = path.with_name(f"{path.stem}.before-{HEAD}{path.suffix}")
        _copy(engine, copy)
        if on_copy:
            on_copy(copy)
    _run(engine)
    return True


def upgrade_shared(engine: Engine) -> bool:
    """As `upgrade`, on a server: each revision is one transaction there, and its copies are its keeper's."""
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": UPGRADE_LOCK})
        connection.commit()
        try:
            found = revision_of(engine)
            if found == HEAD:
                return False
            if found is not None and found not in REVISIONS:
                raise NewerDesk(found)
            _run(engine)
            return True
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": UPGRADE_LOCK})
            connection.commit()


def _copy(engine: Engine, target: Path) -> None:
    partial = target.with_suffix(".part")
    partial.unlink(missing_ok=True)
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.rollback()
        raw.execute("VACUUM INTO ?", (str(partial),))
    shutil.move(partial, target)


def _run(engine: Engine) -> None:
    from alembic import command  # 0.3–0.6 s to import: only when there is something to migrate
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
