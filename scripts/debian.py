"""Debian and Ubuntu packages: which there are, and how they get onto a machine."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from common import Failure, run, say

APP = (
    # Qt's window
    "libdbus-1-3 libegl1 libfontconfig1 libgl1 libglib2.0-0 libxcb-cursor0 libxcb-icccm4 "
    "libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xkb1 "
    "libxkbcommon-x11-0 libxkbcommon0 "
    # how long nobody has touched the keyboard
    "libxss1 "
    # sound
    "libpipewire-0.3-0 libpulse0 "
    # letters of every script that customers write in
    "fonts-dejavu-core fonts-inter fonts-noto-cjk fonts-noto-color-emoji fonts-noto-core "
    # certificates of mail servers
    "ca-certificates"
).split()

TOOLS = ["libglib2.0-0"]
"""What Qt's translation tools stand on, for a machine that only checks the sources."""

SCREEN = ["xauth", "xvfb"]
"""A screen for machines that have none."""

TESTS = (
    # mail servers, a compiler for the power-cut rig, failing disks, sound that can be heard
    "dovecot-imapd postfix gcc libc6-dev strace sox pulseaudio pulseaudio-utils "
    # a desktop: keyring, notifications, a window manager, hands
    "dbus dbus-x11 gnome-keyring openbox xdotool "
    # what customers read our mails with
    "chromium "
    # a server's database, machines of their own on one machine, other days
    "postgresql nftables iproute2 libfaketime"
).split()

SERVICES = ["dovecot", "postfix", "postgresql"]
"""What ``TESTS`` brings that would otherwise run from now on."""

_POLICY = Path("/usr/sbin/policy-rc.d")


def is_debian() -> bool:
    """Whether packages are installed by apt here."""
    return bool(shutil.which("apt-get") and shutil.which("dpkg-query"))


def missing(packages: Sequence[str]) -> list[str]:
    """Those of ``packages`` that are not installed, under their own or their 64-bit-time name."""
    names = [*packages, *(f"{name}t64" for name in packages)]
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *names],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split("\n")
    return [
        name
        for name in packages
        if f"{name} installed" not in answer and f"{name}t64 installed" not in answer
    ]


def install(packages: Sequence[str], *, services: Sequence[str] = ()) -> None:
    """Install what is missing of ``packages``; quick when nothing is.

    ``services`` among them are neither started now nor at the next start of the machine, unless
    they were there before. Nothing that is installed is ever removed for them. Raises
    ``Failure`` when a package is missing and this person may not install it.
    """
    if not (wanted := missing(packages)):
        return
    prefix = _as_root(wanted)
    new_services = [name for name in services if not Path("/etc/init.d", name).exists()]
    say(f"Installing system packages: {' '.join(wanted)}")
    try:
        run(*prefix, "apt-get", "update", "-qq")
    except Failure:
        say("The package lists could not be refreshed; going on with those that are there.")
    if "postfix" in wanted:
        choice = "postfix postfix/main_mailer_type select No configuration\n"
        run(*prefix, "debconf-set-selections", stdin=choice)
    with _nothing_starts(prefix):
        run(
            *prefix,
            *("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-qq", "-y"),
            *("--no-install-recommends", "--no-remove", *wanted),
        )
    for name in new_services:
        run(*prefix, "update-rc.d", name, "disable")
        if shutil.which("systemctl"):
            run(*prefix, "systemctl", "disable", "--quiet", name)


def _as_root(wanted: Sequence[str]) -> list[str]:
    if os.geteuid() == 0:
        return []
    by_hand = f"sudo apt-get install {' '.join(wanted)}"
    if not shutil.which("sudo"):
        raise Failure(f"system packages are missing; as root, please run: {by_hand}")
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    if asked.returncode and not sys.stdin.isatty():
        raise Failure(f"system packages are missing; please run: {by_hand}")
    return ["sudo"]


@contextlib.contextmanager
def _nothing_starts(prefix: Sequence[str]) -> Iterator[None]:
    """Keep installed services from starting; the machine's own policy is put back after."""
    kept = _POLICY.with_name("policy-rc.d.kept-by-deskapp")
    if _POLICY.exists() and not kept.exists():
        run(*prefix, "mv", _POLICY, kept)
    run(*prefix, "tee", _POLICY, stdin="#!/bin/sh\nexit 101\n")
    run(*prefix, "chmod", "755", _POLICY)
    try:
        yield
    finally:
        run(*prefix, "rm", "-f", _POLICY)
        if kept.exists():
            run(*prefix, "mv", kept, _POLICY)
