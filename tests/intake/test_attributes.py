from __future__ import annotations

from tests.intake.literal import actions, book


def test_spellings_that_differ_in_case_and_spaces_are_one_and_shown() -> None:
    read = book(
        "customer_id,segment,started_on\na,SMB,2024-01-01\nb,smb,2024-01-01\nc,Smb ,2024-01-01\nd,SMB,2024-01-01"
    )
    assert read.customers.collect().get_column("segment").unique().to_list() == ["SMB"]
    assert "1 cell read as “SMB”: same word, other spelling" in [reason for *_, reason in actions(read)]


def test_cells_that_say_nothing_are_not_recorded_but_na_is_a_region() -> None:
    read = book("customer_id,region,started_on\na,N/A,2024-01-01\nb,NA,2024-01-01\nc,-,2024-01-01\nd,,2024-01-01")
    assert read.customers.collect().get_column("region").to_list() == [None, "NA", None, None]


def test_every_other_column_is_kept_under_its_own_cleaned_name() -> None:
    read = book("customer_id,started_on,Favourite Colour,favourite colour?\na,2024-01-01,red,blue")
    assert read.attributes == ["favourite_colour", "favourite_colour_2"]


def test_a_column_cannot_take_a_name_the_book_needs() -> None:
    read = book("customer_id,started_on,Logo,First started on\na,2024-01-01,x,y")
    assert read.attributes == ["logo_2", "first_started_on_2"]


def test_a_customer_is_described_as_recorded_last() -> None:
    read = book("""
        customer_id,plan,csm,started_on,churned_on
        a,Basic,Ann,2023-01-01,2023-06-01
        a,Pro,,2024-01-01,
    """)
    assert read.customers.select("plan", "csm").collect().rows() == [("Pro", "Ann")]


def test_signals_are_numbers_and_days() -> None:
    read = book("customer_id,started_on,usage,tickets,last_qbr,active_features\na,2024-01-01,62%,1.4,2024-05-01,3")
    row = read.customers.collect().row(0, named=True)
    assert (row["usage_share"], row["tickets_per_month"], row["active_features"]) == (0.62, 1.4, 3.0)
    assert str(row["last_review_on"]) == "2024-05-01"


def test_a_renewal_date_that_cannot_be_read_is_left_out_and_the_customer_stays() -> None:
    read = book("customer_id,started_on,renewal_date\na,2024-01-01,soon\nb,2024-01-01,2025-01-01")
    assert actions(read) == [(2, "value set aside", "not a date: the value is left out, the customer stays")]
