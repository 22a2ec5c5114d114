"""The last day a file can speak for, and which day its ends are: never a day to come, and never by chance."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from retention.errors import IntakeError
from tests.intake.literal import TODAY, asked, book, spans


def lines(header: str, *rows: tuple[str, ...]) -> str:
    return "\n".join([header, *(",".join(row) for row in rows)])


def monthly(first: date, number: int) -> str:
    """The first of a month, ``number`` months on."""
    month = first.month - 1 + number
    return str(date(first.year + month // 12, month % 12 + 1, 1))


# Far-off days


@pytest.mark.parametrize("never", ["2099-12-31", "2050-01-01", "2038-01-19", "2199-12-31 23:59:59", "9999-12-31"])
@pytest.mark.parametrize("header", ["member_id,joined,left_on", "member_id,joined,end", "member_id,start,valid_until"])
def test_a_far_off_day_that_runs_on_is_no_end(never: str, header: str) -> None:
    running = [(f"r{n}", f"2024-0{n + 1}-07", never) for n in range(6)]
    text = lines(header, ("gone", "2024-01-02", "2025-03-04"), *running)
    read = book(text, answers={"end_day": "exclusive"})
    assert [who for who, _, ended in spans(read) if ended is not None] == ["gone"]
    assert read.as_of <= TODAY


def test_a_near_day_that_all_share_is_a_scheduled_end_and_not_never() -> None:
    rows = [(f"r{n}", f"2026-0{n + 1}-07", "2027-06-30") for n in range(6)]
    read = book(lines("member_id,contract_start,contract_end", *rows))
    assert read.as_of == date(2026, 6, 7)
    assert {ended for *_, ended in spans(read)} == {None}


def test_a_day_before_the_file_that_many_share_is_no_end() -> None:
    rows = [(f"r{n}", f"2024-0{n + 1}-07", "1970-01-01") for n in range(6)]
    read = book(lines("member_id,joined,left_on", ("gone", "2024-01-02", "2025-03-04"), *rows))
    assert len(spans(read)) == 7
    assert read.ledger.rows_set_aside == 0


# No day to come


def test_no_chosen_day_lies_after_the_day_of_reading() -> None:
    with pytest.raises(IntakeError, match=r"22 Nov 2026 is still to come.*up to 21 Nov 2026"):
        book("customer_id,started_on,churned_on\na,2024-01-01,", as_of=TODAY + timedelta(days=1))


@pytest.mark.parametrize("period", ["month", "quarter", "year"])
def test_a_period_that_is_not_over_is_not_seen(period: str) -> None:
    """Two events a year apart: no day missing at the end is long, and still the period of today is not over."""
    text = "client,purchase_date,total\nx,2025-11-18,10\nx,2026-11-20,10\ny,2024-02-01,10"
    assert book(text, answers={"period": period}).as_of <= TODAY


def test_past_ends_are_facts_where_those_who_run_on_have_theirs_ahead() -> None:
    ahead = [(f"r{n}", f"2024-0{n + 1}-01", "2027-03-31") for n in range(6)]
    read = book(lines("member_id,contract_start,contract_end", ("gone", "2023-05-01", "2026-04-30"), *ahead))
    assert read.as_of == date(2026, 5, 1)


# The cut


def test_monthly_subscriptions_that_all_end_after_the_last_billed_month_are_cut() -> None:
    first = date(2019, 3, 1)
    rows = [(f"s{n}", monthly(first, n), "2020-01-01") for n in range(9)]
    read = book(lines("client_id,subscription_start,subscription_end", *rows, ("gone", "2019-03-01", "2019-08-01")),
                answers={"end_day": "exclusive"})  # fmt: skip
    assert read.as_of == date(2019, 12, 31)
    assert [who for who, _, ended in spans(read) if ended] == ["gone"]
    assert "the day the file stops" in read.notes["cut"]


def test_a_start_on_the_day_of_the_cut_is_no_start_after_it() -> None:
    rows = [(f"s{n}", f"2019-0{n + 1}-01", "2020-01-01") for n in range(8)]
    read = book(lines("client_id,contract_start,contract_end", *rows, ("late", "2020-01-01", "")),
                answers={"end_day": "exclusive"})  # fmt: skip
    assert read.as_of == date(2019, 12, 31)


# The end of the day, and what most gaps say


def test_the_last_minute_of_a_day_covers_it() -> None:
    read = book(lines("subscription_id,client_id,begin_date,ended_at",
                      ("1", "p", "2024-01-01 00:00", "2024-06-30 23:59"), ("2", "p", "2024-07-01 00:00", ""),
                      ("3", "q", "2024-01-01 00:00", "2024-12-31 23:59")))  # fmt: skip
    assert spans(read) == [("p", date(2024, 1, 1), None), ("q", date(2024, 1, 1), date(2025, 1, 1))]


def test_one_end_at_the_last_second_covers_its_day_and_the_others_do_not() -> None:
    rows = [(str(n), f"2024-01-0{n} 08:00:00", f"2025-01-0{n} 08:00:00") for n in range(1, 5)]
    read = book(lines("client_id,joined,left_on", *rows, ("9", "2024-01-09 08:00:00", "2025-01-09 23:59:59")))
    assert [ended for *_, ended in spans(read)] == [date(2025, 1, day) for day in (1, 2, 3, 4, 10)]


def _chain(who: str, gaps: list[int]) -> list[tuple[str, ...]]:
    rows, day = [], date(2021, 1, 5)
    for number, gap in enumerate([*gaps, 0]):
        end = day + timedelta(days=100 + 7 * number)
        rows.append((who, str(day), str(end)))
        day = end + timedelta(days=gap)
    return rows


def test_a_few_restarts_on_the_next_day_decide_nothing() -> None:
    text = lines("client_id,contract_start,contract_end", *_chain("p", [1, 40, 33, 1, 71]), *_chain("q", [9, 52, 18]))
    assert "last day" in asked(text)["end_day"].text


@pytest.mark.parametrize(("gaps", "word"), [([1, 1, 1, 40], "last day"), ([0, 0, 0, 40], "first day no longer")])
def test_most_restarts_decide(gaps: list[int], word: str) -> None:
    read = book(lines("client_id,contract_start,contract_end", *_chain("p", gaps)))
    assert word in read.notes["end_day"]
    assert "3 of 4 terms" in read.notes["end_day"]


def test_a_churn_date_on_the_day_before_most_restarts_is_the_last_day() -> None:
    read = book(lines("client_id,joined,left_on", *_chain("p", [1] * 6), ("q", "2021-01-05", "")))
    assert spans(read)[0] == (
        "p",
        date(2021, 1, 5),
        date.fromisoformat(_chain("p", [1] * 6)[-1][2]) + timedelta(days=1),
    )
