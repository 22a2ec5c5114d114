"""One rule for every way in which revenue comes: in a covered month, no row, a blank and a zero are all zero."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import retention as rt
from retention.intake.interpret.build import build
from retention.intake.interpret.join_files import build_together
from retention.rules import Rules
from retention.source import Source
from tests.intake.literal import TODAY, table

MONTHS = [date(2024, month, 1) for month in range(1, 13)]
Amounts = dict[str, list[list[int]]]
"""Per customer and month the amounts of its rows: none, one, or a charge and what went back."""

GOLDEN: Amounts = {
    "A": [[100]] * 12,
    "B": [[100]] * 6 + [[]] * 6,
    "C": [[100]] * 6 + [[60]] * 6,
    "D": [[10], *[[]] * 11],
}
"""D is there in January alone, so that the first month is no edge of what is asked."""
WAYS = ("long", "long with zeros", "wide", "beside a list", "second file, long", "second file, wide", "net")
ZERO_RULES = get_args(Rules.__annotations__["zero_revenue"]) or ("churn", "active")


def long(amounts: Amounts, *, zeros: bool = False, net: bool = False) -> str:
    rows = []
    for who, months in amounts.items():
        for month, cells in zip(MONTHS, months, strict=True):
            written = cells if not net else ([sum(cells)] if cells else [])
            rows += [f"{who},{month:%Y-%m},{amount}" for amount in written or ([0] if zeros else [])]
    return "\n".join(["account_id,month,mrr", *rows])


def wide(amounts: Amounts) -> str:
    header = ",".join(["account_id", *(f"{month:%Y-%m}" for month in MONTHS)])
    rows = [",".join([who, *(str(sum(c)) if c else "" for c in months)]) for who, months in amounts.items()]
    return "\n".join([header, *rows])


def listed(amounts: Amounts, *, months: bool = False) -> str:
    header = ["account_id", "start_date", "churn_date"] + ([f"{month:%Y-%m}" for month in MONTHS] if months else [])
    rows = []
    for who, cells in amounts.items():
        paid = [str(sum(c)) if c else "" for c in cells] if months else []
        rows.append(",".join([who, "2023-11-05", "2024-02-20" if who == "D" else "", *paid]))
    rows.append(",".join(["Z", "2023-01-01", "2024-12-31", *([""] * 12 if months else [])]))
    return "\n".join([",".join(header), *rows])


def read(way: str, amounts: Amounts, rules: Rules) -> rt.Book:
    answers = {"shape": "list", "billing": "as_is", "other.billing": "as_is", "cut": "churn", "end_day": "exclusive"}
    if way.startswith("second"):
        other = table(long(amounts) if way.endswith("long") else wide(amounts), "mrr.csv")
        source = Source(table(listed(amounts)), other, answers=answers, rules=rules)
        one, two = (file.part for file in source.files)
        return build_together(one, two, rules=rules, today=TODAY)
    text = {
        "long": lambda: long(amounts),
        "long with zeros": lambda: long(amounts, zeros=True),
        "net": lambda: long(amounts, net=True),
        "wide": lambda: wide(amounts),
        "beside a list": lambda: listed(amounts, months=True),
    }[way]()
    own = answers if way == "beside a list" else {"billing": "as_is"}
    return build(table(text), answers=own, rules=rules, today=TODAY)


@pytest.mark.parametrize("rule", ZERO_RULES)
@pytest.mark.parametrize("way", WAYS)
def test_the_golden_book_gives_one_figure_in_every_way_and_under_every_rule(way: str, rule: str) -> None:
    book = read(way, GOLDEN, Rules(zero_revenue=rule))  # type: ignore[arg-type]
    row = rt.revenue_retention(book, start=date(2024, 6, 30), end=date(2024, 12, 31)).row(0, named=True)
    assert (row["customers"], row["starting_mrr"]) == (3, 300.0)
    assert row["grr"] == pytest.approx(160 / 300)
    assert row["unknown"] == way.startswith("second")  # Z, of whom the second file holds no row


cells = st.sampled_from(([], [50], [80], [100], [100, -30], [90, -90]))
books = st.lists(st.lists(cells, min_size=12, max_size=12), min_size=2, max_size=5)


def by_hand(amounts: Amounts, opening: int, closing: int) -> tuple[float, float] | None:
    """GRR and NRR by the sentence of the definitions, on plain lists of months."""
    before = [max(sum(months[opening]), 0) for months in amounts.values()]
    after = [max(sum(months[closing]), 0) for months in amounts.values()]
    pairs = [(old, new) for old, new in zip(before, after, strict=True) if old > 0]
    total = sum(old for old, _ in pairs)
    if not total:
        return None
    return sum(min(old, new) for old, new in pairs) / total, sum(new for _, new in pairs) / total


@given(books, st.sampled_from(WAYS), st.sampled_from(ZERO_RULES))
@settings(max_examples=60, deadline=None)
def test_revenue_retention_is_the_same_however_revenue_comes_in(
    months: list[list[list[int]]], way: str, rule: str
) -> None:
    amounts: Amounts = {f"c{number}": cells for number, cells in enumerate(months)}
    amounts["whole"] = [[100]] * 12
    amounts["early"] = [[10], *[[]] * 11]
    book = read(way, amounts, Rules(zero_revenue=rule))  # type: ignore[arg-type]
    found = rt.revenue_retention(book, start=date(2024, 3, 31), end=date(2024, 11, 30)).row(0, named=True)
    expected = by_hand(amounts, 2, 10)
    assert expected is not None
    assert (found["grr"], found["nrr"]) == pytest.approx(expected)


def test_a_month_with_a_charge_and_its_credit_keeps_a_customer_and_a_month_of_credit_alone_does_not() -> None:
    text = "account_id,month,mrr\n" + "\n".join(
        f"{who},2024-{month:02},{amount}"
        for who, amounts in {"kept": (70, 70, 70, -70, 70), "lost": (70, 70, -70)}.items()
        for month, amount in zip((1, 2, 3, 3, 4) if who == "kept" else (1, 2, 3), amounts, strict=True)
    )
    spans = build(table(text), today=TODAY).spans.collect()
    assert spans.filter(customer_id="kept").get_column("churned_on").to_list() == [None]
    assert spans.filter(customer_id="lost").get_column("churned_on").to_list() == [date(2024, 3, 1)]
