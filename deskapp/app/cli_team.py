"""The command line's part on teams: `deskapp join` and `deskapp team`. Imported when one of them runs."""

import argparse
from dataclasses import replace

from deskapp.app import cli
from deskapp.app.errors import Exit
from deskapp.app.joining import join as pair
from deskapp.core.ports import Proofs
from deskapp.system.errors import KnownError
from deskapp.system.paths import Profile


def join(args: argparse.Namespace) -> int:
    profile, keys = Profile.at(args.profile), cli.keys_of(args)
    password = cli.secret_of(args.password_file, "") if args.password_file else ""
    proofs = Proofs(password, args.totp)
    while True:
        try:
            told = pair(profile, args.where, args.code, proofs=proofs, name=args.name, keys=keys)
            break
        except KnownError as error:
            more = _asked(error.code, proofs)
            if more == proofs:
                raise
            proofs = more
    member = told.membership
    result = {
        "desk": member.desk,
        "agent": member.agent_name,
        "agent_id": member.agent_id,
        "device": member.device,
        "path": str(profile.folder),
    }
    cli.print_result(args, "join", result)
    return Exit.OK


def _asked(code: str, proofs: Proofs) -> Proofs:
    """With what the desk asks for beside the invitation; as it was when nobody answers, or has answered."""
    if code == "password_wrong" and not proofs.password:
        password = cli.secret_of(None, "Your password at the team's desk: ")
        return replace(proofs, password=password)
    if code == "totp_needed" and not proofs.totp:
        totp = cli.secret_of(None, "The code that your app shows, or a recovery code: ")
        return replace(proofs, totp=totp)
    return proofs


def team(args: argparse.Namespace) -> int:
    params = {"what": args.what, "name": args.who}
    if args.what == "password":
        params["password"] = cli.secret_of(args.password_file, "The new password (empty: none): ")
    return cli.work(args, "team", params)
