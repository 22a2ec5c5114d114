"""What is made before the first visitor comes: the program, and what the sample says on the first page."""

from __future__ import annotations

import gc

# Whole before the first visitor: while a session's thread is still importing it, as Streamlit does at the first table,
# Altair finds half of it in another's, and the page of that one is an error.
import pandas as pd  # noqa: F401

from pages.parts.board.tiles import exhibit_of
from pages.parts.shell import cached
from pages.parts.shell.sample import sample_book, sample_source


def make_ready() -> None:
    """Read the sample and draw what its first page shows; then set aside, for good, all that is there by now.

    Streamlit looks through every object of the process at the end of each run, to find what can be let go of. What was
    there before the first visitor is nobody's and stays: passed over, it takes no time from any page.
    """
    book = sample_book()
    start, end = book.default_window()
    window = {"start": start, "end": end}
    cached.currency_sign(sample_source(), book)
    cached.attributes_to_split_by(book)
    cached.doubts(book, start, end)
    for name, arguments in {"retention_rate": window, "retention_trend": {}, "opening_to_closing": window}.items():
        exhibit_of(name, book, arguments).spec("light", sample=True)
    exhibit_of("findings", book, window)
    exhibit_of("who_left", book, window)
    gc.collect()
    gc.freeze()
