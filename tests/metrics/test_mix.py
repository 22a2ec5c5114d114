from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retention.book import Book
from retention.errors import InputError
from retention.metrics.logo import logo_retention
from retention.metrics.mix import mix_effect
from retention.periods import window_before
from tests.metrics import oracles
from tests.strategies import RawBook, Stretch, plain_book, raw_books

often = settings(max_examples=60, deadline=None)
EARLIER, OPENING, CLOSING = date(2023, 12, 31), date(2024, 12, 31), date(2025, 12, 31)


def flows(segment: str, *, kept: int, lost: int, kept_later: int, lost_later: int) -> list[tuple[str, Stretch]]:
    """Customers of a segment: of those at the first opening so many are kept, of those at the second so many."""
    early, late = date(2023, 1, 1), date(2024, 6, 1)
    ends = [*[date(2024, 3, 1)] * lost, *[None] * kept]
    # Those kept in the first window stand at the second opening, where the first of them are the ones lost.
    for place in range(min(kept, lost_later)):
        ends[lost + place] = date(2025, 3, 1)
    more = kept_later + lost_later - kept
    ends_late = [date(2025, 3, 1)] * max(0, lost_later - kept) + [None] * (more - max(0, lost_later - kept))
    rows = [(early, end) for end in ends] + [(late, end) for end in ends_late]
    return [(segment, (f"{segment} {place}", start, end)) for place, (start, end) in enumerate(rows)]


def book_from(*segments: list[tuple[str, Stretch]]) -> Book:
    rows = [row for segment in segments for row in segment]
    return plain_book([stretch for _, stretch in rows], CLOSING, segment=[name for name, _ in rows])


def simpson() -> Book:
    """Every segment keeps more than before, and the book keeps less: it is made up of more small customers."""
    return book_from(
        flows("Enterprise", kept=90, lost=10, kept_later=95, lost_later=5),
        flows("SMB", kept=60, lost=40, kept_later=260, lost_later=140),
    )


def test_every_segment_up_and_the_blend_down_is_all_mix() -> None:
    table = mix_effect(simpson(), start=OPENING, end=CLOSING, by="segment")
    assert table.select("segment", "starting_before", "retained_before", "starting_after", "retained_after").rows() == [
        ("Enterprise", 100, 90, 100, 95),
        ("SMB", 100, 60, 400, 260),
    ]
    assert (table["rate_after"] > table["rate_before"]).all()
    change = Fraction(355, 500) - Fraction(150, 200)
    assert change < 0
    assert (table["rate_effect"] > 0).all()
    assert table.select(pl.col("rate_effect", "mix_effect").sum()).sum_horizontal().item() == pytest.approx(
        float(change), abs=1e-15
    )
    assert table["rate_effect"].to_list() == pytest.approx([0.35 * 0.05, 0.65 * 0.05])
    blended = (0.75 + 0.71) / 2
    assert table["mix_effect"].to_list() == pytest.approx([(0.925 - blended) * -0.3, (0.625 - blended) * 0.3])


def test_a_segment_that_is_empty_in_one_window_moves_the_mix_alone() -> None:
    book = book_from(
        flows("Enterprise", kept=9, lost=1, kept_later=9, lost_later=1),
        flows("SMB", kept=0, lost=0, kept_later=5, lost_later=5),
    )
    table = mix_effect(book, start=OPENING, end=CLOSING, by="segment")
    assert table["rate_before"].to_list() == [0.9, None]
    assert table["rate_effect"].to_list() == [0, 0]
    assert table["mix_effect"].sum() == pytest.approx(14 / 20 - 9 / 10)


def test_without_a_window_before_there_are_no_effects() -> None:
    book = plain_book([("a", date(2024, 6, 1), None)], CLOSING, segment=["SMB"])
    table = mix_effect(book, start=OPENING, end=CLOSING, by="segment")
    assert table.select("share_before", "rate_effect", "mix_effect").row(0) == (None, None, None)
    assert table.select("share_after", "rate_after").row(0) == (1, 1)
    with pytest.raises(InputError, match="no column 'country'"):
        mix_effect(book, start=OPENING, end=CLOSING, by="country")


@often
@given(raw_books(), st.sampled_from([30, 365, 500]), st.sampled_from(["segment", "seats"]))
def test_the_effects_sum_to_the_change_and_equal_the_sentence_in_fractions(raw: RawBook, length: int, by: str) -> None:
    end, start = raw.as_of, raw.as_of - timedelta(days=length)
    book = raw.book()
    table = mix_effect(book, start=start, end=end, by=by)
    if table.is_empty() or table["rate_effect"].null_count():
        assert 0 in (table["starting_before"].sum(), table["starting_after"].sum())
        return
    earlier = window_before(start, end)[0]
    rates = [
        logo_retention(book, start=first, end=last).item(0, "logo_retention")
        for first, last in ((earlier, start), (start, end))
    ]
    effects = table.select(pl.col("rate_effect", "mix_effect").sum()).row(0)
    assert sum(effects) == pytest.approx(rates[1] - rates[0], abs=1e-12)

    values, expected = raw.values(by), in_fractions(raw, earlier, start, end, by)
    for row in table.iter_rows(named=True):
        assert row[by] in set(values.values())
        assert (row["rate_effect"], row["mix_effect"]) == pytest.approx(expected[row[by]], abs=1e-12)


def in_fractions(raw: RawBook, earlier: date, start: date, end: date, by: str) -> dict[object, tuple[float, float]]:
    histories, values = oracles.histories_of(raw.stretches, raw.as_of), raw.values(by)
    before, after = oracles.moves(histories, earlier, start), oracles.moves(histories, start, end)

    def tell(moves: oracles.Moves, value: object) -> tuple[Fraction, Fraction | None]:
        own = {who for who in moves["starting"] if values[who] == value}
        share = Fraction(len(own), len(moves["starting"]))
        return share, Fraction(len(own & moves["retained"]), len(own)) if own else None

    blends = [Fraction(len(moves["retained"]), len(moves["starting"])) for moves in (before, after)]
    effects: dict[object, tuple[float, float]] = {}
    for value in set(values.values()):
        (share0, own0), (share1, own1) = tell(before, value), tell(after, value)
        rate0, rate1 = own0 if own0 is not None else own1, own1 if own1 is not None else own0
        if rate0 is not None and rate1 is not None:
            mean_rate, mean_blend = (rate0 + rate1) / 2, (blends[0] + blends[1]) / 2
            effects[value] = (
                float((share0 + share1) / 2 * (rate1 - rate0)),
                float((mean_rate - mean_blend) * (share1 - share0)),
            )
    return effects
