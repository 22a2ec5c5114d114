"""A file whose rows are counts: a column of customers weighs its row only where it clearly is one."""

from __future__ import annotations

import io
from datetime import date

import polars as pl
import pytest

import retention as rt
from retention.coded import is_coded
from retention.intake.read.parsing import parse
from retention.source import Source

WINDOW = {"start": date(2023, 12, 31), "end": date(2024, 12, 31)}
ROWS = [
    ("2023-02-01", "", "Basic", 40),
    ("2023-02-01", "2024-05-01", "Basic", 25),
    ("2023-03-01", "", "Plus", 30),
    ("2023-03-01", "2024-06-01", "Plus", 5),
    ("2024-08-01", "", "Plus", 7),
    ("2024-12-31", "", "Plus", 2),
]


def file_of(headers: str, rows: list[tuple[object, ...]]) -> bytes:
    return "\n".join([headers, *(",".join(map(str, row)) for row in rows)]).encode()


@pytest.mark.parametrize("count", ["customers", "Number of customers", "Logos", "Anzahl Kunden", "n_subscribers"])
def test_rows_that_are_counts_weigh_their_row(count: str) -> None:
    book = rt.read_book(file_of(f"Start date,Churned on,Plan,{count}", ROWS), name="counts.csv")
    assert rt.logo_retention(book, **WINDOW).select("starting", "retained", "new").row(0) == (100, 70, 9)
    by_plan = rt.logo_retention(book, **WINDOW, by="plan")
    assert by_plan.select("plan", "starting", "retained").rows() == [("Basic", 65, 40), ("Plus", 35, 30)]
    assert book.population == 109
    assert "6 groups stand for 109 customers" in book.notes["counted"]
    assert "customers" not in book.attributes


def test_what_count_customers_gives_is_a_file_like_any_other() -> None:
    days = [(date(2023, 1, 1 + n % 3), date(2024, 2, 1) if n % 4 == 0 else None) for n in range(60)]
    spans = [(f"c{n}", *stay) for n, stay in enumerate(days)] + [(f"c{n}", date(2024, 9, 1), None) for n in (0, 12, 24)]
    schema = {"customer_id": pl.String, "started_on": pl.Date, "churned_on": pl.Date}
    each = pl.DataFrame(spans, schema=schema, orient="row").with_columns(tier=pl.lit("gold"))
    asked = {name: name for name in schema}
    counted = rt.count_customers(each, **asked, by=["tier"], as_of=date(2024, 12, 31))
    books = [rt.read_book(table.write_csv().encode(), name="spans.csv") for table in (each, counted)]
    assert [book.population for book in books] == [60, 60]
    assert books[1].height == 7
    ungrouped, grouped = (rt.logo_retention(book, **WINDOW | {"end": date(2024, 9, 1)}) for book in books)
    assert grouped.equals(ungrouped)
    assert ungrouped.item(0, "retained") == 48


@pytest.mark.parametrize(
    "headers",
    [
        "Account ID,Start date,Churned on,customers",
        "Company,Start date,Churned on,Users",
        "id,Start date,Churned on,Logos",
    ],
)
def test_a_number_beside_a_customer_of_its_own_is_no_weight(headers: str) -> None:
    rows = [(f"k{number}", "2023-02-01", "" if number % 3 else "2024-05-01", number + 2) for number in range(12)]
    book = rt.read_book(file_of(headers, rows), name="agencies.csv")
    assert not book.weighted
    assert rt.logo_retention(book, **WINDOW | {"end": date(2024, 5, 1)}).item(0, "starting") == 12


def test_what_is_no_count_is_no_weight() -> None:
    parts = [("2023-02-01", "", "Basic", "40.5"), ("2023-02-01", "2024-05-01", "Basic", 0)]
    with pytest.raises(rt.IntakeError, match="No column says which customer"):
        rt.read_book(file_of("Start date,Churned on,Plan,Customers", parts), name="parts.csv")


def test_groups_under_names_of_their_own_keep_their_spans_together() -> None:
    rows = [("g1", "2023-02-01", "2024-03-01", 40), ("g1", "2024-09-01", "", 40), ("g2", "2023-02-01", "", 60)]
    book = rt.read_book(file_of("Group,Start date,Churned on,Customers", rows), name="groups.csv")
    assert rt.logo_retention(book, **WINDOW | {"end": date(2024, 9, 1)}).select("starting", "retained").row(0) == (
        100,
        100,
    )
    assert rt.compare_conventions(book, start=date(2023, 12, 31), end=date(2024, 9, 1)).select(
        "convention", "kept"
    ).rows()[:2] == [("smsb", 100), ("never_lapsed", 60)]


def test_days_and_counts_of_a_typed_file_are_written_once_and_say_what_text_says() -> None:
    days = [date(2023, 1, 1 + n % 28) for n in range(400)]
    typed = pl.DataFrame(
        {
            "Group": [f"g{n}" for n in range(400)],
            "Start date": days,
            "Churned on": [None if n % 3 else date(2024, 1 + n % 12, 1) for n in range(400)],
            "Customers": pl.Series([10, 9, 9, -1, None] * 80, dtype=pl.Int32),
            "Seats": pl.Series([None] * 400, dtype=pl.Int64),
        }
    )
    stream = io.BytesIO()
    typed.write_parquet(stream)
    table = rt.read_table(stream.getvalue(), name="counts.parquet")
    assert table.frame.equals(rt.read_table(typed.write_csv().encode(), name="counts.csv").frame)
    assert [is_coded(column) for column in table.cells] == [False, True, True, True, True]
    assert [table.distinct(name) for name in typed.columns] == [400, 28, 5, 4, 1]


@pytest.mark.parametrize("counts_first", [True, False])
def test_a_second_file_is_not_joined_to_groups(counts_first: bool) -> None:
    rows = [("g1", "2023-02-01", "2024-03-01", 40), ("g2", "2023-02-01", "", 60)]
    counts = file_of("Group,Start date,Churned on,Customers", rows)
    for other in (
        file_of("Group,Region", [("g1", "North"), ("g2", "South")]),
        file_of("Account,Month,MRR", [("A", "2024-01-01", 10), ("A", "2024-02-01", 10), ("B", "2024-01-01", 20)]),
        counts,
    ):
        first, second = (counts, other) if counts_first else (other, counts)
        with pytest.raises(rt.IntakeError, match=r"counts customers in groups.*cannot be joined.*by=\.\.\."):
            Source(parse(first, "one.csv"), parse(second, "two.csv")).book()


def test_sums_of_revenue_are_no_customers() -> None:
    headers = "kind,opens,closes,customers,starting_mrr,kept_mrr"
    with pytest.raises(rt.IntakeError, match=r"holds sums of revenue.*read_counted_revenue"):
        Source(parse(file_of(headers, [("pair", "2024-01-01", "2025-01-01", 5, 500, 400)] * 3), "sums.csv")).book()
