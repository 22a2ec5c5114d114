"""Cohorts by an attribute: shares pooled over complete cohorts, by bands of a number too."""

from __future__ import annotations

from datetime import date

import pytest

import retention as rt
from tests.strategies import plain_book

AS_OF = date(2024, 6, 30)


def firms() -> rt.Book:
    """Six of early 2023 and one whose year is not over; those with few seats leave early."""
    early, late = date(2023, 1, 10), date(2024, 2, 1)
    stays = [("a", early, date(2023, 8, 1)), ("b", early, date(2023, 9, 1)), ("c", early, None), ("d", early, None),
             ("e", early, None), ("f", early, date(2024, 3, 1)), ("g", late, None)]  # fmt: skip
    return plain_book(stays, AS_OF, seats=[3, 4, 5, 80, 90, 70, 60])


def test_complete_cohorts_are_pooled_for_every_band() -> None:
    banded = firms().banded("seats", [50], names=["Few seats", "Many seats"])
    shown = rt.exhibits.cohorts_by(banded, by="seats_band", age=12)
    counts = shown.table.select("seats_band", "cohorts", "retained", "eligible").rows()
    assert counts == [("Many seats", 1, 3, 3), ("Few seats", 1, 1, 3)]
    assert (
        shown.title == "After 12 months Many seats keeps the most, 100.0% (3 of 3); Few seats the least, 33.3% (1 of 3)"
    )
    assert shown.n == 6


@pytest.mark.parametrize(
    ("left", "said"),
    [
        ("", "After 12 months all keep the same, 100.0%"),
        ("ab", "After 12 months South and 1 more keep the most, 100.0%; North the least, 0.0% (0 of 2)"),
        ("abcd", "After 12 months West keeps the most, 100.0% (2 of 2); South and 1 more the least, 0.0%"),
        ("acd", "After 12 months West keeps the most, 100.0% (2 of 2); South the least, 0.0% (0 of 2)"),
    ],
)
def test_who_keeps_the_most_is_named_and_who_shares_it_counted(left: str, said: str) -> None:
    started = date(2022, 2, 3)
    stays = [(who, started, date(2022, 9, 9) if who in left else None) for who in "abcdef"]
    regions = ["North", "North", "South", "South", "West", "West"]
    shown = rt.exhibits.cohorts_by(plain_book(stays, AS_OF, region=regions), by="region", age=12)
    assert shown.title == said


def test_an_age_that_no_cohort_has_reached_is_said() -> None:
    banded = firms().banded("seats", [50])
    shown = rt.exhibits.cohorts_by(banded, by="seats_band", age=36)
    assert shown.table.is_empty()
    assert shown.title == "No cohort by Seats band is complete at 36 months yet"


def test_bands_say_the_day_they_are_of() -> None:
    rows = [f"{who},2023-{month:02d},{amount}" for who, amount in (("a", 9), ("b", 90)) for month in range(1, 13)]
    rows += [f"{who},2022-12,1" for who in "z"]
    paid = rt.read_book("\n".join(["account,month,mrr", *rows]).encode(), name="paid.csv")
    shown = rt.exhibits.cohorts_by(paid.banded("arr", [600], on="start"), by="arr_band", age=3)
    assert shown.sentences[0].endswith("Bands of ARR are those in each customer's first month, whatever came later.")
    assert "by ARR band" in rt.exhibits.cohorts_by(paid.banded("arr", [600], on="start"), by="arr_band", age=36).title
    dated = rt.exhibits.retention_by(paid.banded("mrr", [50], on=date(2023, 6, 30)), by="mrr_band",
                                     start=date(2023, 6, 30), end=date(2023, 12, 31))  # fmt: skip
    assert any("Bands of MRR are those on 30 Jun 2023" in sentence for sentence in dated.sentences)


def test_bands_of_one_day_split_no_cohorts() -> None:
    """Who left before that day has none, so everybody in a band would have stayed."""
    rows = [f"early,2023-{month:02d},90" for month in range(1, 4)] + [f"on,2023-{m:02d},90" for m in range(1, 13)]
    paid = rt.read_book("\n".join(["account,month,mrr", *rows]).encode(), name="paid.csv")
    with pytest.raises(rt.InputError, match="left before it"):
        rt.exhibits.cohorts_by(paid.banded("mrr", [50], on=date(2023, 12, 31)), by="mrr_band", age=3)
    again = paid.banded("mrr", [50], on=date(2023, 12, 31)).banded("mrr", [50], on="start")
    assert rt.exhibits.cohorts_by(again, by="mrr_band", age=3).table.get_column("eligible").to_list() == [2]


def test_who_left_before_an_anniversary_to_come_is_told_apart() -> None:
    # As of 30 Jun 2024 a year is over for those who started by 30 June 2023.
    stays = [
        ("stayed", date(2023, 6, 10), None),
        ("left", date(2023, 6, 12), date(2024, 6, 1)),
        ("gone", date(2023, 8, 31), date(2024, 3, 3)),
        ("gone too", date(2023, 7, 1), date(2023, 7, 1)),  # not for a day
        ("back", date(2023, 7, 5), date(2023, 9, 5)),
        ("back", date(2023, 11, 5), None),
        ("there", date(2023, 9, 9), None),
    ]
    shown = rt.exhibits.cohort_members(plain_book(stays, AS_OF), cohort="year", first_day=date(2023, 1, 1), age=12)
    assert shown.title == ("6 customers started in 2023; at 12 months: 1 left, 2 left already, 2 not yet, 1 stayed.")
    assert shown.sentences == (
        "The 2 who have left already count as lost from the day on which 12 months are over since the start.",
    )
    told = {who: (outcome, day) for who, outcome, day in
            shown.table.select("customer_id", "outcome", "counted_from").rows()}  # fmt: skip
    assert told == {
        "stayed": ("stayed", None), "left": ("left", None), "gone": ("left already", date(2024, 8, 31)),
        "gone too": ("left already", date(2024, 7, 1)), "back": ("not yet", date(2024, 7, 5)),
        "there": ("not yet", date(2024, 9, 9)),
    }  # fmt: skip
    over = rt.exhibits.cohort_members(plain_book(stays, AS_OF), cohort="year", first_day=date(2023, 1, 1), age=6)
    assert "counted_from" not in over.table.columns
    assert over.sentences == ()
