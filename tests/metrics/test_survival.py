"""Survival against lifelines, the telco table, every day written out, a simulation, and its own cohorts."""

from __future__ import annotations

import calendar
import csv
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test
from numpy.typing import NDArray

from retention.book import Book, assemble, assemble_tenures
from retention.errors import InputError, NeedsDates
from retention.metrics.cohorts import cohort_retention
from retention.metrics.leaving import when_they_leave
from retention.metrics.survival import Clock, log_rank, survival_curve, survival_summary
from tests.strategies import RawBook, Stretch, book_of, plain_book, raw_books, stretch_table

EXAMPLES = Path(__file__).parents[2] / "../shared/examples"
often = settings(max_examples=60, deadline=None)
AS_OF = date(2024, 6, 30)


def tenure_book(tenure: object, churned: object, **attributes: object) -> Book:
    columns = {"tenure_months": tenure, "churned": churned, **attributes}
    table = pl.DataFrame(columns).with_row_index("customer_id").with_columns(pl.col("customer_id").cast(pl.String))
    return replace(book_of(assemble_tenures(table), AS_OF), clock="tenure")


def random_tenures(seed: int, size: int = 300) -> tuple[NDArray[np.int64], NDArray[np.bool_], list[str]]:
    random = np.random.default_rng(seed)
    tenure = np.minimum(random.geometric(0.08, size) - random.integers(0, 2, size), random.integers(1, 40, size))
    return tenure, random.random(size) < 0.6, random.choice(["a", "b", "c"], size, p=[0.6, 0.3, 0.1]).tolist()


# Against lifelines


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("scale", [1, 0.5])
def test_curve_and_range_equal_lifelines(seed: int, scale: float) -> None:
    tenure, churned, _ = random_tenures(seed)
    curve = survival_curve(tenure_book(tenure * scale if scale != 1 else tenure, churned))
    reference = KaplanMeierFitter().fit(tenure * scale, churned)
    ages = curve["age"].to_numpy()
    np.testing.assert_allclose(curve["survival"], reference.predict(ages).to_numpy(), atol=1e-9)
    events = reference.event_table.loc[[age for age in ages if age in reference.event_table.index]]
    seen = curve.filter(pl.col("age").cast(pl.Float64).is_in(events.index.tolist()))
    assert seen["churned"].to_list() == events["observed"].tolist()
    assert seen["at_risk"].to_list() == events["at_risk"].tolist()
    inside = curve.filter((pl.col("survival") > 0) & (pl.col("survival") < 1))
    bounds = reference.confidence_interval_.reindex(inside["age"].to_numpy(), method="ffill").to_numpy()
    np.testing.assert_allclose(inside.select("low", "high").to_numpy(), bounds, atol=1e-9)
    assert inside.height > 10


@pytest.mark.parametrize("seed", range(6))
def test_log_rank_equals_lifelines(seed: int) -> None:
    tenure, churned, groups = random_tenures(seed)
    found = log_rank(tenure_book(tenure, churned, group=groups), by="group")
    reference = multivariate_logrank_test(tenure, groups, churned)
    assert found is not None
    assert found.degrees == 2
    assert found.statistic == pytest.approx(reference.test_statistic, rel=1e-9)
    assert found.p == pytest.approx(reference.p_value, rel=1e-9)


def test_where_survival_is_one_or_nought_the_range_has_no_width() -> None:
    curve = survival_curve(tenure_book([1, 2, 2, 3, 3], [False, True, False, True, True]))
    assert curve.select("age", "at_risk", "churned", "survival").rows() == [
        (0, 5, 0, 1.0), (1, 5, 0, 1.0), (2, 4, 1, 0.75), (3, 2, 2, 0.0),
    ]  # fmt: skip
    assert curve.filter(pl.col("age") != 2).select(
        (pl.col("low") == pl.col("survival")) & (pl.col("high") == pl.col("survival"))
    ).to_series().all()  # fmt: skip
    assert 0 < curve.item(2, "low") < 0.75 < curve.item(2, "high") < 1


@pytest.fixture(scope="module")
def telco() -> Book:
    path = EXAMPLES / "telco/Telco-Customer-Churn.csv"
    if not path.exists():
        pytest.skip("the telco example is not beside the project")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return tenure_book(
        [int(row["tenure"]) for row in rows],
        [row["Churn"] == "Yes" for row in rows],
        contract=[row["Contract"] for row in rows],
    )


def test_the_telco_table_gives_its_published_curve(telco: Book) -> None:
    curve = survival_curve(telco)
    at = {age: round(survival, 6) for age, survival in curve.select("age", "survival").iter_rows()}
    assert (at[12], at[24], at[60]) == (0.8432, 0.788736, 0.664404)
    found = log_rank(telco, by="contract")
    assert found is not None
    assert (round(found.statistic, 2), found.degrees) == (2352.87, 2)
    assert survival_summary(telco).select("customers", "churned", "returned", "median").row(0) == (
        7043, 1869, None, None,
    )  # fmt: skip
    assert sum(survival_curve(telco, by="contract").filter(pl.col("age") == 0)["at_risk"]) == 7043


# Against every day written out


def anniversary(day: date, months: int) -> date:
    month = day.year * 12 + day.month - 1 + months
    last = calendar.monthrange(month // 12, month % 12 + 1)[1]
    return date(month // 12, month % 12 + 1, min(day.day, last))


def first_stay(stretches: list[tuple[date, date | None]], as_of: date) -> tuple[date, set[date]] | None:
    """A customer's first day, and every day up to the as-of date of the unbroken run that begins there."""
    started = [start for start, _ in stretches if start <= as_of]
    if not started:
        return None
    first = min(started)
    days, day = set(), first
    while day <= as_of and any(start <= day and (end is None or end > day) for start, end in stretches):
        days.add(day)
        day += timedelta(days=1)
    return first, days


def written_out(first: date, days: set[date], as_of: date, clock: Clock, term: int = 12) -> tuple[int, bool] | None:
    """The age at which a customer left or was last seen, one age after the other."""
    if clock == "days":
        return (len(days), False) if max(days, default=date.min) == as_of else (len(days), True)
    step = 1 if clock == "months" else term
    age = 0 if clock == "months" else 1
    if clock == "renewals" and (anniversary(first, step) > as_of or not days):
        return None
    while anniversary(first, step * age) <= as_of:
        if anniversary(first, step * age) not in days:
            return age, True
        age += 1
    return age - 1, False


def table_of(ends: list[tuple[int, bool]]) -> list[tuple[int, int, int]]:
    longest = max((age for age, _ in ends), default=-1)
    return [
        (age, sum(end >= age for end, _ in ends), sum(end == age and left for end, left in ends))
        for age in range(longest + 1)
    ]


@often
@given(raw_books(truncated=True), st.sampled_from(["days", "months", "renewals"]), st.booleans())
def test_every_clock_equals_every_day_written_out(raw: RawBook, clock: Clock, truncated: bool) -> None:
    stays = {}
    for who in raw.customers["customer_id"]:
        stay = first_stay([stretch[1:] for stretch in raw.stretches if stretch[0] == who], raw.as_of)
        if stay is not None:
            stays[who] = stay
    known = {who: stay for who, stay in stays.items() if raw.observed_from is None or stay[0] >= raw.observed_from}
    if known and not truncated:
        stays = known
    # Days on the clock run to the end of the as-of day: the age on that day, not the number of days.
    ends = {}
    for who, (first, days) in stays.items():
        end = written_out(first, days, raw.as_of, clock)
        if clock == "days" and end is not None and not end[1]:
            end = ((raw.as_of - first).days, False)
        if end is not None:
            ends[who] = end
    yearly = raw.customers.with_columns(term_months=pl.lit(12.0))
    facts = assemble(yearly, stretch_table(raw.stretches), observed_from=raw.observed_from)
    book = book_of(facts, raw.as_of)
    found = survival_curve(book, clock=clock, left_truncated=truncated)
    assert found.select("age", "at_risk", "churned").rows() == table_of(list(ends.values()))
    segments = raw.values("segment")
    split = survival_curve(book, by="segment", clock=clock, left_truncated=truncated)
    for segment in {segments[who] for who in stays}:
        mine = split.filter(pl.col("segment").eq_missing(pl.lit(segment))).select("age", "at_risk", "churned")
        assert mine.rows() == table_of([end for who, end in ends.items() if segments[who] == segment])
    summary = survival_summary(book, clock=clock, left_truncated=truncated)
    if summary.height:
        assert summary.item(0, "customers") == len(ends)
        assert summary.item(0, "churned") == sum(left for _, left in ends.values())


def test_the_literal_months_of_a_start_on_the_31st() -> None:
    start = date(2023, 1, 31)
    stretches: list[Stretch] = [
        ("gone on the clamped anniversary", start, date(2023, 2, 28)),
        ("gone the day after", start, date(2023, 3, 1)),
        ("no days at all", start, start),
        ("still there", start, None),
        ("left, whose next anniversary is to come", start, date(2023, 4, 30)),
    ]
    curve = survival_curve(plain_book(stretches, date(2023, 5, 30)))
    assert curve.select("age", "at_risk", "churned").rows() == [(0, 5, 1), (1, 4, 1), (2, 3, 1), (3, 2, 1)]
    earlier = survival_curve(plain_book(stretches, date(2023, 4, 30)))
    assert earlier.select("age", "at_risk", "churned").rows() == [(0, 5, 1), (1, 4, 1), (2, 3, 1), (3, 2, 1)]
    before = survival_curve(plain_book(stretches, date(2023, 4, 29)))
    assert before.select("age", "at_risk", "churned").rows() == [(0, 5, 1), (1, 4, 1), (2, 3, 1)]


# Renewals


def test_only_decisions_faced_count_and_leaving_mid_term_is_a_loss_at_that_terms_decision() -> None:
    stretches: list[Stretch] = [
        ("faced none", date(2023, 9, 1), None),
        ("left in a term that is still running", date(2023, 9, 1), date(2024, 1, 1)),
        ("left in the first year", date(2022, 1, 1), date(2022, 3, 1)),
        ("left at the first renewal", date(2022, 1, 1), date(2023, 1, 1)),
        ("renewed twice", date(2022, 1, 1), None),
        ("left in the second year, half-yearly", date(2022, 1, 1), date(2023, 2, 1)),
    ]
    book = plain_book(stretches, AS_OF, term_months=[None, 12, 12, 12, 12, 6])
    curve = survival_curve(book, clock="renewals")
    assert curve.select("age", "at_risk", "churned").rows() == [(0, 4, 0), (1, 4, 2), (2, 2, 0), (3, 1, 1)]
    assert survival_summary(book, clock="renewals").item(0, "left_out") == 2


def test_terms_of_the_file_are_the_decisions() -> None:
    day = date
    stretches: list[Stretch] = [
        ("two and a half", day(2022, 1, 1), None),
        ("one year", day(2022, 1, 1), day(2023, 1, 1)),
    ]
    terms = pl.DataFrame(
        [
            ("two and a half", day(2022, 1, 1), day(2022, 7, 1)),
            ("two and a half", day(2022, 7, 1), day(2024, 6, 30)),
            ("two and a half", day(2024, 6, 30), day(2025, 6, 30)),
            ("one year", day(2022, 1, 1), day(2023, 1, 1)),
        ],
        schema=["customer_id", "term_start", "term_end"],
        orient="row",
    )
    customers = pl.DataFrame({"customer_id": ["two and a half", "one year"]})
    book = book_of(assemble(customers, stretch_table(stretches), terms=terms), AS_OF)
    curve = survival_curve(book, clock="renewals")
    assert curve.select("age", "at_risk", "churned").rows() == [(0, 2, 0), (1, 2, 1), (2, 1, 0)]


def test_annual_contracts_on_the_renewal_clock() -> None:
    path = EXAMPLES / "annual_contracts/annual_contracts.csv"
    if not path.exists():
        pytest.skip("the annual contracts are not beside the project")
    with path.open(newline="") as file:
        rows = [
            (row["account_id"], date.fromisoformat(row["contract_start"]), date.fromisoformat(row["contract_end"]))
            for row in csv.DictReader(file)
        ]
    terms = pl.DataFrame(rows, schema=["customer_id", "term_start", "term_end"], orient="row")
    customers = terms.select("customer_id").unique(maintain_order=True)
    spans = terms.rename({"term_start": "started_on", "term_end": "churned_on"})
    facts = assemble(customers, spans, terms=terms, observed_from=date(1994, 1, 1))
    curve = survival_curve(book_of(facts, date(2002, 8, 31)), clock="renewals")
    # In plain sets of years: who began after 1993, and in how many unbroken seasons.
    seasons: dict[str, set[int]] = {}
    for who, start, _ in rows:
        seasons.setdefault(who, set()).add(start.year)
    ends = []
    for years in seasons.values():
        first = min(years)
        run = next(length for length in range(1, 20) if first + length not in years)
        if first == 1993 or first == 2001:
            continue
        ends.append((run, True) if first + run <= 2001 else (run - 1, False))
    assert curve.select("age", "at_risk", "churned").rows() == table_of(ends)
    assert curve.item(0, "at_risk") == len(ends) < len(seasons)


# Unbiased


@pytest.mark.parametrize("monthly", [0.03, 0.08])
def test_the_months_clock_is_unbiased_under_staggered_entry(monthly: float) -> None:
    random = np.random.default_rng(11)
    size, begin = 60_000, np.datetime64("2021-01-01")
    days_open = (np.datetime64(AS_OF) - begin).astype(int)
    started = begin + random.integers(0, days_open, size)
    daily = monthly / 30.4375
    churned = started + np.ceil(random.exponential(1 / daily, size)).astype(int)
    ids = pl.int_range(size, eager=True).cast(pl.String)
    spans = pl.DataFrame({"customer_id": ids, "started_on": started, "churned_on": churned}).with_columns(
        pl.when(pl.col("churned_on") <= AS_OF).then("churned_on").alias("churned_on")
    )
    curve = survival_curve(book_of(assemble(spans.select("customer_id"), spans), AS_OF))
    for age in (1, 6, 12, 24, 36):
        row = curve.row(by_predicate=pl.col("age") == age, named=True)
        true = np.exp(-daily * 30.4375 * age)
        error = (row["high"] - row["low"]) / 3.92
        assert row["survival"] == pytest.approx(true, abs=3.5 * error + 0.0005)


def test_a_complete_cohorts_survival_is_its_never_lapsed_retention() -> None:
    random = np.random.default_rng(7)
    stretches: list[Stretch] = []
    for number in range(120):
        start = date(2021, 4, 1) + timedelta(days=int(random.integers(0, 91)))
        left = start + timedelta(days=int(random.integers(0, 900)))
        stretches.append((f"{number}", start, left))
        if number % 5 == 0:
            stretches.append((f"{number}", left + timedelta(days=40), None))
    book = plain_book(stretches, AS_OF)
    cells = cohort_retention(book, lapsed="never", ages=range(36)).filter("complete")
    curve = survival_curve(book)
    assert cells.height == 36
    joined = cells.join(curve, left_on="age_months", right_on="age")
    np.testing.assert_allclose(joined["survival"], joined["logo_retention"], atol=1e-12)
    assert survival_summary(book).item(0, "returned") == 24


# Half-way, and what there is to say about nobody


def test_the_median_is_the_first_age_at_or_under_one_half_or_not_reached() -> None:
    reached = survival_summary(tenure_book([1, 2, 3, 4], [True, True, True, True])).row(0, named=True)
    assert reached["median"] == 2
    assert reached["median_low"] <= 2 <= reached["median_high"]
    assert survival_summary(tenure_book([9, 9, 1], [False, False, True])).item(0, "median") is None
    split = survival_summary(tenure_book([1, 2, 9], [True, True, False], plan=["x", "x", None]), by="plan")
    assert split.select("plan", "customers", "churned", "median").rows() == [("x", 2, 2, 1), (None, 1, 0, None)]


def test_rows_without_a_tenure_or_flag_are_left_out_and_counted() -> None:
    book = tenure_book([1.0, None, 2.0, float("nan")], [True, True, None, False])
    assert survival_summary(book).select("customers", "left_out").row(0) == (1, 3)


def test_a_filtered_book_of_tenures_counts_the_kept() -> None:
    book = tenure_book([1, 2, 3], [True, False, True], plan=["x", "x", "y"])
    assert survival_curve(book.where(pl.col("plan") == "x")).select("age", "at_risk", "churned").rows() == [
        (0, 2, 0), (1, 2, 1), (2, 1, 0),
    ]  # fmt: skip


def test_nobody_gives_an_empty_curve() -> None:
    curve = survival_curve(plain_book([], AS_OF))
    assert curve.is_empty()
    assert curve.columns == ["age", "at_risk", "churned", "survival", "low", "high"]
    nobody_renewed = plain_book([("new", date(2024, 6, 1), None)], AS_OF, plan=["x"])
    assert survival_curve(nobody_renewed, clock="renewals").is_empty()
    assert survival_summary(nobody_renewed, clock="renewals", by="plan").select("plan", "customers", "left_out").row(
        0
    ) == ("x", 0, 1)
    assert log_rank(nobody_renewed, by="plan") is None


def test_two_groups_without_a_loss_have_nothing_to_compare() -> None:
    assert log_rank(tenure_book([1, 2], [False, False], plan=["x", "y"]), by="plan") is None


def test_what_is_refused() -> None:
    book = tenure_book([1], [True])
    with pytest.raises(NeedsDates):
        survival_curve(book, clock="days")
    with pytest.raises(NeedsDates):
        survival_curve(book, clock="renewals")
    with pytest.raises(InputError, match="clock='weeks'"):
        survival_curve(book, clock="weeks")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="no column 'plan'"):
        survival_curve(book, by="plan")
    with pytest.raises(InputError, match="no column 'churned'"):
        survival_curve(book, by="churned")


# When they leave


def test_stages_hold_the_losses_of_their_ages() -> None:
    tenure = [2, 7, 12, 13, 20, 20]
    curve = survival_curve(tenure_book(tenure, [True, True, True, True, True, False]))
    stages = when_they_leave(curve, first_renewal=12)
    assert stages.select("stage", "from_age", "to_age", "churned").rows() == [
        ("onboarding", 0, 3, 1),
        ("before the first renewal", 4, 11, 1),
        ("first renewal", 12, 13, 2),
        ("after the first renewal", 14, 20, 1),
    ]
    assert stages["at_risk"].to_list() == [6 * 3 + 5, 5 * 4 + 4 * 4, 4 + 3, 2 * 7]
    assert stages.item(2, "hazard") == pytest.approx(2 / 7)
    assert stages.item(2, "low") < 2 / 7 < stages.item(2, "high")
    assert stages["share"].sum() == pytest.approx(1)
    for no_stage in (None, 1, 4):
        by_months = when_they_leave(curve, first_renewal=no_stage)
        assert by_months.select("stage", "from_age", "to_age", "churned").rows() == [
            ("first 3 months", 0, 3, 1),
            ("months 4 to 12", 4, 12, 2),
            ("months 13 to 24", 13, 20, 2),
        ]
