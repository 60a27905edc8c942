"""Tickets of a department, and notifications of a ticket, are found by an index; SQL beside this file."""

from deskapp.models.migrations import run_script

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    run_script(__file__)
