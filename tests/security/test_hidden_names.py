"""Hide names hides: by a secret of the session, without two alike, in every column that speaks of people."""

from __future__ import annotations

import contextvars
import re
from datetime import date

import polars as pl
import pytest

from pages.parts.show.text import WORD_JOINER, plain
from retention.listing import as_csv
from retention.pseudonyms import is_personal, pseudonym, salted, with_same_names, without_names

MANY = 200_000


def in_session(salt: bytes, column: str, value: str) -> str:
    """The pseudonym that a session with this salt gives."""

    def made() -> str:
        salted(salt)
        return pseudonym(column, value)

    return contextvars.copy_context().run(made)


def test_a_session_gives_the_same_pseudonym_and_another_one_another() -> None:
    first, again, other = (in_session(salt, "name", "Falkenhain AG") for salt in (b"one", b"one", b"two"))
    assert first == again != other
    assert in_session(b"one", "csm", "Falkenhain AG") != first


def test_no_two_of_many_are_alike_and_each_is_short() -> None:
    made = {pseudonym("name", f"Firma {number}") for number in range(MANY)}
    assert len(made) == MANY
    assert {len(name) for name in made} == {len("Customer ") + 13}
    digits = "".join(name.removeprefix("Customer ") for name in made)
    assert len(set(digits)) == 32, "13 letters of 32: 65 bits"


def test_a_list_of_candidates_finds_nobody_out() -> None:
    candidates = [f"Kandidat {number}" for number in range(500)]
    shown = {in_session(b"secret of the session", "name", name) for name in candidates}
    guessed = {in_session(b"", "name", name) for name in candidates} | {
        in_session(b"another", "name", name) for name in candidates
    }
    assert not shown & guessed


def test_a_download_made_later_and_elsewhere_has_the_names_of_its_page() -> None:
    def page() -> tuple[str, object]:
        salted(b"of this session")
        return pseudonym("name", "Zorro"), with_same_names(lambda: pseudonym("name", "Zorro"))

    shown, later = contextvars.copy_context().run(page)
    assert callable(later)
    assert later() == later() == shown


@pytest.mark.parametrize(
    "column",
    [
        "contact", "primary_contact", "contact_name", "phone", "mobile_phone", "phone_2", "billing_email", "notes",
        "csm_notes", "comments", "account_rep", "sales_rep", "owner", "opportunity_owner", "first_name", "surname",
        "street_address", "zip_code", "website", "domain", "vat_number", "created_by", "ansprechpartner", "telefon",
        "customer_id", "name", "email", "csm", "parent_id",
    ],
)  # fmt: skip
def test_columns_that_speak_of_people(column: str) -> None:
    assert is_personal(column)


@pytest.mark.parametrize(
    "column",
    ["segment", "plan_name", "industry", "country", "seats", "user_count", "product_name", "tickets_per_month"],
)  # fmt: skip
def test_columns_that_do_not(column: str) -> None:
    assert not is_personal(column)


def test_cells_give_away_what_a_header_does_not() -> None:
    table = pl.DataFrame(
        {
            "x1": ["see lena@falkenhain.example", None],
            "x2": ["+49 (0) 30 901820-11", "none"],
            "x3": ["https://falkenhain.example", ""],
            "segment": ["SMB", "Mid"],
            "extension": [901820, 4],
            "started_on": [date(2024, 1, 1), date(2024, 2, 1)],
            "phone": [49309018200, None],
            "contact_allowed": [True, False],
        }
    )
    hidden = without_names(table, hide=True)
    told = as_csv(hidden).decode()
    assert not re.search("lena|falkenhain|9018200|901820-11", told)
    kept = ("segment", "extension", "started_on", "contact_allowed")
    assert hidden.select(kept).equals(table.select(kept))
    assert hidden["x1"][1] is None


# What text from a file may not become


@pytest.mark.parametrize(
    "name",
    [":streamlit: GmbH", "a :material/home: b", ":red[Alarm]", "A -> B", "A <- B", "A <-> B", "A -- B", "A >= B"],
)  # fmt: skip
def test_names_become_no_picture_and_no_sign(name: str) -> None:
    """Streamlit draws these even where they are escaped: what it looks for must not stand there in one piece."""
    shown = re.sub(r"\\(.)", r"\1", plain(name))
    assert shown.replace(WORD_JOINER, "") == name
    assert not re.search(r":streamlit:|:material/|:red\[|<->|->|<-|--|>=", shown)


@pytest.mark.parametrize("start", ["", " ", "  ", "\u00a0", "\t", "\n", "\r\n", "\ufeff", "\u200b"])
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
def test_no_cell_and_no_heading_begins_a_formula(start: str, sign: str) -> None:
    cell = f"{start}{sign}HYPERLINK(1)"
    told = as_csv(pl.DataFrame({cell: [cell, "fine"], "other": [1, -2]})).decode("utf-8-sig")
    assert told.count(f"'{cell}") == 2
    assert "fine" in told
    assert "-2" in told
