"""What other trades call the same things: periods paid for, logs, statuses; and what must not be asked or taken."""

from __future__ import annotations

from datetime import date

import pytest

from retention.errors import IntakeError
from retention.intake.interpret.join_files import build_together
from retention.rules import Rules
from retention.source import Source
from tests.intake.literal import TODAY, adds_up, asked, book, spans, table


def test_a_period_under_way_is_no_start_where_rows_have_an_end_of_their_own() -> None:
    rows = [f"s{n},c{n},active,17{n:02}000000,17{n + 3:02}592000,900," for n in range(9)]
    rows.append("s9,c9,canceled,1709000000,1711592000,900,1711000000")
    text = "\n".join(["id,customer,status,period.start,period.end,plan.amount,ended_at", *rows])
    with pytest.raises(IntakeError, match="when a customer started"):
        book(text)


def test_days_covered_from_and_until_are_those_of_a_payment() -> None:
    months = {"v1": range(1, 8), "v2": range(1, 4), "v3": range(2, 8)}
    ends = {1: 31, 2: 29, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31}
    rows = [f"{w},2024-{m:02}-01,2024-{m:02}-{ends[m]},80" for w, held in months.items() for m in held]
    read = book("\n".join(["resident,valid from,valid until,Contribution fee", *rows]))
    assert [(who, end) for who, _, end in spans(read)][1] == ("v2", date(2024, 4, 1))


def test_who_left_without_a_day_is_heard_and_not_taken_for_an_export_of_actives() -> None:
    rows = [f"p{n},2023-0{1 + n % 9}-03,{'no' if n < 4 else 'yes'}" for n in range(14)]
    read = book("\n".join(["pupil,Start date,Is current", *rows]))
    assert read.population == 10
    assert "no_churn" in read.notes


@pytest.mark.parametrize(("word", "left"), [("Off-boarded", True), ("de-activated", True), ("On-boarded", False)])
def test_a_word_with_a_hyphen_is_the_word_without(word: str, left: bool) -> None:
    rows = [
        f"t{n},2023-01-0{1 + n},{'2024-05-05' if left and n < 2 else ''},{word if n < 2 else 'live'}" for n in range(6)
    ]
    read = book("\n".join(["tenant,since,left,phase", *rows]))
    assert [end is not None for _, _, end in spans(read)].count(True) == 2 * left


def test_who_comes_back_leaves_the_words_of_a_log_their_meaning() -> None:
    stays = [(f"k{n}", f"2023-{1 + n:02}-04", f"2024-{1 + n:02}-04" if n < 6 else "") for n in range(11)]
    rows = [f"{start},{who},inked" for who, start, _ in stays] + [f"{end},{who},binned" for who, _, end in stays if end]
    rows += ["2024-09-09,k0,inked", "2024-10-10,k1,inked", "2024-11-11,k7,Fare amendment"]
    text = "\n".join(["day,holder ref,paperwork", *sorted(rows)])
    question = asked(text)["words:paperwork"]
    assert {word.text: word.meaning for word in question.words} == {
        "inked": "start", "binned": "end", "Fare amendment": "keep",
    }  # fmt: skip
    read = book(text, answers={question.key: "as_proposed"})
    assert [s for s in spans(read) if s[0] == "k0"] == [
        ("k0", date(2023, 1, 4), date(2024, 1, 4)), ("k0", date(2024, 9, 9), None),
    ]  # fmt: skip
    assert adds_up(read)


def test_words_that_would_leave_nobody_are_asked_about_before_the_file_is_refused() -> None:
    rows = [f"r{n},{who},2024-0{1 + n % 6}-07,5,put on account fee" for n, who in enumerate("abcabcabcabc")]
    asked_about = asked("\n".join(["ref,member,Paid on,Amount,Outcome", *rows]))
    assert "words:outcome" in asked_about


def test_without_marks_or_a_sign_for_numbers_a_customer_is_still_one() -> None:
    for header in ("N° client", "Nº socio", "Mem #", "№ klienta"):
        assert len(spans(book(f"{header},Start date,Churn date\n7,2023-01-05,\n8,2023-02-05,2024-01-05"))) == 2, header


def test_months_with_words_behind_them_and_nothing_beside_a_sign_of_currency_are_read() -> None:
    months = [f"2024_{month:02}_billed" for month in range(1, 7)]
    held = {"Fern": "111111", "Gale": "110000", "Hill": "001111"}
    rows = [",".join([who, *("€70" if one == "1" else "€ -" for one in paid)]) for who, paid in held.items()]
    assert spans(book("\n".join([",".join(["payer", *months]), *rows]))) == [
        ("Fern", date(2024, 1, 1), None),
        ("Gale", date(2024, 1, 1), date(2024, 3, 1)),
        ("Hill", date(2024, 3, 1), None),
    ]


def test_months_across_over_dashes_are_still_the_header() -> None:
    months = [f"{year}M{month}" for year in (2023, 2024) for month in range(1, 13)]
    paid = {"x": "31,-,-," * 8, "y": "-,31,-," * 8, "z": "31," * 24}
    rows = [f"{who},{cells.rstrip(',')}" for who, cells in paid.items()]
    read = book("\n".join([",".join(["pupil", *months]), *rows]), answers={"billing": "as_is"})
    assert read.population == 3


def test_a_month_with_the_status_of_its_bill_is_revenue_and_what_was_written_off_is_none() -> None:
    rows = [f"{who},2024-{month:02},30,Settled" for who in "ab" for month in range(1, 7 if who == "a" else 4)]
    text = "\n".join(["patient,Month,Fee,Bill status", *rows, "b,2024-04,30,Uncollected"])
    assert spans(book(text)) == [("a", date(2024, 1, 1), None), ("b", date(2024, 1, 1), date(2024, 4, 1))]


def test_the_month_of_recurring_revenue_is_one_whatever_stands_around_it() -> None:
    rows = [f"{who},2024-{month:02}-01,{9 if who == 'a' or month < 4 else 0}" for who in "ab" for month in range(1, 7)]
    text = "\n".join(["tenant_ref,close_month_start,mrr", *rows])
    assert spans(book(text))[1] == ("b", date(2024, 1, 1), date(2024, 4, 1))


@pytest.mark.parametrize("header", ["Status since", "date of last status change", "State changed on"])
def test_the_day_of_a_status_is_an_end_only_where_the_status_is_one(header: str) -> None:
    rows = [f"w{n},2023-0{1 + n}-02,{'Lapsed' if n < 2 else 'In force'},2024-0{1 + n}-06" for n in range(7)]
    read = book(
        "\n".join([f"holder,since,{header.split(maxsplit=1)[0] if 'tate' in header else 'status'},{header}", *rows])
    )
    assert [end for _, _, end in spans(read)] == [date(2024, 1, 6), date(2024, 2, 6), *[None] * 5]


def test_names_of_a_table_in_a_table_are_known_by_their_last_word() -> None:
    read = book("org.member.id,org.member.meta.joined,org.member.meta.left\n1,2023-01-04,\n2,2023-02-04,2024-01-04")
    assert spans(read) == [("1", date(2023, 1, 4), None), ("2", date(2023, 2, 4), date(2024, 1, 4))]


@pytest.mark.parametrize(
    ("tenure", "flag", "stayed", "left"),
    [
        ("Membership length (months)", "Still a client", "yes", "no"),
        ("Mitgliedsdauer in Monaten", "Aktiv", "ja", "nein"),
        ("Months on books", "Attrition flag", "Present", "Attrited"),
        ("months_with_us", "status", "active", "cancelled"),
    ],
)
def test_tenures_with_a_flag_of_those_who_stay_are_tenures(tenure: str, flag: str, stayed: str, left: str) -> None:
    words = {"Present": "existing"}
    rows = [f"q{n},{n % 30 + 1},{left if n % 3 == 0 else words.get(stayed, stayed)}" for n in range(12)]
    read = book("\n".join([f"subscriber,{tenure},{flag}", *rows]))
    assert (read.clock, read.customers.collect().get_column("churned").sum()) == ("tenure", 4)


def test_figures_of_a_business_by_month_are_refused_before_their_year_is_asked() -> None:
    rows = ["Sales,1,2,3", "Cost of goods,1,1,1", "Gross profit,0,1,2", "Operating expenses,1,1,1"]
    with pytest.raises(IntakeError, match="table of totals"):
        book("\n".join(["Line,Apr,May,Jun", *rows]))


def test_a_file_of_those_who_were_closed_gives_the_days_they_left() -> None:
    rows = [f"c{n},2023-0{1 + n}-01,{'closed' if n < 3 else 'live'}" for n in range(8)]
    listed = "\n".join(["Client no,Onboarded,State", *rows])
    gone = "\n".join(["client_no,deactivated_at,note", *(f"c{n},2024-0{2 + n}-09,x" for n in range(3))])
    source = Source(table(listed, "accounts.csv"), table(gone, "list.csv"))
    one, two = (file.part for file in source.files)
    read = build_together(one, two, rules=Rules(), today=TODAY)
    assert [end for _, _, end in spans(read)][:4] == [date(2024, 2, 9), date(2024, 3, 9), date(2024, 4, 9), None]


CASTS = {"ida": "yyyyyy", "jon": "yyynnn", "kai": "nnyyyy"}
"""Of each, whether they were in on each of six lists; everybody stands on every list."""


def grid(yes: str, no: str, header: str) -> str:
    words = {"y": yes, "n": no}
    rows = [f"2024-0{at}-01,{who},{words[one]}" for who, on in CASTS.items() for at, one in enumerate(on, 1)]
    return "\n".join([f"snapshot date,pupil,{header}", *rows])


@pytest.mark.parametrize(
    ("yes", "no", "header"),
    [("Yes", "No", "On the squad"), ("Plays", "Left", "Role"), ("in play", "moved out", "Place")],
)
def test_where_nobody_leaves_a_list_the_words_that_change_may_say_who_did_and_are_asked_about(
    yes: str, no: str, header: str
) -> None:
    text = grid(yes, no, header)
    (question,) = asked(text).values()
    assert question.key.startswith("words:")
    assert spans(book(text, answers={question.key: "as_proposed"})) == [
        ("ida", date(2024, 1, 1), None),
        ("jon", date(2024, 1, 1), date(2024, 4, 1)),
        ("kai", date(2024, 3, 1), None),
    ]
    assert len(spans(book(text, answers={question.key: "ignore"}))) == 3


def test_lists_that_somebody_leaves_say_by_themselves_who_did() -> None:
    text = grid("Yes", "No", "Newsletter reader").replace("2024-06-01,jon,No\n", "")
    assert [who for who, _, end in spans(book(text)) if end] == ["jon"]


def test_a_free_tier_is_a_free_plan_whatever_the_column_is_called() -> None:
    text = grid("Gold", "Basic (free)", "Level")
    assert [end for _, _, end in spans(book(text, answers={"free_plan": "never"}))] == [None, date(2024, 4, 1), None]


@pytest.mark.parametrize("before", ["Dues ", "Miete ", "Loyer ", "Cuota ", "Canone_", "Huur "])
def test_months_behind_a_word_for_money_are_months(before: str) -> None:
    header = ",".join(["lessee", *(f"{before}{month:02}.2024" for month in range(1, 7))])
    read = book(f"{header}\np,5,5,5,5,5,5\nq,5,5,–,–,–,–")
    assert [end for _, _, end in spans(read)] == [None, date(2024, 3, 1)]


def test_a_period_of_any_name_with_the_dues_of_it_is_revenue() -> None:
    rows = [f"{who},2024-0{month},12" for who in "pq" for month in range(1, 7 if who == "p" else 4)]
    assert spans(book("\n".join(["pupil,billing period,dues", *rows])))[1] == ("q", date(2024, 1, 1), date(2024, 4, 1))


def test_a_word_of_leaving_over_yes_and_no_is_a_flag() -> None:
    rows = [f"m{n},{n + 3},{'yes' if n < 3 else 'no'}" for n in range(9)]
    read = book("\n".join(["buyer,member age months,Left us", *rows]))
    assert (read.clock, read.customers.collect().get_column("churned").sum()) == ("tenure", 3)


def test_from_and_until_of_one_thing_are_a_start_and_an_end() -> None:
    rows = ["k1,2023-02-05,2024-08-20", "k2,2023-03-06,", "k3,2024-01-07,2025-05-15"]
    read = book("\n".join(["holder no,Sheltered from,Sheltered until", *rows]), answers={"end_day": "exclusive"})
    assert [end for _, _, end in spans(read)] == [date(2024, 8, 20), None, date(2025, 5, 15)]
