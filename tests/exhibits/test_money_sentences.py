"""The money in words: the walk, cohorts of revenue, renewals ahead and two systems, each with its counts."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

import retention as rt
from retention import exhibits
from retention.exhibits.renewal_sentences import back_test_sentence
from retention.exhibits.revenue_walk import walk_title
from retention.exhibits.two_systems import differences
from retention.metrics.reconcile import reconcile
from tests.strategies import plain_book

YEAR = {"start": date(2023, 6, 30), "end": date(2024, 6, 30)}
MONTHS = [f"{year}-{month:02d}" for year in (2022, 2023, 2024) for month in range(1, 13)]
PAID = {  # customer: (first month, last month, a month)
    "stays": [("2022-03", "2024-06", 300)],
    "leaves": [("2022-03", "2023-12", 200)],
    "shrinks": [("2022-04", "2023-09", 500), ("2023-10", "2024-06", 350)],
    "grows": [("2022-02", "2023-11", 100), ("2023-12", "2024-06", 180)],
    "joins": [("2024-02", "2024-06", 90)],
    "returns": [("2022-05", "2022-12", 60), ("2024-01", "2024-06", 70)],
    "passes": [("2023-08", "2024-01", 40)],
    "before": [("2022-01", "2022-01", 10)],
}


def paid_book() -> rt.Book:
    rows = [
        f"{who},{month},{amount},{'Nord' if who in ('stays', 'leaves') else 'Süd'}"
        for who, stretches in PAID.items()
        for first, last, amount in stretches
        for month in MONTHS[MONTHS.index(first) : MONTHS.index(last) + 1]
    ]
    return rt.read_book("\n".join(["client_id,month,mrr,segment", *rows]).encode(), name="paid.csv")


def test_the_walk_is_told_in_the_unit_that_is_asked_for() -> None:
    year = exhibits.revenue_walk(paid_book(), **YEAR)
    assert year.title == "ARR went from $13.2k to $11.9k, down 10.0%"
    assert year.table.row(0) == (13_200, 2_400, 1_800, 960, 1_080, 840, 11_880)
    assert year.sentences == (
        "Of $13.2k at the opening, $2.4k left and $1.8k shrank; $960 came from customers who pay more, $1.08k from new "
        "ones and $840 from those who came back.",
        "4 customers paid at the opening; behind the moves: 1 left, 1 pays less, 1 pays more, 1 is new, 1 came back.",
    )
    assert year.n == 4
    month = exhibits.revenue_walk(paid_book(), **YEAR, unit="mrr", currency="€")
    assert month.title == "MRR went from €1.1k to €990, down 10.0%"
    assert month.rows()[0]["Left"] == "€200"
    with pytest.raises(rt.InputError, match="arr"):
        exhibits.revenue_walk(paid_book(), **YEAR, unit="tcv")  # type: ignore[arg-type]


@pytest.mark.parametrize("every", ["1mo", "1q", "1y"])
def test_steps_and_what_cancels_inside_sum_to_the_window(every: str) -> None:
    shown = exhibits.revenue_walk_by_step(paid_book(), **YEAR, every=every, unit="mrr").table
    cancel, whole = shown.row(-2, named=True), shown.row(-1, named=True)
    for move in ("churned", "contraction", "expansion", "new", "reactivated"):
        steps = sum(shown.head(shown.height - 3).get_column(move).to_list())
        assert steps + cancel[move] == whole[move]
    assert whole["churned"] == 200


def test_who_came_and_went_inside_is_said() -> None:
    monthly = exhibits.revenue_walk_by_step(paid_book(), **YEAR, every="1mo", unit="mrr")
    assert monthly.sentences == (
        "The steps count $40 more that was lost and $40 more that came than the window as a whole, because it "
        "came and went in between.",
    )
    yearly = exhibits.revenue_walk_by_step(paid_book(), **YEAR, every="1y", unit="mrr")
    assert yearly.sentences == ("The steps add up to the window, move by move.",)


def test_segments_of_a_walk_sum_to_all() -> None:
    rows = exhibits.revenue_walk_by(paid_book(), **YEAR, by="segment", unit="mrr").table
    assert rows.select("segment", "opening", "closing").rows() == [
        ("Nord", 500, 300), ("Süd", 600, 690), ("All", 1_100, 990),
    ]  # fmt: skip


def test_every_bar_opens_its_customers_largest_change_first() -> None:
    gone = exhibits.revenue_movers(paid_book(), move="contraction", **YEAR)
    assert gone.title == "1 customer pays less: −$1.8k of ARR"
    assert gone.table.select("customer_id", "before", "after").rows() == [("shrinks", 6_000, 4_200)]
    assert exhibits.revenue_movers(paid_book(), move="new", **YEAR, hide_names=True).table.item(0, 0) != "joins"


def test_growth_beyond_twofold_is_a_multiple_and_from_nothing_is_none() -> None:
    early = exhibits.revenue_walk(paid_book(), start=date(2022, 1, 31), end=date(2022, 3, 31), unit="mrr")
    assert early.title == "MRR went from $10 to $600, 60.0x as much"
    assert walk_title({"opening": 0.0, "closing": 600.0}, "mrr") == "MRR went from $0 to $600"


def test_revenue_cohorts_stand_with_the_revenue_behind_them() -> None:
    # First quarter of 2022 without January, whose customers may have paid before: stays, leaves and grows, 600 a month.
    shown = exhibits.revenue_cohort_map(paid_book(), age=24)
    first = shown.table.filter((pl.col("cohort") == date(2022, 1, 1)) & (pl.col("age_months") == 24))
    assert first.select("customers", "starting_mrr", "mrr", "least_mrr").row(0) == (3, 600, 480, 400)
    # With the second quarter (shrinks 500 -> 350 and returns 60 -> 70): 900 and 810 of 1,160.
    assert shown.title == "Customers pay 77.6% of their first month after 24 months (NRR)"
    assert shown.sentences == (
        "After 24 months NRR is 77.6% ($900 of $1.16k a month) and GRR 69.8% ($810): 5 customers over 2 complete "
        "cohorts.",
    )
    table = exhibits.revenue_cohort_table(paid_book(), ages=(12, 24), show="grr").table
    assert table.row(-1, named=True)["24 months"] == "70% ($810 of $1.16k)"
    assert table.filter(pl.col("cohort") == "Q1 2022").item(0, "24 months") == "67% ($400 of $600)"
    with pytest.raises(rt.InputError, match="nrr"):
        exhibits.revenue_cohort_map(paid_book(), show="arr")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("counted", "title"),
    [
        ("customers", "Customers kept at 24 months: 66.7% in Q1 2022, 100.0% in Q2 2022"),
        ("nrr", "NRR at 24 months: 80.0% in Q1 2022, 75.0% in Q2 2022"),
        ("grr", "GRR at 24 months: 66.7% in Q1 2022, 73.2% in Q2 2022"),
    ],
)
def test_one_age_across_cohorts_of_both_kinds(counted: str, title: str) -> None:
    shown = exhibits.one_age_trend(paid_book(), age=24, counted=counted)  # type: ignore[arg-type]
    assert shown.title == title
    assert shown.spec() is not None
    assert exhibits.one_age_trend(paid_book(), age=600, counted=counted).title == (  # type: ignore[arg-type]
        "No cohort is complete at 600 months yet"
    )


def yearly_terms(**attributes: list[object]) -> rt.Book:
    """Ten accounts on yearly terms from April 2023, of which one left in 2024; ten more from February 2025."""
    stays = [(f"a{at}", date(2023, 4, 10), date(2024, 4, 10) if at == 0 else None) for at in range(10)]
    return plain_book(stays, date(2024, 12, 31), term_months=[12] * 10, **attributes)


def test_renewals_ahead_have_counts_a_range_and_a_test() -> None:
    book = yearly_terms(arr=[1_000.0] * 10, csm=["Ida"] * 5 + ["Per"] * 5)
    shown = exhibits.renewals_ahead(book)
    # 9 of 10 renewed: p = (9 + 9) / 20 = 90%; all nine who are left are due on 10 April 2025.
    assert shown.title == "9 renewals are due in the next 2 quarters; about 8 should come, $900 of ARR at risk"
    assert shown.table.select("quarter", "due").rows() == [("to 30 Jun 2025", 9)]
    assert shown.sentences[0].startswith("8.1 of 9 customers are expected to renew; in 4 of 5 cases between ")
    assert shown.sentences[-1].startswith(("Made again", "The forecast cannot be tested"))
    split = exhibits.renewals_by(book, by="csm").table
    assert dict(split.select("csm", "due").iter_rows()) == {"Ida": 4, "Per": 5}
    listed = exhibits.renewals_list(book)
    assert listed.n == 9
    assert listed.table.item(0, "chance") == pytest.approx(0.9)


def test_renewals_come_out_the_same_every_time() -> None:
    book = yearly_terms(segment=["x", "y"] * 5, arr=[500.0] * 10)
    first = exhibits.renewals_ahead(book)
    assert all(exhibits.renewals_ahead(book).said == first.said for _ in range(5))


def test_without_terms_there_is_a_sentence_and_nothing_else() -> None:
    book = plain_book([("a", date(2022, 1, 1), None)], date(2024, 12, 31))
    for name in ("renewals_ahead", "renewals_list", "renewals_tested"):
        with pytest.raises(rt.InputError, match="does not say when terms end"):
            getattr(exhibits, name)(book)
    with pytest.raises(rt.InputError, match="does not say when terms end"):
        exhibits.renewals_by(book, by="segment")


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ([], "cannot be tested on this file"),
        ([True], "Made again once with what was known then, the range held the truth 1 of 1 times; too few"),
        ([True] * 6 + [False] * 2, "the range held the truth 6 of 8 times (4 of 5 is what it promises)."),
        ([True] * 4 + [False] * 4, "4 of 8 times, less often than the 4 of 5 it promises: take it as too narrow."),
    ],
)
def test_a_back_test_is_no_surer_than_it_is(held: list[bool], said: str) -> None:
    assert said in back_test_sentence(pl.DataFrame({"inside": held}, schema={"inside": pl.Boolean}))


def ledger(gone: dict[str, date], names: str) -> rt.Book:
    return plain_book([(name, date(2022, 5, 1), gone.get(name)) for name in names.split()], date(2024, 12, 31))


def test_the_same_rate_can_hide_disagreements() -> None:
    window, out = {"start": date(2023, 12, 31), "end": date(2024, 12, 31)}, date(2024, 3, 1)
    crm = ledger({"i": out, "j": out}, "a b c d e f g h i j")
    billing = ledger({"h": out, "i": out}, "a b c d e f g h i k")
    shown = exhibits.two_systems(crm, billing, **window, names=("the CRM", "billing"))
    assert shown.title == "The CRM 80.0%, billing 80.0%: the same rate, and yet 3 customers differ"
    assert shown.sentences == (
        "In the CRM 8 of 10 customers stayed, in billing 8 of 10.",
        "9 customers are in both: matched 9 on their id.",
        "Where they differ: only in the CRM: 1; only in billing: 1; at the close in one alone: 1; end over 31 days "
        "apart: 1. One customer can differ in several ways.",
    )
    assert shown.table.item(0, "step") == "The CRM"
    found = reconcile(crm, billing, **window)
    assert differences(found, names=("A", "B"), kind="only_in_b").select("customer_id", "kind").rows() == [
        ("k", "Only in B")
    ]
    assert "k" not in differences(found, names=("A", "B"), hide_names=True).get_column("customer_id").to_list()


def test_files_of_other_customers_and_of_the_same_are_told_apart() -> None:
    window = {"start": date(2023, 12, 31), "end": date(2024, 12, 31)}
    same = exhibits.two_systems(ledger({}, "a b"), ledger({}, "a b"), **window)
    assert same.title == "The first file 100.0%, the other file 100.0%: no customer differs"
    other = exhibits.two_systems(ledger({}, "a b"), ledger({}, "x y"), **window)
    assert "No customer is in both" in other.sentences[1]


def test_chosen_cohorts_are_compared_each_with_its_counts() -> None:
    quarters = (date(2022, 1, 1), date(2022, 4, 1))
    people = exhibits.cohort_lines(paid_book(), age=24, chosen=quarters)
    assert people.sentences == (
        "Q1 2022 (3 customers): 2 of 3 (66.7%).",
        "Q2 2022 (2 customers): 2 of 2 (100.0%).",
    )
    drawn = people.spec()
    assert drawn is not None
    assert {row["name"] for row in drawn["datasets"]["recent"]} == {"Q1 2022", "Q2 2022"}
    assert len({row["hue"] for row in drawn["datasets"]["recent"]}) == 2
    money = exhibits.revenue_cohort_lines(paid_book(), age=24, show="grr", chosen=(*quarters, date(2019, 1, 1)))
    assert money.sentences == (
        "Q1 2022 (3 customers): $400 of $600 a month (66.7%).",
        "Q2 2022 (2 customers): $410 of $560 a month (73.2%).",
        "Q1 2019: nobody in this selection.",
    )
    again = exhibits.build(money.name, paid_book(), money.arguments)
    assert again.sentences == money.sentences


def test_curves_of_revenue_have_room_above_all_of_it() -> None:
    spec = exhibits.revenue_cohort_lines(paid_book(), cohort="month").spec()
    assert spec is not None
    highest = max(row["rate"] for row in spec["datasets"]["cells"])
    assert next(param["value"] for param in spec["params"] if param["name"] == "top") >= highest > 1


def test_a_cell_of_revenue_opens_its_customers_with_what_they_paid() -> None:
    shown = exhibits.revenue_cohort_members(paid_book(), cohort="quarter", first_day=date(2022, 4, 1), age=26)
    assert shown.title == ("2 customers first paid in Q2 2022, $560 a month; at 26 months, reached by 1 of them, $350.")
    assert shown.table.select("customer_id", "first_paid", "paid_then").rows() == [
        ("shrinks", 500.0, 350.0), ("returns", 60.0, None),
    ]  # fmt: skip
    for cell in rt.revenue_cohorts(paid_book(), cohort="half_year").iter_rows(named=True):
        members = rt.revenue_cohort_customers(
            paid_book(), cohort="half_year", first_day=cell["cohort"], age=cell["age_months"]
        ).collect()
        reached = members.drop_nulls("paid_then")
        assert (members.height, reached.height) == (cell["customers"], cell["eligible"])
        assert reached["first_paid"].sum() == cell["starting_mrr"]
        assert reached["paid_then"].sum() == cell["mrr"]
