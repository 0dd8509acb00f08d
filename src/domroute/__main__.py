"""``python -m domroute`` is the command ``domroute``."""

from __future__ import annotations

import sys

from domroute.cli import main

if __name__ == "__main__":
    sys.exit(main())
