"""A file that was refused still offers its columns: which one is the customer, the start, the end, the amount?"""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from pages.parts.shell.session import FilesInUse
from pages.parts.shell.upload import take
from pages.parts.show.text import plain
from retention.errors import RetentionError
from retention.intake.columns.names import recognise, suggestions
from retention.intake.table import Table
from retention.source import SourceFile

NO_COLUMN = "(no column)"
ASKED = {
    "customer_id": "Which customer a row is about",
    "started_on": "When they started",
    "churned_on": "When they left",
    "amount": "What they pay",
}
"""What is asked for, and the part a column plays then."""
_LONGEST, _EXAMPLES = 24, 3


def offer_columns(*, hide_names: bool) -> None:
    """The columns of the file that was refused last, with values of each, to go on with."""
    refused: FilesInUse | None = st.session_state.get("refused")
    if refused is None:
        return
    file = refused.source.files[-1]
    try:
        table = file.table
    except RetentionError:
        return
    with st.form("refused_columns", border=True):
        st.markdown(f"**Say which column of {plain(table.name)} is which, and go on.**")
        picked = {part: _pick(table, part, hide_names=hide_names) for part in ASKED}
        if st.form_submit_button("Read the file this way", type="primary", width="stretch"):
            _read_so(refused, file, {part: header for part, header in picked.items() if header != NO_COLUMN})


def _pick(table: Table, part: str, *, hide_names: bool) -> str:
    """The column that plays a part, the likeliest one chosen, each with three of its values."""
    options = [NO_COLUMN, *table.headers]
    labels = {header: header if hide_names else f"{header}: {_values(table, header)}" for header in table.headers}
    likely = [*recognise(table.headers).get(part, []), *suggestions(part, table.headers)]
    picked: str = st.selectbox(
        ASKED[part],
        options,
        index=options.index(likely[0]) if likely else 0,
        format_func=lambda header: labels.get(header, header),
        key=f"refused.{table.sha256[:12]}.{part}",
    )
    return picked


def _values(table: Table, header: str) -> str:
    values = table.text(header).drop_nulls().unique(maintain_order=True).head(_EXAMPLES)
    return ", ".join(value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…" for value in values) or "empty"


def _read_so(refused: FilesInUse, file: SourceFile, mapping: dict[str, str]) -> None:
    """Reads the file with the columns that were picked; a column can play one part."""
    if len(set(mapping.values())) < len(mapping):
        st.session_state.problem = f"{file.table.name}: one column was picked twice. Pick another for one of the two."
    else:
        take(replace(refused, source=file.understood({**file.mapping, **mapping}, {}), kept=False))
    st.rerun()
