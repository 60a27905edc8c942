"""`secrets recover BACKUP` and `secrets new`: the way back in when the keyring lost the desk's key."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from deskapp.app.archive import sealed_secrets
from deskapp.app.task import Task

if TYPE_CHECKING:
    from deskapp.app.bootstrap import Desk
    from deskapp.app.control import Params

_log = logging.getLogger(__name__)


def run(desk: "Desk", params: "Params", task: Task) -> Mapping[str, object]:
    """Bring the secrets back from the backup `params["backup"]` by `params["passphrase"]`; without
    a backup begin an empty store. What was there is kept aside.

    Returns secrets: how many there are now. KnownError: passphrase_wrong, passphrase_empty,
    backup_without_passphrase, backup_damaged, and those of the keyring; nothing has changed then.
    """
    task.check()
    backup = str(params.get("backup") or "")
    if backup:
        found = desk.secrets.recover(sealed_secrets(Path(backup)), str(params["passphrase"]))
    else:
        desk.secrets.start_new()
        found = 0
    _log.info("the secrets were %s", "recovered" if backup else "begun anew")
    return {"secrets": found}
