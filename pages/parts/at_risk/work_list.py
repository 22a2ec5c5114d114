"""The front of At risk: what the score may be called, the work list, and what to do per band."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from pages.parts.at_risk.scoring import Scoring
from pages.parts.at_risk.settings import limits_in_use, standard_scoring
from pages.parts.shell.session import View, build_book, current_view, cut, source_in_use
from pages.parts.show.exhibit import seen, show_exhibit, show_figure
from pages.parts.show.offer import offer
from pages.parts.show.show import show_how_many, written
from pages.parts.show.table import show_table
from pages.parts.show.text import plain
from retention import exhibits, labels
from retention.book import Book
from retention.exhibits import Exhibit
from retention.exhibits.at_risk import (
    accounts,
    called,
    called_sentence,
    own_weights_sentence,
)
from retention.exhibits.wording import heading, value_named
from retention.listing import as_csv
from retention.pseudonyms import with_same_names, without_names
from retention.risk.backtest import CAPACITY, Backtest
from retention.risk.factors import BANDS, Band, Limits
from retention.risk.outcomes import why_untested
from retention.risk.worklist import work_list
from retention.selection import Selection

FIRST_CALLED: tuple[Band, ...] = ("high", "medium")
RENEWALS = {None: "any time", 30: "30 days", 60: "60 days", 90: "90 days", 180: "180 days"}
WIDE = 480
"""Pixels of the column of reasons: three of them fit, and score, band and ARR still stand beside it."""


def show_head(view: View, scoring: Scoring, test: Backtest | None, months: int) -> Exhibit:
    """One number, what the score may be called, and what the base rate allows; gives the exhibit it rests on."""
    bands = seen(exhibits.accounts_by_band, view.book, **scoring.given, currency=view.style.currency)
    number, counted = st.columns([2, 3], gap="large")
    with number:
        show_figure(f"Accounts in the high band ({called(test)})", bands)
        reason = None if test else why_untested(view.book, scoring.signals, months=months)
        st.markdown(f"**{written(called_sentence(test, reason))}**")
        for sentence in bands.sentences:
            st.markdown(written(sentence))
        for warning in bands.warnings:
            st.caption(written(warning))
        _show_departures(view, scoring, tested=test is not None)
    with counted:
        show_exhibit(bands, key="bands", sentences=False, table=True)
    return bands


def _show_departures(view: View, scoring: Scoring, *, tested: bool) -> None:
    """What differs from the standard score, and that the list's own signals are of one day."""
    changed = limits_in_use() != Limits()
    if said := own_weights_sentence(scoring.weights, limits_changed=changed, tested=tested):
        st.markdown(f":orange-badge[Not the standard score] {written(said)}")
        st.button("Back to the standard weights and limits", on_click=standard_scoring, key="risk.standard")
    if view.book.as_of < build_book(source_in_use()).as_of:
        st.caption("The customer list’s own signals are as recorded when it was written, not as of this earlier day.")


def show_work_list(view: View, scoring: Scoring, test: Backtest | None) -> Exhibit:
    """Whom to call first: by score times ARR, with the reasons in words; gives the exhibit."""
    capacity, bands, within, book = _choose(view)
    listed = seen(
        exhibits.accounts_to_call, book, capacity=capacity, bands=bands, renewal_within=within, **scoring.given,
        hide_names=view.hide_names, currency=view.style.currency,
    )  # fmt: skip
    everyone = partial(
        work_list, book, signals=scoring.signals, weights=scoring.weights, limits=scoring.limits, capacity=capacity,
        bands=bands, renewal_within=within,
    )  # fmt: skip
    st.markdown(f"**{written(listed.title)}**")
    if listed.n:
        show_accounts(
            view, listed.table, {name: listed.column(name).heading for name in listed.table.columns}, of=listed.n,
            everyone=everyone, called=called(test), file_name="work_list.csv", key="list",
        )  # fmt: skip
        st.caption(written(listed.sentences[0]))
        offer(listed, key="list", everyone=everyone)
    return listed


def _choose(view: View) -> tuple[int, tuple[Band, ...], int | None, Book]:
    """Capacity and bands on the page, the rest behind one button."""
    reach, which, more = st.columns([1, 2, 1], vertical_alignment="bottom")
    capacity = reach.number_input("Accounts you can reach", 1, 100_000, CAPACITY, key="capacity",
                                  bind="query-params")  # fmt: skip
    bands = which.pills("Bands", BANDS, selection_mode="multi", default=FIRST_CALLED, format_func=str.capitalize,
                        key="bands", bind="query-params")  # fmt: skip
    with more.popover("Only accounts with …", width="stretch"):
        within = st.selectbox("Renewal within", list(RENEWALS), format_func=RENEWALS.__getitem__, key="renews")
        filters = tuple(
            (column, tuple(chosen))
            for column in ("csm", "segment")
            if column in view.book.attributes and (chosen := _values(view, column))
        )
    book = cut(view.book, Selection(filters=filters)) if filters else view.book
    return int(capacity), tuple(band for band in BANDS if band in bands), within, book


def _values(view: View, column: str) -> list[object]:
    """The values of an attribute that are kept; people are never in the URL."""
    _, values = view.book.codes(column)

    def shown(value: object) -> str:
        return value_named(column, value, hide_names=view.hide_names)

    return st.multiselect(plain(heading(view.book, column)), values, format_func=shown, key=f"risk.where.{column}",
                          persist_state="session")  # fmt: skip


def show_accounts(
    view: View,
    first: pl.DataFrame,
    columns: dict[str, str],
    *,
    of: int,
    everyone: Callable[[], pl.DataFrame],
    called: str,
    file_name: str,
    key: str,
) -> None:
    """Accounts in the order given: the first on the page, all of them in a file that says what the score is.

    Args:
        view: what the page draws.
        first: one row per account, in order: the first of them, with names hidden where that is asked.
        columns: what to show -> its heading.
        of: how many there are.
        everyone: gives all of them, when the file is asked for.
        called: what the score may be called.
        file_name: the name of the file.
        key: a name for the widgets.
    """
    shown = [name for name in columns if name in first.columns]
    show_table(
        first.select(shown),
        column_config={name: _column(name, columns[name], first.schema[name], view.style.currency) for name in shown},
        placeholder=labels.NOTHING,
        height=min(35 * (min(first.height, 12) + 1) + 3, 460),
        key=f"{key}.table",
    )
    if of > first.height:
        show_how_many(first.height, of)
    st.download_button(
        f"Download {accounts(of)} for the CRM (CSV)",
        data=with_same_names(lambda: crm_file(everyone(), called=called, hide_names=view.hide_names)),
        file_name=file_name,
        mime="text/csv",
        key=f"{key}.download",
        on_click="ignore",
    )


def crm_file(listed: pl.DataFrame, *, called: str, hide_names: bool) -> bytes:
    """Accounts as the CRM takes them: every column, in order, and beside each score what it may be called.

    Args:
        listed: one row per account.
        called: what the score may be called.
        hide_names: whether customers and managers stand under pseudonyms.
    """
    return as_csv(without_names(listed, hide=hide_names).with_columns(score_is=pl.lit(called)))


def _column(name: str, title: str, dtype: pl.DataType, currency: str) -> Any:
    config = st.column_config
    if dtype == pl.Date:
        return config.DateColumn(title, format=current_view().style.column)
    if name == "arr":
        return config.NumberColumn(f"{title}, {currency.strip()}", format="localized")
    if dtype.is_float():
        return config.NumberColumn(title, format="%.0f")
    return config.TextColumn(title, width=WIDE if name in ("reasons", "changes") else None)
