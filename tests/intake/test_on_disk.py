"""Files too large to be held, with the limit lowered: counted in groups they give what they give read whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import polars as pl
import pytest

import retention as rt
from retention.engines import on_disk
from retention.intake.read import pieces

HEADERS = ("Account ID", "Company", "Signup Date", "Churn Date", "Status", "Tier", "Seats")
YEAR = {"start": date(2023, 12, 31), "end": date(2024, 12, 31)}


def rows() -> list[tuple[str | None, ...]]:
    """Some eight hundred rows: returns, overlaps, a row twice, ids missing, ends before starts, a blank row."""
    random = Random(5)
    made: list[tuple[str | None, ...]] = []
    for number in range(700):
        who = f"A-{number:04}" if number % 90 else (None if number % 180 else "n/a")
        start = date(2022, 3, 1) + timedelta(30 * random.randrange(30))
        for _ in range(random.choice([1] * 9 + [2, 3])):
            end = None if random.random() < 0.5 else start + timedelta(30 * random.choice([-1, 2, 5, 9, 14]))
            ended = end if end and end <= date(2025, 1, 31) else None
            tier = random.choice(["Gold", "gold ", "Basic", "Basic", None, "N/A"])
            status = "canceled" if ended or random.random() < 0.02 else "active"
            made.append((who, f"Firm {number}", str(start), str(ended) if ended else None, status, tier, f"{number}"))
            start = (ended or start) + timedelta(random.choice([0, 1, 60]))
            if ended is None or start > date(2025, 1, 31):
                break
    return [*made[:300], made[10], *made[300:], (None,) * len(HEADERS)]


@pytest.fixture(scope="module")
def table() -> pl.DataFrame:
    return pl.DataFrame(rows(), schema=dict.fromkeys(HEADERS, pl.String), orient="row")


def as_csv(table: pl.DataFrame, folder: Path) -> Path:
    text = table.write_csv(separator=";", quote_style="always", null_value="")
    (folder / "stays.csv").write_text(f"Exported on a Monday;;;;;;\n{text}A-9999;one cell\n")
    return folder / "stays.csv"


def as_folder(table: pl.DataFrame, folder: Path) -> Path:
    typed = table.with_columns(pl.col("Signup Date", "Churn Date").str.to_date(), pl.col("Seats").cast(pl.Int32))
    for part in (0, 1):
        typed.slice(400 * part, None if part else 400).write_parquet(folder / f"part-{part}.parquet")
    return folder


def as_database(table: pl.DataFrame, folder: Path) -> Path:
    with duckdb.connect(str(folder / "crm.duckdb")) as connection:
        connection.register("given", table)
        connection.execute("create table stays as select * from given")
    return folder / "crm.duckdb"


def figures(book: rt.Book) -> dict[str, Any]:
    ledger = book.ledger
    return {
        "window": rt.logo_retention(book, **YEAR).rows(),
        "by segment": rt.logo_retention(book, **YEAR, by="segment").rows(),
        "trend": rt.logo_retention_trend(book).rows(),
        "cohorts": rt.cohort_retention(book, ages=[6, 12]).rows(),
        "returns": rt.compare_conventions(book, **YEAR).rows(),
        "survival": rt.survival_curve(book).rows(),
        "rows": (ledger.rows_read, ledger.rows_used, ledger.rows_repaired, ledger.rows_set_aside, ledger.rows_blank),
        "as of": book.as_of,
        "people": book.population,
    }


@pytest.mark.parametrize("saved", [as_csv, as_folder, as_database])
def test_counted_in_groups_as_read_whole(
    saved: Callable[[pl.DataFrame, Path], Path], table: pl.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(table, tmp_path)
    monkeypatch.setattr(pieces, "PIECE", 15_000)
    monkeypatch.setattr(on_disk, "AT_ONCE", 300)
    monkeypatch.setattr(on_disk, "TOGETHER", 100)
    monkeypatch.setattr(on_disk, "GROUPED_AT_ONCE", 300)
    answers = {"duplicate_ids": "subscriptions"}
    whole = rt.read_book(path, answers=answers)
    counted = rt.read_book(path, answers=answers, max_bytes=1_000)
    assert not whole.weighted
    assert counted.weighted
    assert counted.height < 0.9 * whole.height
    expected = figures(whole)
    assert expected["rows"][3] > 10
    assert figures(counted) == expected
    ledger = counted.ledger
    assert ledger.rows_read == ledger.rows_used + ledger.rows_set_aside + ledger.rows_blank
    assert "Counted in groups" in counted.notes["counted"]
    assert "company" not in counted.attributes
    assert not any("A-0" in name for name in counted.customer_ids)


def test_a_file_too_large_that_is_no_list_is_refused_with_the_way_on(tmp_path: Path) -> None:
    days = [date(2024, 1, 1) + timedelta(n % 300) for n in range(2_000)]
    who = [f"c{n % 90}" for n in range(2_000)]
    pl.DataFrame({"customer_id": who, "invoice_date": days, "amount_paid": 9.5}).write_parquet(
        tmp_path / "paid.parquet"
    )
    with pytest.raises(rt.IntakeError, match=r"too large to be held, and is no list.*Proof shows the statement"):
        rt.read_book(tmp_path / "paid.parquet", max_rows=1_000)


def test_a_counted_file_is_grouped_by_the_column_that_was_named(table: pl.DataFrame, tmp_path: Path) -> None:
    path = as_csv(table, tmp_path)
    book = rt.read_book(
        path, answers={"duplicate_ids": "subscriptions"}, max_bytes=1_000, mapping={"customer_id": "Company"}
    )
    assert book.mapping["customer_id"] == "Company"
    assert not any("Firm" in name for name in book.customer_ids)


def test_which_table_of_a_database_is_asked(table: pl.DataFrame, tmp_path: Path) -> None:
    path = as_database(table, tmp_path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table notes as select 1 as x")
    with pytest.raises(rt.NeedsAnswer) as asked:
        rt.read_book(path)
    assert asked.value.questions[0].text == "Which table of the database holds the customers?"
    answers = {"sheet": "stays", "duplicate_ids": "subscriptions"}
    assert rt.read_book(path, answers=answers).ledger.rows_read == table.height
