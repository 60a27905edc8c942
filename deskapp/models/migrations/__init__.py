"""Revisions of the schema, each as frozen SQL beside its module."""

from pathlib import Path

from alembic import op


def run_script(module: str) -> None:
    """Run the statements of the `.sql` file that stands beside `module` (a `__file__`)."""
    script = Path(module).with_suffix(".sql").read_text(encoding="utf-8")
    for statement in script.split(";\n"):
        if statement.strip():
            op.get_bind().exec_driver_sql(statement)
