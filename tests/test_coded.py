"""Columns held as every text once: what comes out is what went in."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.coded import Coder, by_text, coded, decoded, is_coded, map_distinct

CELLS = st.lists(st.one_of(st.none(), st.sampled_from(["SMB", "", "smb ", "Ünï", "🙂", "a,b"]), st.text(max_size=3)))


def column(*cells: str | None) -> pl.Series:
    return pl.Series("cell", cells, dtype=pl.String)


@given(CELLS, st.integers(1, 40), st.integers(1, 5))
def test_any_table_comes_back_however_it_is_cut(cells: list[str | None], times: int, blocks: int) -> None:
    whole = pl.DataFrame({"few": column(*cells * times), "all": column(*map(str, range(len(cells) * times)))})
    coder, size = Coder(), -(-max(whole.height, 1) // blocks)
    for begin in range(0, max(whole.height, 1), size):
        coder.add(whole.slice(begin, size))
    assert decoded(coder.table()).equals(whole)
    assert decoded(coded(whole)).equals(whole)


def test_only_columns_in_which_texts_repeat_are_coded() -> None:
    table = coded(pl.DataFrame({"plan": column("Pro", None, *["Basic"] * 10), "id": column(*"abcdefghijkl")}))
    assert [is_coded(cells) for cells in table] == [True, False]
    assert table.get_column("plan").dtype == pl.Enum(["Basic", "Pro"])


def test_a_text_that_first_stands_in_a_later_block_is_kept() -> None:
    coder = Coder()
    for cells in (column(*["Pro"] * 8), column("Basic", "Pro", None), column(None, None)):
        coder.add(cells.to_frame())
    (whole,) = coder.table()
    assert whole.to_list() == ["Pro"] * 8 + ["Basic", "Pro", None, None, None]
    assert whole.n_chunks() == 1


@pytest.mark.parametrize("cells", [[], [None], [None] * 9])
def test_a_column_without_any_text_comes_back(cells: list[None]) -> None:
    assert decoded(coded(column(*cells).to_frame())).get_column("cell").to_list() == cells


def test_a_table_without_columns_stays_one() -> None:
    assert coded(pl.DataFrame()).shape == (0, 0)


def test_every_text_has_a_place_and_no_text_the_last() -> None:
    cells = coded(column(*["b", None, "a", "b"] * 4).to_frame()).get_column("cell")
    texts, places = by_text(cells)
    assert texts.to_list() == ["a", "b", None]
    assert places.to_list() == [1, 2, 0, 1] * 4


@pytest.mark.parametrize("repeat", [1, 8], ids=["as text", "coded"])
def test_what_is_told_of_a_text_stands_in_all_its_cells(repeat: int) -> None:
    cells = coded(column(*["b ", None, "a", "b"] * repeat).to_frame()).get_column("cell")
    asked: list[int] = []

    def tell(texts: pl.Series) -> pl.Series:
        asked.append(len(texts))
        tidy = texts.str.strip_chars()
        return tidy.set(tidy == "a", None)

    assert map_distinct(cells, tell).cast(pl.String).to_list() == ["b", None, None, "b"] * repeat
    assert asked == [4]


def test_a_column_of_more_texts_than_its_sample_shows_stays_text(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = column(*["Basic"] * 90, *map(str, range(10)))
    assert is_coded(coded(cells.to_frame()).get_column("cell"))
    monkeypatch.setattr("retention.coded._MOST", 10)
    assert coded(cells.to_frame()).get_column("cell").equals(cells)


def test_what_few_rows_say_of_themselves_is_not_coded() -> None:
    cells = column(*[None] * 90, *map(str, range(10)))
    assert coded(cells.to_frame()).get_column("cell").equals(cells)


@pytest.mark.parametrize("times", [1, 9], ids=["as text", "coded"])
@pytest.mark.parametrize("name", ["", "a,b", "b*", "^b"])
def test_a_name_stands_for_its_own_column_only(name: str, times: int) -> None:
    table = pl.DataFrame({name: column(*"ab" * times), "b": column(*map(str, range(2 * times)))})
    held = coded(table)
    assert [is_coded(cells) for cells in held] == [times > 1, False]
    assert decoded(held).equals(table)
