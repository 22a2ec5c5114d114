"""What book and first counts of large files take, each beside the law: under 1 GB and ten times the file.

Run as ``python -m tests.benchmarks.memory``; every file is read in a process of its own.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = (
    ("rentals", 1, 14_000),
    ("rentals", 20, 14_000),
    ("rentals", 1_000, 500),
    ("sheet", 166_000, 120),
    ("filled", 333_334, 60),
)
"""Kind, customers, and how many stays or months each has."""


def main() -> None:
    """Read each file and print what it took."""
    for kind, customers, each in FILES:
        asked = [sys.executable, "-m", "tests.security.many_stays", kind, str(customers), str(each)]
        ran = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
        said = ran.stdout.strip() if ran.returncode == 0 else ran.stderr.strip().splitlines()[-1]
        sys.stdout.write(f"{kind}, {customers:,} customers, {each:,} each: {said}\n")


if __name__ == "__main__":
    main()
