"""A number as a segment: bands by plain comparison, null apart, kept by a selection and by a saved analysis."""

from __future__ import annotations

import datetime
from datetime import date
from pathlib import Path

import polars as pl
import pytest

import retention as rt
from retention.book.bands import edges_from
from retention.selection import Bands, Selection, bands_from
from retention.source import Source

SEATS = [0, 9, 10, 49, 50, '"1,900"', None]
FILE = "\n".join(
    ["client,start date,churn date,licences,region"]
    + [f"K{n},2022-0{n + 1}-15,{'2023-06-01' if n % 3 == 0 else ''},{'' if seats is None else seats},North"
       for n, seats in enumerate(SEATS)]
).encode()  # fmt: skip
YEAR = {"start": date(2022, 12, 31), "end": date(2023, 12, 31)}


def book() -> rt.Book:
    return rt.read_book(FILE, name="seats.csv", as_of=date(2024, 1, 31))


def test_every_customer_is_in_one_band_and_null_is_counted_apart() -> None:
    banded = book().banded("licences", [10, 50])
    rows = rt.logo_retention(banded, **YEAR, by="licences_band")
    assert rows["licences_band"].to_list() == ["Under 10", "10 to under 50", "50 and more", None]
    assert rows["starting"].to_list() == [2, 2, 2, 1]
    assert rows["retained"].sum() == rt.logo_retention(book(), **YEAR).item(0, "retained")
    assert banded.key != book().key != book().banded("licences", [10]).key
    assert "licences_band" not in book().attributes


def test_the_age_is_in_completed_months_on_the_day() -> None:
    on = date(2022, 5, 14)
    banded = book().banded("age_months", [2, 3], on=on)
    assert banded.customers.collect()["age_months_band"].to_list() == [
        "3 and more", "2 to under 3", "Under 2", "Under 2", None, None, None,
    ]  # fmt: skip


def test_an_age_follows_the_rule_of_cohorts_where_a_month_lacks_the_day() -> None:
    firms = rt.read_book(b"client,start date\nA,2023-01-31\nB,2023-01-28\nC,2023-02-27\n", name="firms.csv",
                         as_of=date(2023, 6, 30))  # fmt: skip
    banded = firms.banded("age_months", [1], on=date(2023, 2, 28)).customers.collect()
    assert banded["age_months_band"].to_list() == ["1 and more", "1 and more", "Under 1"]


def test_who_has_not_begun_on_the_day_has_no_revenue_to_band() -> None:
    paid = rt.read_book(b"account,month,mrr\na,2023-01,100\na,2023-02,100\nb,2023-02,50\n", name="paid.csv")
    then = paid.banded("mrr", [80], on=date(2023, 1, 31)).customers.collect()
    assert dict(then.select("customer_id", "mrr_band").rows()) == {"a": "80 and more", "b": None}


def test_who_has_left_by_the_day_has_no_revenue_to_band_but_paid_something_at_the_start() -> None:
    rows = [
        ("gone", "2022-12", 900),
        ("stays", "2022-12", 5),
        *(("stays", f"2023-0{month}", 60) for month in (1, 2, 3)),
    ]
    file = "\n".join(["account,month,mrr", *(f"{who},{month},{amount}" for who, month, amount in rows)])
    paid = rt.read_book(file.encode(), name="paid.csv")
    then = paid.banded("mrr", [50], on=date(2023, 2, 28)).customers.collect()
    assert dict(then.select("customer_id", "mrr_band").rows()) == {"gone": None, "stays": "50 and more"}
    first = paid.banded("arr", [600], on="start")
    assert dict(first.customers.select("customer_id", "arr_band").collect().rows()) == {
        "gone": "600 and more", "stays": "Under 600",
    }  # fmt: skip
    with pytest.raises(rt.InputError, match="need a day"):
        paid.banded("age_months", [3], on="start")


def test_revenue_is_that_of_the_day() -> None:
    rows = [f"{who},{month},{amount}" for who, month, amount in
            (("a", "2023-01", 100), ("a", "2023-02", 400), ("b", "2023-01", 300), ("b", "2023-02", 30))]  # fmt: skip
    paid = rt.read_book("\n".join(["account,month,mrr", *rows]).encode(), name="paid.csv")
    then = paid.banded("mrr", [200], on=date(2023, 1, 31)).customers.collect()
    now = paid.banded("arr", [2400]).customers.collect()
    assert dict(then.select("customer_id", "mrr_band").rows()) == {"a": "Under 200", "b": "200 and more"}
    assert dict(now.select("customer_id", "arr_band").rows()) == {"a": "2,400 and more", "b": "Under 2,400"}


def test_a_selection_filters_by_its_bands_writes_them_and_is_saved_with_them(tmp_path: Path) -> None:
    tiers = Bands("licences", (9.0,), date(2023, 1, 31), ("Few", "Many"), "segment")
    starts = Bands("licences", (20.0,), "start", (), "at_start")
    kept = Selection(
        filters=(("licences_band", ("Under 10",)),), bands=(Bands("licences", (10.0, 50.0)), tiers, starts)
    )
    cut = kept.of(book())
    assert cut.customers.collect().select("customer_id", "segment").rows() == [("K0", "Few"), ("K1", "Many")]
    scope = {"book": book(), "pl": pl, "datetime": datetime}
    exec(kept.as_python(), scope)
    assert scope["book"].customers.collect().equals(cut.customers.collect())
    source = Source(rt.read_table(FILE, name="seats.csv"))
    opened = rt.open_analysis(rt.save_analysis(tmp_path / "a.retention", source, kept, rt.board_pack(source.book())))
    assert opened.selection == kept
    assert kept.key != Selection(filters=kept.filters, bands=(Bands("licences", (10.0, 40.0)),)).key


TIERS = {"names": ["SMB", "Mid-Market", "Enterprise"], "attribute": "segment"}


def test_bands_under_published_names_are_the_segment_that_benchmarks_and_every_split_take() -> None:
    banded = book().banded("licences", [10, 50], **TIERS)
    rows = rt.logo_retention(banded, **YEAR, by="segment").select("segment", "starting").rows()
    assert dict(rows) == {"SMB": 2, "Mid-Market": 2, "Enterprise": 2, None: 1}
    held = rt.exhibits.against_benchmark(banded, **YEAR).table
    found = dict(held.select("segment", "band").rows())
    assert (found["SMB"], found["Mid-Market"], found["Enterprise"]) == ("80–85%", "88–92%", "95%+")
    whole = rt.exhibits.against_benchmark(book(), **YEAR)
    assert "standing" in whole.table.columns
    assert any("no segment column" in sentence for sentence in whole.sentences)


def test_a_segment_made_of_a_number_stands_in_for_the_one_the_file_changed_over_time() -> None:
    rows = [f"{who},{start},{end},{tier},{seats}" for who, start, end, tier, seats in
            (("a", "2022-01-01", "2022-12-31", "Low", 5), ("a", "2023-01-01", "2023-12-31", "High", 5),
             ("b", "2022-01-01", "2022-12-31", "High", 90), ("b", "2023-01-01", "2023-12-31", "High", 90))]  # fmt: skip
    file = "\n".join(["account,contract start,contract end,segment,seats", *rows]).encode()
    terms = rt.read_book(file, name="terms.csv", as_of=date(2023, 6, 30), answers={"end_day": "last"})
    assert terms.changes_over_time("segment")
    banded = terms.banded("seats", [50], names=["Few", "Many"], attribute="segment")
    window = {"start": date(2022, 6, 30), "end": date(2023, 6, 30)}
    assert rt.logo_retention(banded, **window, by="segment")["segment"].to_list() == ["Few", "Many"]
    assert rt.logo_retention(terms, **window, by="segment")["segment"].to_list() == ["High", "Low"]


@pytest.mark.parametrize("names", [["one"], ["one", ""], ["one", " one "]])
def test_one_name_a_band_is_needed(names: list[str]) -> None:
    with pytest.raises(rt.InputError, match="name"):
        book().banded("licences", [10], names=names)


def test_bands_as_they_are_typed() -> None:
    made = bands_from("seats", "10; 50", "Small, Mid size; Large", "segment")
    assert made == Bands("seats", (10.0, 50.0), None, ("Small", "Mid size", "Large"), "segment")
    assert bands_from("seats", "10", "").called == "seats_band"


@pytest.mark.parametrize(
    ("edges", "said"),
    [("50 10", "must rise: 10 follows 50"), ("", "at least one"), ("1, x", "number"), ("nan", "number")],
)
def test_edges_that_make_no_bands_are_refused_in_a_sentence(edges: str, said: str) -> None:
    with pytest.raises(rt.InputError, match=said):
        edges_from(edges)


def test_a_column_without_numbers_is_refused_by_name() -> None:
    with pytest.raises(rt.InputError, match="licences"):
        book().banded("region", [1])
