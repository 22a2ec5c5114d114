"""Further down on At risk: how the scores spread, health by manager and segment, who changed band, what is absent."""

from __future__ import annotations

import polars as pl
import streamlit as st

from pages.parts.at_risk import cached as risk_cached
from pages.parts.at_risk.scoring import Scoring
from pages.parts.at_risk.work_list import show_accounts
from pages.parts.shell.cached import MOST_ROWS
from pages.parts.shell.session import View
from pages.parts.show.exhibit import seen, show_exhibit, show_rows
from pages.parts.show.show import show_board_table, written
from pages.parts.show.table import show_table
from retention import exhibits, labels
from retention.exhibits.at_risk import changes_sentence
from retention.intake.columns.registry import PERSONAL
from retention.listing import as_csv
from retention.pseudonyms import without_names
from retention.risk.change import previous_day
from retention.risk.factors import BANDS, NAMES
from retention.risk.health import factors_known

CHANGED = {
    "customer_id": "Customer",
    "name": "Name",
    "moved": "Moved",
    "changes": "What changed",
    "band_before": "Band before",
    "band": "Band",
    "score_before": "Score before",
    "score": "Score",
    "arr": "ARR",
    "csm": "CSM",
}
MOST_LEFT_OUT = 50
ELSEWHERE = "Cells of the customer list that are no number or date at all stand in the row account on Proof."


def show_spread(view: View, scoring: Scoring, called: str) -> None:
    """How many accounts stand at each step of the score, and what the bands are worth."""
    show_exhibit(seen(exhibits.spread_of_scores, view.book, **scoring.given, called=called), key="spread")
    bands = seen(exhibits.accounts_by_band, view.book, **scoring.given, currency=view.style.currency)
    show_rows(bands, whole=True)


def show_health(view: View, scoring: Scoring) -> None:
    """Accounts by band for each manager and each segment."""
    held = [by for by in ("csm", "segment") if by in view.book.attributes]
    if not held:
        st.markdown("This file has no column for a manager or a segment.")
        return
    for by in held:
        health = seen(
            exhibits.health_of_accounts, view.book, by=by, **scoring.given, hide_names=view.hide_names,
            currency=view.style.currency,
        )  # fmt: skip
        show_exhibit(health, key=f"health.{by}", table=True)
    st.caption("A manager with many accounts in the high band may have been given the difficult ones.")


def show_changes(view: View, scoring: Scoring, called: str) -> None:
    """Accounts in another band than at the previous snapshot, with what changed about them."""
    since = None if scoring.signals is None else previous_day(view.book, scoring.signals)
    if since is None:
        st.markdown(
            "A change of band needs signals of two days: a file with a snapshot date in each row, added as a second "
            "file in the sidebar."
        )
        return
    moved, places = risk_cached.changes(view.book, scoring, since)
    days = {"since": labels.day(since), "now": labels.day(view.book.as_of)}
    st.markdown(f"**{written(changes_sentence(moved, **days))}**")
    worse_first = moved.sort(pl.col("moved") != "worse", maintain_order=True)
    if moved.height:
        show_accounts(
            view, without_names(worse_first.head(MOST_ROWS), hide=view.hide_names), CHANGED, of=moved.height,
            everyone=lambda: worse_first, called=called, file_name="band_changes.csv", key="changes",
        )  # fmt: skip
    found = {(row["band_before"], row["band_now"]): row["accounts"] for row in places.iter_rows(named=True)}
    show_board_table(
        [
            {f"Band on {days['since']}": before.capitalize()}
            | {f"Now {now}": labels.count(found.get((before, now), 0)) for now in (*BANDS, "no score")}
            | {"Left": labels.count(found.get((before, "left"), 0))}
            for before in (*BANDS, "no score")
        ],
        alt="Where the accounts of each band of the previous snapshot are now",
    )


def show_absent(view: View, scoring: Scoring) -> None:
    """What each factor rests on, what a missing one would add, and the values that could not be used."""
    known = factors_known(risk_cached.scores(view.book, scoring), scoring.weights)
    show_board_table(
        [
            {
                "Factor": NAMES[row["factor"]],
                "Columns": row["signals"],
                "Weight": labels.decimal(row["weight"], 1).removesuffix(".0"),
                "Known of": f"{labels.count(row['known'])} of {labels.count(row['accounts'])}",
                "What it would add": row["adds"] or labels.NOTHING,
            }
            for row in known.iter_rows(named=True)
        ],
        alt="For how many accounts each factor is known",
    )
    faults = risk_cached.left_out(view.book, scoring)
    if faults.is_empty():
        st.markdown(f"No value of a signal had to be left out. {ELSEWHERE}")
        return
    noun = "entry" if faults.height == 1 else "entries"
    st.markdown(f"{labels.count(faults.height)} {noun} on signals that were read otherwise or left out; each account "
                f"keeps its other signals. {ELSEWHERE}")  # fmt: skip
    hidden = _without_people(without_names(faults, hide=view.hide_names), hide=view.hide_names)
    show_table(hidden.head(MOST_LEFT_OUT), placeholder=labels.NOTHING, key="risk.faults",
                 height=min(35 * (min(hidden.height, 8) + 1) + 3, 320))  # fmt: skip
    st.download_button("Download them (CSV)", data=lambda: as_csv(hidden), file_name="signals_left_out.csv",
                       mime="text/csv", key="risk.faults.download", on_click="ignore")  # fmt: skip


def _without_people(faults: pl.DataFrame, *, hide: bool) -> pl.DataFrame:
    """A value that was left out may be an account's id: not shown while names are hidden."""
    if not hide:
        return faults
    is_signal = pl.col("value").is_null() | pl.col("column").is_in(PERSONAL)
    return faults.with_columns(value=pl.when(is_signal).then(None).otherwise(pl.lit("hidden")))
