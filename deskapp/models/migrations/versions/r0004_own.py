"""What is a person's own: second factors, open invitations, settings of one's own; SQL beside this file."""

from deskapp.models.migrations import run_script

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    run_script(__file__)
