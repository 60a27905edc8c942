"""Revisions of the schema, each as frozen SQL beside its module: one file for each kind of database.

PostgreSQL begins with 0003: whatever has no file for it has nothing to do there.
"""

from pathlib import Path

from alembic import op

_SUFFIXES = {"sqlite": ".sql", "postgresql": ".postgresql.sql"}


def run_script(module: str) -> None:
    """Run the statements of the `.sql` file that stands beside `module` (a `__file__`)."""
    connection = op.get_bind()
    script = Path(module).with_suffix(_SUFFIXES[connection.dialect.name])
    if not script.exists():
        return
    for statement in script.read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            connection.exec_driver_sql(statement)
