"""The tally's own verbs on a handful of numbers; what they add up to is tested with the metrics."""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retention.metrics import tally
from retention.metrics.conventions import convention_counts
from retention.metrics.tally import Part, count_blocks, count_groups, coverage
from tests.strategies import RawBook, raw_books

often = settings(max_examples=60, deadline=None)
rows_of_two = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=40)


@often
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 5), st.integers(0, 2)), max_size=12))
def test_coverage_is_every_row_written_out(rows: list[tuple[int, int, int, int]]) -> None:
    positions = 6  # some rows lie beyond the last position, or end before they begin
    written = np.zeros((3, positions), dtype=np.int64)
    for lo, hi, n, by in rows:
        for position in range(lo, min(hi, positions)):
            written[by, position] += n
    los, his, ns, groups = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    found = coverage(los, his, ns, groups, shape=(3, positions))
    assert found.dtype == np.int64
    assert (found == written).all()


@pytest.mark.parametrize("block", [1, 3, 2**16])
@pytest.mark.parametrize("size", [7, 70_000])  # counted in a plain array, and by sorting
@often
@given(rows_of_two)
def test_both_ways_of_counting_give_what_counting_gives(size: int, block: int, rows: list[tuple[int, int]]) -> None:
    table = pl.DataFrame(rows, schema={"one": pl.Int32, "other": pl.Int32}, orient="row")
    parts: dict[str, Part] = {
        "one": (lambda columns: columns["one"], size),
        "other": (lambda columns: columns["other"], size),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tally, "BLOCK", block)
        both = [
            count_blocks(table, parts),
            count_groups(table, {"one": (pl.col("one"), size), "other": (pl.col("other"), size)}),
        ]
    for groups in both:
        assert groups["n"].dtype == np.int64
        assert dict(
            zip(zip(groups["one"].tolist(), groups["other"].tolist(), strict=True), groups["n"], strict=True)
        ) == (Counter(rows))


@given(raw=raw_books(), together=st.integers(1, 3))
@settings(max_examples=25, deadline=None)
def test_those_who_came_back_are_met_in_pieces_as_at_once(raw: RawBook, together: int) -> None:
    book = raw.book()
    ends = [day for day in (date(2020, 12, 31), date(2022, 1, 31), date(2024, 2, 29)) if day <= book.as_of]
    if not ends:
        return
    openings = [day.replace(year=day.year - 1, day=28) for day in ends]
    at_once = convention_counts(book, openings, ends)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tally, "_TOGETHER", together)
        in_pieces = convention_counts(book, openings, ends)
    for name, counts in at_once.items():
        assert in_pieces[name].tolist() == counts.tolist(), name
