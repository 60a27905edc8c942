"""What was acknowledged survives a power cut at any moment, and the rig would see it if it did not."""

import os
from pathlib import Path

import pytest

from tests.support.powercut.rig import cut_power, record

pytestmark = pytest.mark.real
CUTS = int(os.environ.get("DESKAPP_CUTS", "300"))
SEED = int(os.environ.get("DESKAPP_SEED", "1"))


def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    steps, disk = record(tmp_path, rounds=25, synchronous="FULL")
    verdict = cut_power(steps, disk, tmp_path, cuts=CUTS, seed=SEED)
    assert verdict.cuts == CUTS
    assert verdict.damaged == []
    assert verdict.lost == []


@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_the_rig_sees_what_a_weaker_setting_loses(tmp_path: Path, synchronous: str) -> None:
    steps, disk = record(tmp_path, rounds=15, synchronous=synchronous)
    verdict = cut_power(steps, disk, tmp_path, cuts=30, seed=SEED)
    # Without any sync the cut leaves most files unreadable, which is the same loss seen earlier.
    seen = verdict.lost if synchronous == "NORMAL" else verdict.lost + verdict.damaged
    assert seen, f"the rig is blind: {synchronous} loses the last commits at a power cut"
