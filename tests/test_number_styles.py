from __future__ import annotations

import pytest

from retention.book import Book
from retention.charts import roi_curve
from retention.currencies import currency_sign
from retention.intake.read.parsing import parse
from retention.number_styles import DATES, FORMATS, NARROW_SPACE, NumberStyle, of_country, sign_of_country
from retention.reading import book_of
from retention.source import Source

CONTINENTAL = NumberStyle("€", *FORMATS["1.234,5"])


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("€1,841,280 at 85.8%", "€1.841.280 at 85,8%"),
        ("1,644 customers, of 3.", "1.644 customers, of 3."),
        ("As of 31 Dec 2025, month 12.", "As of 31 Dec 2025, month 12."),
        ("−€5,579 and 0.65 pts", "−€5.579 and 0,65 pts"),
    ],
)
def test_numbers_change_and_punctuation_stays(written: str, said: str) -> None:
    assert CONTINENTAL.text(written) == said
    assert NumberStyle().text(written) == written


def test_spaces_between_thousands_never_break_a_line() -> None:
    assert NumberStyle("kr ", *FORMATS["1 234,5"]).text("1,841,280.5") == f"1{NARROW_SPACE}841{NARROW_SPACE}280,5"


def test_a_chart_is_written_in_the_style_and_its_numbers_stay_numbers() -> None:
    spec = roi_curve([{"target_rate": 0.858, "net": -1500.5}, {"target_rate": 0.89, "net": 2500.0}],
                     target_rate=0.89, title="1,644 customers", description="x").spec()  # fmt: skip
    styled = CONTINENTAL.chart(spec)
    assert styled["config"]["locale"]["number"]["decimal"] == ","
    assert styled["datasets"]["reached"][0]["net"] == -1500.5
    assert styled["datasets"]["reached"][0]["rate_said"] == "85,8%"
    assert next(p["value"] for p in styled["params"] if p["name"] == "title_full") == ["1.644 customers"]
    assert NumberStyle().chart(spec) is spec


@pytest.mark.parametrize(
    ("locale", "amount", "day", "picker"),
    [
        ("en-US", "1,234.5", "Dec 31, 2025", "MM/DD/YYYY"),
        ("en-GB", "1,234.5", "31 Dec 2025", "DD/MM/YYYY"),
        ("de-AT", "1.234,5", "31 Dec 2025", "DD.MM.YYYY"),
        ("de-CH", "1’234.5", "31 Dec 2025", "DD.MM.YYYY"),
        ("sv", f"1{NARROW_SPACE}234,5", "31 Dec 2025", "YYYY-MM-DD"),
        ("tlh", "1,234.5", "31 Dec 2025", "YYYY/MM/DD"),
        (None, "1,234.5", "31 Dec 2025", "YYYY/MM/DD"),
    ],
)
def test_a_country_writes_numbers_and_days_its_own_way(locale: str | None, amount: str, day: str, picker: str) -> None:
    numbers, dates = of_country(locale)
    style = NumberStyle("$", *list(FORMATS.values())[numbers], *list(DATES.values())[dates])
    assert style.text("1,234.5 as of 31 Dec 2025") == f"{amount} as of {day}"
    assert style.picker == picker


def test_days_with_the_month_first_reach_charts_too() -> None:
    spec = roi_curve([{"target_rate": 0.858, "net": -1500.5}], target_rate=0.89, title="To 1 Mar 2025", description="x")
    styled = NumberStyle(month_first=True).chart(spec.spec())
    assert next(p["value"] for p in styled["params"] if p["name"] == "title_full") == ["To Mar 1, 2025"]
    assert NumberStyle(month_first=True).text("31 Dec|2024") == "Dec 31,|2024"  # the name of a column of a walk, folded


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Paid by account, in CHF\n\nCustomer ID,Start date,ARR\na,2022-01-01,1200\nb,2022-02-01,800\n", "CHF "),
        ("Customer ID,Start date,Yearly fee (GBP)\na,2022-01-01,1200\nb,2022-02-01,800\n", "£"),
        ("Customer ID,Start date,ARR in Euro\na,2022-01-01,1200\nb,2022-02-01,800\n", "€"),
        ("Customer ID,Start date,ARR (USD),Fee (EUR)\na,2022-01-01,1200,3\nb,2022-02-01,800,4\n", "$"),
        ("Fees (EUR)\n\nCustomer ID,Start date,ARR,Old fee USD\na,2022-01-01,12,3\nb,2022-02-01,8,4\n", None),
        ("Customer ID,Start date,ARR PLN\na,2022-01-01,1200\nb,2022-02-01,800\n", "PLN "),
        ("Customer ID,Start date,EUROPE,ARR\na,2022-01-01,yes,1200\nb,2022-02-01,no,800\n", None),
    ],
)
def test_the_sign_is_that_of_a_heading(text: str, sign: str | None) -> None:
    source = Source(parse(text.encode(), "list.csv"))
    assert currency_sign(source, book_of(source)) == sign


@pytest.mark.parametrize(
    ("locale", "sign"),
    [("de-DE", "€"), ("de", "€"), ("fr-CH", "CHF "), ("en-GB", "£"), ("en_US", "$"), ("pt-BR", "R$"), ("es-MX", "MX$"),
     ("es-CL", "$"), ("", "$"), (None, "$")],
)  # fmt: skip
def test_a_file_without_a_currency_takes_that_of_the_browsers_country(locale: str | None, sign: str) -> None:
    assert sign_of_country(locale) == sign


@pytest.mark.parametrize(
    ("columns", "sign"),
    [
        (("Currency", "EUR", "EUR", "1200", "800"), "€"),
        (("Currency", "EUR", "USD", "1200", "800"), "€"),
        (("Plan", "Pro", "Pro", "£1200", "£800"), "£"),
        (("Plan", "Pro", "Pro", "1200 €", "800 €"), "€"),
        (("Plan", "Pro", "Pro", "1200", "800"), None),
    ],
)
def test_the_sign_is_that_of_the_file_where_it_has_one(columns: tuple[str, ...], sign: str | None) -> None:
    head, one, other, arr, less = columns
    written = f"Customer ID,Start date,{head},ARR\na,2022-01-01,{one},{arr}\nb,2022-02-01,{other},{less}\n"
    answers = {"currency": "EUR"} if one != other else {}
    source = Source(parse(written.encode(), "list.csv"), answers=answers)
    book: Book = book_of(source)
    assert currency_sign(source, book) == sign
