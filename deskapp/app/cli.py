"""The command line: `deskapp` opens the window; its commands work on the same desk.

Each command imports what it needs when it runs, so that the window's start stays quick.
"""

import argparse
import contextlib
import json
import logging
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from deskapp import __version__
from deskapp.app.errors import MEANINGS, Exit, as_known, sentence
from deskapp.system.errors import KnownError
from deskapp.system.paths import Profile

if TYPE_CHECKING:
    from deskapp.system.secrets import KeyKeeper

_log = logging.getLogger(__name__)

MAIL_PARSER = "--mail-parser"
"""How the frozen program starts itself as the process that parses mails; no option for people."""

TEAM_DEEDS = ("list", "invite", "password", "revoke", "reset-second-factor")
EPILOG = "exit codes:\n" + "\n".join(f"  {code:>3}  {text}" for code, text in MEANINGS.items())


def main(argv: list[str] | None = None) -> int:
    """Run one command. Returns its exit code; says what went wrong in one sentence, never a trace."""
    _make_consoles_safe()
    given = sys.argv[1:] if argv is None else argv
    if given[:1] == [MAIL_PARSER]:
        from deskapp.channels.email.sandbox import worker_main

        return worker_main()
    args = parser().parse_args(given)
    if args.version:
        print(f"deskapp {__version__}")
        return Exit.OK
    profile = _profile(args)
    handler: logging.Handler | None = None
    try:
        handler = _start_log(profile, args)
        run: Callable[[argparse.Namespace], int] = args.run
        return run(args)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the last one to catch it
        return _tell(error, profile)
    finally:
        if handler is not None:
            from deskapp.app import logs

            logs.stop(handler)


def parser() -> argparse.ArgumentParser:
    """The whole command line. Options that every command takes may stand before or after it."""
    formatter = argparse.RawDescriptionHelpFormatter
    top = argparse.ArgumentParser(
        "deskapp",
        parents=[_common()],
        description="A help desk in one window. Without a command it opens the window; "
        "with the window open, commands are carried out by it.",
        epilog=EPILOG,
        formatter_class=formatter,
    )
    top.set_defaults(profile=None, key_file=None, verbose=False, run=window)
    top.add_argument("--version", action="store_true", help="print the version and exit")
    top.add_argument("--hidden", action="store_true", help="start in the tray, without the window")
    top.add_argument(
        "--debug", action="store_true", help="offer what shows how a team's desks agree"
    )
    top.add_argument(
        "--self-test",
        dest="run",
        action="store_const",
        const=self_test,
        help="try everything on a desk made for it, print one line a check, and exit",
    )
    commands = top.add_subparsers(title="commands", metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], about: str) -> Any:
        made = commands.add_parser(
            name,
            parents=[_common()],
            help=about,
            description=about[0].upper() + about[1:] + ".",
            epilog=EPILOG,
            formatter_class=formatter,
        )
        made.set_defaults(run=run)
        return made

    _add_commands(command)
    return top


def _common() -> argparse.ArgumentParser:
    """Options of every command; a fresh one each, since defaults set on one would reach the others."""
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--profile", metavar="DIR", help="the desk's folder (default: your own)")
    common.add_argument(
        "--key-file", metavar="FILE", help="keep the secrets' key in FILE instead of the keyring"
    )
    common.add_argument("--verbose", action="store_true", help="log more")
    return common


def _add_commands(command: Callable[[str, Callable[[argparse.Namespace], int], str], Any]) -> None:
    made = command("demo", demo, "open a demo desk of its own, with sample data")
    made.add_argument("--tour", metavar="DIR", help="play a mail through it, take pictures, exit")
    made.add_argument("--screenshots", metavar="DIR", help="take pictures of every screen, exit")
    made.add_argument("--fresh", action="store_true", help="make the demo desk anew")

    made = command("import-mail", import_mail, "bring in old mail as history, silently")
    made.add_argument("paths", nargs="+", metavar="PATH", help="mbox, Maildir, .eml or a folder")
    made.add_argument("--account", metavar="ADDRESS", help="the account it belongs to", default="")
    _add_output(made, progress=True)

    made = command("backup", backup, "write the whole desk into one file")
    made.add_argument("file", metavar="FILE", help="where to; it may not exist yet")
    _add_passphrase(made, "the passphrase for its secrets")
    _add_output(made, progress=True)

    made = command("restore", restore, "bring a backup back; a desk that is there is kept aside")
    made.add_argument("file", metavar="FILE", help="the backup")
    _add_passphrase(made, "the passphrase of its secrets")
    _add_output(made, progress=True)

    made = command("export", export, "write everything as plain files that any program can read")
    made.add_argument("folder", metavar="DIR", help="where to; it may not exist, or be empty")
    _add_output(made, progress=True)

    made = command("secrets", secrets, "the way back in when the keyring lost the desk's key")
    made.add_argument(
        "do", choices=("recover", "new"), help="from a backup, or an empty store; the old is kept"
    )
    made.add_argument("file", metavar="BACKUP", nargs="?", help="for recover: the backup")
    _add_passphrase(made, "the passphrase of its secrets")
    _add_output(made, progress=True)

    _add_team_commands(command)

    made = command("doctor", doctor, "check the desk and this machine")
    made.add_argument("--online", action="store_true", help="also try to reach the mail servers")
    _add_output(made, progress=False)


def _add_team_commands(
    command: Callable[[str, Callable[[argparse.Namespace], int], str], Any],
) -> None:
    made = command("join", join, "make this machine a device of a team's desk")
    made.add_argument("where", metavar="ADDRESS|LINK", help="the invitation's link, or its address")
    made.add_argument("--code", metavar="N", help="the six digits, for an address", default="")
    made.add_argument("--name", metavar="NAME", help="how this machine is called", default="")
    made.add_argument("--totp", metavar="N", help="the code of your second factor", default="")
    made.add_argument(
        "--password-file", metavar="FILE", help="read the agent's password from FILE (- is input)"
    )
    _add_output(made, progress=False)

    made = command("team", team, "see and change who works at this desk")
    made.add_argument(
        "what", choices=TEAM_DEEDS, help="what to do (default: list)", nargs="?", default="list"
    )
    made.add_argument("who", metavar="NAME", nargs="?", help="a name or address", default="")
    made.add_argument(
        "--password-file", metavar="FILE", help="read the password from FILE (- is input)"
    )
    _add_output(made, progress=True)

    made = command("serve", serve, "serve this desk to a team, without a window")
    made.add_argument("--host", metavar="ADDRESS", help="listen at this address only", default="")
    made.add_argument("--port", metavar="N", type=int, help="(default: 8791)", default=8791)
    made.add_argument(
        "--database",
        metavar="FILE|URL",
        help="the desk.sqlite to serve, or postgresql://USER@HOST/NAME (its password: ~/.pgpass)",
        default="",
    )
    made.add_argument(
        "--name", metavar="NAME:PORT", action="append", help="how else it is reached", default=[]
    )
    made.add_argument(
        "--invite", metavar="NAME", action="append", help="print an invitation for them", default=[]
    )

    made = command("move-database", move_database, "move the desk's rows to a PostgreSQL server")
    made.add_argument("--to", metavar="URL", required=True, help="postgresql://USER@HOST/NAME")
    _add_output(made, progress=True)


def _add_passphrase(made: Any, about: str) -> None:
    made.add_argument(
        "--passphrase-file", metavar="FILE", help=f"read {about} from FILE (- is standard input)"
    )


def _add_output(made: Any, *, progress: bool) -> None:
    made.add_argument("--json", action="store_true", help="print the result as JSON")
    if progress:
        made.add_argument("--quiet", action="store_true", help="show no progress")


# Commands ------------------------------------------------------------------------------------


def window(args: argparse.Namespace) -> int:
    """Open the window, or show the one that is open."""
    profile = Profile.at(args.profile)
    if _somebody_has(profile):
        from deskapp.app.jobs import raise_window

        raise_window(profile)
        return Exit.OK
    _need_a_display()
    from deskapp.app.start import prepare

    prepare()
    from deskapp.app import gui
    from deskapp.app.crash import CrashHandler

    crashes = CrashHandler(profile.logs)
    crashes.install()
    try:
        return gui.run(args)
    finally:
        crashes.remove()


def demo(args: argparse.Namespace) -> int:
    if not args.screenshots:
        _need_a_display()
    from deskapp.app import demo as module

    return module.run(args)


def import_mail(args: argparse.Namespace) -> int:
    paths = [str(Path(path).expanduser().absolute()) for path in args.paths]
    for path in paths:
        if not Path(path).exists():
            raise KnownError("file_missing", path=path)
    return work(args, "import-mail", {"paths": paths, "account": args.account})


def backup(args: argparse.Namespace) -> int:
    target = str(Path(args.file).expanduser().absolute())
    _need_a_desk(args)
    passphrase = _passphrase(args, "Passphrase for the secrets (empty: none): ")
    return work(args, "backup", {"target": target, "passphrase": passphrase})


def restore(args: argparse.Namespace) -> int:
    from deskapp.app.restore import restore as bring_back
    from deskapp.app.task import Task

    source = Path(args.file).expanduser().absolute()
    with _progress(args) as show:
        result = bring_back(
            Profile.at(args.profile),
            source,
            keys_of(args),
            lambda: _passphrase(args, "Passphrase of the secrets (empty: none): "),
            Task(show),
        )
    print_result(args, "restore", result)
    return Exit.OK


def export(args: argparse.Namespace) -> int:
    _need_a_desk(args)
    return work(args, "export", {"folder": str(Path(args.folder).expanduser().absolute())})


def secrets(args: argparse.Namespace) -> int:
    _need_a_desk(args)
    if args.do == "new":
        return work(args, "secrets", {})
    if not args.file or not Path(args.file).expanduser().is_file():
        raise KnownError("file_missing", path=args.file or "The backup")
    passphrase = _passphrase(args, "Passphrase of the secrets: ")
    source = str(Path(args.file).expanduser().absolute())
    return work(args, "secrets", {"backup": source, "passphrase": passphrase})


def join(args: argparse.Namespace) -> int:
    from deskapp.app import cli_team

    return cli_team.join(args)


def team(args: argparse.Namespace) -> int:
    from deskapp.app import cli_team

    _need_a_desk(args)
    return cli_team.team(args)


def serve(args: argparse.Namespace) -> int:
    from deskapp.app import place
    from deskapp.app import serve as module

    module.run(
        place.named(Profile.at(args.profile), args.database),
        keys_of(args),
        address=args.host,
        port=args.port,
        names=tuple(args.name),
        invite=tuple(args.invite),
    )
    return Exit.OK


def move_database(args: argparse.Namespace) -> int:
    from deskapp.app.move import move
    from deskapp.app.task import Task, ctrl_c_cancels

    _need_a_desk(args)
    with _progress(args) as show:
        task = Task(show)
        with ctrl_c_cancels(task.cancel):
            result = move(Profile.at(args.profile), args.to, task)
    print_result(args, "move-database", result)
    return Exit.OK


def doctor(args: argparse.Namespace) -> int:
    from deskapp.app.doctor import as_text, examine

    report = examine(Profile.at(args.profile), keys_of(args), online=args.online)
    print(json.dumps(report, indent=2) if args.json else as_text(report))
    return Exit.OK if report["ok"] else Exit.FAILED


def self_test(_: argparse.Namespace) -> int:
    from deskapp.app.selftest import run

    return run(print)


# What they share -----------------------------------------------------------------------------


def work(args: argparse.Namespace, name: str, params: Mapping[str, object]) -> int:
    from deskapp.app.jobs import attached

    profile = Profile.at(args.profile)
    with _progress(args) as show, attached(profile, keys_of(args)) as runner:
        result = runner.call(name, params, show)
    print_result(args, name, result)
    return Exit.OK


def print_result(args: argparse.Namespace, name: str, result: Mapping[str, object]) -> None:
    from deskapp.app.console import summary

    print(json.dumps(result, indent=2) if args.json else summary(name, result))


def _progress(args: argparse.Namespace) -> Any:
    from deskapp.app.console import ProgressBar

    return ProgressBar(sys.stderr, shown=not args.quiet)


def keys_of(args: argparse.Namespace) -> "KeyKeeper | None":
    if args.key_file is None:
        return None
    from deskapp.system.keys import FileKey

    return FileKey(Path(args.key_file).expanduser().absolute())


def _passphrase(args: argparse.Namespace, prompt: str) -> str:
    return secret_of(args.passphrase_file, prompt)


def secret_of(file: str | None, prompt: str) -> str:
    """From the file that was named, else from a person; empty when nobody is there."""
    if file == "-":
        return sys.stdin.readline().rstrip("\r\n")
    if file:
        text = Path(file).expanduser().read_text(encoding="utf-8")
        return (text.splitlines() or [""])[0]
    if sys.stdin is None or not sys.stdin.isatty():
        return ""
    import getpass

    return getpass.getpass(prompt)


def _need_a_desk(args: argparse.Namespace) -> None:
    profile = Profile.at(args.profile)
    if profile.team.exists():
        raise KnownError("desk_elsewhere")
    if not profile.exists():
        raise KnownError("desk_missing", path=str(profile.folder))


def _need_a_display() -> None:
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    if sys.platform != "linux" or chosen not in ("", "xcb", "wayland"):
        return
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise KnownError("no_display")


def _somebody_has(profile: Profile) -> bool:
    """Whether another process has this desk open now."""
    from deskapp.system.instance import InstanceLock

    if not profile.lock.exists():
        return False
    try:
        with InstanceLock(profile.lock):
            return False
    except KnownError:
        return True


def _profile(args: argparse.Namespace) -> Profile:
    """The one that is named; without a name the window takes the team's desk that its person has joined."""
    profile = Profile.at(args.profile)
    if args.profile is None and args.run is window and profile.successor.exists():
        from deskapp.app.joining import followed

        profile = followed(profile)
        args.profile = str(profile.folder)
    return profile


def _start_log(profile: Profile, args: argparse.Namespace) -> logging.Handler | None:
    """Log into the desk's folder. Only the window makes one: a mistyped name makes no desk."""
    if args.run is window:
        profile.create()
    if not profile.folder.is_dir():
        return None
    from deskapp.app import logs

    return logs.start(profile.logs, logging.DEBUG if args.verbose else logging.INFO)


def _tell(error: BaseException, profile: Profile) -> int:
    known = as_known(error)
    if known is None:
        _log.critical("bug", exc_info=error)
        known = KnownError("bug", path=str(_log_file(profile, error)))
    else:
        _log.info("ended: %s %s", known.code, dict(known.params))
    code, text = sentence(known)
    if sys.stderr is not None:
        print(f"deskapp: {text}", file=sys.stderr)
    return code


def _log_file(profile: Profile, error: BaseException) -> Path:
    """Where the details are; a file of its own when the desk has no log yet."""
    from deskapp.app.logs import FILE_NAME

    if logging.getLogger().handlers and profile.logs.is_dir():
        return profile.logs / FILE_NAME
    import tempfile
    import traceback

    from deskapp.system.redact import clean

    handle, name = tempfile.mkstemp(prefix="deskapp-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(clean("".join(traceback.format_exception(error))))
    return Path(name)


def _make_consoles_safe() -> None:
    """No character may end a command on a console that cannot show it (Windows code pages)."""
    stream: TextIO | None
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
