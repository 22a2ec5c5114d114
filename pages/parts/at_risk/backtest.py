"""Does the score work? The back-test in plain words with its tables folded, and the learned score beside the rules."""

from __future__ import annotations

from datetime import date

import polars as pl
import streamlit as st

from pages.parts.at_risk import cached as risk_cached
from pages.parts.at_risk.scoring import Scoring
from pages.parts.at_risk.settings import months_in_use
from pages.parts.at_risk.work_list import show_accounts
from pages.parts.shell.cached import MOST_ROWS
from pages.parts.shell.session import View
from pages.parts.show.show import frame_of, show_board_table, show_chart, written
from retention import charts, labels
from retention.errors import RetentionError
from retention.exhibits.at_risk import MONTHS, ORDERS, calibration_title
from retention.pseudonyms import without_names
from retention.risk.backtest import Backtest
from retention.risk.learned import why_not_learned
from retention.risk.outcomes import why_untested
from retention.risk.verdict import in_words

LEARNED = {
    "customer_id": "Customer",
    "name": "Name",
    "reasons": "Why",
    "chance": "Chance of leaving, %",
    "arr": "ARR",
    "csm": "CSM",
}


def show_test(view: View, scoring: Scoring, test: Backtest | None) -> None:
    """What a high score on a past day has meant for who left afterwards."""
    left, right = st.columns(2)
    with left:
        months = _choose_months(view, scoring)
    if test is None:
        st.markdown(written(why_untested(view.book, scoring.signals, months=months) or ""))
        return
    with right:
        _choose_day(risk_cached.days_to_test(view.book, scoring, months))
    first, *others = in_words(test)
    st.markdown(f"**{written(first)}**")
    for sentence in others:
        st.markdown(f"- {written(sentence)}")
    show_chart(
        charts.leave_rates(
            test.bands.drop_nulls("band"),
            **frame_of(
                view,
                calibration_title(test),
                f"Share of each band that left between {labels.day(test.opened_on)} and {labels.day(test.closed_on)}, "
                "with the 95% range",
                test.accounts,
            ),
        ),
        key="calibration",
    )
    if scoring.signals is not None:
        for sentence in risk_cached.leaks(view.book, scoring, months):
            st.warning(written(sentence))
    with st.expander("The tables behind the test"):
        _show_tables(test)


def _choose_months(view: View, scoring: Scoring) -> int:
    """How many months after the snapshot; the standard ones until another number is chosen."""
    months = months_in_use(view, scoring)
    chosen = st.segmented_control("Who left in the following", MONTHS, default=months, required=True, key="months",
                                  format_func="{} months".format, bind="query-params")  # fmt: skip
    return int(chosen or months)


def _choose_day(days: list[date]) -> None:
    if len(days) > 1:
        st.selectbox("Signals as they were on", days, len(days) - 1, labels.day, key="tested_from")


def _show_tables(test: Backtest) -> None:
    show_board_table(
        [
            {
                "Ordered by": ORDERS[row["order"]],
                "Right, times in 100": _in_100(row["pairs_right"]),
                "95% range": _between(_in_100(row["pairs_low"]), _in_100(row["pairs_high"])),
                "Caught on the list": labels.decimal(row["caught"], 0),
                "Share of leavers": labels.percent(row["caught_share"], 0),
                "Times a random list": labels.multiple(row["lift"]),
                "At best": labels.multiple(row["ceiling"]),
            }
            for row in test.orders.iter_rows(named=True)
        ],
        alt=f"The score and its baselines: how well each orders accounts, and whom a list of {test.capacity} catches",
    )
    show_board_table(
        [
            {
                "Accounts on the list": labels.count(row["reached"]),
                "Leavers caught": labels.decimal(row["caught"], 0),
                "Share of leavers": labels.percent(row["caught_share"], 0),
                "95% range": labels.percent_range(row["caught_low"], row["caught_high"], 0),
                "Times a random list": labels.multiple(row["lift"]),
            }
            for row in test.lengths.iter_rows(named=True)
        ],
        alt="Leavers caught by longer and shorter lists of the highest scores",
    )
    show_board_table(
        [
            {
                "Band": "No score" if row["band"] is None else row["band"].capitalize(),
                "Accounts": labels.count(row["accounts"]),
                "Left": labels.count(row["left"]),
                "Share that left": labels.percent(row["leave_rate"]),
                "95% range": labels.percent_range(row["low"], row["high"]),
            }
            for row in test.bands.iter_rows(named=True)
        ],
        alt="Accounts and leavers by band",
    )
    st.caption("The test is of the score alone; the work list also weighs by ARR, which finds money rather than logos.")


def _in_100(share: float | None) -> str:
    return labels.decimal(None if share is None else 100 * share, 0)


def _between(low: str, high: str) -> str:
    return labels.NOTHING if labels.NOTHING in (low, high) else f"{low} to {high}"


def show_learned(view: View, scoring: Scoring, months: int) -> None:
    """A score learned from who left: shown where it beats the rules on later months, and only when switched on."""
    if reason := why_not_learned(view.book, scoring.signals, months=months):
        st.markdown(written(reason))
        return
    try:
        with st.spinner("Learning from the earlier snapshots …"):
            found = risk_cached.learned(view.book, scoring, months)
    except RetentionError as refused:
        st.markdown(written(refused))
        return
    st.markdown(f"**{written(found.sentence)}**")
    st.caption(
        f"It foresaw {labels.decimal(found.foreseen, 0)} leavers on that day; {labels.count(found.left)} left. It "
        "learns from the signals only: segment, plan and manager are as recorded now, which would give leavers away."
    )
    if not found.offered or not st.toggle("List accounts by the learned score", key="risk.learned"):
        return
    known = [name for name in ("name", "csm", "arr") if name in view.book.attributes]
    named = view.book.everybody.select("customer_id", *known)
    listed = found.scores.with_columns(pl.col("chance") * 100).join(named, on="customer_id", maintain_order="left")
    show_accounts(
        view, without_names(listed.head(MOST_ROWS), hide=view.hide_names), LEARNED, of=listed.height,
        everyone=lambda: listed, called="learned score", file_name="learned_list.csv", key="learned",
    )  # fmt: skip
