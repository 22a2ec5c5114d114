"""Whole page reruns in AppTest on a large book: `python -m tests.benchmarks.reruns [customers]`.

The book is put in place of the built one, so that a rerun measures what a click costs: the script, the metrics that no
session cache holds yet, and the charts. Session caches hold what `cached` marks.
"""

from __future__ import annotations

import logging
import sys
from dataclasses import replace
from statistics import median
from time import perf_counter
from unittest.mock import patch

import numpy as np
import polars as pl
from streamlit.testing.v1 import AppTest

from pages.parts.shell.session import FilesInUse
from retention.book import Book, assemble
from retention.source import Source
from tests.benchmarks.population import AS_OF, CUSTOMERS, population
from tests.benchmarks.scores import signals
from tests.pages.opened import opened, sample_table
from tests.strategies import book_of

PAGES = ("retention", "cohorts", "segments", "benchmarks", "revenue", "at_risk", "plan", "proof", "board_pack")
SEGMENTS = (["SMB"], ["Enterprise"], ["Mid-Market"], ["SMB", "Enterprise"], ["Mid-Market", "SMB"])
ROUNDS = 5


def took(app: AppTest) -> float:
    """Milliseconds of one rerun, which must not fail."""
    started = perf_counter()
    app.run()
    assert not app.exception, app.exception
    return (perf_counter() - started) * 1000


def full_book(customers: int) -> Book:
    """A book with all that a page can ask for: attributes, signals, revenue of every month of a first span."""
    people, draw = population(customers), np.random.default_rng(7)
    ids = people.customers.get_column("customer_id")
    attributes = people.customers.with_columns(
        arr=pl.Series(np.round(draw.lognormal(9, 1, customers), 2)),
        csm=pl.Series([f"Manager {number}" for number in range(12)]).gather(draw.integers(0, 12, customers)),
        plan=pl.Series(["Basic", "Team", "Scale"]).gather(draw.integers(0, 3, customers)),
        **signals(customers),
    )
    firsts = people.stretches.sort("started_on").unique("customer_id", keep="first", maintain_order=True)
    paid = (
        firsts.join(attributes.select("customer_id", mrr=pl.col("arr") / 12), on="customer_id")
        .with_columns(month=pl.date_ranges(pl.col("started_on").dt.month_start(), pl.col("churned_on").fill_null(AS_OF),
                                           interval="1mo"))
        .select("customer_id", "month", "mrr")
        .explode("month")
    )  # fmt: skip
    named = {"customer_id": "Customer ID", "segment": "Segment", "arr": "ARR", "csm": "CSM", "plan": "Plan"}
    facts = assemble(attributes.sort(ids.cast(pl.Int64)), people.stretches, revenue=paid)
    return replace(book_of(facts, AS_OF, key="reruns"), mapping=named)


def main(customers: int) -> None:
    """Open every page, then rerun it as it is and after each of five filters."""
    logging.disable(logging.WARNING)
    book = full_book(customers)
    with patch("pages.parts.shell.session.book_of", lambda *_args, **_options: book):
        print(f"{'page':12} {'first':>8} {'rerun':>8} {'filter':>8}   milliseconds at {customers:,} customers")  # noqa: T201
        for page in PAGES:
            app = opened(FilesInUse(Source(sample_table())))
            app.multiselect(key="filters").set_value(["segment"]).run()
            started = perf_counter()
            app.switch_page(f"pages/{page}.py").run()
            first = (perf_counter() - started) * 1000
            again = median(took(app) for _ in range(ROUNDS))
            filtered = []
            for segments in SEGMENTS:
                app.session_state["where.segment"] = segments
                filtered.append(took(app))
            print(f"{page:12} {first:8.0f} {again:8.0f} {median(filtered):8.0f}")  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CUSTOMERS)
