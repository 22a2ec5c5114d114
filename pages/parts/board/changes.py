"""What changed since the analysis before: figures then and now, definitions, customers restated, promises due."""

from __future__ import annotations

import polars as pl
import streamlit as st

from pages.parts.board.earlier import analysis_in_use
from pages.parts.shell.cache import cached
from pages.parts.shell.session import View
from pages.parts.show.show import show_board_table, written
from pages.parts.show.table import show_table
from retention import labels
from retention.pack.analysis import Analysis
from retention.pack.compare import COUNTS, Comparison, compare
from retention.pseudonyms import without_names

NAMES = {
    "logo_retention": "Customers kept", "starting": "Opening", "churned": "Left", "new": "New",
    "reactivated": "Came back", "ending": "Closing", "grr": "GRR", "nrr": "NRR",
}  # fmt: skip


@cached
def _compared(earlier: str, now: str, _old: Analysis, _new: Analysis) -> Comparison:
    return compare(_old, _new)


def show_changes(view: View, earlier: Analysis) -> None:
    """Everything that differs from the analysis before."""
    now = analysis_in_use(view)
    found = _compared(earlier.book.key, now.book.key, earlier, now)
    then, day = labels.day(earlier.book.as_of), labels.day(view.book.as_of)
    st.markdown(written(_sentence(found, then)))
    show_board_table(
        [
            {
                "": NAMES[row["figure"]],
                f"As of {then}, as saved": _printed(row["figure"], row["then"]),
                "The same window on the new data": _printed(row["figure"], row["restated"]),
                f"As of {day}": _printed(row["figure"], row["now"]),
            }
            for row in found.figures.iter_rows(named=True)
        ],
        alt="Each headline then, restated, and now",
    )
    if found.restated.height:
        st.markdown("**Customers whose past is told differently now**")
        show_table(without_names(found.restated, hide=view.hide_names), key="changes.restated")
    if found.definitions.height:
        st.markdown("**Definitions that changed**")
        show_board_table(found.definitions.to_dicts(), alt="What was chosen then, and now")
    if found.promises.height:
        st.markdown("**Promised last time**")
        show_board_table(found.promises.select(pl.exclude("exhibit")).to_dicts(), alt="Promises and outcomes")


def _sentence(found: Comparison, then: str) -> str:
    first = found.figures.row(0, named=True)
    moved = found.restated.get_column("customer_id").n_unique()
    if not moved:
        return f"No customer's past is told differently: the figure of {then} stands."
    return (
        f"{labels.customers(moved)} {'is' if moved == 1 else 'are'} told differently now. On the new data the window "
        f"that gave {labels.percent(first['then'])} on {then} gives {labels.percent(first['restated'])}."
    )


def _printed(figure: str, value: float | None) -> str:
    is_count = figure in COUNTS and figure != "logo_retention"
    return labels.NOTHING if value is None else labels.count(int(value)) if is_count else labels.percent(value)
