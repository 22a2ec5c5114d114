from __future__ import annotations

import pytest

from retention.errors import IntakeError
from retention.rules import Rules
from tests.intake.literal import asked, book, spans

PARENTS = """
    customer_id,parent_id,started_on,churned_on
    a,G,2024-01-01,2024-02-01
    b,G,2024-01-15,2024-03-01
    c,,2024-01-01,
"""


def test_accounts_of_one_parent_are_asked_about_with_both_counts() -> None:
    question = asked(PARENTS)["logo"]
    assert "2 accounts share a company with another one (by parent)" in question.text
    assert [choice.label.split(":")[1] for choice in question.choices] == [
        " 3 customers", " 2 customers, lost when its last account ends",
    ]  # fmt: skip


def test_a_company_is_lost_when_its_last_account_ends() -> None:
    read = book(PARENTS, answers={"logo": "parent"})
    assert [(who, str(left)) for who, _, left in spans(read)] == [("G", "2024-03-01"), ("c", "None")]
    assert "Counted here: companies" in read.notes["companies"]


def test_accounts_stay_accounts_where_the_user_says_so() -> None:
    read = book(PARENTS, answers={"logo": "customer"})
    assert len(spans(read)) == 3
    assert "3 accounts, 2 companies. Counted here: accounts" in read.notes["companies"]


def test_the_rule_counts_companies_without_asking() -> None:
    assert len(spans(book(PARENTS, rules=Rules(logo="parent")))) == 2


def test_an_account_that_is_the_parent_of_another_belongs_to_its_company() -> None:
    read = book(
        "customer_id,parent_id,started_on\nG,,2024-01-01\na,G,2024-01-01\nc,,2024-01-01", rules=Rules(logo="parent")
    )
    assert [who for who, *_ in spans(read)] == ["G", "c"]


def test_a_shared_mail_domain_is_a_company() -> None:
    text = "customer_id,email,started_on\na,x@acme.com,2024-01-01\nb,Y@ACME.com,2024-01-01\nc,z@bolt.io,2024-01-01"
    assert "(by e-mail domain)" in asked(text)["logo"].text
    assert len(spans(book(text, answers={"logo": "parent"}))) == 2


@pytest.mark.parametrize("domain", ["gmail.com", "outlook.com", "example.com", "yahoo.co.uk"])
def test_public_mail_providers_are_no_company(domain: str) -> None:
    text = f"customer_id,email,started_on\na,x@{domain},2024-01-01\nb,y@{domain},2024-01-01"
    assert len(spans(book(text))) == 2


def test_a_name_under_two_ids_is_a_company() -> None:
    text = "customer_id,company_name,started_on\na,Acme Inc.,2024-01-01\nb,ACME INC,2024-01-01\nc,Bolt,2024-01-01"
    assert "(by name)" in asked(text)["logo"].text


def _many(count: int, *more: str) -> str:
    rows = [f"c{number},,2024-01-{number % 28 + 1:02}," for number in range(count)]
    return "\n".join(["customer_id,parent_id,started_on,churned_on", *rows, *more])


def test_a_few_shared_companies_among_many_are_noted_and_not_asked_about() -> None:
    read = book(_many(60, "a,G,2024-01-01,", "b,G,2024-01-01,"))
    assert "62 accounts, 61 companies" in read.notes["companies"]


def test_an_account_that_follows_one_of_its_company_within_a_month_is_asked_about() -> None:
    assert "logo" in asked(_many(60, "a,G,2024-01-01,2024-02-01", "b,G,2024-02-20,"))
    assert len(spans(book(_many(60, "a,G,2024-01-01,2024-02-01", "b,G,2024-04-20,")))) == 62


def test_companies_need_a_column_that_names_them() -> None:
    with pytest.raises(IntakeError, match="no column names a parent company"):
        book("customer_id,started_on\na,2024-01-01", rules=Rules(logo="parent"))


def test_a_name_that_serves_as_the_id_is_compared_and_an_id_is_not() -> None:
    assert "(by name)" in asked("Customer Name,Start\nAcme,2024-01-01\nACME ,2024-02-01\nBolt,2024-01-01")["logo"].text
    assert len(spans(book("customer_id,Start\n001aB,2024-01-01\n001Ab,2024-02-01"))) == 2


def test_the_amounts_of_a_company_are_those_of_its_accounts_added_up() -> None:
    read = book(
        """
        customer_id,parent_id,started_on,churned_on,arr,mrr
        a,G,2024-01-01,,100,10
        b,G,2024-02-01,,20,
        c,G,2024-01-01,2024-06-01,7,7
        d,H,2024-01-01,2024-03-01,400,
        e,H,2024-02-01,2024-06-01,50,
        f,,2024-01-01,,3,
        """,
        rules=Rules(logo="parent"),
    )
    amounts = read.customers.select("customer_id", "arr", "mrr").collect()
    # of G the two that are open; of H, which was lost, the one that ended last
    assert sorted(amounts.rows()) == [("G", 120.0, 10.0), ("H", 50.0, None), ("f", 3.0, None)]


# One e-mail address under several ids


def _people(*rows: str) -> str:
    alone = [f"m{n},solo{n}@gmail.com,2024-01-{n + 1:02},{'2024-09-01' if n < 4 else ''}" for n in range(20)]
    return "\n".join(["member_id,contact_email,joined,left_on", *alone, *rows])


def test_an_id_that_ends_as_another_of_its_address_begins_is_asked_about_the_address_first() -> None:
    question = asked(_people("x1,Jo@Gmail.com,2024-01-05,2024-06-01", "x2,jo@gmail.com,2024-06-20,"))["logo"]
    assert "2 customer ids share their e-mail address" in question.text
    assert [(choice.value, choice.label.split(":")[1].split(",")[0]) for choice in question.choices] == [
        ("parent", " 21 customers"), ("customer", " 22 customers"),
    ]  # fmt: skip


def test_two_ids_of_an_address_at_the_same_time_are_asked_about_the_id_first() -> None:
    text = _people("x1,jo@web.de,2024-01-05,", "x2,jo@web.de,2024-02-20,")
    assert [choice.value for choice in asked(text)["logo"].choices] == ["customer", "parent"]
    read = book(text, answers={"logo": "parent"})
    assert len(spans(read)) == 21
    assert "Counted here: e-mail addresses" in read.notes["companies"]


def test_a_domain_that_most_have_is_a_habit_and_an_address_in_it_still_a_person() -> None:
    rows = [f"m{n},u{n}@inbox.myapp.io,2024-01-{n + 1:02}," for n in range(20)]
    text = "\n".join(["member_id,email,joined,left_on", *rows, "again,u3@inbox.myapp.io,2024-03-01,"])
    assert "2 customer ids share their e-mail address" in asked(text)["logo"].text
    assert len(spans(book("\n".join(text.splitlines()[:-1])))) == 20


def test_people_of_one_name_and_different_addresses_are_no_company() -> None:
    read = book(_people("x1,ann.lee@gmail.com,2024-01-05,").replace("contact_email", "email"))
    assert "companies" not in read.notes
    rows = ["member_id,full_name,email,joined", "1,Ann Lee,a@gmail.com,2024-01-05", "2,Ann Lee,b@gmail.com,2024-01-06"]
    assert len(spans(book("\n".join(rows).replace("full_name", "name")))) == 2


# A name that stands for several people is no key


def _named(*rows: str) -> str:
    return "\n".join(["Client name,E-mail,Joined,Left on", *rows])


def test_namesakes_are_told_apart_by_their_addresses() -> None:
    read = book(_named("Li Wei,liw@qq.com,2024-01-05,2024-07-01", "Li Wei,wei.li@163.com,2024-01-09,",
                       "Eva Braun,eva@gmx.net,2024-02-01,"))  # fmt: skip
    assert [who for who, *_ in spans(read)] == ["eva@gmx.net", "liw@qq.com", "wei.li@163.com"]


def test_several_people_of_one_company_are_no_namesakes() -> None:
    text = _named(
        "Acme,jo@acme.com,2024-01-05,2024-07-01", "Acme,ann@acme.com,2024-07-01,", "Bolt,x@bolt.io,2024-02-01,"
    )
    assert [who for who, *_ in spans(book(text))] == ["Acme", "Bolt"]


def test_namesakes_of_whom_some_have_no_address_are_asked_about() -> None:
    question = asked(_named("Li Wei,liw@qq.com,2024-01-05,", "Li Wei,wei.li@163.com,2024-01-09,",
                            "Eva Braun,,2024-02-01,"))["customer_id"]  # fmt: skip
    assert "(Li Wei: 2)" in question.text
    assert [choice.value for choice in question.choices] == ["E-mail", "Client name"]
