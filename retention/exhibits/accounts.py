"""Who may leave next? Accounts by band, whom to call first, how the scores spread, and whose accounts they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import polars as pl

from retention import charts, labels
from retention.book import Book
from retention.errors import RetentionError
from retention.exhibits.at_risk import accounts, health_sentence, list_sentence, spread_title, unknown_sentence
from retention.exhibits.exhibit import Exhibit, exhibit
from retention.exhibits.lists import MOST_ROWS
from retention.exhibits.wording import heading, value_named
from retention.pseudonyms import without_names
from retention.risk.arr import why_no_arr
from retention.risk.backtest import CAPACITY
from retention.risk.base_rate import BaseRate, base_rate
from retention.risk.factors import Band, Limits
from retention.risk.health import health_by, risk_bands, score_distribution
from retention.risk.score import risk_scores
from retention.risk.signals import Signals
from retention.risk.worklist import WHAT_TO_DO, work_list

LISTED: Final = ("name", "customer_id", "reasons", "score", "band", "arr", "renewal_on", "segment", "csm", "to_do",
                 "missing")  # fmt: skip
ORDER: Final = "Ordered by score times ARR: what is likely to go, weighed by what it is worth."


@dataclass(frozen=True)
class _Scored:
    """The scores of a book, and the options that give them again in a notebook."""

    scores: pl.DataFrame
    options: str


def _scored(
    book: Book, weights: Mapping[str, float] | None, limits: Mapping[str, Any] | None, signals: Signals | None
) -> _Scored:
    said = [] if weights is None else [f"weights={dict(weights)!r}"]
    said += [] if limits is None else [f"limits=rt.Limits(**{dict(limits)!r})"]
    said += [] if signals is None else ["signals=signals"]
    scores = risk_scores(book, weights=weights, limits=Limits(**(limits or {})), signals=signals)
    return _Scored(scores, "".join(f", {option}" for option in said))


@exhibit
def accounts_by_band(
    book: Book, *, weights: Mapping[str, float] | None = None, limits: Mapping[str, Any] | None = None,
    signals: Signals | None = None, currency: str = "$",
) -> Exhibit:  # fmt: skip
    """How many accounts are in each band of the risk score, what they are worth, and what to do with them.

    Args:
        book: the customers.
        weights: factor -> weight, 100 together.
        limits: limit -> where green ends, red begins and the bands begin.
        signals: health signals by account and day beside the list's own.
        currency: the sign before an amount.

    Table: one row per band, high first, then those without a score: band, accounts, share, arr, arr_share, arr_unknown,
    to_do.
    """
    scored = _scored(book, weights, limits, signals)
    bands = risk_bands(book, scored.scores)
    high = int(bands.item(0, "accounts"))
    names = ["No score" if band is None else band.capitalize() for band in bands.get_column("band").to_list()]
    drawn = [
        {"name": name, "amount": row["accounts"], "said": _worth(row, currency)}
        for name, row in zip(names, bands.iter_rows(named=True), strict=True)
    ]
    unknown = unknown_sentence(scored.scores)
    return Exhibit(
        title=f"{labels.count(high)} of {accounts(scored.scores.height)} in the high band",
        sentences=(_base_rate(book, scored.scores),),
        table=bands.with_columns(
            pl.Series("band", names), pl.Series("to_do", [_advice(band) for band in bands.get_column("band").to_list()])
        ),
        drawing=partial(charts.bar_list, drawn),
        n=scored.scores.height,
        as_of=book.as_of,
        terms=("risk_score", "risk_band", "base_rate", "base_rate_check"),
        code=f"print(rt.risk_scores(book{scored.options}))",
        warnings=() if unknown is None else (unknown,),
        figure=labels.count(high),
        description="Accounts in each band of the risk score, and their ARR",
        headings={"share": "Share of accounts", "arr_share": "Share of ARR", "arr_unknown": "Without an ARR"},
        folded=("share", "arr_share", "arr_unknown"),
        currency=currency,
    )


def _worth(row: Mapping[str, Any], currency: str) -> str:
    """How many accounts are in a band, and what those of a known ARR are worth."""
    worth = f", {labels.money(row['arr'], currency)} of ARR" if row.get("arr") else ""
    return f"{accounts(row['accounts'])}{worth}"


def _advice(band: Band | None) -> str:
    if band is None:
        return "Find out more: too little is known of them."
    name, advice = WHAT_TO_DO[band]
    return f"{name}: {advice[0].lower()}{advice[1:]}"


def _base_rate(book: Book, scores: pl.DataFrame) -> str:
    try:
        return base_rate_sentence(base_rate(book, scores))
    except RetentionError as refused:
        return str(refused)


def base_rate_sentence(rate: BaseRate) -> str:
    """The high band beside those who left in a year: what the two numbers allow, whatever the score is worth."""
    high = f"{accounts(rate.red)} {'is' if rate.red == 1 else 'are'} in the high band"
    if not rate.leavers:
        return f"Nobody left in the last twelve months, and {high}: look at why before acting on it."
    left = f"{high}; {labels.customers(rate.leavers)} left in the last twelve months"
    if rate.red < rate.leavers:
        return f"{left}. If the whole band leaves, that is {labels.percent(rate.red / rate.leavers, 0)} of that number."
    stay = rate.red - rate.leavers
    if not stay:
        return f"{left}. They match only if every one of them leaves and nobody else does."
    return f"{left}. If this year is like the last, at least {labels.count(stay)} of the band will stay."


@exhibit
def accounts_to_call(
    book: Book, *, capacity: int = CAPACITY, bands: Sequence[Band] = ("high", "medium"),
    renewal_within: int | None = None, weights: Mapping[str, float] | None = None,
    limits: Mapping[str, Any] | None = None, signals: Signals | None = None, hide_names: bool = False,
    currency: str = "$",
) -> Exhibit:  # fmt: skip
    """The accounts to call first: by score times ARR, with the reasons in words.

    Args:
        book: the customers.
        capacity: how many accounts the team can reach.
        bands: the bands to list.
        renewal_within: only accounts whose renewal is at most this many days away.
        weights: factor -> weight, 100 together.
        limits: limit -> where green ends, red begins and the bands begin.
        signals: health signals by account and day beside the list's own.
        hide_names: whether names stand under pseudonyms.
        currency: the sign before an amount.

    Table: the first 200, one row per account: who it is, reasons, score, band, arr, renewal_on, to_do, missing.
    """
    scored = _scored(book, weights, limits, signals)
    listed = work_list(
        book, signals=signals, weights=weights, limits=Limits(**(limits or {})), capacity=capacity, bands=tuple(bands),
        renewal_within=renewal_within,
    )  # fmt: skip
    shown = listed.head(MOST_ROWS).select(name for name in LISTED if name in listed.columns)
    last = f"capacity={capacity}, bands={tuple(bands)!r}, renewal_within={renewal_within!r}"
    return Exhibit(
        title=list_sentence(listed, of=scored.scores.get_column("score").count(), currency=currency),
        sentences=(why_no_arr(book) or f"{ORDER} Accounts without a recorded ARR come last.",),
        table=without_names(shown, hide=hide_names),
        n=listed.height,
        as_of=book.as_of,
        terms=("risk_score", "risk_band", "capacity"),
        code=f"print(rt.work_list(book{scored.options}, {last}))",
        headings={"reasons": "Why", "renewal_on": "Renews on", "to_do": "What to do", "missing": "Not known"},
        currency=currency,
    )


@exhibit
def spread_of_scores(
    book: Book, *, weights: Mapping[str, float] | None = None, limits: Mapping[str, Any] | None = None,
    signals: Signals | None = None, called: str = "rule of thumb",
) -> Exhibit:  # fmt: skip
    """How many accounts stand at each step of the risk score.

    Args:
        book: the customers.
        weights: factor -> weight, 100 together.
        limits: limit -> where green ends, red begins and the bands begin.
        signals: health signals by account and day beside the list's own.
        called: what the score may be called.

    Table: one row per step of ten points: score_from, score_to, accounts.
    """
    scored, cut = _scored(book, weights, limits, signals), Limits(**(limits or {}))
    steps = score_distribution(scored.scores)
    return Exhibit(
        title=spread_title(scored.scores, called=called),
        table=steps,
        drawing=partial(charts.score_steps, steps, medium=cut.medium, high=cut.high),
        n=scored.scores.height,
        as_of=book.as_of,
        terms=("risk_score", "risk_band"),
        code=f"print(rt.risk_scores(book{scored.options}))",
        description="Accounts at each step of ten points of the score, a line where medium and high begin",
    )


@exhibit
def health_of_accounts(
    book: Book, *, by: str, weights: Mapping[str, float] | None = None, limits: Mapping[str, Any] | None = None,
    signals: Signals | None = None, hide_names: bool = False, currency: str = "$",
) -> Exhibit:  # fmt: skip
    """Accounts by band for each value of an attribute, such as the manager.

    Table: one row per value: its name, accounts, high, medium, low, unscored, high_share, mean_score, arr_high.
    """
    scored = _scored(book, weights, limits, signals)
    found = health_by(book, scored.scores, by)
    name_of = partial(value_named, by, hide_names=hide_names)
    names = pl.Series(by, [name_of(value) for value in found.get_column(by).to_list()], dtype=pl.String)
    title = heading(book, by)
    columns = ("accounts", "high", "medium", "low", "unscored", "high_share", "mean_score", "arr_high")
    return Exhibit(
        title=health_sentence(found, by, heading=title, name_of=name_of),
        table=found.select(names, *columns),
        n=int(found.get_column("accounts").sum()),
        as_of=book.as_of,
        terms=("risk_band",),
        description=f"Accounts in each band by {title}",
        headings={by: title, "high": "High", "unscored": "No score", "high_share": "High, of those scored",
                  "arr_high": "ARR in the high band"},
        currency=currency,
    )  # fmt: skip
