"""The front of At risk: what the score may be called, the work list, and what to do per band."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from pages.parts.at_risk import cached as risk_cached
from pages.parts.at_risk.cached import Scoring
from pages.parts.at_risk.settings import limits_in_use, standard_scoring
from pages.parts.shell.cached import MOST_ROWS
from pages.parts.shell.session import View, build_book, cut, source_in_use
from pages.parts.show.show import figure, show_board_table, written
from pages.parts.show.table import show_table
from pages.parts.show.text import plain
from retention import labels
from retention.book import Book
from retention.exhibits.at_risk import (
    accounts,
    called,
    called_sentence,
    list_sentence,
    own_weights_sentence,
    unknown_sentence,
)
from retention.exhibits.wording import heading
from retention.listing import as_csv
from retention.pseudonyms import pseudonym, without_names
from retention.risk.arr import why_no_arr
from retention.risk.backtest import CAPACITY, Backtest
from retention.risk.factors import BANDS, Band, Limits
from retention.risk.outcomes import why_untested
from retention.risk.worklist import WHAT_TO_DO
from retention.selection import Selection

FIRST_CALLED: tuple[Band, ...] = ("high", "medium")
RENEWALS = {None: "any time", 30: "30 days", 60: "60 days", 90: "90 days", 180: "180 days"}
WIDE = 480
"""Pixels of the column of reasons: three of them fit, and score, band and ARR still stand beside it."""
COLUMNS = {
    "customer_id": "Customer",
    "name": "Name",
    "reasons": "Why",
    "score": "Score",
    "band": "Band",
    "arr": "ARR",
    "renewal_on": "Renews on",
    "segment": "Segment",
    "csm": "CSM",
    "to_do": "What to do",
    "missing": "Not known",
}


def show_head(view: View, scoring: Scoring, test: Backtest | None, months: int) -> None:
    """One number, what the score may be called, and what the base rate allows."""
    found = risk_cached.bands(view.book, scoring)
    number, table = st.columns([2, 3], gap="large")
    with number:
        st.metric(f"Accounts in the high band ({called(test)})", figure(labels.count(found.item(0, "accounts"))))
        reason = None if test else why_untested(view.book, scoring.signals, months=months)
        st.markdown(f"**{written(called_sentence(test, reason))}**")
        st.markdown(written(risk_cached.base_rate_sentence(view.book, scoring)))
        _show_warnings(view, scoring, tested=test is not None)
    with table:
        rows = [_band_row(row, view.style.currency) for row in found.iter_rows(named=True)]
        show_board_table(rows, alt="What to do with each band")


def _show_warnings(view: View, scoring: Scoring, *, tested: bool) -> None:
    if said := unknown_sentence(risk_cached.scores(view.book, scoring)):
        st.caption(written(said))
    changed = limits_in_use() != Limits()
    if said := own_weights_sentence(scoring.weights, limits_changed=changed, tested=tested):
        st.markdown(f":orange-badge[Not the standard score] {written(said)}")
        st.button("Back to the standard weights and limits", on_click=standard_scoring, key="risk.standard")
    if view.book.as_of < build_book(source_in_use()).as_of:
        st.caption("The customer list’s own signals are as recorded when it was written, not as of this earlier day.")


def _band_row(row: dict[str, object], currency: str) -> dict[str, str]:
    band = row["band"]
    name, advice = ("", "Find out more: too little is known of them.")
    if band in BANDS:
        name, advice = WHAT_TO_DO[band]
    arr = row["arr"]
    return {
        "Band": "No score" if band is None else str(band).capitalize(),
        "Accounts": labels.count(int(str(row["accounts"]))),
        "ARR": labels.NOTHING if arr is None else labels.money(float(str(arr)), currency),
        "What to do": f"{name}: {advice[0].lower()}{advice[1:]}" if name else advice,
    }


def show_work_list(view: View, scoring: Scoring, test: Backtest | None) -> None:
    """Whom to call first: by score times ARR, with the reasons in words."""
    capacity, bands, within, book = _choose(view)
    listed = risk_cached.listed(book, scoring, capacity=capacity, bands=bands, renewal_within=within)
    scored = risk_cached.scores(book, scoring).get_column("score").count()
    st.markdown(f"**{written(list_sentence(listed, of=scored, currency=view.style.currency))}**")
    if listed.is_empty():
        return
    show_accounts(view, listed, COLUMNS, of=listed.height, called=called(test), file_name="work_list.csv", key="list")
    st.caption(written(why_no_arr(book) or "Ordered by score times ARR: what is likely to go, weighed by what it is "
                     "worth. Accounts without a recorded ARR come last."))  # fmt: skip


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
        hidden = view.hide_names and column == "csm" and value is not None
        return pseudonym(column, value) if hidden else labels.value_name(value)

    return st.multiselect(plain(heading(view.book, column)), values, format_func=shown, key=f"risk.where.{column}",
                          persist_state="session")  # fmt: skip


def show_accounts(
    view: View,
    listed: pl.DataFrame,
    columns: dict[str, str],
    *,
    of: int,
    called: str,
    file_name: str,
    key: str,
) -> None:
    """Accounts in the order given: the first on the page, all of them in a file that says what the score is.

    Args:
        view: what the page draws.
        listed: one row per account, in order.
        columns: what to show -> its heading.
        of: how many there are.
        called: what the score may be called.
        file_name: the name of the file.
        key: a name for the widgets.
    """
    shown = [name for name in columns if name in listed.columns]
    if "name" in shown:
        shown.append(shown.pop(shown.index("customer_id")))
    first = without_names(listed.head(MOST_ROWS), hide=view.hide_names)
    show_table(
        first.select(shown),
        column_config={name: _column(name, columns[name], listed.schema[name], view.style.currency) for name in shown},
        placeholder=labels.NOTHING,
        height=min(35 * (min(first.height, 12) + 1) + 3, 460),
        key=f"{key}.table",
    )
    if of > first.height:
        st.caption(f"The first {first.height:,} of {of:,}.")
    st.download_button(
        f"Download {accounts(of)} for the CRM (CSV)",
        data=lambda: crm_file(listed, called=called, hide_names=view.hide_names),
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
        return config.DateColumn(title, format="D MMM YYYY")
    if name == "arr":
        return config.NumberColumn(f"{title}, {currency.strip()}", format="localized")
    if dtype.is_float():
        return config.NumberColumn(title, format="%.0f")
    return config.TextColumn(title, width=WIDE if name in ("reasons", "changes") else None)
