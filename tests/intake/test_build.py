"""One book, however it is written down; and an account of every row of any file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retention.book import Book
from retention.errors import IntakeError, NeedsAnswer
from retention.intake.interpret.build import build, written
from retention.intake.read.parsing import parse
from retention.intake.table import Dialect
from retention.rules import Rules
from tests.intake.literal import TODAY, adds_up, book, spans

Row = tuple[str, str, date, date | None]
"""customer, segment, first day, first day no longer a customer."""

HEADERS = ("Customer ID", "Segment", "Start date", "Churn date")
LAST = date(2025, 6, 30)
quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def lists(draw: st.DrawFn) -> list[Row]:
    """Customer lists that leave nothing open: a day above twelve in both date columns, one unbroken stay each."""
    ids = draw(st.lists(st.sampled_from(["007", "1E5", "a-b", "Ä1", "12345678901234567890", "x y", "q"]), unique=True))
    days = st.dates(date(2023, 1, 13), LAST)
    rows = [("first", "SMB", date(2023, 1, 13), date(2023, 12, 25)), ("last", "Élite", LAST, None)]
    for who in ids:
        start = draw(days)
        left = draw(st.none() | st.dates(start, LAST))
        rows.append((who, draw(st.sampled_from(["SMB", "Élite", ""])), start, left))
    return rows


def spelled(rows: Sequence[Row], day: str) -> list[list[str]]:
    return [
        [who, segment, format(start, day), "" if left is None else format(left, day)]
        for who, segment, start, left in rows
    ]


def as_csv(
    rows: Sequence[Row], *, delimiter: str = ",", encoding: str = "utf-8", newline: str = "\n", day: str = "%Y-%m-%d"
) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=newline)
    writer.writerows([HEADERS, *spelled(rows, day)])
    return text.getvalue().encode(encoding)


def as_parquet(rows: Sequence[Row]) -> bytes:
    held = io.BytesIO()
    pl.DataFrame(
        rows, schema=dict(zip(HEADERS, (pl.String, pl.String, pl.Date, pl.Date), strict=True)), orient="row"
    ).write_parquet(held)
    return held.getvalue()


def as_workbook(rows: Sequence[Row]) -> bytes:
    held = io.BytesIO()
    pl.DataFrame(
        rows, schema=dict(zip(HEADERS, (pl.String, pl.String, pl.Date, pl.Date), strict=True)), orient="row"
    ).write_excel(held)
    return held.getvalue()


def as_json(rows: Sequence[Row]) -> bytes:
    return json.dumps([dict(zip(HEADERS, row, strict=True)) for row in spelled(rows, "%Y-%m-%d")]).encode()


def read(content: bytes, name: str) -> Book:
    return build(parse(content, name), today=TODAY)


def facts(read: Book) -> tuple[object, ...]:
    segments = read.customers.select("customer_id", "segment").sort("customer_id").collect().rows()
    return read.as_of, spans(read), segments, (read.ledger.rows_used, read.ledger.rows_set_aside)


FORMS: dict[str, Callable[[Sequence[Row]], bytes]] = {
    "semicolons.csv": lambda rows: as_csv(rows, delimiter=";"),
    "tabs.tsv": lambda rows: as_csv(rows, delimiter="\t"),
    "pipes.txt": lambda rows: as_csv(rows, delimiter="|"),
    "windows.csv": lambda rows: as_csv(rows, encoding="cp1252", newline="\r\n"),
    "utf16.csv": lambda rows: as_csv(rows, encoding="utf-16"),
    "bom.csv": lambda rows: as_csv(rows, encoding="utf-8-sig"),
    "day_first.csv": lambda rows: as_csv(rows, day="%d/%m/%Y"),
    "month_first.csv": lambda rows: as_csv(rows, day="%m/%d/%Y"),
    "dots.csv": lambda rows: as_csv(rows, day="%d.%m.%Y"),
    "named.csv": lambda rows: as_csv(rows, day="%d-%b-%Y"),
    "times.csv": lambda rows: as_csv(rows, day="%Y-%m-%dT10:30:00"),
    "book.parquet": as_parquet,
    "book.xlsx": as_workbook,
    "book.json": as_json,
}


@quick
@given(lists(), st.sampled_from(sorted(FORMS)), st.randoms(use_true_random=False))
def test_the_same_list_is_the_same_book_however_it_is_written(rows: list[Row], form: str, shuffle: object) -> None:
    plain = read(as_csv(rows), "book.csv")
    mixed = list(rows)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]
    assert facts(read(FORMS[form](mixed), form)) == facts(plain)
    assert spans(plain) == sorted((who, start, left) for who, _, start, left in rows)


@st.composite
def revenues(draw: st.DrawFn) -> dict[tuple[str, int], int]:
    """What customers paid in which of eight months; the first month and the last are paid by somebody."""
    months = st.integers(0, 7)
    paid = {("always", month): 10 for month in range(8)}
    for who in draw(st.lists(st.sampled_from(["b", "c", "d", "e"]), unique=True)):
        first, length = draw(months), draw(st.integers(1, 8))
        paid |= {(who, month): draw(st.sampled_from([5, 20, 1000])) for month in range(first, min(8, first + length))}
    return paid


@quick
@given(revenues())
def test_revenue_down_and_across_is_the_same_book(paid: dict[tuple[str, int], int]) -> None:
    month = [f"2024-{number:02}" for number in range(1, 9)]
    long = "customer_id,month,mrr\n" + "\n".join(f"{who},{month[at]},{mrr}" for (who, at), mrr in paid.items())
    customers = sorted({who for who, _ in paid})
    wide = f"customer_id,{','.join(month)}\n" + "\n".join(
        f"{who},{','.join(str(paid.get((who, at), '')) for at in range(8))}" for who in customers
    )
    down, across = (
        build(parse(text.encode(), "r.csv"), answers={"billing": "as_is"}, today=TODAY) for text in (long, wide)
    )
    assert spans(down) == spans(across)
    assert down.revenue is not None
    assert across.revenue is not None
    assert sorted(down.revenue.collect().rows()) == sorted(across.revenue.collect().rows())
    for who in customers:
        stays = [(start, left) for name, start, left in spans(down) if name == who]
        for at in range(8):
            day = date(2024, at + 1, 15)
            active = any(start <= day and (left is None or left > day) for start, left in stays)
            assert active == ((who, at) in paid)


odd = st.sampled_from(
    [
        "",
        "a",
        "b",
        "007",
        "2024-01-05",
        "2024-03-01",
        "soon",
        "2027-01-01",
        "9999-12-31",
        "active",
        "churned",
        "trial",
        "-",
        "Total",
    ]
)


@quick
@given(st.lists(st.tuples(odd, odd, odd, odd), min_size=1, max_size=12))
def test_every_row_of_any_list_is_accounted_for(rows: list[tuple[str, ...]]) -> None:
    text = "\n".join(["customer_id,started_on,churned_on,status", *(",".join(row) for row in rows)])
    answers = {"duplicate_ids": "mistake", "status_conflict": "set_aside", "date_order": "day_first", "cut": "churn"}
    try:
        done = build(parse(text.encode(), "odd.csv"), answers=answers, today=TODAY)
    except (IntakeError, NeedsAnswer):
        return
    assert adds_up(done)
    listed = set(done.customers.collect().get_column("customer_id"))
    used = {row[0].strip() for at, row in enumerate(rows, start=2) if at not in _left_out(done)}
    assert listed == used - {""}


def _left_out(done: Book) -> set[int]:
    return set(done.ledger.entries.filter(pl.col("action") == "set aside").get_column("row"))


TEXT = "customer_id,started_on,churned_on\na,2024-01-01,2024-03-01\nb,2024-02-01,"


def test_the_key_hangs_on_everything_a_figure_hangs_on() -> None:
    keys = {
        book(TEXT).key,
        book(TEXT + "\nc,2024-02-01,").key,
        book(TEXT, rules=Rules(paused="churn")).key,
        book(TEXT, answers={"duplicate_ids": "mistake"}).key,
        book(TEXT, mapping={"churned_on": None}).key,
        book(TEXT, as_of=date(2024, 2, 15)).key,
    }
    assert len(keys) == 6
    assert book(TEXT).key == book(TEXT).key


def test_a_book_does_not_hang_on_the_day_it_is_read() -> None:
    later = book(TEXT, today=TODAY + timedelta(days=400))
    assert (later.as_of, later.key) == (book(TEXT).as_of, book(TEXT).key)


def test_a_book_says_what_its_rows_were_taken_for() -> None:
    assert book(TEXT).notes["shape"].startswith("Read as a list")


def test_how_the_file_was_written_is_said() -> None:
    assert (
        book("customer_id;started_on\na;2024-01-01").notes["file"]
        == "Read as text in utf-8, cells parted by semicolons."
    )
    sheet = Dialect("xlsx", sheet="Customers", other_sheets=("Plans",))
    assert written(sheet) == "Read from “Customers” of a file of kind xlsx; not read: Plans."
    assert written(Dialect("json", "utf-8")) == "Read as a file of kind json, in utf-8."
    assert written(Dialect("parquet")) == "Read as a file of kind parquet."
