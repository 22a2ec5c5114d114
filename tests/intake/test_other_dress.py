"""Reports under headings, a year beside months, days with dots, periods of service and logs in other languages."""

from __future__ import annotations

from datetime import date

import pytest

from retention.intake.read.formats.month_sheets import written_month
from tests.intake.literal import actions, adds_up, asked, book, spans

REPORT = """
    Nordwind Ltd
    Revenue by client
    ,Date,Kind,Total
    Ahorn,,,
    ,2024-01-09,Invoice,$40.00
    ,2024-02-09,Invoice,$40.00
    Total for Ahorn,,,$80.00
    Buche,,,
    ,2024-02-12,Invoice,$30.00
    ,2024-03-12,Invoice,$30.00
    Total for Buche,,,$60.00
"""


def test_customers_who_head_their_rows_are_those_of_the_rows_below() -> None:
    read = book(REPORT, answers={"period": "month"})
    assert spans(read) == [("Ahorn", date(2024, 1, 1), date(2024, 3, 1)), ("Buche", date(2024, 2, 1), None)]
    assert adds_up(read)
    assert read.ledger.rows_set_aside == 2
    assert any("2 rows are headings" in reason for _, _, reason in actions(read))


def test_headings_of_another_report_are_nobodys_names() -> None:
    with pytest.raises(Exception, match="No column says which customer"):
        book(REPORT.replace("by client", "by article"), answers={"period": "month"})


@pytest.mark.parametrize(
    ("year", "months"), [("Jahr", "Jan,Feb,Mär,Apr"), ("fiscal year", "january,february,march,april")]
)
def test_a_year_in_a_column_of_its_own_dates_the_months_beside_it(year: str, months: str) -> None:
    read = book(f"Client,{year},{months}\nEiche,2023,,5,5,5\nEiche,2024,5,0,0,0\nFichte,2024,7,7,7,7")
    assert read.revenue is not None
    paid = read.revenue.collect().sort("customer_id", "month").select("customer_id", "month").rows()
    assert [month for who, month in paid if who == "Eiche"][:3] == [date(2023, month, 1) for month in (2, 3, 4)]
    assert spans(read)[-1][:2] == ("Fichte", date(2024, 1, 1))


def test_months_of_one_year_each_are_totals_still() -> None:
    assert "year" in asked("Client,Jan,Feb,Mar\nEiche,5,5,5\nFichte,7,7,7")


def test_customers_across_may_have_names_that_hold_words_of_results() -> None:
    months = [date(2024, month, 1) for month in range(1, 5)]
    named = ["Larry Barracks", "Narrow Ltd", "Rosewood", "Ash", "Oak", "Elm", "Pine"]
    rows = "\n".join(
        f"{month:%b %Y},{','.join(['12.50', '–'][(at + month.month) % 2] for at in range(7))}" for month in months
    )
    assert len({who for who, _, _ in spans(book(f"Month,{','.join(named)}\n{rows}", answers={"across": "yes"}))}) == 7


def test_days_with_dots_between_the_numbers_begin_with_the_day() -> None:
    assert spans(book("Klant,Begin,Einde\na,03.04.2024,05.06.2024"))[0] == ("a", date(2024, 4, 3), date(2024, 6, 5))
    assert "date_order" in asked("Klant,Begin,Einde\na,03/04/2024,05/06/2024")


def test_the_order_in_which_months_run_through_the_year_is_offered_first() -> None:
    rows = "\n".join(f"k,{month}/8/2024,9" for month in range(1, 10))
    assert [one.value for one in asked(f"client,paid on,amount\n{rows}")["date_order"].choices] == [
        "month_first", "day_first",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "named",
    [
        "Debitor,Belegnr,Rechnungsbetrag,Zeitraum ab,Zeitraum bis", "client,facture,montant,couvre du,couvre au",
        "cliente,recibo,importe,servicio desde,servicio hasta", "klant,factuur,bedrag,dienst van,dienst tot",
    ],
)  # fmt: skip
def test_days_of_service_are_understood_in_other_languages(named: str) -> None:
    ends = ("2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30")
    rows = "\n".join(f"k{at % 2},n{at},20,{ends[at // 2][:8]}01,{ends[at // 2]}" for at in range(7))
    read = book(f"{named}\n{rows}")
    assert [(who, start) for who, start, _ in spans(read)] == [("k0", date(2024, 1, 1)), ("k1", date(2024, 1, 1))]
    assert read.terms is not None


def test_a_log_of_old_and_new_states_is_read_by_the_new() -> None:
    log = [("Prospekt", "Kunde", "2024-01-04"), ("Kunde", "Ex-Kunde", "2024-05-09")]
    rows = "\n".join(f"h{at},{old},{new},{day}" for at in range(4) for old, new, day in log[: 1 + at % 2])
    read = book(f"Konto,Previous phase,New phase,Changed on\n{rows}")
    assert [end for _, _, end in spans(read)] == [None, date(2024, 5, 9), None, date(2024, 5, 9)]


def test_a_word_is_proposed_as_an_end_by_its_place_only_where_no_known_word_ends() -> None:
    rows = [f"m{at},{word},2024-0{month}-07" for at in range(6) for month, word in ((1, "joined"), (2, "badge issued"))]
    question = asked("member,what,when\n" + "\n".join([*rows, "m0,left,2024-03-01", "m7,joined,2024-01-02"]))[
        "words:what"
    ]
    assert {word.text: word.meaning for word in question.words}["badge issued"] == "nothing"


@pytest.mark.parametrize("word", ["bounced", "Rücklastschrift", "rejetée", "devuelta", "Stornata"])
def test_a_column_that_says_that_payments_failed_is_heard_whatever_its_name(word: str) -> None:
    rows = [f"p{at},2024-0{month}-1{at},9,done" for at in range(4) for month in (1, 2, 3)]
    text = "\n".join(["payer,paid on,amount,memo code x", *rows, f"p9,2024-03-02,9,{word}"])
    (question,) = (q for key, q in asked(text).items() if key.startswith("words:"))
    assert {one.text: one.meaning for one in question.words}[word] in ("none", "refunded")


def test_what_was_paid_back_in_full_keeps_nobody_and_a_part_is_taken_off() -> None:
    read = book(
        """
        id,created,customer,amount,amount_refunded,status
        c1,2024-01-03,a,40,0,paid
        c2,2024-02-03,a,40,10,paid
        c3,2024-03-03,a,40,40,paid
        c4,2024-01-05,b,40,0,paid
        c5,2024-02-05,b,40,0,paid
        c6,2024-03-31,b,40,0,paid
        """,
        answers={"period": "month"},
    )
    assert spans(read)[0] == ("a", date(2024, 1, 1), date(2024, 3, 1))
    assert read.revenue is not None
    assert read.revenue.collect().filter(customer_id="a").sort("month").get_column("mrr").to_list()[:2] == [40, 30]


@pytest.mark.parametrize(
    ("name", "month"),
    [("März 2025", "2025-03"), ("Kunden_Dez_2024", "2024-12"), ("févr 25", "2025-02"), ("agosto 2024", "2024-08"),
     ("okt 2024", "2024-10"), ("07.2025", "2025-07"), ("Liste 11-2024", "2024-11"), ("Notes", None)],
)  # fmt: skip
def test_the_month_in_the_name_of_a_sheet(name: str, month: str | None) -> None:
    assert written_month(name) == month


def test_a_failed_subscription_is_asked_about() -> None:
    rows = [f"s{at},{word},2024-01-0{at + 1}" for at, word in enumerate(("active", "active", "active", "failed"))]
    assert {
        one.text: one.meaning for one in asked("subscriber,status,start\n" + "\n".join(rows))["words:status"].words
    }["failed"] == "past_due"
