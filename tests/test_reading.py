"""From a file's bytes to a Book, on real files and on the questions they leave open."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

import retention as rt
from retention.book import Book
from retention.errors import Choice, IntakeError, NeedsAnswer, Question
from retention.intake.read.parsing import parse
from retention.metrics.cohorts import cohort_retention
from retention.metrics.logo import logo_retention
from retention.reading import book_of
from retention.rules import Rules
from retention.source import Source

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "../shared/examples"
needs_examples = pytest.mark.skipif(not EXAMPLES.exists(), reason="the example files are not beside the project")


def told_nothing(path: Path, **options: object) -> Book:
    return book_of(Source(parse(path.read_bytes(), path.name), **options))  # type: ignore[arg-type]


# Real files


@needs_examples
def test_annual_contracts_come_out_exactly_without_a_word() -> None:
    folder = EXAMPLES / "annual_contracts"
    expected = json.loads((folder / "expected.json").read_text())
    book = rt.read_book(folder / "annual_contracts.csv")
    assert book.as_of == date(2002, 8, 31)
    assert book.ledger.rows_used == 15_610
    assert book.customers.collect().height == 4_899
    assert "first day no longer a customer" in book.notes["end_day"]
    assert "the file stops there" in book.notes["as_of"]
    assert book.observed_from == date(1993, 10, 1)
    assert book.terms is not None
    assert book.terms.collect().height == 15_610
    for window in expected["windows"]:
        start, end = date.fromisoformat(window["start"]), date.fromisoformat(window["end"])
        counted = logo_retention(book, start=start, end=end).row(0, named=True)
        names = ("starting", "retained", "churned", "new", "reactivated", "ending")
        assert {name: counted[name] for name in names} == {name: window[name] for name in names}
        assert counted["logo_retention"] == pytest.approx(window["logo_retention"], abs=1e-6)
    cohorts = cohort_retention(book, cohort="year").filter(pl.col("age_months") % 12 == 0).sort("age_months")
    by_year = cohorts.group_by(pl.col("cohort").dt.year().cast(pl.String)).agg("retained")
    assert dict(by_year.rows()) == expected["cohorts_active_after_k_years_excluding_left_truncated_1993"]


@needs_examples
def test_tenures_of_a_telephone_company_give_shares_by_segment() -> None:
    folder = EXAMPLES / "telco"
    expected = json.loads((folder / "expected.json").read_text())
    book = told_nothing(folder / "Telco-Customer-Churn.csv")
    assert (book.clock, book.ledger.rows_used, book.ledger.rows_set_aside) == ("tenure", 7_043, 0)
    customers = book.customers.collect()
    assert int(customers.get_column("churned").sum()) == expected["churned"]
    assert customers.get_column("total_charges").null_count() == expected["blank_TotalCharges"]
    for column, header in (("contract", "Contract"), ("internet_service", "InternetService"), ("gender", "gender")):
        counted = customers.group_by(column).agg(pl.len().alias("n"), pl.col("churned").sum())
        assert {name: (n, churned) for name, n, churned in counted.rows()} == {
            name: (figures["n"], figures["churned"]) for name, figures in expected["by_segment"][header].items()
        }
    with pytest.raises(rt.NeedsDates):
        logo_retention(book, start=date(2020, 1, 31), end=date(2020, 12, 31))


@needs_examples
def test_purchases_without_headers_load_after_two_questions() -> None:
    path = EXAMPLES / "purchases" / "cdnow_sample.txt"
    with pytest.raises(NeedsAnswer) as caught:
        told_nothing(path)
    assert [question.key for question in caught.value.questions] == ["customer_id", "period"]
    assert all(choice.effect for question in caught.value.questions for choice in question.choices)
    likeliest = {caught.value.questions[0].key: caught.value.questions[0].choices[0].value}
    book = told_nothing(path, answers={**likeliest, "period": "quarter"})
    customers = book.customers.collect().get_column("customer_id")
    assert (len(customers), book.ledger.rows_used, book.as_of) == (2_357, 6_919, date(1998, 6, 30))
    assert "00004" in customers
    ends = [date(1997, 3, 31), date(1997, 6, 30), date(1997, 9, 30), date(1997, 12, 31), date(1998, 3, 31), book.as_of]
    rates = [logo_retention(book, start=start, end=end).item(0, "logo_retention") for start, end in pairwise(ends)]
    assert [round(100 * rate, 2) for rate in rates] == [22.23, 40.84, 48.56, 48.51, 44.01]
    cohort = cohort_retention(book, cohort="quarter").get_column("retained").to_list()
    assert cohort == [2357, 524, 418, 404, 384, 300]


CUSTOMERS = {
    "hubspot/company_data", "recharge/customer_data", "recharge/subscription_data",
    "recharge/subscription_history_data", "recurly/subscription_history_data", "stripe/customer_data",
    "zuora/zuora_subscription_data", "zuora/zuora_rate_plan_charge_data",
}  # fmt: skip
ASKED = {
    "recurly/account_history_data", "salesforce/sf_account_data", "salesforce/sf_account_history_data",
    "salesforce/sf_opportunity_data", "salesforce/sf_opportunity_history_data", "salesforce/sf_order_data",
    "stripe/subscription_data", "stripe/subscription_history_data", "stripe/invoice_data", "stripe/discount_data",
    "stripe/subscription_discount_data", "zuora/zuora_account_data", "zuora/zuora_invoice_data",
    "zuora/zuora_invoice_item_data", "recharge/orders_data",
    "recurly/invoice_history_data", "recurly/line_item_history_data", "recurly/account_balance_history_data",
    "hubspot/company_property_history_data",
}  # fmt: skip
"""Tables about customers in which something is open; after its answers each of them loads."""


@needs_examples
@pytest.mark.parametrize("path", sorted((EXAMPLES / "connectors").glob("*/*.csv")), ids=lambda path: path.stem)
def test_connector_tables_load_ask_or_are_refused_and_never_load_wrongly(path: Path) -> None:
    name, answers = f"{path.parent.name}/{path.stem}", dict[str, str]()
    try:
        table = parse(path.read_bytes(), path.name)
        for _ in range(4):
            try:
                book = book_of(Source(table, answers=answers))
                break
            except NeedsAnswer as asked:
                answers |= {question.key: _loading(question).value for question in asked.questions}
    except IntakeError:
        book = None
    if book is None:
        assert name not in CUSTOMERS | ASKED
        return
    assert name in (ASKED if answers else CUSTOMERS)
    assert book.customers.collect().height > 0
    assert book.ledger.rows_read == book.ledger.rows_used + book.ledger.rows_set_aside + book.ledger.rows_blank


def _loading(question: Question) -> Choice:
    """The first answer that loads."""
    return next(choice for choice in question.choices if not choice.effect.startswith("cannot"))


@needs_examples
def test_an_expired_subscription_is_no_churned_customer() -> None:
    book = told_nothing(EXAMPLES / "connectors/recurly/subscription_history_data.csv")
    active = book.spans.filter(pl.col("churned_on").is_null()).collect()
    assert active.get_column("customer_id").n_unique() == book.customers.collect().height == 2


@needs_examples
def test_the_revenue_cube_to_try_agrees_with_the_list_it_was_made_from() -> None:
    cube = told_nothing(ROOT / "data/try_revenue_cube.xlsx")
    sample = told_nothing(ROOT / "data/sample_customers.csv")
    assert cube.as_of == sample.as_of == date(2025, 12, 31)
    ids = cube.customers.collect().get_column("customer_id")
    same = sample.where(pl.col("customer_id").is_in(ids.implode()))
    window = {"start": date(2024, 12, 31), "end": date(2025, 12, 31)}
    names = ["starting", "retained", "churned", "reactivated", "ending"]
    assert logo_retention(cube, **window).select(names).rows() == logo_retention(same, **window).select(names).rows()


# Questions and what each answer would give

OPEN = b"customer_id,started_on,churned_on\na,01/02/2023,\nb,03/01/2023,04/05/2024\nc,05/03/2023,06/06/2024"


def test_each_choice_says_what_it_would_give() -> None:
    with pytest.raises(NeedsAnswer) as caught:
        book_of(Source(parse(OPEN, "open.csv")))
    effects = {choice.value: choice.effect for choice in caught.value.questions[0].choices}
    assert effects == {"day_first": "66.7%: 2 of 3 stayed", "month_first": "66.7%: 2 of 3 stayed"}


def test_an_answer_that_loads_nothing_says_so() -> None:
    content = b"customer_id,started_on,churned_on,status\na,2024-01-01,2024-02-01,active"
    with pytest.raises(NeedsAnswer) as caught:
        book_of(Source(parse(content, "one.csv")))
    effects = {choice.value: choice.effect for choice in caught.value.questions[0].choices}
    assert effects["set_aside"].startswith("cannot be read this way: No row of one.csv")


def test_the_same_file_with_its_answer_is_a_book() -> None:
    assert rt.read_book(OPEN, name="open.csv", answers={"date_order": "day_first"}).as_of == date(2024, 6, 6)


def test_options_reach_the_book() -> None:
    content = b"Acct,Since,customer_id\na,2024-01-01,x\nb,2024-02-01,x"
    book = rt.read_book(
        content,
        name="book.csv",
        as_of=date(2024, 1, 15),
        mapping={"customer_id": "Acct", "started_on": "Since"},
        rules=Rules(paused="churn"),
    )
    assert (book.as_of, book.rules.paused, book.customers.collect().height) == (date(2024, 1, 15), "churn", 1)


STAYS = "customer_id,start_date,churn_date\na,2024-01-01,\nb,2024-01-01,2025-05-01\nc,2025-06-30,\n"
PLANS = "plan,price\nx,1\ny,2\n"


def two_tables(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in (("list.csv", STAYS), ("plans.csv", PLANS)):
            archive.writestr(name, text)
    return path


def test_which_table_is_asked_with_what_each_would_give(tmp_path: Path) -> None:
    file = two_tables(tmp_path / "export.zip")
    with pytest.raises(NeedsAnswer) as asked:
        rt.read_book(file)
    (question,) = asked.value.questions
    assert [choice.effect for choice in question.choices] == [
        "recognised: customer id, started on, churned on; 50.0%: 1 of 2 stayed",
        question.choices[1].effect,
    ]
    assert question.choices[1].effect.startswith("recognised: plan, amount; cannot be read this way: No column says")
    assert rt.read_book(file, answers={"sheet": "list.csv"}).ledger.rows_used == 3


def test_which_table_of_a_second_file_is_asked_under_its_own_key(tmp_path: Path) -> None:
    main = tmp_path / "main.csv"
    main.write_text(STAYS)
    more = tmp_path / "more.csv"
    more.write_text("customer_id,segment\na,SMB\nb,SMB\nc,Ent\n")
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as archive:
        archive.write(more, "more.csv")
        archive.writestr("plans.csv", PLANS)
    with pytest.raises(NeedsAnswer) as asked:
        rt.read_together(main, tmp_path / "more.zip")
    assert [question.key for question in asked.value.questions] == ["other.sheet"]
    book = rt.read_together(main, tmp_path / "more.zip", answers={"other.sheet": "more.csv"})
    assert book.customers.collect()["segment"].to_list() == ["SMB", "SMB", "Ent"]


# Which row names the columns


def in_doubt(names: str) -> bytes:
    """Names of which one is plainly a name and one plainly a value."""
    return (names + "".join(f"C-{at},2023-0{at % 9 + 1}-01,K-{at + 1}\n" for at in range(1, 40))).encode()


def test_names_in_doubt_are_asked_about_with_what_each_row_would_give() -> None:
    with pytest.raises(NeedsAnswer) as asked:
        rt.read_book(in_doubt("Customer,mark,K-1\n"), name="x.csv")
    (question,) = asked.value.questions
    assert (question.key, [choice.value for choice in question.choices]) == ("header_row", ["1", "0"])
    assert all("9 of 9 stayed, 28 Feb 2023 to 31 Aug 2023" in choice.effect for choice in question.choices)
    told = {"header_row": "1", "started_on": "mark"}
    book = rt.read_book(in_doubt("Customer,mark,K-1\n"), name="x.csv", answers=told)
    assert (book.ledger.rows_used, book.mapping["customer_id"]) == (39, "Customer")


def test_the_only_row_that_makes_a_book_is_not_asked_about() -> None:
    book = rt.read_book(in_doubt("Customer,mark,K-1\n"), name="x.csv", mapping={"started_on": "mark"})
    assert book.ledger.rows_used == 39


def test_rows_none_of_which_makes_a_book_are_not_asked_about() -> None:
    with pytest.raises(IntakeError, match="No column says which customer"):
        rt.read_book(b"name,town\nAcme,Berlin\nBolt,Paris\n", name="x.csv")


@pytest.mark.parametrize("nothing", ["-", "NULL", "n/a"])
def test_a_column_without_a_name_is_one_of_dates_however_its_empty_cells_are_written(nothing: str) -> None:
    rows = "".join(f"C-{at},2023-0{at % 9 + 1}-01,{'2024-02-11' if at % 5 == 0 else nothing}\n" for at in range(1, 60))
    book = rt.read_book(rows.encode(), name="x.csv", answers={"cut": "churn"})
    assert book.mapping["churned_on"] == "column_3"
    assert book.spans.collect()["churned_on"].count() == 11


def test_a_second_file_is_told_apart_by_its_own_answers() -> None:
    customers = b"Customer ID,Start date,Churn date\nL1,2022-01-01,\nL2,2022-02-01,2023-03-01\nL3,2022-02-01,\n"
    more = "Customer ID;Ort\nL1;Łódź\nL2;Łuk\nL3;Ślad\n".encode("cp1250")
    book = rt.read_together(customers, more, name="a.csv", other_name="b.csv", answers={"other.encoding": "cp1250"})
    assert book.customers.collect().get_column("ort").to_list() == ["Łódź", "Łuk", "Ślad"]


def test_a_raised_limit_reads_what_the_standard_one_refuses() -> None:
    content = b"Customer ID,Start date\na,2022-01-01\nb,2022-02-01\n"
    with pytest.raises(IntakeError, match="too large"):
        rt.read_book(content, name="x.csv", max_bytes=10)
    assert rt.read_book(content, name="x.csv", max_bytes=100, answers={"active_only": "complete"}).ledger.rows_used == 2
