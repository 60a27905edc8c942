"""Visitors and their chats, as SQL beside this file."""

from deskapp.models.migrations import run_script

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    run_script(__file__)
