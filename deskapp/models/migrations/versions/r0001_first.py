"""The first schema."""

from alembic import op

from deskapp.models.tables import FULL_TEXT, metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    metadata.create_all(op.get_bind())
    for statement in FULL_TEXT:
        op.execute(statement)
