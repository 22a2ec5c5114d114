"""Does the money agree? Revenue kept over a window and over time, on whom it depends, and whether logos lead it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any, Final

import polars as pl

from retention import charts, labels
from retention.book import Book
from retention.exhibits.exhibit import Exhibit, exhibit
from retention.exhibits.wording import heading, value_named, window_name
from retention.metrics.lead import Lead, logo_beside_revenue, logo_lead
from retention.metrics.logo import logo_retention
from retention.metrics.revenue import revenue_concentration, revenue_retention

QUARTERS: Final = 9
PART: Final = "joined or left within one of the two months compared, which may hold a part of {} usual amount"
SUMS: Final = ("customers", "starting_mrr", "churned_mrr", "contraction_mrr", "expansion_mrr", "kept_mrr")
RATES: Final = ("grr", "grr_low", "grr_high", "nrr", "nrr_low", "nrr_high")


@exhibit
def revenue_kept(book: Book, *, start: date, end: date, currency: str = "$") -> Exhibit:
    """Revenue kept over a window, without growth (GRR) and with it (NRR), beside the customers kept.

    Table: one row: customers, starting_mrr, churned_mrr, contraction_mrr, expansion_mrr, kept_mrr, grr, nrr and the
    95% ranges of both, logo_retention.
    """
    kept = revenue_retention(book, start=start, end=end)
    row = kept.row(0, named=True)
    logos = logo_retention(book, start=start, end=end)
    logo = logos.item(0, "logo_retention")
    held = revenue_concentration(book, start=start, end=end).row(0, named=True)
    return Exhibit(
        title=f"NRR {labels.percent(row['nrr'])}, GRR {labels.percent(row['grr'])}: {window_name(start, end)}",
        sentences=(agreement_sentence(logo, row, held), revenue_sentence(row, currency), *_left_out(row)),
        table=kept.select(*SUMS, *RATES).hstack(logos.select("starting", "retained", "logo_retention")),
        n=row["customers"],
        as_of=book.as_of,
        terms=("grr", "nrr", "revenue_walk", "revenue_on_day", "bootstrap_interval"),
        code=(
            f"print(rt.revenue_retention(book, start={start!r}, end={end!r}))\n"
            f"print(rt.logo_retention(book, start={start!r}, end={end!r}))"
        ),
        currency=currency,
    )


def became_sentence(kept: Mapping[str, Any], currency: str = "$") -> str:
    """The amounts behind NRR: what the opening's revenue has become."""
    return f"{_opening(kept, currency)} became {labels.money(kept['kept_mrr'], currency)}"


def without_growth_sentence(kept: Mapping[str, Any], currency: str = "$") -> str:
    """The amounts behind GRR: what is left of the opening's revenue without growth."""
    still = kept["starting_mrr"] - kept["churned_mrr"] - kept["contraction_mrr"]
    return f"{labels.money(still, currency)} without growth, of {_opening(kept, currency)}"


def _opening(kept: Mapping[str, Any], currency: str) -> str:
    return f"{labels.money(kept['starting_mrr'], currency)} a month"


def revenue_sentence(kept: Mapping[str, Any], currency: str = "$") -> str:
    """GRR and NRR as amounts."""
    if kept["grr"] is None:
        return "Nobody paid at the opening, so there is no rate."
    opening, left, shrank, grew = (
        labels.money(kept[f"{part}_mrr"], currency) for part in ("starting", "churned", "contraction", "expansion")
    )
    return (
        f"Of {opening} a month at the opening, {left} left and {shrank} shrank; {grew} were added by the "
        f"{labels.customers(kept['customers'])} who paid then."
    )


def _left_out(kept: Mapping[str, Any]) -> Iterator[str]:
    """What of the money is known only in part."""
    if kept["grr"] is None:
        return
    for count, one, many in (
        (kept["unknown"], "is left out: the file does not hold its month", "are left out: the file lacks their month"),
        (kept["negative"], "has an amount below zero, counted as zero", "have an amount below zero, counted as zero"),
        (kept["part_months"], PART.format("its"), PART.format("their")),
    ):
        if count:
            yield f"{labels.customers(count)} {one if count == 1 else many}."


def agreement_sentence(logo: float | None, kept: Mapping[str, Any], held: Mapping[str, Any]) -> str:
    """Logo and revenue retention read together."""
    if logo is None or kept["nrr"] is None:
        return "The two cannot be read together on this window."
    if kept["nrr"] < 1 and logo >= 0.9:
        return "Customers stay and shrink: logos are kept, revenue is not."
    if kept["nrr"] >= 1 and logo < 0.9:
        few = held["top_ten_share"] is not None and held["top_ten_share"] > 0.4
        return "Customers leave and revenue grows all the same: " + (
            "a few large accounts carry it." if few else "the growth is broad, not in a few accounts only."
        )
    if kept["nrr"] >= 1:
        return "Customers stay and grow: logos and money agree."
    return "Customers leave and those who stay do not make up for it: logos and money agree."


@exhibit
def revenue_trend(book: Book) -> Exhibit:
    """NRR and GRR of the trailing twelve months at each of the last nine quarter ends, beside the customers kept.

    Table: one row per quarter end: window_end, starting, retained, logo_retention, starting_mrr, grr, nrr.
    """
    path = logo_beside_revenue(book).tail(QUARTERS)
    return Exhibit(
        title=revenue_trend_title(path),
        table=path,
        drawing=partial(charts.revenue_trend, path),
        n=path.item(-1, "starting") if path.height else None,
        as_of=book.as_of,
        terms=("grr", "nrr", "logo_retention"),
        code=f'print(rt.revenue_trend(book, every="1q").tail({QUARTERS}))',
        description=(
            "Revenue kept over the twelve months to each quarter end: with growth (NRR), without (GRR), beside "
            "customers kept"
        ),
    )


def revenue_trend_title(path: pl.DataFrame) -> str:
    """Where NRR and GRR stand, and where NRR stood at the first quarter in view."""
    known = path.drop_nulls("nrr")
    if known.is_empty():
        return "There is no full year of revenue to look back on yet"
    first, last = known.row(0, named=True), known.row(-1, named=True)
    head = f"NRR {labels.percent(last['nrr'])}, GRR {labels.percent(last['grr'])} to {labels.month(last['window_end'])}"
    if known.height == 1:
        return head
    return f"{head}; NRR was {labels.percent(first['nrr'])} to {labels.month(first['window_end'])}"


@exhibit
def largest_accounts(book: Book, *, start: date, end: date, currency: str = "$") -> Exhibit:
    """On how few accounts the revenue of a window depends.

    Table: one row: customers, starting_mrr, top_ten_mrr, top_ten_share, largest_share, nrr, nrr_without_largest.
    """
    held = revenue_concentration(book, start=start, end=end)
    columns = ("customers", "starting_mrr", "top_ten_mrr", "top_ten_share", "largest_share", "nrr")
    return Exhibit(
        title=concentration_sentence(held.row(0, named=True)),
        table=held.select(*columns, "nrr_without_largest"),
        n=held.item(0, "customers"),
        as_of=book.as_of,
        terms=("nrr",),
        currency=currency,
    )


def concentration_sentence(held: Mapping[str, Any]) -> str:
    """On how few accounts the money depends; the largest alone only where it moves the rate as printed."""
    if held["top_ten_share"] is None:
        return ""
    head = f"The ten largest accounts hold {labels.percent(held['top_ten_share'], 0)} of the opening revenue"
    without, whole = labels.percent(held["nrr_without_largest"]), labels.percent(held["nrr"])
    if held["nrr_without_largest"] is None:
        return f"{head}."
    largest = f"the largest alone ({labels.percent(held['largest_share'], 0)})"
    if without == whole:
        return f"{head}; without {largest} NRR is the same."
    return f"{head}; without {largest} NRR would be {without} instead of {whole}."


@exhibit
def revenue_by(
    book: Book, *, start: date, end: date, by: str, hide_names: bool = False, currency: str = "$"
) -> Exhibit:
    """Revenue kept over a window by an attribute.

    Table: one row per value: its name, customers, the sums of ``revenue_retention``, grr, nrr and the range of nrr.
    """
    kept = revenue_retention(book, start=start, end=end, by=by)
    names = [value_named(by, value, hide_names=hide_names) for value in kept.get_column(by).to_list()]
    sums = [name for name in SUMS if name != "kept_mrr"]
    title = heading(book, by)
    return Exhibit(
        title=f"Revenue kept by {title}, {window_name(start, end)}",
        table=kept.select(pl.Series(by, names, dtype=pl.String), *sums, "grr", "nrr", "nrr_low", "nrr_high"),
        n=int(kept.get_column("customers").sum()),
        as_of=book.as_of,
        terms=("grr", "nrr", "attributes_as_now"),
        code=f"print(rt.revenue_retention(book, start={start!r}, end={end!r}, by={by!r}))",
        folded=("nrr_low", "nrr_high"),
        headings={by: title},
        currency=currency,
    )


@exhibit
def logos_against_revenue(book: Book) -> Exhibit:
    """The path of the book over customers kept and revenue kept.

    Table: as of ``revenue_trend``.
    """
    path = logo_beside_revenue(book).tail(QUARTERS)
    return Exhibit(
        title="Where the book has been",
        table=path,
        drawing=partial(charts.two_by_two, path),
        n=path.item(-1, "starting") if path.height else None,
        as_of=book.as_of,
        terms=("logo_against_revenue",),
        code='print(rt.revenue_trend(book, every="1q"))',
        description="The path of the book over customers kept (across) and revenue kept with growth (up)",
    )


@exhibit
def logos_before_revenue(book: Book) -> Exhibit:
    """Whether months of good logo retention were followed by months of good revenue retention.

    Table: one row: months (known for both), lag, verdict.
    """
    lead = logo_lead(book)
    return Exhibit(
        title=lead_sentence(lead),
        table=pl.DataFrame({"months": [lead.months], "lag": [lead.lag], "verdict": [lead.verdict]}),
        n=None,
        as_of=book.as_of,
        terms=("logo_against_revenue",),
    )


def lead_sentence(lead: Lead) -> str:
    """Whether logo retention led revenue retention in this book's own history."""
    if lead.verdict == "too short to say":
        return f"Whether logos lead revenue is too short to say: both are known for {lead.months} single months."
    if lead.verdict == "no sign":
        return f"No sign that logos led revenue in the {lead.months} months both are known for."
    return (
        f"Logos probably led revenue by about {lead.lag} months over the {lead.months} months both are known for; one "
        "book's history is a hint, not a law."
    )
