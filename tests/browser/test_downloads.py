"""Every download gives a file with the rows it promises."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from tests.browser.visit import Visit

pytestmark = pytest.mark.browser

SAMPLE = Path(__file__).parents[2] / "data" / "sample_customers.csv"
with SAMPLE.open(encoding="utf-8", newline="") as lines:
    ROWS = list(csv.DictReader(lines))


def active(day: date) -> set[str]:
    return {
        row["Customer ID"]
        for row in ROWS
        if row["Start date"] <= day.isoformat() and not "" < row["Churn date"] <= day.isoformat()
    }


GONE = active(date(2024, 12, 31)) - active(date(2025, 12, 31))


PEOPLE = {row[column] for row in ROWS for column in ("Customer ID", "Company", "Email", "CSM") if row[column]}


def test_who_left_is_everybody_who_left_by_name_or_without(visit: Visit) -> None:
    button = visit.main.get_by_role("button", name=re.compile("Download all 234 customers")).first
    name, rows = visit.download(button)
    assert name == "who_left.csv"
    assert len(rows) == len(GONE) == 234
    assert {row["customer_id"] for row in rows} == GONE
    amounts = [float(row["arr"]) for row in rows if row["arr"]]
    assert amounts == sorted(amounts, reverse=True)

    visit.page.get_by_text("Hide names", exact=True).click()
    visit.settle()
    _, hidden = visit.download(button)
    written = str(hidden)
    assert [name for name in PEOPLE if name in written] == []
    assert len({row["customer_id"] for row in hidden}) == 234
    assert [row["arr"] for row in hidden] == [row["arr"] for row in rows]


def test_every_button_gives_the_rows_it_promises(visit: Visit) -> None:
    found = 0
    for title in visit.titles():
        visit.turn_to(title)
        visit.unfold_all()
        for button in visit.main.get_by_test_id("stDownloadButton").get_by_role("button").all():
            if not button.is_visible():
                continue
            promised = re.search(r"all ([\d,]+) customers?", button.inner_text())
            name, content = visit.fetch(button)
            assert content, name
            found += 1
            if name.endswith(".csv"):
                _, *rows = csv.reader(content.decode("utf-8-sig").splitlines())
                assert rows, name
                assert not promised or len(rows) == int(promised[1].replace(",", "")), name
    assert found >= 2
