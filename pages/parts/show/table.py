"""Tables on a page: from Polars to the browser as Arrow, never through pandas."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st


def show_table(table: pl.DataFrame, **options: Any) -> None:
    """A table to read, sort and search.

    Handed a Polars frame, Streamlit makes a pandas one of it under the interpreter's lock; all sessions wait for that.

    Args:
        table: one row per line shown.
        options: what ``st.dataframe`` takes: column_config, height, key, ...
    """
    st.dataframe(table.to_arrow(), hide_index=True, **options)


def edit_table(table: pl.DataFrame, **options: Any) -> None:
    """A table some of whose cells can be changed; the changes stand in the session under its key.

    Args:
        table: one row per line shown.
        options: what ``st.data_editor`` takes: column_config, key, on_change, ...
    """
    st.data_editor(table.to_arrow(), hide_index=True, **options)
