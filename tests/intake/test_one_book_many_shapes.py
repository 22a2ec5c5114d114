"""One random book written in every shape gives the same counts through each, held against days counted one by one."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.book import Book
from retention.intake.interpret.build import build
from retention.intake.interpret.join_files import Part, build_together
from retention.intake.read.parsing import parse
from retention.metrics.logo import logo_retention
from retention.rules import Rules
from tests.intake.literal import TODAY, adds_up
from tests.intake.test_written_any_way import MONTHS, Cells, Stay, months_of, quick, stays, text

Shape = Callable[[Sequence[Stay]], Cells]
ANSWERS = {
    "billing": "as_is",
    "cut": "churn",
    "duplicate_ids": "subscriptions",
    "period": "month",
    "end_day": "exclusive",
    "words:outcome": '{"refunded in part": "refund"}',
}


def change_log(book: Sequence[Stay]) -> Cells:
    rows = [[str(start), who, "contract signed"] for who, start, _ in book]
    rows += [[str(end), who, "contract terminated"] for who, _, end in book if end is not None]
    return [["Effective on", "Client", "Change"], *sorted(rows), [str(MONTHS[-1]), "Anchor", "contract renewed"]]


def movements(book: Sequence[Stay]) -> Cells:
    rows, seen = [["client", "moved_on", "movement", "mrr_delta"]], set()
    for who, start, end in book:
        rows.append([who, str(start), "reactivation" if who in seen else "new", "70"])
        seen.add(who)
        if len(months_of((who, start, end))) > 3:
            rows.append([who, str(start + timedelta(days=40)), "upgrade", "30"])
        paid = 100 if len(months_of((who, start, end))) > 3 else 70
        if end is not None:
            rows.append([who, str(end), "churn", str(-paid)])
    return [*rows, ["Anchor", str(MONTHS[-1]), "upgrade", "5"]]


def signed_movements(book: Sequence[Stay]) -> Cells:
    named = [["Customer number", "Day", "Change in ARR"]]
    rows = [[who, str(start), "1200"] for who, start, _ in book]
    rows += [[who, str(end), "(1200)"] for who, _, end in book if end is not None]
    return [*named, *rows, ["Anchor", str(MONTHS[-1]), "12"]]


def panel(book: Sequence[Stay]) -> Cells:
    there = {(stay[0], month) for stay in book for month in months_of(stay)}
    who = dict.fromkeys(stay[0] for stay in book)
    rows = [[one, f"{month:%Y-%m}", "yes" if (one, month) in there else "no"] for one in who for month in MONTHS]
    return [["Account", "Month", "Is paying"], *rows]


def snapshots(book: Sequence[Stay]) -> Cells:
    return [["Stichtag", "account_no", "tier"], *([str(m), stay[0], "A"] for stay in book for m in months_of(stay))]


def actives(book: Sequence[Stay]) -> Cells:
    return [["Reporting month", "Member"], *([f"{m:%b %Y}", stay[0]] for stay in book for m in months_of(stay))]


def history(book: Sequence[Stay]) -> Cells:
    rows = [["member_id", "state", "valid_from", "valid_to"]]
    for who, start, end in book:
        held = months_of((who, start, end))
        middle = held[len(held) // 2]
        if middle > start:
            rows.append([who, "active", str(start), str(middle)])
        rows.append([who, "active", str(max(middle, start)), "" if end is None else str(end)])
        if end is not None:
            back = [later for one, later, _ in book if one == who and later > end]
            rows.append([who, "cancelled", str(end), str(min(back)) if back else ""])
    return [*rows, ["Closing", "active", str(MONTHS[-1]), ""]]


def transposed(book: Sequence[Stay]) -> Cells:
    paid = {(stay[0], month) for stay in book for month in months_of(stay)}
    who = [*dict.fromkeys(stay[0] for stay in book)]
    rows = [[f"{month:%Y-%m}", *("9" if (one, month) in paid else "0" for one in who)] for month in MONTHS]
    return [["Period", *who], *rows]


def two_columns(book: Sequence[Stay]) -> Cells:
    rows = [[stay[0], str(m.year), f"{m:%B}", "9"] for stay in book for m in months_of(stay)]
    return [["Client", "Year", "Month", "Revenue"], *rows]


def payments(book: Sequence[Stay]) -> Cells:
    """Paid months, a part of some paid back, and after a stay payments that failed or were charged back."""
    rows = [["Receipt", "Payer ref", "Paid on", "Amount", "Outcome"]]
    for number, (who, start, end) in enumerate(book):
        held = months_of((who, start, end))
        rows += [[f"r{number}.{at}", who, str(m + timedelta(days=8)), "30", "paid"] for at, m in enumerate(held)]
        rows.append([f"r{number}.back", who, str(held[-1] + timedelta(days=20)), "-12", "refunded in part"])
        back = [later for one, later, _ in book if one == who and end is not None and later > end]
        for at, month in enumerate(() if end is None or back else MONTHS[MONTHS.index(end) :][:3]):
            outcome = ("declined", "charged back", "failed")[at]
            rows.append([f"r{number}.bad{at}", who, str(month + timedelta(days=9)), "30", outcome])
    return rows


def year_beside_months(book: Sequence[Stay]) -> Cells:
    paid = {(stay[0], month) for stay in book for month in months_of(stay)}
    who = dict.fromkeys(stay[0] for stay in book)
    named = ["Client", "Year", *(f"{month:%b}" for month in MONTHS[:12])]
    years = [(one, MONTHS[at : at + 12]) for one in who for at in (0, 12)]
    return [named, *([one, str(m[0].year), *("9" if (one, d) in paid else "" for d in m)] for one, m in years)]


SHAPES: dict[str, Shape] = {
    "payments": payments,
    "year beside months": year_beside_months,
    "change log": change_log,
    "movements": movements,
    "signed movements": signed_movements,
    "status panel": panel,
    "snapshots": snapshots,
    "actives by month": actives,
    "history": history,
    "customers across": transposed,
    "year and month": two_columns,
}
WHOLE = {"transposed", "customers across"}
"""Shapes whose rows must keep their order."""


def counted(book: Sequence[Stay], start: date, end: date) -> tuple[int, int]:
    """How many were there on a day, and how many of them on a later day: by looking at every stay."""

    def there(day: date) -> set[str]:
        return {who for who, first, gone in book if first <= day and (gone is None or gone > day)}

    return len(there(start)), len(there(start) & there(end))


def windows(read: Book) -> list[tuple[date, date]]:
    ends = [month - timedelta(days=1) for month in MONTHS[1:]]
    last = [end for end in ends if end <= read.as_of]
    return [(start, end) for start in last for end in last if start < end][::7]


@pytest.mark.parametrize("shape", sorted(SHAPES))
@quick
@given(book=stays(), order=st.integers(0, 99))
def test_a_book_gives_the_same_counts_through_every_shape(shape: str, book: list[Stay], order: int) -> None:
    named, *rows = SHAPES[shape](book)
    if shape not in WHOLE:
        random.Random(order).shuffle(rows)
    answers = {**ANSWERS, **({"across": "yes"} if shape in WHOLE else {})}
    read = build(parse(text()([named, *rows]), "book.csv"), answers=answers, today=TODAY)
    assert adds_up(read)
    assert len(windows(read)) > 20
    for start, end in windows(read):
        row = logo_retention(read, start=start, end=end).row(0, named=True)
        assert (row["starting"], row["retained"]) == counted(book, start, end), (start, end)


@quick
@given(book=stays())
def test_a_list_with_its_payments_counts_like_the_list(book: list[Stay]) -> None:
    listed = [["Client", "Start date", "Churn date"], *([w, str(s), "" if e is None else str(e)] for w, s, e in book)]
    paid = [["client", "month", "mrr"], *([stay[0], f"{m:%Y-%m}", "5"] for stay in book for m in months_of(stay))]
    first, second = (Part(parse(text()(cells), "x.csv"), {}, ANSWERS, Rules()) for cells in (listed, paid))
    read = build_together(first, second, rules=Rules(), today=TODAY)
    for start, end in windows(read):
        row = logo_retention(read, start=start, end=end).row(0, named=True)
        assert (row["starting"], row["retained"]) == counted(book, start, end)


def test_revenue_of_movements_is_the_revenue_of_the_months() -> None:
    book: list[Stay] = [("Anchor", MONTHS[0], None), ("x y", MONTHS[2], MONTHS[9])]
    read = build(parse(text()(signed_movements(book)), "book.csv"), answers=ANSWERS, today=TODAY)
    assert read.revenue is not None
    months = read.revenue.collect().filter(customer_id="x y").sort("month").rows()
    assert months == [("x y", month, 100.0) for month in MONTHS[2:9]]
