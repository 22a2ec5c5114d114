import polars as pl
import streamlit as st

from pages.parts.proof.data_warnings import show_doubts
from pages.parts.proof.match import show_conventions, show_match, show_way
from pages.parts.proof.two_systems import show_two_systems
from pages.parts.proof.warehouse import show_statement
from pages.parts.shell import cached
from pages.parts.shell.files import choose_file
from pages.parts.shell.mapping import correct_mapping
from pages.parts.shell.rules import choose_rules
from pages.parts.shell.session import source_in_use
from pages.parts.shell.writing import show_writing
from pages.parts.show.exhibit import seen, show_figure, show_first_sentence
from pages.parts.show.offer import offer
from pages.parts.show.show import figure, open_page, show_board_table, show_glossary, show_when_open, written
from pages.parts.show.table import show_table
from retention import exhibits, labels
from retention.exhibits.proof import lacking
from retention.intake.columns.names import cleaned
from retention.intake.columns.registry import PERSONAL
from retention.ledger import by_reason
from retention.listing import as_csv
from retention.pseudonyms import is_personal

view = open_page("Will the number stand up?")
ledger = view.book.ledger

if view.book.clock == "calendar":
    number, readings = st.columns([2, 3], gap="large")
    with number:
        rate = seen(exhibits.retention_rate, view.book, start=view.start, end=view.end)
        show_figure("Logo retention", rate)
        show_first_sentence(rate)
        st.markdown(written(f"{ledger}."))
        for warning in cached.doubts(view.book, view.start, view.end)[:1]:
            st.caption(written(f"A director will ask: {warning.sentence}"))
        offer(rate, key="rate")
    with readings:
        matched = show_match(view)
    if matched is not None:
        show_way(view, matched)
    show_when_open("More: the same window under seven conventions", lambda: show_conventions(view))

    st.subheader("What a director will ask", anchor=False)
    show_doubts(view)

    st.subheader("Does the other system agree?", anchor=False)
    show_two_systems(view)
else:
    st.metric(f"Rows used, of {ledger.rows_read:,} read", figure(labels.count(ledger.rows_used)))
    st.markdown(written(f"{ledger}."))

st.subheader("How the file was read", anchor=False)
for note in view.book.notes.values():
    st.markdown(f"- {written(note)}")

st.subheader("What happened to which row", anchor=False)
people = {header for name, header in view.book.mapping.items() if name in PERSONAL}
people |= {header for file in source_in_use().files for header in file.table.headers if is_personal(cleaned(header))}
named = pl.col("column").is_in(sorted(people)) & pl.lit(view.hide_names)
entries = ledger.entries.with_columns(
    value=pl.when(~named).then("value").otherwise(pl.lit("hidden")),
    reason=pl.when(~named).then("reason").otherwise(pl.col("reason").str.replace_all("“[^”]*”", "“hidden”")),
)
reasons = by_reason(entries)
if reasons.is_empty():
    st.markdown("Every row was used as it stands.")
else:
    show_board_table(
        [
            {
                "What was done": row["action"],
                "Why": row["reason"],
                "Column": row["column"] or "",
                "Rows": "" if row["rows"] is None else labels.count(row["rows"]),
            }
            for row in reasons.iter_rows(named=True)
        ],
        alt="What was done to rows, by reason",
    )
    show_table(entries.head(200), key="entries", height=300)
    st.download_button("Download all of it (CSV)", data=lambda: as_csv(entries), file_name="row_account.csv",
                       mime="text/csv", on_click="ignore")  # fmt: skip

st.subheader("What each column was taken for", anchor=False)
file = choose_file()
correct_mapping(file, hide_names=view.hide_names)
show_when_open("More: how the file is written", lambda: show_writing(file, hide_names=view.hide_names))

if absent := lacking(view.book):
    show_when_open("More: what the file lacks", lambda: show_board_table(absent, alt="Columns the file lacks"))

st.subheader("Rules", anchor=False)
choose_rules(source_in_use(), view.book)

if view.book.clock == "calendar":
    show_when_open("More: when the file is too large", lambda: show_statement(view.book))
show_when_open("More: every definition", show_glossary)
