"""Further down on Segments: why the rate moved, what sets stayers apart, managers against their mix, reasons."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import streamlit as st

from pages.parts import cached
from pages.parts.frame import heading
from pages.parts.show import frame_of, show_board_table, show_chart
from pages.parts.state import View
from pages.parts.text import PEOPLE, plain, pseudonym
from retention import charts, labels
from retention.errors import InputError
from retention.metrics.mix import blended_shares
from retention.takeaways.segment import drivers_sentence, managers_sentence, mix_rows, mix_sentence, reasons_sentence

MOST_DRIVERS = 12


def namer(view: View, column: str) -> Callable[[object], str]:
    """How values of an attribute are named on this page: pseudonyms for people where names are hidden."""

    def name_of(value: object) -> str:
        hidden = view.hide_names and column in PEOPLE and value is not None
        return pseudonym(column, value) if hidden else labels.value_name(value)

    return name_of


def show_mix(view: View, by: str) -> None:
    """Why the rate moved: rates and mix, as a bridge that sums exactly."""
    effects = cached.mix(view.book, view.start, view.end, by)
    sentence = mix_sentence(effects)
    if not effects["rate_effect"].count():
        st.markdown(sentence)
        return
    before, after = blended_shares(effects)
    words = "From the rate of the window before to this one: each value's rate effect, then the mix"
    show_chart(
        charts.bridge(
            mix_rows(effects, by=by, name_of=namer(view, by)),
            start=before.rate or 0.0,
            end=after.rate or 0.0,
            **frame_of(view, sentence, words, after.starting),
        ),
        key=f"mix.{by}",
    )


def show_drivers(view: View) -> None:
    """What sets those who stayed apart, over all attributes at once."""
    found = cached.drivers(view.book, view.start, view.end)

    def named(column: str, value: object) -> str:
        return namer(view, column)(value)

    st.markdown(f"**{plain(drivers_sentence(found, heading=lambda name: heading(view.book, name), name_of=named))}**")
    rows = [
        {
            "name": f"{heading(view.book, row['attribute'])}: {named(row['attribute'], row['value'])}",
            "below": f"{labels.percent(row['logo_retention'])} of {labels.customers(row['starting'])}, "
            f"others {labels.percent(row['rest'])}",
            "difference": row["adjusted"],
            "low": row["adjusted_low"],
            "high": row["adjusted_high"],
        }
        for row in found.table.filter(pl.col("adjusted").is_not_null()).head(MOST_DRIVERS).iter_rows(named=True)
    ]
    if rows:
        title = "Points more or fewer stay, everything else in the file held as it is"
        show_chart(
            charts.forest(
                rows, **frame_of(view, title, "Adjusted effects with their 95% ranges", found.share.starting)
            ),
            key="drivers",
        )
    st.caption("A difference between groups, not a cause. Values are as recorded now, which flatters upgraded ones.")
    if found.left_out:
        st.caption(
            plain("Left out: " + "; ".join(f"{heading(view.book, k)} ({why})" for k, why in found.left_out.items()))
        )


def show_managers(view: View, by: str) -> None:
    """Each manager's losses beside those their mix of accounts predicts."""
    if "segment" not in view.book.attributes or by == "segment":
        st.markdown(
            "This needs a segment column: what a manager's accounts are expected to lose depends on their kind."
        )
        return
    table = cached.managers(view.book, view.start, view.end, by)
    name_of = namer(view, by)
    st.markdown(plain(managers_sentence(table, by=by, name_of=name_of)))
    show_board_table(
        [
            {
                heading(view.book, by): name_of(row[by]),
                "Accounts now": labels.count(row["accounts"]),
                "Load": labels.NOTHING if row["load"] is None else f"{row['load']:.1f} of a full book",
                "Opening": labels.count(row["starting"]),
                "Left": labels.count(row["churned"]),
                "Retention": labels.percent(row["logo_retention"]),
                "Expected to leave": labels.NOTHING if row["expected"] is None else f"{row['expected']:.1f}",
                "Standing": row["standing"] or "none: ownership unknown",
            }
            for row in table.iter_rows(named=True)
        ],
        alt="Accounts, losses and expected losses by manager",
    )
    st.caption("Ownership is as recorded now: whoever handed accounts over no longer shows them.")


def show_reasons(view: View) -> None:
    """Why they left: by reason and kind, and retention counting only what could have been prevented."""
    try:
        reasons, kinds = cached.reasons(view.book, view.start, view.end)
    except InputError as error:
        st.markdown(plain(error))
        return
    st.markdown(plain(reasons_sentence(kinds)))
    show_board_table(
        [
            {
                "Reason": labels.value_name(row["reason"]),
                "Kind": row["kind"].replace("_", " "),
                "Left": labels.count(row["churned"]),
                "Share": labels.percent(row["share"], 0),
            }
            for row in reasons.iter_rows(named=True)
        ],
        alt="Customers who left by reason",
    )
