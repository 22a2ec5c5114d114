"""Published figures to be read: each market by itself, in the figure's own unit, its year in words."""

from __future__ import annotations

from datetime import date

import polars as pl

import retention as rt
from retention.exhibits.published import disagreeing_by_market, figures_by_market

DAY = date(2025, 12, 31)


def test_every_figure_stands_in_its_market_once() -> None:
    figures = rt.published()
    tables = figures_by_market(figures, as_of=DAY)
    assert {market: table.height for market, table in tables.items()} == dict(
        figures.group_by("market").len().rows()
    )  # fmt: skip
    assert next(iter(tables)) == "B2B SaaS"


def test_a_figure_is_printed_in_its_own_unit() -> None:
    rows = figures_by_market(rt.published(), as_of=DAY)["B2B SaaS"]
    said = dict(rows.filter(pl.col("Figure of") == "Accounts per CSM").select("Segment", "Figure").rows())
    assert (said["Enterprise"], said["SMB"]) == ("20–40 accounts", "200+ accounts")
    (points,) = rows.filter(pl.col("Figure of") == "Improvement")["Figure"]
    assert points == "5–12 points"
    band = rows.filter((pl.col("Segment") == "Enterprise") & (pl.col("Statistic") == "band"))["Figure"].to_list()
    assert "95%+" in band


def test_years_are_said_and_old_ones_marked() -> None:
    rows = pl.concat(figures_by_market(rt.published(), as_of=DAY).values(), how="vertical_relaxed")
    assert rows.filter(pl.col("Year") == "2016, over two years old").height
    assert rows.filter(pl.col("Year").str.contains("over two")).select(
        (pl.col("Year").str.slice(0, 4).cast(pl.Int32) < 2023).all()
    ).item()  # fmt: skip


def test_markets_never_contradict_each_other() -> None:
    tables = disagreeing_by_market(rt.published(), as_of=DAY)
    revenue = tables["B2B SaaS"].filter(pl.col("Yearly").str.starts_with("Net revenue"))
    assert "48%" not in revenue["Figure"].to_list()
    assert all(table.height > 1 for table in tables.values())
