"""The scripts are plain files beside the package; their tests import them as the scripts do."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

sys.path.append(str(ROOT / "scripts"))
