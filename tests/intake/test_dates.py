from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from retention.errors import IntakeError
from retention.intake.values.dates import Dates, read_dates
from tests.intake.literal import asked, book, spans


def read(*cells: str | None, **options: object) -> Dates:
    return read_dates(pl.Series("day", cells, dtype=pl.String), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "cell",
    [
        "2024-01-05", "2024/1/5", "2024.01.05", "20240105", "5 January 2024", "05-Jan-2024", "5 jan 24", "Jan 5, 2024",
        "January 5, 2024", "3rd Jan 2024".replace("3rd", "5th"), "Friday, January 5, 2024", "2024-01-05 23:59:59",
        "2024-01-05T10:00:00.000Z", "2024-01-05 11:30 PM", "45296", "45296.75", "1704412800", "1704412800000",
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(cell: str) -> None:
    assert read(cell).days.to_list() == [date(2024, 1, 5)]


@pytest.mark.parametrize(
    "cell", [None, "", " ", "-", "N/A", "null", "None", "0000-00-00", "0000-00-00 00:00:00", "NaT"]
)
def test_known_tokens_mean_no_date(cell: str | None) -> None:
    cells = read(cell, "2024-01-05")
    assert cells.days.to_list() == [None, date(2024, 1, 5)]
    assert cells.unreadable.to_list() == [False, False]


@pytest.mark.parametrize("cell", ["soon", "2024-13-01", "2023-02-29", "31/31/2024", "yes", "Q3 2024", "12:30"])
def test_other_text_is_unreadable_and_never_empty(cell: str) -> None:
    cells = read(cell, "2024-01-05")
    assert cells.unreadable.to_list() == [True, False]
    assert cells.days[0] is None


def test_days_above_twelve_decide_the_order_of_the_whole_column() -> None:
    assert read("03/04/2024", "25/04/2024").days[0] == date(2024, 4, 3)
    assert read("03/04/2024", "04/25/2024").days[0] == date(2024, 3, 4)


def test_an_order_that_the_column_decides_is_not_overruled() -> None:
    assert read("03/04/2024", "25/04/2024", order="month_first").days[0] == date(2024, 4, 3)


def test_an_order_nothing_decides_is_left_open_and_taken_from_the_caller() -> None:
    assert read("03/04/2024").order == "undecided"
    assert read("03/04/2024", order="month_first").days[0] == date(2024, 3, 4)


def test_days_above_twelve_in_both_places_are_seen() -> None:
    assert read("25/04/2024", "04/25/2024").order == "both"


def test_nonsense_in_both_places_decides_nothing() -> None:
    assert read("99/99/2024", "03/04/2024").order == "undecided"


def test_short_years_are_supplied_and_said() -> None:
    cells = read("05/13/24", "05/13/1999", "05/13/99")
    assert cells.days.to_list() == [date(2024, 5, 13), date(1999, 5, 13), date(1999, 5, 13)]
    assert cells.two_digit_year.to_list() == [True, False, True]


def test_day_numbers_and_epoch_times_are_said() -> None:
    assert read("45296", "1704412800", "2024-01-05").serial.to_list() == [True, True, False]


def test_a_day_centuries_away_means_no_date() -> None:
    cells = read("9999-12-31", "2024-01-05")
    assert cells.days.to_list() == [None, date(2024, 1, 5)]
    assert (cells.never.to_list(), cells.unreadable.to_list()) == ([True, False], [False, False])


def test_a_time_belongs_to_its_day_as_written_unless_utc_is_asked_for() -> None:
    late = "2024-01-05T23:30:00-05:00"
    early = "2024-01-05 00:30 +02:00"
    assert read(late, early).days.to_list() == [date(2024, 1, 5)] * 2
    assert read(late, early, utc=True).days.to_list() == [date(2024, 1, 6), date(2024, 1, 4)]


def test_a_mix_of_times_with_and_without_zone_is_seen() -> None:
    assert read("2024-01-05T10:00:00Z", "2024-01-05 10:00").mixed_zones
    assert not read("2024-01-05T10:00:00Z", "2024-01-05").mixed_zones
    assert not read("2024-01-05T10:00:00Z", "2024-01-06T10:00:00+02:00").mixed_zones


def test_days_without_marks_are_read_in_the_order_their_column_decides() -> None:
    assert read("03152024", "11092023").days.to_list() == [date(2024, 3, 15), date(2023, 11, 9)]
    assert read("15032024", "09112023", None).days.to_list() == [date(2024, 3, 15), date(2023, 11, 9), None]
    assert read("3152024", "11092023").days.to_list() == [date(2024, 3, 15), date(2023, 11, 9)]
    assert read("04052024").order == "undecided"
    assert read("04052024", order="month_first").days[0] == date(2024, 4, 5)
    assert read("31052024", "05312024").order == "both"


def test_days_that_begin_with_their_year_stay_as_they_are() -> None:
    assert read("20240315", "20231109").days.to_list() == [date(2024, 3, 15), date(2023, 11, 9)]
    assert read("20112024", "20111231").days.to_list() == [None, date(2011, 12, 31)]
    assert read("99999999", "12345678").days.to_list() == [None, None]


def test_the_order_under_which_nobody_leaves_before_they_start_is_proposed_first() -> None:
    rows = [("02092023", "04072024"), ("05082023", "06012024"), ("11102023", "12012023"), ("09032023", "")]
    text = "pupil no,enrolled,withdrawn\n" + "\n".join(f"p{at},{first},{last}" for at, (first, last) in enumerate(rows))
    question = asked(text)["date_order"]
    assert [choice.value for choice in question.choices] == ["month_first", "day_first"]
    assert question.evidence[0] == (2, "enrolled", "02092023")
    read_so = book(text, answers={"date_order": "month_first"})
    assert spans(read_so)[0] == ("p0", date(2023, 2, 9), date(2024, 4, 7))


def test_a_column_that_mixes_both_orders_without_marks_is_refused_with_its_rows() -> None:
    with pytest.raises(IntakeError, match=r"row 2 has '31052023', row 3 has '05312023'"):
        book("pupil no,enrolled,withdrawn\na,31052023,\nb,05312023,")
