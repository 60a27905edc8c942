"""What the command line says and how it exits: one plain sentence for each thing that can go wrong."""

import errno
from collections.abc import Mapping
from enum import IntEnum

from deskapp.system.errors import KnownError


class Exit(IntEnum):
    """Exit codes. Scripts may rely on them; the help of every command lists them."""

    OK = 0
    FAILED = 1
    USAGE = 2
    IN_USE = 3
    NEWER = 4
    NOT_FOUND = 5
    DAMAGED = 6
    SECRETS = 7
    NO_DISPLAY = 8
    NO_SPACE = 9
    CANCELLED = 130


MEANINGS: Mapping[Exit, str] = {
    Exit.OK: "done",
    Exit.FAILED: "failed; the sentence on standard error says why",
    Exit.USAGE: "the command line could not be understood",
    Exit.IN_USE: "another process has this desk open and cannot do it",
    Exit.NEWER: "the desk or backup was written by a newer deskapp",
    Exit.NOT_FOUND: "a file, folder or desk is not there",
    Exit.DAMAGED: "a desk or backup is damaged",
    Exit.SECRETS: "keyring, key or passphrase: the secrets cannot be opened",
    Exit.NO_DISPLAY: "there is no screen to show a window on",
    Exit.NO_SPACE: "the disk is full",
    Exit.CANCELLED: "cancelled; nothing was left half done",
}

SENTENCES: Mapping[str, tuple[Exit, str]] = {
    "cancelled": (Exit.CANCELLED, "Cancelled; nothing was left half done."),
    "desk_in_use": (
        Exit.IN_USE,
        "This desk is open in another process (number {pid}) that did not answer; "
        "close it and try again.",
    ),
    "desk_busy": (
        Exit.IN_USE,
        "This desk is open in another process (number {pid}); close it and try again.",
    ),
    "no_window": (
        Exit.IN_USE,
        "A command is at work on this desk (process {pid}); try again when it has ended.",
    ),
    "desk_closing": (Exit.IN_USE, "The desk is being closed; try again in a moment."),
    "not_offered": (
        Exit.IN_USE,
        "The deskapp that has this desk open does not know '{name}'; close it and try again.",
    ),
    "control_refused": (
        Exit.IN_USE,
        "The process that has this desk open could not be trusted; close it and try again.",
    ),
    "control_lost": (Exit.FAILED, "The process that has this desk open went away meanwhile."),
    "remote_failure": (
        Exit.FAILED,
        "It failed in the process that has this desk open; details are in that desk's log.",
    ),
    "desk_newer": (
        Exit.NEWER,
        "This desk was written by a newer deskapp (schema {revision}); update deskapp to open it.",
    ),
    "backup_newer": (
        Exit.NEWER,
        "This backup was made by a newer deskapp ({version}); update deskapp to restore it.",
    ),
    "secrets_newer": (Exit.NEWER, "The secrets were written by a newer deskapp; update deskapp."),
    "team_port": (Exit.FAILED, "The team's server could not be started: {why}."),
    "agent_missing": (Exit.NOT_FOUND, "Nobody here is called {name}."),
    "database_unknown": (
        Exit.USAGE,
        "{database} is neither the desk.sqlite of a desk nor postgresql://USER@HOST/NAME; "
        "those can be served.",
    ),
    "database_password": (
        Exit.USAGE,
        "A password may not stand in the database's address: everybody on this machine could read it. "
        "Put it into ~/.pgpass or a service file.",
    ),
    "database_other": (
        Exit.FAILED,
        "{path} holds a desk that is kept elsewhere; name another folder with --profile, "
        "or move its rows with 'deskapp move-database'.",
    ),
    "database_not_empty": (
        Exit.FAILED,
        "Another desk is in that database; make an empty one for this desk.",
    ),
    "move_differs": (
        Exit.DAMAGED,
        "The copy differs from the desk in the table '{table}'; the desk stays where it was.",
    ),
    "desk_on_server": (
        Exit.FAILED,
        "The rows of the desk in {path} are in a database on a server; restore into another folder.",
    ),
    "server_unreachable": (
        Exit.FAILED,
        "The database's server cannot be reached: {reason}. Check that it runs, and its address.",
    ),
    "server_refused": (
        Exit.SECRETS,
        "The database's server does not let this user in: {reason}. "
        "The password is taken from ~/.pgpass or a service file that nobody else may read.",
    ),
    "server_no_database": (
        Exit.NOT_FOUND,
        "The server has no such database: {reason}. Make one with 'createdb'.",
    ),
    "server_no_right": (
        Exit.FAILED,
        "The database's user may not do that: {reason}. It has to own the database.",
    ),
    "server_old": (
        Exit.FAILED,
        "The server runs PostgreSQL {version}; deskapp needs 14 or newer.",
    ),
    "desk_missing": (Exit.NOT_FOUND, "There is no desk in {path}."),
    "file_missing": (Exit.NOT_FOUND, "{path} is not there."),
    "no_mail_found": (Exit.NOT_FOUND, "No mail was found in {path}."),
    "unknown_account": (
        Exit.NOT_FOUND,
        "This desk has no account {address}; its accounts are listed in Settings.",
    ),
    "file_exists": (Exit.FAILED, "{path} is there already; choose another name."),
    "folder_not_empty": (Exit.FAILED, "{path} is not empty; choose another folder."),
    "target_inside_desk": (
        Exit.FAILED,
        "{path} is inside the desk's own folder; choose a place outside it.",
    ),
    "no_permission": (Exit.FAILED, "{path} cannot be read or written: {reason}."),
    "not_a_demo": (
        Exit.FAILED,
        "{path} holds something other than a demo desk; choose an empty folder with --profile.",
    ),
    "tour_failed": (Exit.FAILED, "The tour stopped: {step}."),
    "profile_not_folder": (Exit.FAILED, "{path} is not a folder."),
    "profile_unusable": (Exit.FAILED, "The desk's folder {path} cannot be used: {reason}."),
    "desk_damaged": (
        Exit.DAMAGED,
        "The desk's database is damaged: {reason}. Restore a backup; "
        "the damaged desk is kept aside.",
    ),
    "backup_damaged": (Exit.DAMAGED, "{path} is damaged or no backup of deskapp: {reason}."),
    "backup_not_verified": (
        Exit.DAMAGED,
        "The backup that was written could not be read back: {reason}. It was removed.",
    ),
    "blob_damaged": (Exit.DAMAGED, "A stored file is missing or damaged: {sha256}."),
    "secrets_key_missing": (
        Exit.SECRETS,
        "The keyring no longer holds the key of this desk's secrets. Bring them back from a backup "
        "with 'deskapp secrets recover', or begin anew with 'deskapp secrets new'.",
    ),
    "secrets_key_wrong": (
        Exit.SECRETS,
        "The keyring's key does not open this desk's secrets. Bring them back from a backup "
        "with 'deskapp secrets recover', or begin anew with 'deskapp secrets new'.",
    ),
    "secrets_damaged": (
        Exit.SECRETS,
        "The desk's secrets are damaged. Bring them back from a backup with "
        "'deskapp secrets recover', or begin anew with 'deskapp secrets new'.",
    ),
    "backup_without_passphrase": (
        Exit.SECRETS,
        "{path} holds no secrets under a passphrase; name a backup that was made with one.",
    ),
    "keyring_missing": (
        Exit.SECRETS,
        "No keyring is running to keep the desk's key. Start one (GNOME Keyring, KWallet), "
        "or name a key file with --key-file.",
    ),
    "keyring_locked": (Exit.SECRETS, "The keyring is locked; unlock it and try again."),
    "key_file_unsafe": (
        Exit.SECRETS,
        "Others may read the key file {path}; make it private (chmod 600).",
    ),
    "key_file_damaged": (Exit.SECRETS, "The key file {path} cannot be read as one."),
    "key_file_unwritable": (Exit.SECRETS, "The key file {path} cannot be written."),
    "passphrase_wrong": (Exit.SECRETS, "The passphrase is wrong."),
    "passphrase_empty": (Exit.SECRETS, "A passphrase may not be empty."),
    "no_display": (
        Exit.NO_DISPLAY,
        "There is no screen to show the window on (neither DISPLAY nor WAYLAND_DISPLAY is set).",
    ),
    "desk_elsewhere": (
        Exit.FAILED,
        "This machine works at a team's desk; do this on the machine that has the desk.",
    ),
    "desk_here": (
        Exit.FAILED,
        "{path} holds a desk of its own; name another folder for the team's with --profile.",
    ),
    "unreachable": (
        Exit.FAILED,
        "The team's desk cannot be reached; check the address, and that the desk is being shared.",
    ),
    "certificate_changed": (
        Exit.FAILED,
        "Another computer answers in the desk's place; nothing was said to it. "
        "Ask whoever invited you for a new link.",
    ),
    "version": (
        Exit.NEWER,
        "This deskapp and the team's do not understand each other; update the older one.",
    ),
    "pair_refused": (
        Exit.FAILED,
        "The team's desk does not know this invitation; check it, or ask for a new one.",
    ),
    "pair_expired": (
        Exit.FAILED,
        "The invitation is too old or was used already; ask for a new one.",
    ),
    "password_wrong": (
        Exit.SECRETS,
        "The team's desk asks for this agent's password, and this is not it.",
    ),
    "totp_needed": (
        Exit.SECRETS,
        "The team's desk asks for the code that this agent's app shows; name it with --totp.",
    ),
    "totp_wrong": (
        Exit.SECRETS,
        "This code is not good, or was used already; wait for the next one.",
    ),
    "team_not_shared": (
        Exit.FAILED,
        "This desk is not shared now; share it in Settings, or run `deskapp serve`.",
    ),
    "rate_limited": (Exit.FAILED, "Too many tries; wait some minutes and ask for a new code."),
    "agent_disabled": (Exit.FAILED, "This agent may no longer work at the team's desk."),
    "address_invalid": (
        Exit.USAGE,
        "This is no address; write it as you were told, such as 192.168.1.20:8791.",
    ),
    "link_invalid": (
        Exit.USAGE,
        "This link is not complete; copy all of it, from deskapp: to its end.",
    ),
    "code_invalid": (Exit.USAGE, "A code has six digits; name it with --code."),
    "team_other_agent": (
        Exit.FAILED,
        "{path} belongs to another agent of a team's desk; name another folder with --profile.",
    ),
    "team_file_damaged": (
        Exit.DAMAGED,
        "{path} is damaged; ask for a new invitation and join the team again.",
    ),
    "disk_full": (Exit.NO_SPACE, "The disk is full; make room and try again."),
    "disk_failed": (
        Exit.FAILED,
        "The disk failed while something was written, and nothing more was accepted. Have the disk "
        "looked at, then start again: the desk is checked first. What was done last may be there.",
    ),
    "self_test_failed": (Exit.FAILED, "The self-test failed: {count} of its checks."),
    "checks_failed": (Exit.FAILED, "{count} checks failed."),
    "bug": (Exit.FAILED, "Something went wrong inside deskapp. Details are in {path}."),
}


def as_known(error: BaseException) -> KnownError | None:
    """`error` as something that can be said plainly; None for a bug."""
    if isinstance(error, KnownError):
        return error
    if isinstance(error, KeyboardInterrupt):
        return KnownError("cancelled")
    if isinstance(error, OSError):
        return _of_system(error)
    if type(error).__name__ == "TooOld":  # of models.postgres, likewise
        return KnownError("server_old", version=str(getattr(error, "version", "")))
    if type(error).__name__ == "NewerDesk":  # of models.schema, which is not imported for this
        return KnownError("desk_newer", revision=str(getattr(error, "revision", "")))
    if type(error).__name__ == "StorageProblem":  # of models.disk
        return KnownError(str(getattr(error, "code", "")))
    return _of_database(error)


def sentence(error: KnownError) -> tuple[Exit, str]:
    """How to exit, and what to say. A code without a sentence is told by its name."""
    code, text = SENTENCES.get(error.code, (Exit.FAILED, f"It failed: {error.code}."))
    return code, text.format_map(_Blank(error.params))


class _Blank(dict[str, str | int]):
    def __missing__(self, key: str) -> str:
        return "?"


def _of_system(error: OSError) -> KnownError | None:
    path = str(error.filename or "")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return KnownError("disk_full")
    if not path:
        return None
    if isinstance(error, FileNotFoundError):
        return KnownError("file_missing", path=path)
    if isinstance(error, FileExistsError):
        return KnownError("file_exists", path=path)
    if isinstance(error, PermissionError | IsADirectoryError | NotADirectoryError):
        return KnownError("no_permission", path=path, reason=(error.strerror or "").lower())
    return None


def _of_database(error: BaseException) -> KnownError | None:
    """The driver's errors are told apart by name: there are two drivers, and SQLAlchemy's wrap."""
    original = getattr(error, "orig", error)
    if type(original).__module__.partition(".")[0] == "psycopg":
        return _of_server(original)
    if "sqlite" not in type(original).__module__:
        return None
    if type(original).__name__ not in {"DatabaseError", "OperationalError"}:
        return None
    from deskapp.models.disk import problem_of

    trouble = problem_of(original)
    if trouble:
        return KnownError(trouble)
    said = str(original)
    if "malformed" in said or "not a database" in said or "corrupt" in said:
        return KnownError("desk_damaged", reason=said)
    if "disk is full" in said:
        return KnownError("disk_full")
    return None


def _of_server(error: BaseException) -> KnownError | None:
    """What libpq or the server said; it never names a password."""
    said = " ".join(str(error).split())
    reason = said.rpartition("FATAL: ")[2].partition(" Is the server")[0].strip().rstrip(".")[:300]
    if any(words in said for words in ("password", "authentication", "pg_hba.conf", "role ")):
        return KnownError("server_refused", reason=reason)
    if "database " in said and "does not exist" in said:
        return KnownError("server_no_database", reason=reason)
    if "permission denied" in said or "must be owner" in said:
        return KnownError("server_no_right", reason=reason)
    if type(error).__name__ in {"OperationalError", "ConnectionTimeout", "AdminShutdown"}:
        return KnownError("server_unreachable", reason=reason)
    return None
