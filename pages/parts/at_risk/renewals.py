"""The renewals of the next two quarters: how many should come, what hangs on them, and what is to be done."""

from __future__ import annotations

from functools import partial

import polars as pl
import streamlit as st

from pages.parts.at_risk.cached import renewals_due
from pages.parts.at_risk.scoring import Scoring
from pages.parts.shell.next_steps import change_next_steps, editing_round, next_steps
from pages.parts.shell.session import View, current_view
from pages.parts.show.exhibit import seen, show_exhibit, show_rows, show_sentences
from pages.parts.show.offer import offer
from pages.parts.show.show import show_how_many, show_when_open, written
from pages.parts.show.table import edit_table, show_table
from pages.parts.show.text import plain
from retention import exhibits, labels
from retention.exhibits import Exhibit
from retention.exhibits.renewals_ahead import NO_TERMS, with_cause
from retention.exhibits.wording import heading
from retention.listing import as_csv, to_be_read
from retention.metrics.renewal import knows_terms
from retention.pack.analysis import MOST_LETTERS
from retention.pseudonyms import with_same_names, without_names

QUARTERS = 2
STEP = "next_step"
MOST_VALUES = 12


def show_renewals(view: View, scoring: Scoring) -> list[Exhibit]:
    """Renewals ahead, by segment or manager, the list with next steps, and the back-test; gives what was shown."""
    if not knows_terms(view.book):
        st.markdown(written(NO_TERMS))
        return []
    ahead = seen(exhibits.renewals_ahead, view.book, quarters=QUARTERS, currency=view.style.currency)
    show_exhibit(ahead, key="renewals", table=bool(ahead.n))
    if not ahead.n:
        return [ahead]
    shown = [ahead, *_show_split(view), _show_list(view, scoring)]
    show_when_open("More: were such forecasts right?", partial(_show_test, view))
    return shown


def _show_split(view: View) -> list[Exhibit]:
    """The renewals by segment, manager, or bands of a number, whichever there are."""
    made = [bands.called for bands in view.selection.bands]
    splits = [name for name in dict.fromkeys(["segment", "csm", *made]) if name in view.book.attributes]
    if not splits:
        return []
    chosen = st.segmented_control(
        "Renewals by", splits, default=splits[0], required=True, key="renewals.by",
        format_func=lambda name: plain(heading(view.book, name)),
    )  # fmt: skip
    split = seen(
        exhibits.renewals_by, view.book, by=chosen or splits[0], quarters=QUARTERS, hide_names=view.hide_names,
        currency=view.style.currency,
    )  # fmt: skip
    show_rows(split, most=MOST_VALUES)
    offer(split, key="renewals.split")
    return [split]


def _show_list(view: View, scoring: Scoring) -> Exhibit:
    """Who is due, the most ARR at risk first, each with a step to be typed."""
    listed = seen(
        exhibits.renewals_list, view.book, quarters=QUARTERS, signals=scoring.signals, hide_names=view.hide_names,
        currency=view.style.currency,
    )  # fmt: skip
    st.markdown(f"**{written(listed.title)}**")
    for sentence in listed.sentences:
        st.caption(written(sentence))
    due = renewals_due(view.book, months=3 * QUARTERS)
    shown = to_be_read(listed.table, amounts=["arr_due", "arr_at_risk"], shares=["chance"])
    settings = {
        "column_config": _columns(listed, view.style.currency),
        "placeholder": labels.NOTHING,
        "height": min(35 * (min(listed.table.height, 10) + 1) + 3, 390),
    }
    if view.hide_names:
        show_table(shown, key="renewals.list", **settings)
        st.caption("Next steps are hidden with the names: they may speak of people.")
    else:
        ids = due.head(listed.table.height).get_column("customer_id").to_list()
        editor = f"renewals.list.{editing_round()}.{view.book.key}"
        edit_table(
            _with_steps(shown), key=editor, on_change=_keep, args=(editor, ids),
            disabled=listed.table.columns, **settings,
        )  # fmt: skip
    if due.height > listed.table.height:
        show_how_many(listed.table.height, due.height)
    st.download_button(
        f"Download {labels.customers(due.height)} to renew (CSV)",
        data=with_same_names(partial(_as_file, view, scoring, due, {} if view.hide_names else next_steps())),
        file_name="renewals_ahead.csv",
        mime="text/csv",
        key="renewals.download",
        on_click="ignore",
    )
    offer(listed, key="renewals.list", everyone=partial(_everyone, view, scoring, due))
    return listed


def _with_steps(listed: pl.DataFrame, steps: dict[str, str] | None = None) -> pl.DataFrame:
    """A list of customers with what was typed for each."""
    typed = next_steps() if steps is None else steps
    said = [typed.get(who, "") for who in listed.get_column("customer_id").to_list()]
    return listed.with_columns(pl.Series(STEP, said, dtype=pl.String))


def _everyone(view: View, scoring: Scoring, due: pl.DataFrame) -> pl.DataFrame:
    """Everybody who is due, with what speaks against each account."""
    return with_cause(view.book, due, scoring.signals).drop("logo", strict=False)


def _as_file(view: View, scoring: Scoring, due: pl.DataFrame, steps: dict[str, str]) -> bytes:
    """Everybody who is due, with cause and step; names hidden where that is asked."""
    everyone = _everyone(view, scoring, due)
    return as_csv(without_names(_with_steps(everyone, steps) if steps else everyone, hide=view.hide_names))


def _keep(editor: str, ids: list[str]) -> None:
    """Keep what was typed into the table."""
    edited = st.session_state[editor]["edited_rows"]
    change_next_steps({ids[int(place)]: row[STEP] for place, row in edited.items() if STEP in row})


def _columns(listed: Exhibit, currency: str) -> dict[str, object]:
    """How each column of the list is headed and written."""
    config, sign = st.column_config, currency.strip()
    titles = {name: listed.column(name).heading for name in listed.table.columns}
    kinds = {
        "decides_on": lambda title: config.DateColumn(title, format=current_view().style.column),
        "arr_due": lambda title: config.NumberColumn(f"{title}, {sign}", format="localized"),
        "arr_at_risk": lambda title: config.NumberColumn(f"{title}, {sign}", format="localized"),
        "chance": lambda title: config.NumberColumn(title, format="percent"),
        "decisions": lambda title: config.NumberColumn(title, format="plain"),
    }
    written_as = {name: kinds.get(name, config.TextColumn)(title) for name, title in titles.items()}
    help_said = "Type what is to be done; it is kept in the session and in a saved analysis"
    return {**written_as, STEP: config.TextColumn("Next step", help=help_said, max_chars=MOST_LETTERS, width="medium")}


def _show_test(view: View) -> None:
    """The forecast made again at past quarter ends, beside what became of it."""
    tested = seen(exhibits.renewals_tested, view.book)
    st.markdown(f"**{written(tested.title)}.**")
    show_sentences(tested)
    if tested.table.height:
        show_rows(tested)
        offer(tested, key="renewals.tested")
