"""Eight sessions at once never stop each other for ever."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

SECONDS = 10
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("polars_threads", [1, 2])
def test_eight_sessions_compute_and_show_without_a_deadlock(polars_threads: int) -> None:
    """On callbacks from Polars into Python beside pandas frames this stood still within a second."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.security.eight_sessions", str(SECONDS)],
        cwd=ROOT,
        env=os.environ | {"POLARS_MAX_THREADS": str(polars_threads)},
        capture_output=True,
        text=True,
        timeout=SECONDS + 90,
        check=True,
    )
    done = ast.literal_eval(ran.stdout.splitlines()[-1])
    assert all(times >= 8 for times in done.values()), done
