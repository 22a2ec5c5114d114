"""The law of memory: book and first page of any file take under one gigabyte and ten times the file."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.security.law_of_memory import KINDS

ROOT = Path(__file__).parents[2]
LAW, FILES = 1024, 10
OWN, ROWS = 150, 40
"""What is held to beside the law, so that small files can break it: megabytes that the program itself and the first
charts take, and how many times its own size a file may take beside them."""
MOST_ROWS = 6_000


@pytest.fixture(scope="module")
def reader() -> Iterator[subprocess.Popen[str]]:
    asked = [sys.executable, "-m", "tests.security.law_of_memory"]
    with subprocess.Popen(asked, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


shapes = st.builds(
    lambda customers, **others: {"customers": customers, "each": max(1, MOST_ROWS // customers), **others},
    kind=st.sampled_from(KINDS),
    customers=st.sampled_from([1, 2, 7, 40, 600, MOST_ROWS]),
    length=st.sampled_from([1, 2, 28]),
    gap=st.sampled_from([0, 1, 2, 40]),
    columns=st.sampled_from([0, 1, 6, 40]),
    distinct=st.sampled_from([1, 3, 200, 997]),
)


ONE_OF_MANY_STAYS = {
    "kind": "stays", "customers": 1, "each": MOST_ROWS, "length": 1, "gap": 1, "columns": 0, "distinct": 1
}  # fmt: skip


def within_dates(shape: dict[str, Any]) -> dict[str, Any]:
    """A shape whose last day or month is one that calendars have: fewer days between, or fewer of them."""
    months = shape["kind"] in ("payments", "panel", "sheet")
    step = 1 + shape["gap"] * (shape["kind"] != "sheet") if months else shape["length"] + shape["gap"]
    most = (420 if months else 12_500) // max(1, step)
    return {**shape, "each": max(1, min(shape["each"], most))}


@pytest.mark.skipif(sys.platform != "linux", reason="what a process held at most is told and reset by Linux")
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shape=shapes.map(within_dates))
@example(shape=ONE_OF_MANY_STAYS)
def test_a_file_of_any_shape_keeps_the_law(reader: subprocess.Popen[str], shape: dict[str, Any]) -> None:
    assert reader.stdin is not None
    assert reader.stdout is not None
    reader.stdin.write(json.dumps(shape) + "\n")
    reader.stdin.flush()
    answer = reader.stdout.readline()
    assert answer, "the process that reads died"
    told = json.loads(answer)
    assert told["megabytes"] < LAW + FILES * told["file"], (shape, told)
    assert told["megabytes"] - told["before"] < OWN + ROWS * told["file"], (shape, told)
