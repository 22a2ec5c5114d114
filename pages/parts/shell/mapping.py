"""What each column was taken for: shown with example values, and correctable."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import streamlit as st

from pages.parts.shell.cache import cached
from pages.parts.shell.files import columns_of
from pages.parts.shell.kept_mappings import forget_kept, keep
from pages.parts.shell.saved_files import MEGABYTES, text_of
from pages.parts.shell.session import build_book, files_in_use
from pages.parts.shell.upload import take, use_saved
from pages.parts.show.show import show_board_table, show_when_open
from pages.parts.show.text import plain
from retention.errors import NeedsAnswer, RetentionError
from retention.intake.columns.confidence import confidence_in, missing_parts
from retention.intake.columns.registry import ALIASES
from retention.intake.columns.saved import mapping_from_json, mapping_to_json
from retention.intake.interpret.join_files import OTHER
from retention.pseudonyms import is_personal, pseudonym
from retention.reading import headline
from retention.source import Source, SourceFile

NEEDED = ("customer_id", "started_on", "churned_on", "status")
NOTHING = "(no column)"

LONGEST_EXAMPLE = 32
"""Letters of a cell that are shown."""


def spoken(canonical: str) -> str:
    """A canonical column in words: "started on"."""
    return canonical.replace("_", " ")


def _as_listed(mapped: tuple[str, str]) -> int:
    """What a book needs first, then the order of the alias list."""
    order = [*NEEDED, *ALIASES]
    return order.index(mapped[0])


def _examples(cells: pl.Series, canonical: str, *, hide: bool) -> list[str]:
    values = cells.drop_nulls().unique(maintain_order=True).head(3).to_list()
    hidden = hide and is_personal(canonical)
    return [pseudonym(canonical, value) if hidden else _short(value) for value in values]


def _short(value: str) -> str:
    return value if len(value) <= LONGEST_EXAMPLE else f"{value[: LONGEST_EXAMPLE - 1]}…"


def correct_mapping(file: SourceFile, *, hide_names: bool) -> None:
    """The recognised columns of a file with how sure each is, a form to correct them, and mappings saved."""
    table, columns = file.table, columns_of(file)
    show_board_table(
        _recognised(file, kept=files_in_use().kept, hide_names=hide_names), alt="Recognised columns with example values"
    )
    # Where the day they left is known, what else may tell who left is not missed.
    needed = [part for part in NEEDED if part != "status" or "churned_on" not in columns]
    for canonical, header in missing_parts(table, columns, () if file.second else tuple(needed)).items():
        st.markdown(
            f"No column was taken for **{spoken(canonical)}**. Perhaps {plain(f'“{header}”')}? Correct it below."
        )
    spare = [header for header in table.headers if header not in columns.values()]
    if spare:
        st.caption(f"Kept under their own names: {plain(', '.join(spare))}.")
    show_when_open("More: correct a column", lambda: _correct(file, columns, hide_names=hide_names))
    show_when_open("More: save this mapping, or apply one", lambda: _save_and_apply(file))


@cached
def _recognised(file: SourceFile, *, kept: bool, hide_names: bool) -> list[dict[str, str]]:
    """The rows of the table of columns: all of a file's cells are looked at for it, once a session."""
    return [
        {
            "Means": spoken(canonical),
            "Column in the file": header,
            "For example": ", ".join(_examples(file.table.column(header), canonical, hide=hide_names)),
            "How sure": _how_sure(file, canonical, header, kept=kept),
        }
        for canonical, header in sorted(columns_of(file).items(), key=_as_listed)
    ]


def _how_sure(file: SourceFile, canonical: str, header: str, *, kept: bool) -> str:
    chosen = "" if canonical not in file.mapping else "you chose it for an earlier file" if kept else "you chose it"
    return str(confidence_in(file.table, canonical, header, by_hand=chosen))


def _correct(file: SourceFile, columns: dict[str, str], *, hide_names: bool) -> None:
    """A column for one part: what is in it, and what the file would give if it is read this way."""
    left, right = st.columns(2)
    meanings = [*NEEDED, *(name for name in ALIASES if name not in NEEDED)]
    canonical = left.selectbox("This", meanings, key="mapping.canonical", format_func=spoken)
    options = [NOTHING, *file.table.headers]
    likely = columns.get(canonical) or missing_parts(file.table, columns, (canonical,)).get(canonical)
    header = right.selectbox(
        "is in the column",
        options,
        index=options.index(likely) if likely in options else 0,
        key=f"mapping.header.{OTHER if file.second else ''}{canonical}",
    )
    chosen = None if header == NOTHING else header
    candidate = file.understood({**file.mapping, canonical: chosen}, {})
    if chosen != columns.get(canonical):
        if chosen is not None:
            examples = ", ".join(_examples(file.table.column(chosen), canonical, hide=hide_names))
            sure = confidence_in(file.table, canonical, chosen, by_hand="you choose it")
            st.markdown(plain(f"In it: {examples or 'nothing'}. {sure}."))
        st.markdown(f"**Read this way:** {plain(preview(candidate))}")
    use, back = st.columns(2)
    if use.button("Read the file this way", type="primary", width="stretch", key="mapping.use"):
        keep(mapping_from_json(mapping_to_json(file.table, {**file.mapping, canonical: chosen}, file.answers)))
        take(replace(files_in_use(), source=candidate, kept=False))
        st.rerun()
    if file.mapping and back.button("Back to what was recognised", width="stretch"):
        forget_kept(file.table)
        take(replace(files_in_use(), source=file.understood({}, {}), kept=False))
        st.rerun()


def preview(candidate: Source) -> str:
    """What files would give as they are understood: the headline and the account of its rows, or why it gives none."""
    try:
        read = build_book(candidate)
    except NeedsAnswer as asked:
        return f"it would leave {len(asked.questions)} more to ask: {asked.questions[0].text}"
    except RetentionError as problem:
        return str(problem)
    return f"{headline(read)}. {read.ledger}."


def _save_and_apply(file: SourceFile) -> None:
    st.caption(
        "A saved mapping is a small file of column names and of your answers, without anything out of the rows. "
        "Drop it here, or where you drop your files, and it is applied to the file with the same headers."
    )
    st.download_button(
        "Save this mapping",
        data=mapping_to_json(file.table, file.mapping, file.answers),
        file_name="mapping.json",
        mime="application/json",
        on_click="ignore",
        key="mapping.save",
    )
    dropped = st.file_uploader("Apply a saved mapping", type="json", max_upload_size=MEGABYTES, key="mapping.apply")
    if dropped is None or st.session_state.get("seen_mapping") == dropped.file_id:
        return
    st.session_state.seen_mapping = dropped.file_id
    try:
        use_saved(mapping_from_json(text_of(dropped, what="a saved mapping")))
    except RetentionError as problem:
        st.session_state.problem = f"{dropped.name}: {problem}"
    st.rerun()
