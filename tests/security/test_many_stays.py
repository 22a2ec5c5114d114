"""What a file costs grows with its rows: stays are never paired with each other, however many one customer has."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.security.many_stays import FIRST

ROOT = Path(__file__).parents[2]


def read_and_counted(kind: str, customers: int, each: int) -> dict[str, Any]:
    """What the reading and the first page's counts took, in a process of their own."""
    asked = [sys.executable, "-m", "tests.security.many_stays", kind, str(customers), str(each)]
    ran = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    told: dict[str, Any] = json.loads(ran.stdout)
    assert told["megabytes"] < 1024 + 10 * told["file"], told
    return told


def rents(who: int, day: date, stays: int) -> bool:
    """Whether a customer of the rentals is there on a day."""
    since = (day - FIRST).days - who % 3
    return since >= 0 and (since % 3 == 0 or since >= 3 * (stays - 1))


@pytest.mark.skipif(sys.platform == "win32", reason="memory is limited by the system on Linux and macOS")
@pytest.mark.parametrize(("customers", "stays"), [(1, 14_000), (20, 14_000)])
def test_customers_of_fourteen_thousand_stays(customers: int, stays: int) -> None:
    told = read_and_counted("rentals", customers, stays)
    assert told["stays"] == customers * stays
    end = date.fromisoformat(told["as_of"])
    there = [who for who in range(customers) if rents(who, end - timedelta(days=365), stays)]
    assert told["starting"] == len(there)
    assert told["retained"] == sum(rents(who, end, stays) for who in there)


@pytest.mark.skipif(sys.platform == "win32", reason="memory is limited by the system on Linux and macOS")
def test_a_revenue_sheet_with_a_gap_every_other_month() -> None:
    told = read_and_counted("sheet", 6_000, 120)
    assert (told["stays"], told["starting"], told["retained"]) == (6_000 * 60, 6_000, 6_000)


@pytest.mark.skipif(sys.platform == "win32", reason="memory is limited by the system on Linux and macOS")
@pytest.mark.parametrize(
    ("kind", "customers", "each"), [("filled", 50_000, 60), ("apart", 9_000, 60), ("payments", 9_000, 40)]
)
def test_revenue_takes_no_more_than_its_file_allows(kind: str, customers: int, each: int) -> None:
    told = read_and_counted(kind, customers, each)
    assert told["starting"] <= customers
    assert told["megabytes"] < 300 + 20 * told["file"], "an amount takes more than a few numbers"
