"""From codes to sentences: what the desk, the mail channel and the jobs answer, in plain words.

Every sentence says what happened and what to do. `{name}` in a sentence stands for a parameter that
came with the code; it is put in as it is and never read again.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Mapping

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from deskapp.core.api import Rejection
from deskapp.core.ports import TestStep

REJECTIONS: dict[str, object] = {
    # mailboxes
    "address_invalid": QT_TRANSLATE_NOOP(
        "Messages", "“{value}” is no mail address. Write it as name@example.com."
    ),
    "address_taken": QT_TRANSLATE_NOOP(
        "Messages", "{value} is already connected. Open it in the list to change it."
    ),
    "unknown_account": QT_TRANSLATE_NOOP(
        "Messages", "The mailbox of this ticket is no longer connected. Choose another sender."
    ),
    "no_account": QT_TRANSLATE_NOOP(
        "Messages", "No mailbox is connected yet. Connect one in Settings, Channels."
    ),
    # messages
    "no_recipient": QT_TRANSLATE_NOOP("Messages", "Nobody would get this. Add a recipient."),
    "already_sent": QT_TRANSLATE_NOOP(
        "Messages", "Too late to undo: it has been sent. Your text is in the conversation."
    ),
    "body_empty": QT_TRANSLATE_NOOP("Messages", "There is nothing written yet. Write something."),
    "header_invalid": QT_TRANSLATE_NOOP(
        "Messages", "A line break does not belong in “{value}”. Take it out."
    ),
    "effect_not_failed": QT_TRANSLATE_NOOP(
        "Messages", "There is nothing to retry: it did not fail."
    ),
    "effect_not_waiting": QT_TRANSLATE_NOOP(
        "Messages", "It is on its way already and cannot be changed any more."
    ),
    "split_only_inbound": QT_TRANSLATE_NOOP(
        "Messages", "Only what a customer wrote can become a ticket of its own."
    ),
    "raw_not_stored": QT_TRANSLATE_NOOP(
        "Messages", "The original of this mail is missing. Fetch the mail again."
    ),
    # tickets
    "subject_empty": QT_TRANSLATE_NOOP("Messages", "Give the ticket a subject."),
    "ticket_deleted": QT_TRANSLATE_NOOP(
        "Messages", "This ticket is in the trash. Restore it first."
    ),
    "merge_into_itself": QT_TRANSLATE_NOOP(
        "Messages", "These are one already. Choose another one to merge with."
    ),
    "snooze_in_past": QT_TRANSLATE_NOOP("Messages", "That time has passed. Choose a later one."),
    "snooze_not_active": QT_TRANSLATE_NOOP(
        "Messages", "Ticket {number} is solved. Open it again before you snooze it."
    ),
    "tag_invalid": QT_TRANSLATE_NOOP(
        "Messages", "“{tag}” cannot be a tag. Use a short name on one line."
    ),
    "tag_taken": QT_TRANSLATE_NOOP("Messages", "There is already a tag “{tag}”. Use another name."),
    "rating_invalid": QT_TRANSLATE_NOOP(
        "Messages", "{score} is not on a scale from 1 to {scale}. Choose another number."
    ),
    # chats
    "not_a_chat": QT_TRANSLATE_NOOP("Messages", "This ticket is no chat."),
    "chat_ended": QT_TRANSLATE_NOOP(
        "Messages", "The chat has ended: nobody would see it there. Answer by mail."
    ),
    "chat_taken": QT_TRANSLATE_NOOP("Messages", "{name} has taken this chat."),
    "no_claim": QT_TRANSLATE_NOOP("Messages", "The visitor has given no mail address."),
    "not_answered": QT_TRANSLATE_NOOP(
        "Messages", "Answer first: a transcript is sent once somebody here has spoken."
    ),
    "transcript_limit": QT_TRANSLATE_NOOP(
        "Messages", "This address has had enough automatic mail for now. Try again in an hour."
    ),
    "visitor_blocked": QT_TRANSLATE_NOOP("Messages", "This visitor is blocked."),
    "box_closed": QT_TRANSLATE_NOOP("Messages", "This chat box is switched off."),
    "body_too_long": QT_TRANSLATE_NOOP(
        "Messages", "A chat message has at most {most} characters. Shorten it or send it by mail."
    ),
    "origin_invalid": QT_TRANSLATE_NOOP(
        "Messages", "“{value}” is no website. Write it as https://www.example.com."
    ),
    # contacts
    "name_empty": QT_TRANSLATE_NOOP("Messages", "A name is missing. Write one."),
    "point_invalid": QT_TRANSLATE_NOOP(
        "Messages",
        "“{value}” is not complete. Write mail addresses as name@example.com, and phones with"
        " their country, such as +34 611 20 48 77.",
    ),
    "point_taken": QT_TRANSLATE_NOOP(
        "Messages",
        "{value} belongs to {name}. If they are the same person, merge the two.",
    ),
    "value_invalid": QT_TRANSLATE_NOOP("Messages", "This value does not fit the field."),
    "field_not_found": QT_TRANSLATE_NOOP("Messages", "This field has been removed from the desk."),
    "block_invalid": QT_TRANSLATE_NOOP(
        "Messages", "Write a whole mail address, or a domain such as example.com."
    ),
    # the desk
    "unknown_setting": QT_TRANSLATE_NOOP("Messages", "This desk does not know that setting."),
    "setting_invalid": QT_TRANSLATE_NOOP(
        "Messages", "This value is not allowed here. The one before stays."
    ),
    "condition_invalid": QT_TRANSLATE_NOOP(
        "Messages", "One condition is not complete. Complete it or take it out."
    ),
    "label_empty": QT_TRANSLATE_NOOP("Messages", "The field needs a name."),
    "key_taken": QT_TRANSLATE_NOOP(
        "Messages", "There is a field of that name already. Choose another name."
    ),
    "options_missing": QT_TRANSLATE_NOOP(
        "Messages", "A field with choices needs at least one choice. Write one a line."
    ),
    # canned replies
    "title_empty": QT_TRANSLATE_NOOP("Messages", "The reply needs a title."),
    "shortcut_invalid": QT_TRANSLATE_NOOP(
        "Messages", "Use only letters, digits, - and _ in the shortcut, and begin with a letter."
    ),
    "shortcut_taken": QT_TRANSLATE_NOOP(
        "Messages", "Another reply has the shortcut /{shortcut}. Choose a different one."
    ),
    "syntax": QT_TRANSLATE_NOOP(
        "Messages", "A placeholder is not closed or not understood: {detail}"
    ),
    "unknown_placeholder": QT_TRANSLATE_NOOP(
        "Messages", "“{detail}” is no placeholder. Choose one from the list."
    ),
    "too_complex": QT_TRANSLATE_NOOP(
        "Messages", "This reply has too many placeholders or conditions. Make it simpler."
    ),
    "too_long": QT_TRANSLATE_NOOP("Messages", "This text is too long. Shorten it."),
    # the team
    "offline": QT_TRANSLATE_NOOP(
        "Messages",
        "This needs the team's desk, and it cannot be reached now. Try again once you are online.",
    ),
    "last_admin": QT_TRANSLATE_NOOP(
        "Messages",
        "{name} is the only administrator: nobody could change anything here any more. Make somebody"
        " else an administrator first.",
    ),
    "name_taken": QT_TRANSLATE_NOOP("Messages", "There is already one called “{name}”."),
    "department_in_use": QT_TRANSLATE_NOOP(
        "Messages", "There is still something in this department. Say where it is to go."
    ),
    "newer_message": QT_TRANSLATE_NOOP(
        "Messages", "{name} wrote something that you have not seen. Look before you send."
    ),
    "already_assigned": QT_TRANSLATE_NOOP("Messages", "{name} has taken #{number} meanwhile."),
    "agent_is_light": QT_TRANSLATE_NOOP(
        "Messages", "{name} reads and notes but does not answer customers. Choose somebody else."
    ),
    "room_direct": QT_TRANSLATE_NOOP(
        "Messages", "A conversation of two has no name and no further members. Make a group."
    ),
    "room_members": QT_TRANSLATE_NOOP(
        "Messages", "Choose at least one colleague, but not too many."
    ),
    "not_a_member": QT_TRANSLATE_NOOP(
        "Messages", "{name} does not take part in this conversation."
    ),
    # anything
    "not_found": QT_TRANSLATE_NOOP("Messages", "This is no longer there."),
    "not_allowed": QT_TRANSLATE_NOOP("Messages", "This cannot be done here. {detail}"),
    "role": QT_TRANSLATE_NOOP(
        "Messages", "Your role at this desk does not allow this. An administrator can change that."
    ),
    "agent_disabled": QT_TRANSLATE_NOOP(
        "Messages", "{name} may no longer work at this desk. An administrator can change that."
    ),
    "id_taken": QT_TRANSLATE_NOOP("Messages", "This has been done already."),
}
"""What a command is refused for. `<table>_not_found` reads as `not_found`, `not_allowed` of a command as `role`."""

STEPS: dict[str, object] = {
    "resolve": QT_TRANSLATE_NOOP("Messages", "Find the incoming server"),
    "connect": QT_TRANSLATE_NOOP("Messages", "Connect to the incoming server"),
    "tls": QT_TRANSLATE_NOOP("Messages", "Encrypt the incoming connection"),
    "login": QT_TRANSLATE_NOOP("Messages", "Sign in for incoming mail"),
    "folder": QT_TRANSLATE_NOOP("Messages", "Open the mail folders"),
    "smtp_resolve": QT_TRANSLATE_NOOP("Messages", "Find the outgoing server"),
    "smtp_connect": QT_TRANSLATE_NOOP("Messages", "Connect to the outgoing server"),
    "smtp_tls": QT_TRANSLATE_NOOP("Messages", "Encrypt the outgoing connection"),
    "smtp_login": QT_TRANSLATE_NOOP("Messages", "Sign in for outgoing mail"),
}
"""Steps of a connection test, in their order."""

REACH_STEPS: dict[str, object] = {
    "address": QT_TRANSLATE_NOOP("Messages", "Read the address"),
    "resolve": QT_TRANSLATE_NOOP("Messages", "Find it on the internet"),
    "connect": QT_TRANSLATE_NOOP("Messages", "Connect to it"),
    "tls": QT_TRANSLATE_NOOP("Messages", "Agree on encryption"),
    "answer": QT_TRANSLATE_NOOP("Messages", "Get an answer from this desk"),
    "websocket": QT_TRANSLATE_NOOP("Messages", "Open a chat connection"),
}
"""Steps of the test whether the internet reaches the chat, in their order."""

PROBLEMS: dict[str, object] = {
    "dns_failed": QT_TRANSLATE_NOOP(
        "Messages",
        "There is no server of this name. Check the spelling, and that this computer is online.",
    ),
    "refused": QT_TRANSLATE_NOOP(
        "Messages",
        "The server is there but nothing answers on this port. Check the port and the encryption.",
    ),
    "unreachable": QT_TRANSLATE_NOOP(
        "Messages", "The server cannot be reached. Check that this computer is online."
    ),
    "timeout": QT_TRANSLATE_NOOP(
        "Messages",
        "The server does not answer. Check the port; a firewall may stand in the way. Try again"
        " later.",
    ),
    "disconnected": QT_TRANSLATE_NOOP(
        "Messages", "The connection broke. It is tried again by itself; nothing is lost."
    ),
    "tls_missing": QT_TRANSLATE_NOOP(
        "Messages",
        "There is no encryption on this port. Choose TLS with port 993 (incoming) or 465"
        " (outgoing), or STARTTLS with 143 or 587.",
    ),
    "tls_untrusted": QT_TRANSLATE_NOOP(
        "Messages",
        "Nobody vouches for the server's certificate. If the server is your own, compare the"
        " fingerprint and trust it. Otherwise ask your mail provider.",
    ),
    "tls_expired": QT_TRANSLATE_NOOP(
        "Messages",
        "The server's certificate has expired, or this computer's date is wrong. Check the date,"
        " then ask your mail provider to renew the certificate.",
    ),
    "tls_wrong_host": QT_TRANSLATE_NOOP(
        "Messages",
        "The certificate is for another server name. Use the name that your mail provider gives.",
    ),
    "tls_too_old": QT_TRANSLATE_NOOP(
        "Messages",
        "The server only speaks an old kind of encryption that is no longer safe. Ask your mail"
        " provider to update it.",
    ),
    "tls_failed": QT_TRANSLATE_NOOP(
        "Messages",
        "Encryption could not be agreed with the server. Check the port and the encryption.",
    ),
    "login_refused": QT_TRANSLATE_NOOP(
        "Messages", "The server refused the user name or the password. Check both."
    ),
    "needs_app_password": QT_TRANSLATE_NOOP(
        "Messages",
        "This provider wants an app password. Make one on its website and write it here.",
    ),
    "needs_oauth": QT_TRANSLATE_NOOP(
        "Messages", "This provider takes no passwords from programs. Sign in with the browser."
    ),
    "password_missing": QT_TRANSLATE_NOOP(
        "Messages", "There is no password for this mailbox. Open it and write the password."
    ),
    "sign_in_again": QT_TRANSLATE_NOOP(
        "Messages", "The permission has expired or was withdrawn. Sign in again with the browser."
    ),
    "folder_missing": QT_TRANSLATE_NOOP(
        "Messages", "A folder is not there on the server. Check the folders of this mailbox."
    ),
    "submission_refused": QT_TRANSLATE_NOOP(
        "Messages",
        "The server takes no mail from this address. Check that the user name belongs to it.",
    ),
    "address_refused": QT_TRANSLATE_NOOP(
        "Messages", "The server does not accept one of the recipients. Check the addresses."
    ),
    "address_invalid": QT_TRANSLATE_NOOP(
        "Messages", "One of the addresses is not complete. Write it as name@example.com."
    ),
    "message_refused": QT_TRANSLATE_NOOP(
        "Messages",
        "The server refused the message itself. It may be too large or look like spam; change it"
        " and send again.",
    ),
    "server_busy": QT_TRANSLATE_NOOP(
        "Messages", "The server is busy and asks to wait. It is tried again by itself."
    ),
    "server_error": QT_TRANSLATE_NOOP(
        "Messages",
        "What answers there does not speak mail as it should. Check the server name and the port.",
    ),
    "uncertain": QT_TRANSLATE_NOOP(
        "Messages",
        "The connection broke while sending: it may have arrived. Ask before you send it again.",
    ),
    "cancelled": QT_TRANSLATE_NOOP("Messages", "Stopped."),
}
"""What a connection test, a mailbox or a delivery runs into."""

JOB_ERRORS: dict[str, object] = {
    "cancelled": QT_TRANSLATE_NOOP("Messages", "Stopped. Nothing was left half done."),
    "disk_full": QT_TRANSLATE_NOOP(
        "Messages", "The disk is full. Make room or choose another one."
    ),
    "no_permission": QT_TRANSLATE_NOOP(
        "Messages", "{path} cannot be read or written. Choose another place."
    ),
    "file_exists": QT_TRANSLATE_NOOP("Messages", "{path} is there already. Choose another name."),
    "file_missing": QT_TRANSLATE_NOOP("Messages", "{path} is not there any more. Choose again."),
    "folder_not_empty": QT_TRANSLATE_NOOP(
        "Messages", "{path} is not empty. Choose an empty folder."
    ),
    "target_inside_desk": QT_TRANSLATE_NOOP(
        "Messages", "{path} is inside the desk's own folder. Choose a place outside it."
    ),
    "no_mail_found": QT_TRANSLATE_NOOP(
        "Messages", "No mail was found in {path}. Choose an mbox file, a Maildir or .eml files."
    ),
    "backup_not_verified": QT_TRANSLATE_NOOP(
        "Messages",
        "The backup could not be read back and was removed. Choose another disk and try again.",
    ),
    "blob_damaged": QT_TRANSLATE_NOOP(
        "Messages", "A stored file is missing or damaged. Restore the latest backup."
    ),
    "desk_damaged": QT_TRANSLATE_NOOP(
        "Messages", "The desk's database is damaged. Restore the latest backup."
    ),
    "desk_closing": QT_TRANSLATE_NOOP(
        "Messages", "The desk is being closed. Try again in a moment."
    ),
    "keyring_missing": QT_TRANSLATE_NOOP(
        "Messages",
        "No keyring is running to keep passwords in. Start one (GNOME Keyring, KWallet) and try"
        " again.",
    ),
    "keyring_locked": QT_TRANSLATE_NOOP(
        "Messages", "The keyring is locked. Unlock it and try again."
    ),
    "secrets_key_missing": QT_TRANSLATE_NOOP(
        "Messages",
        "The keyring no longer holds this desk's key. Restore a backup with its passphrase, or"
        " write the passwords of your mailboxes again.",
    ),
    "secrets_key_wrong": QT_TRANSLATE_NOOP(
        "Messages",
        "The keyring's key does not open this desk's passwords. Restore a backup with its"
        " passphrase.",
    ),
    "secrets_damaged": QT_TRANSLATE_NOOP(
        "Messages", "The desk's passwords are damaged. Restore the latest backup."
    ),
    "passphrase_empty": QT_TRANSLATE_NOOP("Messages", "Write a passphrase."),
    "passphrase_wrong": QT_TRANSLATE_NOOP("Messages", "The passphrase is wrong. Try again."),
}
"""What a backup, an export, an import or the secret store ends with."""

TROUBLES: dict[str, object] = {
    "disk_full": QT_TRANSLATE_NOOP(
        "Messages",
        "The disk of this computer is full: nothing new can be kept. Make room, then it goes on.",
    ),
    "disk_failed": QT_TRANSLATE_NOOP(
        "Messages",
        "The disk of this computer fails: nothing more is written. Copy what you are writing, close"
        " deskapp and have the disk looked at. When it is opened again the desk is checked first.",
    ),
    "disk_errors": QT_TRANSLATE_NOOP(
        "Messages",
        "The disk of this computer answers with errors: what you do may not be kept. Copy what you are"
        " writing, and have the disk looked at.",
    ),
}
"""What `Connection.trouble` means for whoever sits here."""

_UNKNOWN = QT_TRANSLATE_NOOP("Messages", "It did not work ({code}). Details are in the log.")


def rejection(refused: Rejection) -> str:
    """Why a command was refused."""
    code = refused.code
    if code not in REJECTIONS and code.endswith("_not_found"):
        code = "not_found"
    if code == "not_allowed" and "command" in refused.params:
        code = "role"
    return sentence(REJECTIONS, code, {"detail": "", **refused.params}).strip()


def problem(code: str) -> str:
    """What is wrong with a mailbox or a delivery; empty when nothing is."""
    return sentence(PROBLEMS, code) if code else ""


def trouble(code: str) -> str:
    """What this computer's disk does, and what to do about it; empty while all is well."""
    return sentence(TROUBLES, code) if code in TROUBLES else ""


def step_title(step: TestStep) -> str:
    """What a step of a connection test tries."""
    return sentence(STEPS, step.name)


def step_advice(step: TestStep) -> str:
    """What to do about a step that failed; empty for one that went well."""
    return "" if step.ok else sentence(PROBLEMS, step.code or "server_error")


def job_error(error: BaseException) -> str:
    """Why a backup, an export or an import ended early, or a password could not be kept."""
    code, params = str(getattr(error, "code", "")), dict(getattr(error, "params", {}))
    if not code and isinstance(error, OSError):
        code = _SYSTEM_ERRORS.get(error.errno or 0, "")
        params["path"] = str(error.filename or "")
    return sentence(JOB_ERRORS, code or type(error).__name__, params)


def failure(error: BaseException) -> str:
    """Why something about a mailbox failed: its server, or the place where passwords are kept."""
    code = str(getattr(error, "code", ""))
    return problem(code) if code in PROBLEMS else job_error(error)


_SYSTEM_ERRORS = {
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EACCES: "no_permission",
    errno.EROFS: "no_permission",
    errno.EEXIST: "file_exists",
    errno.ENOENT: "file_missing",
}


def sentence(
    table: Mapping[str, object], code: str, params: Mapping[str, str | int] | None = None
) -> str:
    """The sentence of `code` in the language in force; one that names the code when it is unknown."""
    text = QCoreApplication.translate("Messages", str(table.get(code, _UNKNOWN)))
    values = {"code": code, **(params or {})}

    def fill(found: re.Match[str]) -> str:
        return " ".join(str(values.get(found[1], found[0])).split())[:200]

    return re.sub(r"\{(\w+)\}", fill, text)
