from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from math import isclose, sqrt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from retention.book import Book
from retention.errors import InputError
from retention.metrics.intervals import fisher_p, newcombe
from retention.metrics.managers import losses_distribution, manager_funnel, manager_segments, manager_table
from tests.metrics import oracles
from tests.strategies import RawBook, Stretch, plain_book, raw_books

often = settings(max_examples=60, deadline=None)
OPENING, CLOSING = date(2024, 12, 31), date(2025, 12, 31)
LONG_AGO, LEFT = date(2023, 5, 1), date(2025, 6, 1)


def book_of_accounts(*accounts: tuple[str | None, str | None, int, int]) -> Book:
    """Accounts as (manager, segment, starting, churned)."""
    rows: list[tuple[str | None, str | None, date | None]] = [
        (csm, segment, LEFT if place < churned else None)
        for csm, segment, starting, churned in accounts
        for place in range(starting)
    ]
    stretches: list[Stretch] = [(f"{place}", LONG_AGO, end) for place, (_, _, end) in enumerate(rows)]
    return plain_book(
        stretches,
        CLOSING,
        csm=pl.Series([csm for csm, _, _ in rows], dtype=pl.String),
        segment=pl.Series([segment for _, segment, _ in rows], dtype=pl.String),
    )


def test_a_manager_is_held_to_everybody_elses_rates_in_their_own_segments() -> None:
    book = book_of_accounts(
        ("Ada", "SMB", 100, 30), ("Ada", "Enterprise", 10, 1), ("Ben", "SMB", 200, 20), ("Ben", "Enterprise", 40, 2)
    )
    table = manager_table(book, start=OPENING, end=CLOSING)
    ada = table.row(1, named=True)
    assert table["csm"].to_list() == ["Ben", "Ada"]
    assert (ada["starting"], ada["churned"], ada["accounts"]) == (110, 31, 79)
    assert ada["expected"] == pytest.approx(100 * 0.1 + 10 * 0.05)
    assert ada["variance"] == pytest.approx(100 * 0.1 * 0.9 + 10 * 0.05 * 0.95)
    assert ada["deviations"] == pytest.approx((31 - 10.5) / sqrt(9.475))
    assert ada["standing"] == "far outside what the mix predicts"
    assert ada["p"] == pytest.approx(stats.norm.sf(ada["deviations"]))
    assert ada["load"] == pytest.approx(70 / 200 + 9 / 40)


def test_the_unassigned_and_who_owns_nobody_any_more_are_rows_without_a_standing() -> None:
    book = book_of_accounts(("Ada", "SMB", 50, 5), (None, "SMB", 20, 15), ("left the company", "SMB", 4, 4))
    table = manager_table(book, start=OPENING, end=CLOSING)
    assert table.select("csm", "churned", "standing").rows() == [
        ("Ada", 5, "far outside what the mix predicts"),
        ("left the company", 4, None),
        (None, 15, None),
    ]
    assert table["load"].to_list() == [45 / 200, 0, None]


def test_accounts_nobody_else_serves_are_not_compared() -> None:
    book = book_of_accounts(("Ada", "SMB", 50, 5), ("Ada", "Enterprise", 8, 8), ("Ben", "SMB", 50, 5))
    ada = manager_table(book, start=OPENING, end=CLOSING).row(0, named=True)
    assert (ada["starting"], ada["churned"], ada["compared"], ada["churned_compared"]) == (58, 13, 50, 5)
    assert ada["standing"] == "as the mix predicts"
    alone = manager_table(book_of_accounts(("Ada", "SMB", 50, 5)), start=OPENING, end=CLOSING).row(0, named=True)
    assert (alone["compared"], alone["p"], alone["standing"]) == (0, None, None)
    nobody_lost = manager_table(
        book_of_accounts(("Ada", "SMB", 5, 1), ("Ben", "SMB", 5, 0)), start=OPENING, end=CLOSING
    )
    assert dict(nobody_lost.select("csm", "standing").rows()) == {"Ada": None, "Ben": "as the mix predicts"}


def test_a_segment_without_a_coverage_ratio_leaves_the_load_open() -> None:
    book = book_of_accounts(("Ada", "SMB", 50, 5), ("Ada", None, 3, 0), ("Ben", "smb ", 100, 0))
    table = manager_table(book, start=OPENING, end=CLOSING)
    assert dict(table.select("csm", "load").rows()) == {"Ada": None, "Ben": 0.5}
    own = manager_table(book, start=OPENING, end=CLOSING, coverage={"smb": 25})
    assert dict(own.select("csm", "load").rows())["Ben"] == 4


@pytest.mark.parametrize(
    ("lost", "standing"),
    [
        (0, "as the mix predicts"),
        (4, "as the mix predicts"),
        (6, "outside what the mix predicts"),
        (9, "far outside what the mix predicts"),
    ],
)
def test_few_expected_losses_are_judged_by_their_exact_chances(lost: int, standing: str) -> None:
    adas = (("Ada", "SMB", 10, lost), ("Ada", "Enterprise", 20, 0))
    book = book_of_accounts(*adas, ("Ben", "SMB", 30, 5), ("Ben", "Enterprise", 50, 1))
    ada = next(
        row for row in manager_table(book, start=OPENING, end=CLOSING).iter_rows(named=True) if row["csm"] == "Ada"
    )
    chances = stats.poisson_binom([5 / 30] * 10 + [1 / 50] * 20)
    assert ada["p"] == pytest.approx(chances.sf(lost - 1) if lost > ada["expected"] else chances.cdf(lost), abs=1e-12)
    assert ada["standing"] == standing


@often
@given(st.lists(st.tuples(st.integers(0, 12), st.floats(0, 1)), min_size=1, max_size=4))
def test_the_exact_chances_equal_scipys(groups: list[tuple[int, float]]) -> None:
    own, rates = [n for n, _ in groups], [rate for _, rate in groups]
    chances = losses_distribution(own, rates)
    each = [rate for n, rate in groups for _ in range(n)]
    assert len(chances) == len(each) + 1
    expected = stats.poisson_binom(each).pmf(range(len(each) + 1)) if each else [1.0]
    assert chances == pytest.approx(expected, abs=1e-9)


def test_forty_of_42_against_44_of_51_is_no_proof() -> None:
    p = fisher_p(40, 42, 44, 51)
    assert p is not None
    assert round(p, 2) == 0.18
    assert p == pytest.approx(stats.fisher_exact([[40, 2], [44, 7]]).pvalue, abs=1e-12)
    bounds = newcombe(40, 42, 44, 51)
    assert bounds is not None
    assert (round(bounds.low * 100, 1), round(bounds.high * 100, 1)) == (-4.1, 21.4)


@often
@given(st.integers(0, 40), st.integers(0, 40), st.data())
def test_fishers_p_equals_scipys(starting: int, other: int, data: st.DataObject) -> None:
    retained = data.draw(st.integers(0, starting))
    retained_other = data.draw(st.integers(0, other))
    p = fisher_p(retained, starting, retained_other, other)
    if not starting or not other:
        assert p is None
        return
    table = [[retained, starting - retained], [retained_other, other - retained_other]]
    assert p == pytest.approx(stats.fisher_exact(table).pvalue, abs=1e-9)


@often
@given(raw_books(), st.sampled_from([60, 365, 700]))
def test_expectations_equal_the_sentence_in_plain_python(raw: RawBook, length: int) -> None:
    start, end = raw.as_of - timedelta(days=length), raw.as_of
    moves = oracles.moves(oracles.histories_of(raw.stretches, raw.as_of), start, end)
    segment, owner = raw.values("segment"), raw.values("seats")
    table = manager_table(raw.book(), start=start, end=end, by="seats")
    seen = moves["starting"] | moves["ending"]
    assert set(table["seats"]) == {owner[who] for who in seen}
    for row in table.iter_rows(named=True):
        own = [who for who in moves["starting"] if owner[who] == row["seats"]]
        expected = variance = 0.0
        compared: list[str] = []
        for who in own:
            like = [w for w in moves["starting"] if segment[w] == segment[who] and owner[w] != owner[who]]
            if like:
                rate = sum(w in moves["churned"] for w in like) / len(like)
                expected, variance = expected + rate, variance + rate * (1 - rate)
                compared.append(who)
        assert (row["starting"], row["churned"]) == (len(own), sum(who in moves["churned"] for who in own))
        assert row["accounts"] == sum(owner[who] == row["seats"] for who in moves["ending"])
        assert (row["compared"], row["churned_compared"]) == (
            len(compared),
            sum(who in moves["churned"] for who in compared),
        )
        assert isclose(row["expected"], expected, abs_tol=1e-9)
        assert isclose(row["variance"], variance, abs_tol=1e-9)
    mixed = manager_segments(raw.book(), start=start, end=end, by="seats")
    assert {row[:2]: row[2] for row in mixed.select("seats", "segment", "starting").iter_rows() if row[2]} == Counter(
        (owner[who], segment[who]) for who in moves["starting"]
    )


def test_what_cannot_be_counted_is_refused() -> None:
    book = book_of_accounts(("Ada", "SMB", 5, 1))
    with pytest.raises(InputError, match="no column 'owner'"):
        manager_table(book, start=OPENING, end=CLOSING, by="owner")
    with pytest.raises(InputError, match="something else than 'segment'"):
        manager_table(book, start=OPENING, end=CLOSING, by="segment")
    with pytest.raises(InputError, match="as-of"):
        manager_table(book, start=OPENING, end=date(2026, 2, 1))
    nobody = manager_table(book.where(pl.col("segment") == "x"), start=OPENING, end=CLOSING)
    assert nobody.is_empty()
    assert nobody.schema == manager_table(book, start=OPENING, end=CLOSING).schema


def test_a_funnel_holds_each_manager_to_the_luck_of_their_own_mix() -> None:
    accounts = [
        ("Ada", "SMB", 100, 30),
        ("Ben", "SMB", 25, 4),
        ("Cleo", "Enterprise", 25, 0),
        ("Dan", "Enterprise", 25, 1),
    ]
    book = book_of_accounts(*accounts, (None, "SMB", 40, 6))
    table = manager_table(book, start=OPENING, end=CLOSING)
    gaps = {row["csm"]: row for row in manager_funnel(table).to_dicts()}
    assert set(gaps) == {"Ada", "Ben", "Cleo"}, "nobody else's enterprise account left, so Dan has no luck to vary"
    others = (4 + 6) / (25 + 40)
    assert gaps["Ada"]["gap"] == pytest.approx(others - 30 / 100)
    assert gaps["Ada"]["reach"] == pytest.approx(stats.norm.ppf(0.975) * sqrt(others * (1 - others) / 100))
    assert "outside" in gaps["Ada"]["standing"]
    assert gaps["Cleo"]["reach"] < gaps["Ben"]["reach"], "as many accounts, but hardly any of their kind leave"
