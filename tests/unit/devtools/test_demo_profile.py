"""Where the demo desk lives: beside the real one, never over anything, and made only when it must be."""

from pathlib import Path
from typing import Any

import pytest

from deskapp.app import demo
from deskapp.app.demo import demo_profile, prepare
from deskapp.app.task import Task
from deskapp.system.errors import Cancelled, KnownError
from deskapp.system.paths import Profile, default_folder

NOW = 1_795_079_220_000


class Builds:
    """Stands in for the builder, which takes its time."""

    def __init__(self) -> None:
        self.count = 0
        self.fails = False

    def __call__(self, profile: Profile, **_: Any) -> None:
        self.count += 1
        profile.database.write_text(f"build {self.count}")
        (profile.blobs / "ab").mkdir()
        if self.fails:
            raise Cancelled


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> Builds:
    found = Builds()
    monkeypatch.setattr(demo, "build_demo", found)
    return found


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile(tmp_path / "desk")


def ready(profile: Profile, **options: bool) -> Path:
    return prepare(NOW, Task(), profile, **options)


def test_it_has_a_folder_of_its_own() -> None:
    assert demo_profile().folder != default_folder()
    assert demo_profile().folder.parent == default_folder().parent


def test_it_is_made_once_and_kept(builds: Builds, profile: Profile) -> None:
    assert ready(profile) == profile.folder
    ready(profile)
    assert builds.count == 1


def test_it_is_made_anew_when_asked(builds: Builds, profile: Profile) -> None:
    ready(profile)
    (profile.blobs / "left").write_bytes(b"of an answer")
    ready(profile, fresh=True)
    assert profile.database.read_text() == "build 2"
    assert not (profile.blobs / "left").exists()


def test_one_that_was_cut_short_is_made_again(builds: Builds, profile: Profile) -> None:
    builds.fails = True
    with pytest.raises(Cancelled):
        ready(profile)
    builds.fails = False
    ready(profile)
    assert profile.database.read_text() == "build 2"


def test_one_of_an_older_version_is_made_again(
    builds: Builds, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(profile)
    monkeypatch.setattr(demo, "VERSION", demo.VERSION + 1)
    ready(profile)
    assert builds.count == 2


@pytest.mark.parametrize("fresh", [False, True])
@pytest.mark.parametrize("name", ["desk.sqlite", "thesis.odt"])
def test_a_folder_that_holds_anything_else_is_left_alone(
    builds: Builds, profile: Profile, name: str, fresh: bool
) -> None:
    profile.folder.mkdir()
    (profile.folder / name).write_text("years of work")
    with pytest.raises(KnownError, match="not_a_demo"):
        ready(profile, fresh=fresh)
    assert (profile.folder / name).read_text() == "years of work"
    assert builds.count == 0


def test_an_open_demo_desk_is_not_made_anew(builds: Builds, profile: Profile) -> None:
    from deskapp.system.instance import InstanceLock

    ready(profile)
    with InstanceLock(profile.lock), pytest.raises(KnownError, match="desk_in_use"):
        ready(profile, fresh=True)
    assert profile.database.read_text() == "build 1"
