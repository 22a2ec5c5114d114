"""One book in every shape and dress comes back as the same book; a damaged file never changes a figure in silence."""

from __future__ import annotations

import csv
import gzip
import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retention.book import Book
from retention.errors import IntakeError, NeedsAnswer
from retention.intake.interpret.build import build
from retention.intake.read.parsing import parse
from tests.intake.literal import TODAY, adds_up, spans
from tests.intake.old_workbooks import ods, xls, xlsb, zipped

Stay = tuple[str, date, date | None]
"""Customer, first day, first day no longer a customer; days are first days of months."""
Cells = list[list[str]]

MONTHS = [date(2023 + at // 12, at % 12 + 1, 1) for at in range(24)]
FIRST, LAST = MONTHS[0], MONTHS[-1]
quick = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def stays(draw: st.DrawFn) -> list[Stay]:
    """Customers of whole months, some of whom come back; one is there from the first month to the end of the file."""
    found: list[Stay] = [("Anchor", FIRST, None), ("Early", FIRST, MONTHS[9])]
    for who in draw(st.lists(st.sampled_from(["007", "1E5", "a-b", "Ä1", "x y"]), unique=True, min_size=2)):
        start = draw(st.integers(1, 20))
        end = draw(st.none() | st.integers(start + 1, 22))
        found.append((who, MONTHS[start], None if end is None else MONTHS[end]))
        if end is not None and end < 20 and draw(st.booleans()):
            found.append((who, MONTHS[draw(st.integers(end + 2, 22))], None))
    return found


# Shapes


def months_of(stay: Stay) -> list[date]:
    """The months of a stay, up to the last of the file."""
    return [month for month in MONTHS if month >= stay[1] and (stay[2] is None or month < stay[2])]


def subscriptions(book: Sequence[Stay]) -> Cells:
    """Each stay as contracts that touch or overlap: its first two months, and the whole of the rest."""
    rows = [["Subscription ID", "Customer ID", "Start date", "Ended at"]]
    for number, stay in enumerate(book):
        who, start, end = stay
        last = "" if end is None else str(end)
        held = months_of(stay)
        if len(held) > 3:
            rows += [[f"s{number}a", who, str(start), str(held[2])], [f"s{number}b", who, str(held[1]), last]]
        else:
            rows += [[f"s{number}", who, str(start), last]]
    return rows


def customer_list(book: Sequence[Stay]) -> Cells:
    named = [["Customer ID", "Start date", "Churn date"]]
    return named + [[who, str(start), "" if end is None else str(end)] for who, start, end in book]


def revenue_long(book: Sequence[Stay]) -> Cells:
    named = [["Customer ID", "Month", "MRR"]]
    return named + [[stay[0], f"{month:%Y-%m}", "100"] for stay in book for month in months_of(stay)]


def revenue_wide(book: Sequence[Stay]) -> Cells:
    paid = {(stay[0], month) for stay in book for month in months_of(stay)}
    named = ["Customer ID", *(f"{month:%b-%y}" for month in MONTHS)]
    customers = dict.fromkeys(who for who, *_ in book)
    return [named] + [[who, *("100" if (who, month) in paid else "" for month in MONTHS)] for who in customers]


def events(book: Sequence[Stay]) -> Cells:
    named = [["Invoice ID", "Customer ID", "Invoice date", "Amount"]]
    return named + [
        [f"i{number}.{at}", stay[0], str(month + timedelta(days=14)), "100"]
        for number, stay in enumerate(book)
        for at, month in enumerate(months_of(stay))
    ]


SHAPES: dict[str, Callable[[Sequence[Stay]], Cells]] = {
    "list": customer_list,
    "subscription list": subscriptions,
    "revenue down": revenue_long,
    "revenue across": revenue_wide,
    "events": events,
}
ANSWERS = {"billing": "as_is", "cut": "churn", "duplicate_ids": "subscriptions"}
MORE_ANSWERS = {"events": {"shape": "events", "period": "month"}}


# Dress


@dataclass(frozen=True)
class Dress:
    """How a table is written: rows above and below, blank rows, order, and the file's kind."""

    kind: str
    titles: bool
    totals: bool
    blanks: tuple[int, ...]
    order: int

    def of(self, cells: Cells) -> bytes:
        """The file."""
        named, *rows = cells
        random.Random(self.order).shuffle(rows)
        for at in sorted(self.blanks, reverse=True):
            rows.insert(min(at, len(rows) - 1), [""] * len(named))
        if self.totals:
            rows.append(["Total", *[""] * (len(named) - 2), "999"])
        above = [["Northwind customers"], ["Report of 1 February 2025"]] if self.titles else []
        return KINDS[self.kind]([*above, named, *rows])


def text(delimiter: str = ",", encoding: str = "utf-8", newline: str = "\n") -> Callable[[Cells], bytes]:
    def written(cells: Cells) -> bytes:
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter, lineterminator=newline).writerows(cells)
        return out.getvalue().encode(encoding)

    return written


def workbook(cells: Cells) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("Customers")
        for at, row in enumerate(cells):
            for place, cell in enumerate(row):
                if cell:
                    sheet.write_string(at, place, cell)
    return out.getvalue()


def or_none(cells: Cells) -> list[list[str | None]]:
    return [[cell or None for cell in row] for row in cells]


KINDS: dict[str, Callable[[Cells], bytes]] = {
    "commas": text(),
    "semicolons": text(";", newline="\r\n"),
    "tabs": text("\t", "utf-16"),
    "pipes": text("|", "utf-8-sig"),
    "Latin-1": text(",", "latin-1"),
    "gzip": lambda cells: gzip.compress(text()(cells)),
    "zip": lambda cells: zipped(("out/book.csv", text(";")(cells))),
    "xlsx": workbook,
    "xls": lambda cells: xls(or_none(cells)),
    "xlsb": lambda cells: xlsb(or_none(cells)),
    "ods": lambda cells: ods(or_none(cells)),
}

dresses = st.builds(
    Dress,
    kind=st.sampled_from(sorted(KINDS)),
    titles=st.booleans(),
    totals=st.booleans(),
    blanks=st.lists(st.integers(1, 30), max_size=3).map(tuple),
    order=st.integers(0, 1_000),
)


def read(content: bytes, shape: str = "list") -> Book:
    return build(parse(content, "book"), answers=ANSWERS | MORE_ANSWERS.get(shape, {}), today=TODAY)


@pytest.mark.parametrize("shape", sorted(SHAPES))
@quick
@given(book=stays(), dress=dresses)
def test_a_book_of_any_shape_comes_back_from_any_dress(shape: str, book: list[Stay], dress: Dress) -> None:
    cells = SHAPES[shape](book)
    found = read(dress.of(cells), shape)
    assert spans(found) == sorted(book)
    assert adds_up(found)
    assert found.ledger.rows_used == len(cells) - 1
    assert found.ledger.rows_set_aside == dress.totals
    assert found.ledger.rows_blank == len(dress.blanks)


@quick
@given(
    tenures=st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=5, max_size=20),
    dress=dresses,
)
def test_tenures_come_back_from_any_dress(tenures: list[tuple[int, bool]], dress: Dress) -> None:
    rows = [[f"c{at}", str(months), "Yes" if left else "No"] for at, (months, left) in enumerate(tenures)]
    found = read(dress.of([["customerID", "tenure_months", "Churn"], *rows]))
    assert found.clock == "tenure"
    assert found.ledger.rows_used == len(rows)
    assert (found.ledger.rows_set_aside, found.ledger.rows_blank) == (dress.totals, len(dress.blanks))
    counted = found.customers.select("customer_id", "tenure_months", "churned").collect().sort("customer_id").rows()
    assert counted == sorted((f"c{at}", float(months), left) for at, (months, left) in enumerate(tenures))


# Damage

GOOD = text()(
    customer_list(
        [
            ("Anchor", FIRST, None),
            *((f"customer {at}", MONTHS[at % 20], None if at % 3 else MONTHS[at % 20 + 3]) for at in range(40)),
        ]
    )
)
LINES = GOOD.splitlines(keepends=True)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """The file with bytes flipped, its end cut off, or a piece of itself put in a second time."""
    content = bytearray(GOOD)
    at = draw(st.integers(len(LINES[0]), len(GOOD) - 1))
    match draw(st.sampled_from(["flip", "cut", "splice"])):
        case "flip":
            for place in draw(st.lists(st.integers(len(LINES[0]), len(GOOD) - 1), min_size=1, max_size=4)):
                content[place] ^= 1 << draw(st.integers(0, 7))
        case "cut":
            del content[at:]
        case _:
            length = draw(st.integers(1, 60))
            content[at:at] = content[at : at + length]
    return bytes(content)


@settings(quick, max_examples=80)
@given(damaged())
def test_damage_is_named_or_stays_in_the_rows_it_struck(content: bytes) -> None:
    """Every line that is whole gives the stay it gave, or is named in the account of the rows."""
    try:
        found = build(parse(content, "book.csv"), answers=ANSWERS, today=TODAY)
    except (IntakeError, NeedsAnswer):
        return
    assert adds_up(found)
    read_again = {who: (start, left) for who, start, left in spans(found)}
    set_aside = set(found.ledger.entries.filter(pl.col("action") == "set aside").get_column("row"))
    kept = content.split(b"\n")
    for line in (line.rstrip(b"\n") for line in LINES[1:]):
        who, start, left = line.decode().split(",")
        if kept.count(line) == 1 and sum(row.startswith(f"{who},".encode()) for row in kept) == 1:
            stay = (date.fromisoformat(start), date.fromisoformat(left) if left else None)
            in_the_file = kept.index(line) + 1
            assert read_again.get(who) == stay or in_the_file in set_aside or stay[0] > found.as_of


@settings(quick, max_examples=60)
@given(
    kind=st.sampled_from(["xlsx", "xls", "xlsb", "ods", "zip", "gzip"]),
    flips=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 7)), max_size=3),
    cut=st.none() | st.floats(0.1, 1),
)
def test_damaged_workbooks_and_archives_are_refused_in_a_sentence_or_add_up(
    kind: str, flips: list[tuple[float, int]], cut: float | None
) -> None:
    content = bytearray(KINDS[kind](customer_list([("Anchor", FIRST, None), ("b", MONTHS[3], MONTHS[7])])))
    for share, bit in flips:
        content[int(share * len(content))] ^= 1 << bit
    try:
        found = read(bytes(content[: None if cut is None else int(cut * len(content))]))
    except (IntakeError, NeedsAnswer):
        return
    assert adds_up(found)
