"""A team: roles, departments, access, devices, rooms, and a counter for each scope; SQL beside this file."""

from deskapp.models.migrations import run_script

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    run_script(__file__)
