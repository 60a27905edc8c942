"""``python -m deskapp``."""

import sys

from deskapp.app.cli import main

if __name__ == "__main__":
    sys.exit(main())
