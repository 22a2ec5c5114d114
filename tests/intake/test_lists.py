"""Each row of the table of hazards that concerns what a list means."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from retention.errors import IntakeError, answer_in_words
from retention.rules import Rules
from tests.intake.literal import actions, adds_up, asked, book, spans

JAN, FEB, MAR = date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)


def test_a_plain_list_is_a_book() -> None:
    read = book("""
        Customer ID,Name,Segment,Start date,Churn date
        007,Acme,SMB,2024-01-01,2024-03-01
        1E5,Bolt,,2024-02-01,
    """)
    assert spans(read) == [("007", JAN, MAR), ("1E5", FEB, None)]
    assert read.as_of == MAR
    assert read.customers.collect().get_column("segment").to_list() == ["SMB", None]
    assert str(read.ledger) == "2 rows read: 2 used (0 repaired), 0 set aside, 0 blank"


# Churn dates


def test_a_churn_date_that_cannot_be_read_is_set_aside_and_never_active() -> None:
    read = book("""
        customer_id,started_on,churned_on
        a,2024-01-01,2024-03-01
        b,2024-01-01,n.n.
        c,2024-01-01,
    """)
    assert [who for who, *_ in spans(read)] == ["a", "c"]
    assert actions(read) == [(3, "set aside", "the churn date is not a date: when this customer left is unknown")]
    assert read.undated.select("customer_id", "started_on").rows() == [("b", JAN)]
    assert adds_up(read)


@pytest.mark.parametrize("cell", ["", "NULL", "N/A", "-", "0000-00-00", "none"])
def test_known_tokens_in_a_churn_date_mean_active(cell: str) -> None:
    read = book(f"""
        customer_id,started_on,churned_on
        a,2024-01-01,2024-03-01
        b,2024-01-01,{cell}
    """)
    assert spans(read)[1] == ("b", JAN, None)


def test_churn_before_the_start_is_set_aside_with_both_dates() -> None:
    read = book("""
        customer_id,started_on,churned_on
        a,2024-01-01,2024-03-01
        b,2024-03-01,2024-02-28
    """)
    entry = read.ledger.entries.row(0, named=True)
    assert (entry["row"], entry["value"], entry["reason"]) == (
        3, "2024-03-01 to 2024-02-28", "the churn date is before the start",
    )  # fmt: skip


def test_churn_on_the_start_day_is_a_stay_of_no_days() -> None:
    read = book("""
        customer_id,started_on,churned_on
        a,2024-01-01,2024-01-01
        b,2024-01-01,2024-03-01
    """)
    assert spans(read)[0] == ("a", JAN, JAN)


def test_churned_without_a_date_is_set_aside_and_counted() -> None:
    read = book("""
        customer_id,started_on,churned_on,status
        a,2024-01-01,2024-03-01,churned
        b,2024-01-01,,churned
        c,2024-01-01,,active
    """)
    assert [who for who, *_ in spans(read)] == ["a", "c"]
    assert read.undated.get_column("customer_id").to_list() == ["b"]
    assert actions(read) == [(3, "set aside", "left by its status, but without a date")]


def test_churned_without_a_date_asks_whether_a_column_was_missed() -> None:
    text = """
        customer_id,started_on,status,Farewell call
        a,2024-01-01,churned,2024-03-01
        b,2024-01-01,active,
    """
    assert [choice.value for choice in asked(text)["churned_on"].choices] == ["Farewell call", "none"]
    assert spans(book(text, answers={"churned_on": "Farewell call"})) == [("a", JAN, MAR), ("b", JAN, None)]
    assert spans(book(text, answers={"churned_on": "none"})) == [("b", JAN, None)]


def test_a_date_that_means_never_is_no_churn() -> None:
    read = book("""
        customer_id,started_on,churned_on
        a,2024-01-01,9999-12-31
        b,2024-01-01,2024-03-01
    """)
    assert spans(read)[0] == ("a", JAN, None)
    assert actions(read) == [(2, "accepted", "a date that far off means “no end”")]


def test_a_future_churn_is_still_active_and_reported() -> None:
    read = book("""
        customer_id,started_on,churned_on
        a,2024-01-01,2027-06-30
        b,2024-01-01,2024-03-01
    """)
    assert read.as_of == MAR
    assert spans(read)[0] == ("a", JAN, None)
    assert actions(read) == [(2, "accepted", "ends after the as-of date 2024-03-01: still a customer")]


def test_the_end_of_service_counts_before_the_day_it_was_asked_for() -> None:
    text = """
        Customer ID,Start (UTC),Canceled At (UTC),Ended At (UTC)
        a,2024-01-01,2024-02-01,2024-03-01
        b,2024-01-01,,
    """
    assert spans(book(text))[0] == ("a", JAN, MAR)
    assert spans(book(text, rules=Rules(churn_date="requested")))[0] == ("a", JAN, FEB)


def test_a_term_end_that_only_those_have_who_cancelled_is_the_end() -> None:
    read = book("""
        account_code,activated_at,canceled_at,expires_at
        a,2024-01-01,2024-02-01,2024-03-01
        b,2024-01-01,,
    """)
    assert spans(read)[0] == ("a", JAN, MAR)


def test_a_file_with_cancellation_requests_only_says_so() -> None:
    read = book("""
        customer_id,activated_at,cancelled_at
        a,2024-01-01,2024-02-01
        b,2024-01-01,
    """)
    assert "“cancelled_at”, the day it was asked for" in read.notes["churn_date"]


# Status


def test_active_by_status_and_ended_by_date_is_asked() -> None:
    text = """
        customer_id,started_on,churned_on,status
        a,2024-01-01,2024-02-01,active
        b,2024-01-01,2024-03-01,churned
    """
    assert asked(text)["status_conflict"].evidence == ((2, "start to end", "2024-01-01 to 2024-02-01"),)
    assert spans(book(text, answers={"status_conflict": "date"}))[0] == ("a", JAN, FEB)
    assert spans(book(text, answers={"status_conflict": "status"}))[0] == ("a", JAN, None)
    assert [who for who, *_ in spans(book(text, answers={"status_conflict": "set_aside"}))] == ["b"]


def test_churned_by_status_with_a_churn_date_ahead_is_set_aside() -> None:
    read = book("""
        customer_id,started_on,churned_on,status
        a,2024-01-01,2027-06-30,churned
        b,2024-01-01,2024-03-01,churned
    """)
    assert [who for who, *_ in spans(read)] == ["b"]


def test_cancelled_for_the_end_of_a_term_ahead_is_still_active() -> None:
    read = book("""
        customer_id,started_on,churned_on,status
        a,2024-01-01,2027-06-30,cancelled
        b,2024-01-01,2024-03-01,churned
    """)
    assert spans(read)[0] == ("a", JAN, None)


STATUSES = """
    customer_id,started_on,churned_on,status
    a,2024-01-01,,paused
    b,2024-01-01,,past_due
    c,2024-01-01,,trialing
    d,2024-01-01,,incomplete
    e,2024-01-01,2024-03-01,expired
    f,2024-01-01,,non_renewing
"""


@pytest.mark.parametrize(
    ("rules", "customers"),
    [
        (Rules(), "abef"),
        (Rules(paused="churn"), "bef"),
        (Rules(past_due="churn"), "aef"),
        (Rules(trials="active"), "abcef"),
    ],
)
def test_the_rules_say_who_is_a_customer(rules: Rules, customers: str) -> None:
    read = book(STATUSES, rules=rules)
    assert "".join(who for who, *_ in spans(read)) == customers
    assert adds_up(read)


SNOOZING = """
    customer_id,started_on,churned_on,status
    a,2024-01-01,,active
    b,2024-01-01,2024-03-01,churned
    c,2024-01-01,,snoozing
"""


def test_a_status_that_no_list_has_is_asked_about_and_the_others_are_not() -> None:
    question = asked(SNOOZING)["words:status"]
    assert [(word.text, word.rows, word.meaning) for word in question.words] == [
        ("active", 1, "active"), ("churned", 1, "churned"), ("snoozing", 1, "active"),
    ]  # fmt: skip
    assert question.choices[0].value == "as_proposed"
    assert spans(book(SNOOZING, answers={"words:status": "as_proposed"}))[2] == ("c", JAN, None)
    left = book(SNOOZING, answers={"words:status": answer_in_words({"Snoozing": "never"})})
    assert [who for who, *_ in spans(left)] == ["a", "b"]
    assert adds_up(left)


def test_an_export_of_active_customers_only_is_asked_about() -> None:
    rows = "\n".join(f"c{number},2024-01-{number % 28 + 1:02},active" for number in range(40))
    text = f"customer_id,started_on,status\n{rows}"
    assert [choice.value for choice in asked(text)["active_only"].choices] == ["complete", "active_only"]
    assert "active_only" in book(text, answers={"active_only": "active_only"}).notes
    assert "active_only" not in book(text, answers={"active_only": "complete"}).notes


def test_a_file_in_which_nobody_left_says_what_that_means() -> None:
    assert "no_churn" in book("customer_id,started_on\na,2024-01-01\nb,2024-02-01").notes


# Dates


def test_dates_that_can_be_read_two_ways_are_asked() -> None:
    text = """
        customer_id,started_on,churned_on
        a,01/02/2024,
        b,03/01/2024,04/05/2024
    """
    assert asked(text)["date_order"].evidence[0] == (2, "started_on", "01/02/2024")
    assert spans(book(text, answers={"date_order": "day_first"}))[0][1] == FEB
    assert spans(book(text, answers={"date_order": "month_first"}))[0][1] == date(2024, 1, 2)


def test_what_one_date_column_decides_holds_for_the_others() -> None:
    read = book("""
        customer_id,started_on,churned_on,renewal_date
        a,01/02/2024,25/03/2024,05/06/2024
    """)
    assert spans(read) == [("a", FEB, date(2024, 3, 25))]
    assert read.customers.collect().item(0, "renewal_on") == date(2024, 6, 5)


def test_two_orders_in_two_columns_are_each_their_own() -> None:
    read = book("""
        customer_id,started_on,churned_on
        a,25/02/2024,03/26/2024
    """)
    assert spans(read) == [("a", date(2024, 2, 25), date(2024, 3, 26))]


def test_a_renewal_date_nothing_decides_is_asked_too() -> None:
    assert "date_order" in asked("customer_id,started_on,renewal_date\na,2024-01-01,05/06/2024")


def test_both_orders_in_one_column_refuse_the_file_with_the_rows() -> None:
    with pytest.raises(IntakeError, match=r"'started_on' mixes.*row 2 has '25/01/2024'.*row 3 has '01/25/2024'"):
        book("customer_id,started_on\na,25/01/2024\nb,01/25/2024")


def test_repaired_dates_are_named_with_old_and_new_value() -> None:
    read = book("""
        customer_id,started_on,churned_on
        a,01-Jan-24,45352
        b,2024-01-01,
    """)
    assert spans(read)[0] == ("a", JAN, MAR)
    assert read.ledger.entries.select("row", "column", "value", "action").rows() == [
        (2, "started_on", "01-Jan-24 → 2024-01-01", "repaired"),
        (2, "churned_on", "45352 → 2024-03-01", "repaired"),
    ]
    assert read.ledger.rows_repaired == 1


def test_the_zone_of_the_header_decides_the_day() -> None:
    read = book("""
        customer_id,Start (UTC)
        a,2024-01-01T23:30:00-05:00
        b,2024-01-01 23:30
    """)
    assert [start for _, start, _ in spans(read)] == [date(2024, 1, 2), JAN]


def test_times_with_and_without_zone_are_asked() -> None:
    text = """
        customer_id,started_on
        a,2024-01-01T23:30:00-05:00
        b,2024-01-01 23:30
    """
    assert [row for row, *_ in asked(text)["time_zone"].evidence] == [2, 3]
    assert spans(book(text, answers={"time_zone": "as_written"}))[0][1] == JAN
    assert spans(book(text, answers={"time_zone": "utc"}))[0][1] == date(2024, 1, 2)


def test_a_future_start_is_set_aside() -> None:
    read = book("customer_id,started_on\na,2024-01-01\nb,2027-01-01")
    assert actions(read) == [(3, "set aside", "the start lies in the future")]


# Rows


def test_the_same_row_twice_is_one_customer_and_a_repair() -> None:
    read = book("""
        customer_id,started_on,churned_on
        a,2024-01-01,2024-03-01
        a,2024-01-01,2024-03-01
    """)
    assert spans(read) == [("a", JAN, MAR)]
    assert actions(read) == [(3, "repaired", "the same row twice: counted once")]
    assert (read.ledger.rows_used, read.ledger.rows_repaired) == (2, 1)


SAME_ID = """
    customer_id,plan,started_on,churned_on
    a,Basic,2024-01-01,2024-03-01
    a,Pro,2024-02-01,
    b,Pro,2024-01-01,2024-03-01
"""


def test_the_same_id_with_overlapping_stretches_is_asked() -> None:
    assert asked(SAME_ID)["duplicate_ids"].text.startswith("Several rows share a customer id")
    assert spans(book(SAME_ID, answers={"duplicate_ids": "subscriptions"}))[0] == ("a", JAN, None)
    kept_first = book(SAME_ID, answers={"duplicate_ids": "mistake"})
    assert spans(kept_first)[0] == ("a", JAN, MAR)
    assert adds_up(kept_first)


def test_a_customer_who_left_and_came_back_is_accepted() -> None:
    read = book("""
        customer_id,started_on,churned_on
        a,2024-01-01,2024-02-01
        a,2024-03-01,
    """)
    assert spans(read) == [("a", JAN, FEB), ("a", MAR, None)]


def test_touching_terms_merge() -> None:
    read = book("""
        customer_id,contract_start,contract_end
        a,2023-01-01,2024-01-01
        a,2024-01-01,2024-03-01
        b,2023-01-01,2024-01-01
        b,2024-01-01,2024-02-01
    """)
    assert [start for _, start, _ in spans(read)] == [date(2023, 1, 1)] * 2
    assert read.terms is not None
    assert read.terms.collect().height == 4


def test_rows_without_an_id_or_a_start_are_set_aside() -> None:
    read = book("""
        customer_id,started_on,churned_on
        ,2024-01-01,2024-03-01
        b,,2024-03-01
        c,soon,2024-03-01
        d,2024-01-01,2024-03-01
    """)
    assert [reason for *_, reason in actions(read)] == [
        "no customer id",
        "no start date",
        "the start date is not a date",
    ]
    assert adds_up(read)


def test_ids_a_spreadsheet_may_have_damaged_are_named() -> None:
    read = book("customer_id,started_on\n1.23E+15,2024-01-01\n12345678901234567890,2024-01-01")
    assert sorted(who for who, *_ in spans(read)) == ["1.23E+15", "12345678901234567890"]
    assert actions(read) == [(2, "accepted", "an id like 1.2E+15: a spreadsheet may have damaged it")]


@pytest.mark.parametrize("name", ["=cmd()", "<script>", "$x$", "![](http://a.b)", "\u202eabc", "🦆", "x" * 10_000])
def test_names_of_any_kind_are_kept_as_they_are(name: str) -> None:
    read = book(f"customer_id,name,started_on\na,{name},2024-01-01")
    assert read.customers.collect().item(0, "name") == name


@pytest.mark.parametrize("churned", ["", "2024-03-01"])
def test_one_customer_is_a_book(churned: str) -> None:
    assert len(spans(book(f"customer_id,started_on,churned_on\na,2024-01-01,{churned}"))) == 1


# Which day the end is


def ends(*rows: tuple[str, str, str], header: str = "contract_end") -> str:
    return "\n".join([f"account_id,contract_start,{header}", *(",".join(row) for row in rows)])


def test_terms_that_restart_the_day_after_end_on_a_day_covered() -> None:
    read = book(ends(("a", "2023-01-15", "2024-01-14"), ("a", "2024-01-15", "2024-02-14"), ("b", "2024-02-20", "")))
    assert spans(read)[0] == ("a", date(2023, 1, 15), date(2024, 2, 15))
    assert "the last day as a customer" in read.notes["end_day"]


def test_terms_that_restart_on_the_same_day_end_on_a_day_not_covered() -> None:
    read = book(ends(("a", "2023-01-15", "2024-01-15"), ("a", "2024-01-15", "2024-02-15"), ("b", "2024-02-20", "")))
    assert spans(read)[0] == ("a", date(2023, 1, 15), date(2024, 2, 15))
    assert "the first day no longer a customer" in read.notes["end_day"]


def test_ends_on_month_ends_are_days_covered() -> None:
    read = book(ends(("a", "2023-01-01", "2023-12-31"), ("b", "2023-02-01", "2024-01-31"), ("c", "2024-02-20", "")))
    assert spans(read)[0] == ("a", date(2023, 1, 1), date(2024, 1, 1))


def test_ends_that_nothing_decides_are_asked() -> None:
    text = ends(("a", "2023-01-15", "2024-01-14"), ("b", "2024-02-20", ""))
    assert asked(text)["end_day"].evidence == ((2, "contract_end", "2024-01-14"),)
    assert spans(book(text, answers={"end_day": "inclusive"}))[0][2] == date(2024, 1, 15)
    assert spans(book(text, answers={"end_day": "exclusive"}))[0][2] == date(2024, 1, 14)


def test_a_churn_date_is_the_first_day_no_longer_a_customer_even_on_month_ends() -> None:
    read = book("customer_id,started_on,churned_on\na,2024-01-01,2024-02-29\nb,2024-01-01,2024-03-31")
    assert spans(read)[0][2] == date(2024, 2, 29)


# From when to when


def _contracts_cut_at_the_end() -> str:
    rows = [(f"old{n}", "2023-01-01", "2024-01-01") for n in range(3)]
    rows += [(f"old{n}", "2024-01-01", "2025-01-01") for n in range(2)]
    rows += [(f"new{n}", "2024-02-01", "2025-01-01") for n in range(6)]
    return ends(*rows)


def test_contracts_that_all_end_when_the_file_stops_are_no_churn() -> None:
    read = book(_contracts_cut_at_the_end())
    assert read.as_of == date(2024, 12, 31)
    assert [who for who, _, churned in spans(read) if churned] == ["old2"]
    assert "the file stops there" in read.notes["as_of"]


def test_churn_dates_that_all_fall_on_one_late_day_are_asked() -> None:
    rows = "\n".join(f"c{number},2024-0{number + 1}-01,2025-01-01" for number in range(6))
    text = f"customer_id,started_on,churned_on\n{rows}"
    assert [choice.value for choice in asked(text)["cut"].choices] == ["cut", "churn"]
    assert {churned for *_, churned in spans(book(text, answers={"cut": "cut"}))} == {None}
    assert {churned for *_, churned in spans(book(text, answers={"cut": "churn"}))} == {date(2025, 1, 1)}


def test_a_file_that_begins_in_the_middle_of_things_is_left_truncated() -> None:
    rows = [f"c{number},2023-01-05," for number in range(30)] + [f"d{number},2023-0{number}," for number in range(2, 9)]
    text = "customer_id,started_on,churned_on\n" + "\n".join(row + "" for row in rows[:30])
    text += "\n" + "\n".join(f"d{number},2023-{number:02}-05," for number in range(2, 9))
    read = book(text)
    assert read.observed_from == date(2023, 2, 1)
    assert "probably there before the file begins" in read.notes["left_truncated"]


def test_an_even_first_month_is_not_left_truncated() -> None:
    text = "customer_id,started_on\n" + "\n".join(f"c{n},2023-{n % 3 + 1:02}-05" for n in range(30))
    assert book(text).observed_from is None


LATER = """
    customer_id,started_on,churned_on
    a,2024-01-01,2024-03-01
    b,2024-01-01,
    c,2024-02-15,
"""


def test_an_earlier_as_of_date_hides_later_starts_and_reopens_later_churns() -> None:
    read = book(LATER, as_of=FEB)
    assert spans(read) == [("a", JAN, None), ("b", JAN, None)]
    assert actions(read) == [
        (2, "accepted", "ends after the as-of date 2024-02-01: still a customer"),
        (4, "set aside", "starts after the as-of date 2024-02-01"),
    ]
    assert adds_up(read)


def test_a_later_as_of_date_is_taken_as_chosen() -> None:
    read = book(LATER, as_of=date(2024, 12, 31))
    assert (read.as_of, read.notes["as_of"]) == (date(2024, 12, 31), "As of 31 Dec 2024, as chosen.")


def test_renewals_and_scheduled_ends_are_no_facts() -> None:
    read = book("""
        account_id,contract_start,contract_end,renewal_date
        a,2024-01-01,2024-12-31,2025-01-01
        b,2024-03-01,2025-02-28,2025-03-01
    """)
    assert read.as_of == MAR


# What is missing


def test_no_customer_column_is_refused_with_what_was_found() -> None:
    with pytest.raises(IntakeError, match=r"No column says which customer.*found Started, Left.*Name the column"):
        book("Started,Left\n2024-01-01,2024-03-01\n2024-02-01,")


def test_no_start_date_is_refused_with_what_was_found() -> None:
    with pytest.raises(IntakeError, match=r"says when a customer started.*found customer_id, segment"):
        book("customer_id,segment\na,SMB\nb,SMB")


@pytest.mark.parametrize("header", ["Customer ID,Start date,Churn date", "customer,Jan-25,Feb-25,Mar-25", "a,b,c"])
def test_a_header_without_rows_says_that_there_are_no_rows(header: str) -> None:
    with pytest.raises(IntakeError, match=rf"holds no rows, only the headers {header.replace(',', ', ')}\. Check the"):
        book(header)


def test_rows_that_are_all_totals_are_said_to_be_none() -> None:
    text = "Customer ID,Start date,ARR\nTotal,,50\n\nCustomer ID,Start date,ARR\nTotal,,60"
    with pytest.raises(IntakeError, match=r"holds no rows that can be used \(.*looks like a total"):
        book(text)


def test_a_column_in_use_is_not_suggested_as_the_start() -> None:
    with pytest.raises(IntakeError, match=r"Customer ID, Segment\. Name the column"):
        book("Customer ID,Segment\na,SMB\nb,SMB")
    with pytest.raises(IntakeError, match="Perhaps 'started' is it"):
        book("Customer ID,started\na,1\nb,2")


def test_a_key_column_that_is_empty_is_named_as_such() -> None:
    with pytest.raises(IntakeError, match="'Customer ID' is named like one, but it is empty"):
        book("Customer ID,Start date\n,2024-01-01\n,2024-01-02")


def test_an_unrecognised_date_column_is_offered_as_the_start() -> None:
    text = "customer_id,Welcome call\na,2024-01-01\nb,2024-02-01"
    assert [choice.value for choice in asked(text)["started_on"].choices] == ["Welcome call"]
    assert spans(book(text, answers={"started_on": "Welcome call"}))[0] == ("a", JAN, None)


def test_a_file_of_which_no_row_can_be_used_says_why() -> None:
    with pytest.raises(IntakeError, match=r"No row of book.csv could be used \(2 rows: no customer id\)"):
        book("customer_id,started_on,email\n,2024-01-01,x\n-,2024-01-01,y")


def test_a_mapping_overrides_recognition() -> None:
    text = "Acct,Since,Left,customer_id\na,2024-01-01,2024-03-01,x\nb,2024-01-01,,x"
    read = book(text, mapping={"customer_id": "Acct", "started_on": "Since", "churned_on": "Left"})
    assert spans(read) == [("a", JAN, MAR), ("b", JAN, None)]
    assert read.mapping["customer_id"] == "Acct"


def test_a_mapping_can_say_that_there_is_no_such_column() -> None:
    text = "customer_id,started_on,churned_on\na,2024-01-01,2024-03-01\nb,2024-03-05,"
    assert spans(book(text, mapping={"churned_on": None}))[0] == ("a", JAN, None)


def test_where_filters_those_who_left_on_an_unknown_day_too() -> None:
    read = book("""
        customer_id,started_on,churned_on,segment
        a,2024-01-01,later,SMB
        b,2024-01-01,later,Enterprise
        c,2024-01-01,2024-03-01,SMB
    """)
    assert read.where(pl.col("segment") == "SMB").undated.get_column("customer_id").to_list() == ["a"]


def test_an_ended_term_of_a_customer_who_renewed_is_no_conflict() -> None:
    read = book("""
        account_id,contract_start,contract_end,status
        a,2023-01-15,2024-01-15,active
        a,2024-01-15,2027-01-15,active
        b,2023-01-15,2023-06-15,cancelled
        b,2023-06-15,2023-09-15,cancelled
    """)
    assert spans(read)[0] == ("a", date(2023, 1, 15), None)


def test_the_first_payment_is_the_start_before_the_signup() -> None:
    read = book("customer_id,Signup date,First payment date\na,2024-01-01,2024-02-01")
    assert spans(read) == [("a", FEB, None)]


# Nothing says who left

NOBODY_SAID = """
    Account,Start date,Bye,Last login
    a,2023-01-01,2024-05-01,2024-06-01
    b,2023-02-01,,2024-06-01
    c,2023-03-01,2024-04-01,2024-06-01
"""


def test_a_column_that_may_say_who_left_is_asked_about_before_everybody_stays() -> None:
    question = asked(NOBODY_SAID)["churned_on"]
    assert [(choice.value, choice.label) for choice in question.choices] == [
        ("Bye", "“Bye”: 2 of 3 rows have a day in it"),
        ("none", "None of them: nobody in this file has left"),
    ]
    assert question.evidence == ((2, "Bye", "2024-05-01"), (4, "Bye", "2024-04-01"))
    left = book(NOBODY_SAID, answers={"churned_on": "Bye"})
    assert [gone for *_, gone in spans(left)] == [date(2024, 5, 1), None, date(2024, 4, 1)]
    stayed = book(NOBODY_SAID, answers={"churned_on": "none"})
    assert [gone for *_, gone in spans(stayed)] == [None] * 3
    assert "Nobody in this file ever left" in stayed.notes["no_churn"]


@pytest.mark.parametrize(
    "column",
    [
        ["Seen", "2022-05-01", "", "2022-06-01"],  # before the start
        ["Seen", "2024-05-01", "2024-05-01", "2024-05-01"],  # everybody has one
        ["Seen", "", "", ""],
        ["Status", "active", "active", "active"],
        ["Renewal date", "2024-05-01", "", "2024-06-01"],
    ],
)
def test_no_other_column_is_taken_for_one_that_may(column: list[str]) -> None:
    rows = ["Account,Start date", "a,2023-01-01", "b,2023-02-01", "c,2023-03-01"]
    text = "\n".join(f"{row},{cell}" for row, cell in zip(rows, column, strict=True))
    read = book(text, answers={"active_only": "complete"})
    assert [gone for *_, gone in spans(read)] == [None] * 3
