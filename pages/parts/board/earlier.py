"""An analysis that was saved, or the file before this one: opened again, and carried over to new data."""

from __future__ import annotations

import streamlit as st

from pages.parts.board.since import EARLIER
from pages.parts.board.tiles import TILES, pack_in_use
from pages.parts.plan.inputs import restore_typed, typed_plain
from pages.parts.plan.scenarios import kept_plain, restore_scenarios
from pages.parts.shell.next_steps import next_steps, restore_next_steps
from pages.parts.shell.session import FilesInUse, View, restore_settings, source_in_use
from retention.errors import RetentionError
from retention.pack.analysis import Analysis
from retention.pack.changes import told
from retention.selection import Selection
from retention.source import Source


def open_again(analysis: Analysis) -> None:
    """Put a saved analysis into use: its files, what is selected of them, and its board pack."""
    st.session_state.files = FilesInUse(analysis.source)
    restore_settings(analysis.selection, gross_margin=analysis.gross_margin)
    st.session_state[TILES] = [tile.as_plain() for tile in analysis.pack.tiles]
    st.session_state[EARLIER] = analysis
    restore_next_steps(analysis.next_steps)
    restore_scenarios(analysis.scenarios)
    restore_typed(analysis.plan)


def analysis_in_use(view: View) -> Analysis:
    """The analysis as it stands now."""
    pack, _ = pack_in_use(view)
    return Analysis(source_in_use(), view.selection, pack, kept_plain(), next_steps(), view.gross_margin, typed_plain())


def carry_over(before: FilesInUse, view: View, source: Source) -> Source:
    """New data under the analysis in use, where it has the columns of the file before; else the pack begins anew.

    Args:
        before: the files in use until now.
        view: what was shown of them.
        source: the new files.

    Returns:
        The new files, understood like those before them where they can be.
    """
    if before.sample or sorted(before.source.table.headers) != sorted(source.table.headers):
        for key in (TILES, EARLIER):
            st.session_state.pop(key, None)
        return source
    current, saved = analysis_in_use(view), st.session_state.get(EARLIER)
    follows_saved = saved is not None and saved.source.key == before.source.key
    try:
        now = current.on(source, changes=False) if follows_saved else current.carried_to(source, Selection())
    except RetentionError:
        return source
    since = saved or current
    # What they say is found out when they are looked at.
    promises = [tile.promise for tile in since.pack.tiles if tile.promise]
    st.session_state[TILES] = told([tile.as_plain() for tile in now.pack.tiles], {"promises": promises})
    st.session_state[EARLIER] = since
    st.session_state.carried = now.selection
    return now.source
