"""What other trades call the same things: periods paid for, logs, statuses; and what must not be asked or taken."""

from __future__ import annotations

from datetime import date

import pytest

from retention.errors import IntakeError
from tests.intake.literal import adds_up, asked, book, spans


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
